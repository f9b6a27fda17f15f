//! What agents and visitors see of a desk, case by case.

use super::harness::{Harness, Step, agent_id, brief, conv, profile};
use super::{AgentProfile, Attachment, Desk, Input};
use crate::conversation::SocketId;
use crate::exchange::{FromDesk, HandoffNo, ToDesk};
use crate::ids::GroupId;
use crate::lang::Lang;
use crate::limits;
use crate::protocol::desk::{AgentState, Presence, WaitingKind};
use crate::protocol::stage::{Availability, QueuePlace};
use crate::protocol::{DeskFrame, DeskRequest, ErrorCode, WaitShown, close};
use crate::site::Role;
use crate::time::{MINUTE, Millis, SECOND};

fn supervisor(name: &str, capacity: u32) -> AgentProfile {
    AgentProfile { role: Role::Supervisor, ..profile(name, capacity) }
}

fn speaking(name: &str, capacity: u32, languages: &[Lang]) -> AgentProfile {
    AgentProfile { languages: languages.to_vec(), ..profile(name, capacity) }
}

const NOTHING: [&str; 0] = [];

mod handoff {
    use super::*;

    #[test]
    fn is_assigned_at_once_to_a_free_agent() {
        let mut h = Harness::new();
        h.online(profile("ann", 2));
        assert_eq!(h.ask(1, 1).told(), ["c1 assigned ann"]);
    }

    #[test]
    fn waits_in_order_when_all_are_full_and_moves_up() {
        let mut h = Harness::new();
        h.online(profile("ann", 1));
        h.ask(1, 1);
        assert_eq!(h.ask(2, 1).told(), ["c2 queued 1"]);
        h.wait(10);
        assert_eq!(h.ask(3, 1).told(), ["c3 queued 2"]);
        assert_eq!(h.end(1, 1).told(), ["c2 assigned ann", "c3 queued 1"]);
        assert_eq!(h.end(2, 1).told(), ["c3 assigned ann"]);
        assert_eq!(h.end(3, 1).told(), NOTHING);
    }

    #[test]
    fn the_second_in_line_is_told_a_position_and_a_range() {
        let mut h = Harness::new();
        h.online(profile("ann", 2));
        h.online(profile("bob", 2));
        (1..=5).for_each(|n| drop(h.ask(n, 1)));
        h.wait(1);
        let place = QueuePlace { position: 2, wait: WaitShown::Range { low_min: 2, high_min: 7 } };
        assert_eq!(h.ask(6, 1).posts, [(conv(6), FromDesk::Queued { handoff: HandoffNo(1), place })]);
    }

    #[test]
    fn is_told_offline_when_nobody_is_on_duty() {
        let mut h = Harness::new();
        assert_eq!(h.ask(1, 1).told(), ["c1 offline"]);
        let ann = h.connect(profile("ann", 2));
        assert_eq!(h.ask(2, 1).told(), ["c2 offline"], "connected is not yet on duty");
        h.request(ann, DeskRequest::Hello);
        h.presence(ann, Presence::Away);
        assert_eq!(h.ask(3, 1).told(), ["c3 offline"], "away is not on duty");
        h.presence(ann, Presence::Busy);
        assert_eq!(h.ask(4, 1).told(), ["c4 queued 1"], "busy is on duty but takes none");
        assert_eq!(h.presence(ann, Presence::Online).told(), ["c4 assigned ann"]);
        assert_eq!(h.ask(1, 2).told(), ["c1 assigned ann"], "trying again");
    }

    #[test]
    fn an_agent_without_capacity_is_not_on_duty() {
        let mut h = Harness::new();
        h.online(profile("ann", 0));
        assert_eq!(h.desk.availability(h.now), Availability { online: false, wait: None });
        assert_eq!(h.ask(1, 1).told(), ["c1 offline"]);
    }

    #[test]
    fn agents_of_other_groups_do_not_count_and_agents_without_groups_belong_to_the_default_one() {
        let mut h = Harness::new();
        h.online(AgentProfile { groups: vec![GroupId::new("sales").unwrap()], ..profile("ann", 1) });
        assert_eq!(h.ask(1, 1).told(), ["c1 offline"]);
        h.online(AgentProfile { groups: vec![], ..profile("bob", 1) });
        assert_eq!(h.ask(1, 2).told(), ["c1 assigned bob"]);
    }

    #[test]
    fn goes_to_the_language_first_then_the_least_loaded_then_in_turn() {
        let mut h = Harness::new();
        h.online(speaking("ann", 4, &[Lang::En]));
        h.online(speaking("bob", 4, &[Lang::En]));
        h.online(speaking("mei", 4, &[Lang::ZhCn]));
        assert_eq!(h.ask_in(1, 1, Lang::ZhTw).told(), ["c1 assigned mei"], "kin");
        assert_eq!(h.ask_in(2, 1, Lang::ZhCn).told(), ["c2 assigned mei"], "though others are idle");
        assert_eq!(h.ask(3, 1).told(), ["c3 assigned ann"]);
        assert_eq!(h.ask(4, 1).told(), ["c4 assigned bob"]);
        h.end(3, 1);
        h.end(4, 1);
        assert_eq!(h.ask(5, 1).told(), ["c5 assigned ann"], "whose turn is longest ago");
        h.end(5, 1);
        assert_eq!(h.ask(6, 1).told(), ["c6 assigned bob"]);
        assert_eq!(h.ask_in(7, 1, Lang::Ja).told(), ["c7 assigned ann"], "nobody speaks it: least loaded");
    }

    #[test]
    fn duplicates_and_stale_ones_change_nothing() {
        let mut h = Harness::new();
        h.online(profile("ann", 1));
        h.ask(1, 2);
        h.ask(2, 1);
        for step in
            [h.ask(1, 2), h.ask(2, 1), h.ask(1, 1), h.withdraw(1, 1), h.end(1, 1), h.leave_message(1, 1)]
        {
            assert_eq!(step, Step::default());
        }
        h.withdraw(2, 1);
        assert_eq!(h.withdraw(2, 1), Step::default());
        assert_eq!(h.ask(2, 1), Step::default(), "a late duplicate does not wait for ever");
        h.end(1, 2);
        for step in [h.end(1, 2), h.withdraw(1, 2), h.ask(1, 2), h.withdraw(99, 1), h.end(99, 1)] {
            assert_eq!(step, Step::default());
        }
    }

    #[test]
    fn a_newer_request_replaces_the_older() {
        let mut h = Harness::new();
        h.online(profile("ann", 1));
        h.ask(1, 1);
        assert_eq!(h.ask(1, 2).told(), ["c1 assigned ann"]);
        h.ask(2, 1);
        h.wait(1);
        h.ask(3, 1);
        h.wait(1);
        assert_eq!(h.ask(2, 2).told(), ["c3 queued 1", "c2 queued 2"], "asked anew, behind the others");
    }

    #[test]
    fn withdrawing_frees_the_place_and_the_agent() {
        let mut h = Harness::new();
        h.online(profile("ann", 1));
        (1..=3).for_each(|n| drop(h.ask(n, 1)));
        assert_eq!(h.withdraw(2, 1).told(), ["c3 queued 1"]);
        assert_eq!(h.withdraw(1, 1).told(), ["c3 assigned ann"]);
    }

    #[test]
    fn finished_handoffs_are_forgotten_in_the_end() {
        let mut h = Harness::new();
        h.online(profile("ann", 1));
        for n in 0..u32::try_from(limits::DESK_CLOSED).unwrap() + 20 {
            h.wait(1);
            h.desk.handle(
                h.now,
                Input::Conversation(ToDesk::Handoff {
                    conversation: conv(n),
                    handoff: HandoffNo(1),
                    at: h.now,
                    brief: brief(Lang::En, ""),
                }),
            );
            h.desk.handle(
                h.now,
                Input::Conversation(ToDesk::Withdraw { conversation: conv(n), handoff: HandoffNo(1) }),
            );
        }
        assert_eq!(h.desk.handoffs.iter().count(), limits::DESK_CLOSED);
        assert!(h.desk.handoffs.get(&conv(19)).is_none() && h.desk.handoffs.get(&conv(20)).is_some());
    }

    #[test]
    fn a_full_queue_offers_to_leave_a_message() {
        let mut h = Harness::new();
        let ann = h.connect(profile("ann", 1));
        h.request(ann, DeskRequest::Hello);
        h.presence(ann, Presence::Busy);
        let most = u32::try_from(limits::DESK_WAITING).unwrap();
        // Put into storage directly: settling so long a line once per visitor is not what is tested here.
        for n in 0..most {
            let json = format!(
                r#"{{"no":1,"since":{},"group":"support","priority":0,"brief":{{"lang":"en","preview":""}},
                    "standing":{{"type":"waiting"}}}}"#,
                h.now.0
            );
            h.cells.insert(format!("handoff/c{n}"), json);
        }
        h.evict();
        assert!(h.ask(most, 1).told().contains(&format!("c{most} offline")));
    }
}

mod message {
    use super::*;

    #[test]
    fn is_listed_until_taken_and_never_assigned_by_itself() {
        let mut h = Harness::new();
        h.ask(1, 1);
        assert_eq!(h.leave_message(1, 1).told(), NOTHING);
        let ann = h.online(profile("ann", 2));
        let snapshot = h.request(ann, DeskRequest::Hello);
        let [(_, DeskFrame::Snapshot { waiting, .. })] = &snapshot.sends[..] else { panic!("{snapshot:?}") };
        assert_eq!(waiting.len(), 1);
        assert_eq!((waiting[0].kind, waiting[0].brief.preview.as_str()), (WaitingKind::Message, "call me"));
        assert_eq!(h.pass(60 * MINUTE).told(), NOTHING);
        assert_eq!(h.take(ann, 1).told(), ["c1 assigned ann"]);
        h.wait(MINUTE);
        h.end(1, 1);
        assert_eq!(h.leave_message(1, 1).writes, 1, "a new one after the end is listed again");
    }

    #[test]
    fn a_late_duplicate_is_not_listed_again() {
        let mut h = Harness::new();
        let left = |at| ToDesk::MessageLeft {
            conversation: conv(1),
            handoff: HandoffNo(1),
            at,
            brief: brief(Lang::En, "m"),
        };
        let at = h.now;
        h.say(left(at));
        assert_eq!(h.say(left(at)), Step::default());
        h.wait(5);
        h.withdraw(1, 1);
        assert_eq!(h.say(left(at)), Step::default());
    }

    #[test]
    fn left_from_the_queue_frees_the_place() {
        let mut h = Harness::new();
        h.online(profile("ann", 1));
        (1..=3).for_each(|n| drop(h.ask(n, 1)));
        assert_eq!(h.leave_message(2, 1).told(), ["c3 queued 1"]);
        assert_eq!(h.end(1, 1).told(), ["c3 assigned ann"]);
        assert_eq!(h.end(3, 1).told(), NOTHING);
    }

    #[test]
    fn an_agent_who_was_given_the_conversation_meanwhile_keeps_it() {
        let mut h = Harness::new();
        let ann = h.online(profile("ann", 1));
        h.ask(1, 1);
        let step = h.leave_message(1, 1);
        assert_eq!(step.told(), NOTHING);
        assert!(
            matches!(&step.sends[..], [(s, DeskFrame::Assigned { card })] if *s == ann && card.brief.preview == "call me")
        );
    }

    #[test]
    fn that_was_taken_waits_live_when_its_agent_vanishes_and_is_listed_again_when_nobody_comes() {
        let mut h = Harness::new();
        h.leave_message(1, 1);
        let ann = h.online(profile("ann", 1));
        assert_eq!(h.take(ann, 1).told(), ["c1 assigned ann"]);
        h.step(Input::Disconnect { socket: ann });
        assert_eq!(h.pass(limits::AGENT_RECONNECT).told(), ["c1 requeued from ann 1"]);
        assert_eq!(h.pass(limits::OFF_DUTY_GRACE).told(), ["c1 offline"]);
        // The conversation keeps its message and leaves it anew.
        h.leave_message(1, 2);
        let bob = h.online(profile("bob", 1));
        assert_eq!(h.take(bob, 1).told(), ["c1 assigned bob"]);
    }
}

mod agents {
    use super::*;

    #[test]
    fn a_reload_loses_nothing() {
        let mut h = Harness::new();
        let ann = h.online(profile("ann", 1));
        h.ask(1, 1);
        h.ask(2, 1);
        h.wait(SECOND);
        assert_eq!(h.step(Input::Disconnect { socket: ann }).told(), NOTHING);
        h.wait(1);
        assert_eq!(h.ask(3, 1).told(), ["c3 queued 2"], "still on duty");
        assert_eq!(h.pass(limits::AGENT_RECONNECT - 2).told(), NOTHING);
        let ann = h.connect(profile("ann", 1));
        assert_eq!(h.pass(10 * SECOND).told(), NOTHING);
        let snapshot = h.request(ann, DeskRequest::Hello);
        let [(_, DeskFrame::Snapshot { me, assigned, .. })] = &snapshot.sends[..] else {
            panic!("{snapshot:?}")
        };
        assert_eq!((me.presence, me.load, assigned.len()), (Presence::Online, 1, 1));
    }

    #[test]
    fn one_who_is_reloading_gets_nothing_new() {
        let mut h = Harness::new();
        let ann = h.online(profile("ann", 2));
        h.step(Input::Disconnect { socket: ann });
        assert_eq!(h.ask(1, 1).told(), ["c1 queued 1"]);
        h.wait(SECOND);
        assert!(h.desk.availability(h.now).online);
        h.connect(profile("ann", 2));
        h.now = h.now.plus(1);
        assert_eq!(h.ask(2, 1).told(), ["c2 assigned ann"]);
    }

    #[test]
    fn one_who_disconnects_for_good_has_vanished() {
        let mut h = Harness::new();
        let ann = h.online(profile("ann", 1));
        h.ask(1, 1);
        h.wait(1);
        h.ask(2, 1);
        h.step(Input::Disconnect { socket: ann });
        let told = h.pass(limits::AGENT_RECONNECT).told();
        assert_eq!(told, ["c1 requeued from ann 2", "c2 queued 1"]);
        h.online(profile("bob", 1));
        assert_eq!(h.end(1, 1).told(), ["c2 assigned bob"], "c1 had been first in line and was with bob");
        let ann = h.connect(profile("ann", 1));
        let snapshot = h.request(ann, DeskRequest::Hello);
        assert!(
            matches!(&snapshot.sends[..], [(_, DeskFrame::Snapshot { me, .. })] if me.presence == Presence::Offline)
        );
    }

    #[test]
    fn silence_of_all_windows_is_vanishing_and_closes_them() {
        let mut h = Harness::new();
        let ann = h.online(profile("ann", 1));
        let second = h.connect(profile("ann", 1));
        h.ask(1, 1);
        // One window still answers.
        h.wait(limits::AGENT_SILENT);
        h.step(Input::Alive { socket: second, at: Millis(h.now.0 - 1) });
        assert_eq!(h.step(Input::Tick).told(), NOTHING);
        h.wait(limits::AGENT_SILENT - 1);
        assert_eq!(h.desk.next_due(), Some(h.now));
        let step = h.step(Input::Tick);
        assert_eq!(step.told(), ["c1 requeued from ann 1"]);
        assert_eq!(step.closes, [(ann, close::RESYNC), (second, close::RESYNC)]);
        assert_eq!(h.step(Input::Disconnect { socket: ann }), Step::default());
    }

    #[test]
    fn pings_cost_no_writes_until_they_matter() {
        let mut h = Harness::new();
        let ann = h.online(profile("ann", 1));
        h.wait(limits::PING_EVERY);
        assert_eq!(h.step(Input::Alive { socket: ann, at: h.now }), Step::default());
        h.wait(limits::AGENT_SILENT);
        assert_eq!(h.step(Input::Alive { socket: ann, at: h.now }).writes, 1);
        assert_eq!(h.step(Input::Alive { socket: SocketId(77), at: h.now }), Step::default());
    }

    #[test]
    fn a_forgotten_window_of_somebody_off_duty_keeps_nothing_awake() {
        let mut h = Harness::new();
        let ann = h.online(profile("ann", 1));
        assert!(h.desk.next_due().is_some());
        h.presence(ann, Presence::Offline);
        assert_eq!(h.desk.next_due(), None);
    }

    #[test]
    fn several_windows_are_one_agent() {
        let mut h = Harness::new();
        let ann = h.online(profile("ann", 1));
        let second = h.connect(profile("ann", 1));
        h.request(second, DeskRequest::Hello);
        h.step(Input::Disconnect { socket: ann });
        assert_eq!(h.ask(1, 1).told(), ["c1 assigned ann"]);
        for _ in 0..limits::AGENT_WINDOWS {
            h.connect(profile("ann", 1));
        }
        assert_eq!(h.open.len(), limits::AGENT_WINDOWS, "the oldest was closed");
        assert!(!h.open.contains_key(&second));
    }

    #[test]
    fn going_away_keeps_what_is_open() {
        for presence in [Presence::Away, Presence::Busy, Presence::Offline] {
            let mut h = Harness::new();
            let ann = h.online(profile("ann", 2));
            h.online(profile("bob", 1));
            h.ask(1, 1);
            assert_eq!(h.presence(ann, presence).told(), NOTHING);
            h.ask(2, 1);
            assert_eq!(h.ask(3, 1).told(), ["c3 queued 1"], "{presence:?}");
            assert_eq!(h.pass(30 * SECOND).told(), NOTHING);
            assert_eq!(h.presence(ann, Presence::Online).told(), ["c3 assigned ann"]);
            h.presence(ann, Presence::Offline);
            h.step(Input::Disconnect { socket: ann });
            let told = h.pass(limits::AGENT_RECONNECT).told();
            assert_eq!(told.len(), 2, "off duty and gone, with conversations open: {told:?}");
        }
    }

    #[test]
    fn when_the_last_goes_off_duty_the_waiting_are_told_after_a_grace() {
        let mut h = Harness::new();
        let ann = h.online(profile("ann", 1));
        h.ask(1, 1);
        h.ask(2, 1);
        let step = h.presence(ann, Presence::Offline);
        let place = QueuePlace { position: 1, wait: WaitShown::Unknown };
        assert_eq!(
            step.posts,
            [(conv(2), FromDesk::Queued { handoff: HandoffNo(1), place })],
            "no number any more"
        );
        assert_eq!(h.ask(3, 1).told(), ["c3 offline"]);
        assert_eq!(h.pass(limits::OFF_DUTY_GRACE - 1).told(), NOTHING);
        assert_eq!(h.pass(1).told(), ["c2 offline"]);
        assert_eq!(h.presence(ann, Presence::Online).told(), NOTHING);
        h.end(1, 1);
        assert_eq!(h.ask(2, 2).told(), ["c2 assigned ann"]);
    }

    #[test]
    fn coming_back_within_the_grace_serves_the_waiting() {
        let mut h = Harness::new();
        let ann = h.online(profile("ann", 1));
        h.ask(1, 1);
        h.ask(2, 1);
        h.presence(ann, Presence::Away);
        h.pass(limits::OFF_DUTY_GRACE - 1);
        h.online(profile("bob", 1));
        h.presence(ann, Presence::Online);
        assert_eq!(h.pass(10 * MINUTE).told().iter().filter(|t| t.contains("offline")).count(), 0);
    }

    #[test]
    fn a_changed_profile_holds_from_the_next_connection() {
        let mut h = Harness::new();
        h.online(profile("ann", 3));
        (1..=2).for_each(|n| drop(h.ask(n, 1)));
        h.connect(profile("ann", 1));
        h.wait(1);
        assert_eq!(h.ask(3, 1).told(), ["c3 queued 1"], "two open, capacity one: keeps both, takes none");
        h.end(1, 1);
        assert_eq!(h.end(2, 1).told(), ["c3 assigned ann"]);
        h.connect(AgentProfile { groups: vec![GroupId::new("sales").unwrap()], ..profile("ann", 9) });
        assert_eq!(h.ask(4, 1).told(), ["c4 offline"], "no longer of the group");
    }
}

mod requests {
    use super::*;

    #[test]
    fn need_a_hello_first() {
        let mut h = Harness::new();
        let ann = h.connect(profile("ann", 1));
        assert_eq!(h.presence(ann, Presence::Online).errors(), [ErrorCode::WrongStage]);
        assert_eq!(h.take(ann, 1).errors(), [ErrorCode::WrongStage]);
        assert_eq!(h.ask(1, 1).told(), ["c1 offline"]);
        assert_eq!(
            h.step(Input::BadFrame { socket: ann, code: ErrorCode::BadFrame }).errors(),
            [ErrorCode::BadFrame]
        );
    }

    #[test]
    fn of_unknown_windows_close_them() {
        let mut h = Harness::new();
        let socket = SocketId(9);
        let step = h.request(socket, DeskRequest::Hello);
        assert_eq!(step, Step { closes: vec![(socket, close::RESYNC)], ..Step::default() });
        let step = h.step(Input::BadFrame { socket, code: ErrorCode::BadFrame });
        assert_eq!(step.closes, [(socket, close::RESYNC)]);
    }

    #[test]
    fn take_goes_out_of_turn_within_capacity() {
        let mut h = Harness::new();
        let ann = h.online(profile("ann", 2));
        h.ask(1, 1);
        h.presence(ann, Presence::Busy);
        (2..=4).for_each(|n| drop(h.ask(n, 1)));
        assert_eq!(h.take(ann, 3).told(), ["c3 assigned ann", "c4 queued 2"]);
        assert_eq!(h.take(ann, 3), Step::default(), "twice is once");
        assert_eq!(h.take(ann, 4).errors(), [ErrorCode::NoCapacity]);
        assert_eq!(h.take(ann, 99).errors(), [ErrorCode::NotFound]);
        let bob = h.online(profile("bob", 1));
        assert_eq!(h.take(bob, 3).errors(), [ErrorCode::Taken]);
        h.end(3, 1);
        assert_eq!(h.take(bob, 3).errors(), [ErrorCode::NotFound]);
    }

    #[test]
    fn supervisors_take_beyond_their_capacity_and_others_only_from_their_groups() {
        let mut h = Harness::new();
        h.online(profile("ann", 1));
        h.ask(1, 1);
        h.ask(2, 1);
        let sora = h.online(supervisor("sora", 0));
        assert_eq!(h.take(sora, 2).told(), ["c2 assigned sora"]);
        h.ask(3, 1);
        let bob =
            h.online(AgentProfile { groups: vec![GroupId::new("sales").unwrap()], ..profile("bob", 1) });
        assert_eq!(h.take(bob, 3).errors(), [ErrorCode::Forbidden]);
    }

    #[test]
    fn a_returned_conversation_goes_to_another_or_rests() {
        let mut h = Harness::new();
        let ann = h.online(profile("ann", 1));
        h.ask(1, 1);
        h.wait(10);
        h.ask(2, 1);
        assert_eq!(h.give_back(ann, 1).told(), ["c2 assigned ann", "c1 requeued from ann 1"]);
        h.wait(10);
        assert_eq!(h.end(2, 1).told(), NOTHING, "not to the one who gave it back");
        let told = h.pass(limits::RETURN_REST).told();
        assert_eq!(told.iter().filter(|t| t.contains("assigned")).collect::<Vec<_>>(), ["c1 assigned ann"]);
        let bob = h.online(profile("bob", 1));
        assert_eq!(h.give_back(ann, 1).told(), ["c1 requeued from ann 1", "c1 assigned bob"]);
        assert_eq!(h.give_back(ann, 1).errors(), [ErrorCode::NotAssigned]);
        assert_eq!(h.give_back(bob, 1).told(), ["c1 requeued from bob 1"], "no ping-pong");
        assert_eq!(h.give_back(bob, 1).errors(), [ErrorCode::NotAssigned]);
        assert_eq!(h.give_back(bob, 9).errors(), [ErrorCode::NotFound]);
    }

    #[test]
    fn a_supervisor_gives_back_anybodys() {
        let mut h = Harness::new();
        h.online(profile("ann", 1));
        h.ask(1, 1);
        let sora = h.online(supervisor("sora", 1));
        assert_eq!(h.give_back(sora, 1).told(), ["c1 requeued from ann 1", "c1 assigned sora"]);
    }

    #[test]
    fn an_old_place_is_an_old_place() {
        let mut h = Harness::new();
        let ann = h.online(profile("ann", 1));
        for n in 1..=4 {
            h.wait(10);
            h.ask(n, 1);
        }
        h.presence(ann, Presence::Busy);
        assert_eq!(h.give_back(ann, 1).told(), ["c1 requeued from ann 4"], "nobody's position may rise");
        assert_eq!(h.withdraw(3, 1).told(), ["c1 queued 2"]);
        h.online(profile("bob", 1));
        let first = h.desk.handoffs.get(&conv(1)).unwrap();
        assert!(
            matches!(first.standing, super::super::cells::Standing::Assigned { .. }),
            "but it is next in line"
        );
    }
}

mod consoles {
    use super::*;

    #[test]
    fn hear_of_every_change() {
        let mut h = Harness::new();
        let ann = h.online(profile("ann", 1));
        let quiet = h.connect(profile("bob", 1));
        let frames = |step: Step| -> Vec<String> {
            assert!(step.sends.iter().all(|(socket, _)| *socket == ann));
            step.sends
                .iter()
                .map(|(_, frame)| match frame {
                    DeskFrame::Snapshot { .. } => "snapshot".into(),
                    DeskFrame::Waiting { card } => format!("waiting {} {:?}", card.conversation, card.kind),
                    DeskFrame::Assigned { card } => format!("assigned {} {}", card.conversation, card.agent),
                    DeskFrame::Gone { conversation } => format!("gone {conversation}"),
                    DeskFrame::Agent { agent: AgentState { agent, presence, load, .. } } => {
                        format!("agent {} {presence:?} {load}", agent.id)
                    }
                    DeskFrame::Error { code, .. } => format!("error {code:?}"),
                })
                .collect()
        };
        assert_eq!(frames(h.ask(1, 1)), ["assigned c1 ann", "agent ann Online 1"]);
        assert_eq!(frames(h.ask(2, 1)), ["waiting c2 Live"]);
        let words =
            ToDesk::Brief { conversation: conv(2), handoff: HandoffNo(1), brief: brief(Lang::En, "hello?") };
        assert_eq!(frames(h.say(words.clone())), ["waiting c2 Live"]);
        assert_eq!(frames(h.say(words)), NOTHING);
        assert_eq!(frames(h.leave_message(2, 1)), ["waiting c2 Message"]);
        assert_eq!(frames(h.end(1, 1)), ["gone c1", "agent ann Online 0"]);
        assert_eq!(frames(h.withdraw(2, 1)), ["gone c2"]);
        assert_eq!(
            frames(h.step(Input::Disconnect { socket: quiet })),
            ["agent bob Offline 0"].map(String::from)[..0].to_vec()
        );
        assert_eq!(frames(h.presence(ann, Presence::Away)), ["agent ann Away 0"]);
        assert_eq!(frames(h.presence(ann, Presence::Away)), NOTHING);
        assert_eq!(frames(h.request(ann, DeskRequest::Hello)), ["snapshot"]);
    }

    #[test]
    fn a_snapshot_is_bounded_and_starts_with_what_matters() {
        let mut h = Harness::new();
        let ann = h.online(profile("ann", 1));
        h.online(profile("bob", 1));
        h.leave_message(900, 1);
        for n in 0..260 {
            h.wait(1);
            h.ask(n, 1);
        }
        let step = h.request(ann, DeskRequest::Hello);
        let [(_, DeskFrame::Snapshot { waiting, assigned, agents, .. })] = &step.sends[..] else { panic!() };
        assert_eq!((waiting.len(), assigned.len(), agents.len()), (limits::SNAPSHOT_CARDS, 2, 2));
        assert_eq!(waiting[0].conversation, conv(2));
        assert_eq!(assigned[0].agent, agent_id("ann"));
    }
}

mod availability {
    use super::*;

    #[test]
    fn says_what_somebody_asking_now_would_be_told() {
        let mut h = Harness::new();
        assert_eq!(h.desk.availability(h.now), Availability { online: false, wait: None });
        let ann = h.online(profile("ann", 2));
        let soon = WaitShown::Range { low_min: 1, high_min: 1 };
        assert_eq!(h.desk.availability(h.now), Availability { online: true, wait: Some(soon) });
        for n in 1..=6 {
            let told = h.desk.availability(h.now).wait;
            let step = h.ask(n, 1);
            let got = match &step.posts.last().unwrap().1 {
                FromDesk::Queued { place, .. } => Some(place.wait),
                _ => Some(soon),
            };
            assert_eq!(told, got, "{n}");
        }
        h.presence(ann, Presence::Busy);
        assert_eq!(h.desk.availability(h.now), Availability { online: true, wait: Some(WaitShown::Unknown) });
    }

    #[test]
    fn a_promise_counts_down_while_nothing_happens() {
        let mut h = Harness::new();
        h.online(profile("ann", 2));
        (1..=4).for_each(|n| drop(h.ask(n, 1)));
        let step = h.pass(6 * MINUTE);
        let highs = |n: u32| -> Vec<u32> {
            let shown = |(c, item): &(crate::ids::ConversationId, FromDesk)| match item {
                FromDesk::Queued {
                    place: QueuePlace { wait: WaitShown::Range { high_min, .. }, .. },
                    ..
                } if *c == conv(n) => Some(*high_min),
                _ => None,
            };
            step.posts.iter().filter_map(shown).collect()
        };
        assert!(!highs(4).is_empty());
        assert!(highs(4).windows(2).all(|w| w[0] >= w[1]), "{:?}", highs(4));
    }
}

mod restoring {
    use super::*;

    #[test]
    fn bad_cells_are_left_out_and_named() {
        let cells =
            [("handoff/c1", "{"), ("agent/a b", "{}"), ("place/c9", "{}"), ("x", ""), ("other/y", "1")];
        let cells = cells.map(|(k, v)| (k.to_owned(), v.to_owned()));
        let (desk, bad) = Desk::restore(cells);
        assert_eq!(bad.len(), 5);
        assert_eq!(desk, Desk::new());
    }

    #[test]
    fn conversations_of_a_lost_agent_return_to_the_queue() {
        let mut h = Harness::new();
        h.online(profile("ann", 1));
        h.ask(1, 1);
        h.cells.insert("agent/ann".into(), "not json".into());
        let (mut desk, bad) = Desk::restore(h.cells.clone());
        assert_eq!(bad, ["agent/ann"]);
        assert_eq!(desk.next_due(), Some(Millis(0)));
        let posts = desk.handle(h.now, Input::Tick);
        assert!(
            posts
                .iter()
                .any(|e| matches!(e, super::super::Effect::Post { item: FromDesk::Requeued { .. }, .. }))
        );
    }

    #[test]
    fn windows_closed_meanwhile_start_the_grace_at_the_next_input() {
        let mut h = Harness::new();
        h.online(profile("ann", 1));
        h.ask(1, 1);
        h.wait(60 * MINUTE);
        h.open.clear();
        h.evict();
        assert_eq!(h.desk.next_due(), Some(Millis(0)));
        assert_eq!(h.step(Input::Tick).told(), NOTHING);
        assert_eq!(h.desk.next_due(), Some(h.now.plus(limits::AGENT_RECONNECT)));
        h.connect(profile("ann", 1));
        assert_eq!(h.pass(limits::AGENT_RECONNECT).told(), NOTHING);
    }

    #[test]
    fn sockets_of_others_are_not_mistaken() {
        let mut h = Harness::new();
        let ann = h.online(profile("ann", 1));
        let (mut desk, _) = Desk::restore(h.cells.clone());
        desk.restore_sockets(vec![Attachment { socket: ann, agent: agent_id("bob") }]);
        assert_eq!(desk.next_due(), Some(Millis(0)));
    }
}

mod clock {
    use super::*;

    #[test]
    fn going_backwards_delays_but_loses_nothing() {
        let mut h = Harness::new();
        let ann = h.online(profile("ann", 1));
        h.ask(1, 1);
        h.ask(2, 1);
        h.step(Input::Disconnect { socket: ann });
        h.now = Millis(h.now.0 - 60 * MINUTE);
        assert_eq!(h.tick().told().iter().filter(|t| t.contains("offline")).count(), 0);
        let told = h.pass(limits::AGENT_RECONNECT).told();
        assert!(told.contains(&"c1 requeued from ann 2".to_owned()), "{told:?}");
        let told = h.pass(limits::OFF_DUTY_GRACE).told();
        assert_eq!(told.iter().filter(|t| t.contains("offline")).count(), 2, "{told:?}");
    }

    #[test]
    fn a_request_from_the_future_gets_no_better_place_than_now() {
        let mut h = Harness::new();
        h.online(profile("ann", 1));
        h.ask(1, 1);
        let at = h.now.plus(60 * MINUTE);
        h.say(ToDesk::Handoff {
            conversation: conv(2),
            handoff: HandoffNo(1),
            at,
            brief: brief(Lang::En, ""),
        });
        h.wait(1);
        assert_eq!(h.ask(3, 1).told(), ["c3 queued 2"]);
    }
}
