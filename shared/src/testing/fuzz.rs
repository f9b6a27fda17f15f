//! Frames nobody would send: the machines must neither panic nor break a rule.

use super::{MemoryLog, Rng};
use crate::conversation::{Attachment, BotReply, BotSays, Conversation, Effect, Input, Principal, SocketId};
use crate::exchange::{FromDesk, HandoffNo};
use crate::ids::{AgentId, ClientId, ConversationId, EntryId, SiteKey, VisitorId};
use crate::lang::Lang;
use crate::link;
use crate::protocol::conversation::{Marks, Party, Reason};
use crate::protocol::message::{Body, Message, Sender};
use crate::protocol::stage::{AgentCard, PageContext, QueuePlace, Stage, WaitShown};
use crate::protocol::{ClientFrame, ErrorCode, ServerFrame};
use crate::time::Millis;

fn number(rng: &mut Rng) -> u64 {
    match rng.below(6) {
        0 => 0,
        1 => u64::MAX,
        2 => 1 << 53,
        _ => rng.below(40),
    }
}

fn text(rng: &mut Rng) -> String {
    let pieces = ["", " ", "\u{202E}", "a", "漢", "😀", "\u{0}", "<script>", "\n", "\u{FEFF}"];
    let piece = rng.pick(&pieces).copied().unwrap_or_default();
    let times = if rng.chance(20) { 5_000 } else { rng.below(9) };
    piece.repeat(times as usize)
}

fn client_id(rng: &mut Rng) -> ClientId {
    ClientId::from_random(u128::from(rng.below(60)))
}

fn card(rng: &mut Rng) -> AgentCard {
    AgentCard { id: AgentId::from_random(u128::from(rng.below(3))), name: String::new() }
}

fn client_frame(rng: &mut Rng) -> ClientFrame {
    let client_id = client_id(rng);
    let lang = rng.pick(&[None, Some(Lang::Ar), Some(Lang::Ja)]).copied().flatten();
    match rng.below(16) {
        0 => ClientFrame::Hello { after: number(rng), lang, page: None },
        1 => ClientFrame::Pick { client_id, entry: EntryId::from_random(1), title: text(rng) },
        2 => ClientFrame::Note { client_id, text: text(rng) },
        3 => ClientFrame::Typing { on: rng.chance(500) },
        4 => ClientFrame::Read { seq: number(rng) },
        5 => ClientFrame::Delivered { seq: number(rng) },
        6 => ClientFrame::Resume { after: number(rng) },
        7 => ClientFrame::Page { page: PageContext { url: text(rng), title: text(rng), product: None } },
        8 => ClientFrame::Language { lang },
        9 => ClientFrame::Helpful {
            seq: number(rng),
            yes: rng.chance(500),
            reason: rng.pick(&Reason::ALL).copied().filter(|_| rng.chance(500)),
            comment: rng.chance(300).then(|| text(rng)),
        },
        10 => ClientFrame::Handoff,
        11 => ClientFrame::LeaveQueue,
        12 => ClientFrame::LeaveMessage {
            client_id,
            text: text(rng),
            contact: Some(text(rng)),
            call_back: rng.below(2) == 0,
        },
        13 if rng.chance(300) => ClientFrame::End,
        14 => ClientFrame::Rate { score: number(rng) as u8, comment: Some(text(rng)) },
        _ => ClientFrame::Send { client_id, text: text(rng) },
    }
}

fn input(rng: &mut Rng) -> Input {
    let socket = SocketId(rng.below(8));
    match rng.below(30) {
        0 | 1 => {
            let id = VisitorId::from_random(u128::from(rng.below(20) / 19));
            Input::Connect { socket, who: Principal::Visitor { visitor: id }, pass: None }
        }
        2 => Input::Connect {
            socket,
            who: Principal::Agent { agent: card(rng), supervisor: rng.chance(300) },
            pass: None,
        },
        3 => Input::Disconnect { socket },
        4 => Input::BadFrame { socket, code: ErrorCode::BadFrame },
        5 if rng.chance(300) => {
            let proved = (0..3).map(|_| (SocketId(rng.below(8)), Millis(number(rng)))).collect();
            Input::Alive { proved }
        }
        5 => Input::Tick,
        6 | 7 => {
            let say = if rng.chance(200) {
                BotSays::Handoff
            } else {
                BotSays::Body(Body::Offer { options: vec![] })
            };
            Input::Bot { seq: number(rng), reply: BotReply { lang: Some(Lang::Ko), say, flow: None } }
        }
        8..=10 => {
            let handoff = HandoffNo(number(rng) as u32);
            let place = QueuePlace::new(number(rng) as u32, WaitShown::Unknown);
            Input::Desk(match rng.below(4) {
                0 => FromDesk::Queued { handoff, place },
                1 => FromDesk::offline(handoff),
                2 => FromDesk::Assigned { handoff, agent: card(rng) },
                _ => {
                    let (lost, place) = (card(rng).id, rng.chance(900).then_some(place));
                    FromDesk::Requeued { handoff, lost, place, given_back: rng.chance(300) }
                }
            })
        }
        _ => Input::Frame { socket, frame: client_frame(rng), renewed: None },
    }
}

/// Any input in any order, clocks that run anyhow, evictions: hold, and nothing panics.
#[test]
fn a_conversation_survives_any_input() {
    for seed in 0..60 {
        let mut rng = Rng::new(seed);
        let mut machine = Conversation::new();
        let mut log = MemoryLog::default();
        let mut row = machine.state().clone();
        let mut attachments: Vec<Attachment> = Vec::new();
        let create = Input::Create {
            site: SiteKey::from_random(0),
            conversation: ConversationId::from_random(0),
            visitor: VisitorId::from_random(0),
            lang: Lang::En,
            page: None,
            opener: None,
        };
        let mut next = Some(create);
        for _ in 0..400 {
            let now = Millis(rng.pick(&[0, 1_000, 5_000, 1 << 40, (1 << 53) - 1]).copied().unwrap_or(0));
            let now = now.plus(rng.below(60_000));
            let effects = machine.handle(now, next.take().unwrap_or_else(|| input(&mut rng)), &log);
            for effect in effects {
                match effect {
                    Effect::Append(message) => {
                        row.absorb(&message);
                        log.append(message).unwrap();
                    }
                    Effect::Save => row = machine.state().clone(),
                    Effect::Attach(attachment) => {
                        attachments.retain(|a| a.socket != attachment.socket);
                        attachments.push(attachment);
                    }
                    Effect::Close { socket, .. } => attachments.retain(|a| a.socket != socket),
                    _ => {}
                }
            }
            assert!(machine.state().is_saved_as(&row), "R-11, seed {seed}");
            if rng.chance(200) {
                machine = Conversation::restore(row.clone(), attachments.clone());
            }
        }
    }
}

fn server_frame(rng: &mut Rng) -> ServerFrame {
    let message = |rng: &mut Rng| Message {
        seq: number(rng),
        at: Millis(number(rng)),
        from: if rng.chance(500) { Sender::Visitor } else { Sender::Agent { agent: card(rng) } },
        client_id: rng.chance(500).then(|| client_id(rng)),
        body: Body::Text { text: text(rng), lang: None },
    };
    let marks = |rng: &mut Rng| Marks {
        visitor: number(rng),
        visitor_delivered: number(rng),
        agent: number(rng),
        agent_delivered: number(rng),
    };
    match rng.below(9) {
        0 => ServerFrame::Welcome {
            conversation: ConversationId::from_random(u128::from(rng.below(2))),
            last: number(rng),
            stage: Stage::OFFLINE,
            lang: Lang::En,
            pinned: false,
            read: marks(rng),
            token: None,
            page: None,
            visitor_here: true,
            helpful: vec![(number(rng), true)],
            reasons: vec![(number(rng), Reason::Unclear)],
        },
        1 | 2 => {
            let messages = (0..rng.below(5)).map(|_| message(rng)).collect();
            let (more, ask) = (rng.chance(300), rng.chance(300));
            ServerFrame::Page { after: number(rng), messages, more, ask }
        }
        3 | 4 => ServerFrame::Message { prev: number(rng), message: message(rng) },
        5 => ServerFrame::Ack { client_id: client_id(rng), seq: number(rng), at: Millis(0) },
        6 => ServerFrame::Error {
            code: ErrorCode::RateLimited,
            client_id: rng.chance(500).then(|| client_id(rng)),
            retry_after: Some(number(rng)),
        },
        7 => ServerFrame::Read { read: marks(rng) },
        _ => ServerFrame::Typing { from: Party::Agent, on: true },
    }
}

/// Any server: the replica stays in order, timers are set, and nothing panics.
#[test]
fn a_link_survives_any_server() {
    for seed in 0..60 {
        let mut rng = Rng::new(seed);
        let mut link = link::Link::new(link::Side::Visitor { lang: Lang::En }, vec![]);
        for step in 0..600 {
            let now = if rng.chance(20) { Millis(rng.bits() >> 11) } else { Millis(step * 700) };
            let client_id = client_id(&mut rng);
            let input = match rng.below(20) {
                0 => link::Input::Start,
                1 | 2 => link::Input::Opened,
                3 => link::Input::Closed {
                    code: rng.pick(&[1006, 1009, 4401, 4409, 4429]).copied().unwrap_or(0),
                },
                4 => link::Input::Write(link::Draft::Text { client_id, text: text(&mut rng) }),
                5 => link::Input::Tell(client_frame(&mut rng)),
                6 => link::Input::Wake,
                7 => link::Input::Sleep,
                8 => link::Input::Timer,
                9 => link::Input::Seen,
                10 => link::Input::Retry { client_id },
                11 => link::Input::Pong,
                _ => link::Input::Frame(server_frame(&mut rng)),
            };
            let bits = rng.bits();
            let _ = link.handle(now, bits, input);
            assert!(link.messages().is_sorted_by(|a, b| a.seq < b.seq), "R-30, seed {seed}");
            let _ = (link.unread(), link.typing(now), link.outbox());
        }
    }
}
