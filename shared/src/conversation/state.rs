//! What a conversation must remember: one JSON row.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{BotQuestion, Flow, Watch};
use crate::exchange::{HandoffNo, Summary};
use crate::faq::Turn;
use crate::faq::mood::{self, Mood};
use crate::ids::{ConversationId, EntryId, GroupId, SiteKey, VisitorId};
use crate::lang::Lang;
use crate::limits;
use crate::protocol::conversation::{Marks, Party, Reason};
use crate::protocol::desk::Brief;
use crate::protocol::message::{Body, Event, Message, Sender};
use crate::protocol::stage::{AgentCard, Fallback, PageContext, Stage};
use crate::security::identity::Customer;
use crate::time::Millis;

/// Everything durable of a conversation besides its log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// Absent until `Create`.
    pub about: Option<About>,
    /// The conversation's language.
    pub lang: Lang,
    /// Whether the visitor chose it.
    pub pinned: bool,
    /// The page the visitor looked at last.
    pub page: Option<PageContext>,
    pub stage: Stage,
    /// The newest sequence of the log.
    pub last: u64,
    /// The newest sequence a visitor may see.
    pub last_public: u64,
    pub marks: Marks,
    /// When the log last grew.
    pub last_at: Millis,
    /// When the visitor last wrote (or the conversation began).
    pub visitor_at: Millis,
    /// The number of the last request for a human.
    pub handoff: HandoffNo,
    /// When the present request for a human was made; kept while agents come and go.
    pub asked_at: Millis,
    /// Whether the visitor who waits is there.
    #[serde(default)]
    pub watch: Watch,
    /// Whether the desk was told last, under the present number, that the visitor is away.
    #[serde(default)]
    pub absent: bool,
    /// Whether an agent has written since that request.
    pub replied: bool,
    /// A message left for later; it counts until the conversation ends, as at the desk.
    pub left: Option<LeftMessage>,
    /// Questions the bot has still to answer, oldest first; only the first has been asked.
    pub questions: Vec<Question>,
    /// Answers marked by the visitor, oldest mark first.
    pub helpful: Vec<(u64, bool)>,
    /// Why not, of those that were told, and whether a comment came with it.
    #[serde(default)]
    pub reasons: Vec<Why>,
    /// What the bot has asked the visitor for, to go on with an answer.
    #[serde(default)]
    pub flow: Option<Flow>,
    /// The visitor's last words, shortened.
    pub preview: String,
    /// Title of the entry the bot thought of last.
    pub topic: Option<String>,
    /// That entry.
    #[serde(default)]
    pub entry: Option<EntryId>,
    /// What the visitor's words showed last, neutral ones apart, until the conversation ends.
    #[serde(default)]
    pub mood: Mood,
    /// Whether they showed that it is urgent.
    #[serde(default)]
    pub urgent: bool,
    /// The group the visitor chose.
    #[serde(default)]
    pub choice: Option<GroupId>,
    /// The level the shop's signed identity named.
    #[serde(default)]
    pub vip: u8,
    /// Until when.
    #[serde(default)]
    pub vip_until: Millis,
    /// Who that said it is.
    #[serde(default)]
    pub customer: Option<Customer>,
    /// With which of the shop's secrets.
    #[serde(default)]
    pub signed: u32,
    /// Whether being called back was offered since the conversation began or ended last.
    #[serde(default)]
    pub may_be_called_back: bool,
    /// Whether the desk was told that the agent who has it attends to it.
    #[serde(default)]
    pub attended: bool,
    /// When the desk was last told the card's contents.
    pub brief_at: Millis,
    /// Whether they have changed since.
    pub brief_due: bool,
    pub tally: Tally,
    /// The visitor's question that was answered last: told to be amiss when they go on to ask for a human.
    #[serde(default)]
    pub answered: Option<Answered>,
}

/// Whose conversation it is; never changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    pub site: SiteKey,
    pub conversation: ConversationId,
    pub visitor: VisitorId,
    pub started: Millis,
}

/// A left message's contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftMessage {
    pub contact: Option<String>,
    /// The visitor is to be called back, and keeps the place in line.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub call_back: bool,
}

/// A visitor's message the bot has still to answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    pub seq: u64,
    pub picked: Option<EntryId>,
    /// When it was last asked; absent while an earlier question is being answered.
    pub asked: Option<Millis>,
    pub tries: u32,
}

/// Why the answer `seq` did not help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    pub seq: u64,
    pub reason: Reason,
    pub commented: bool,
}

/// A question and the entry that answered it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answered {
    pub seq: u64,
    pub entry: EntryId,
}

/// What the summary counts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Tally {
    pub answers: u32,
    pub helpful: u32,
    pub unhelpful: u32,
    #[serde(default)]
    pub reasons: BTreeMap<Reason, u32>,
    pub handoffs: u32,
    pub rating: Option<u8>,
    pub comment: Option<String>,
    /// The agent who had it last.
    pub agent: Option<AgentCard>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            about: None,
            lang: Lang::En,
            pinned: false,
            page: None,
            stage: Stage::Bot,
            last: 0,
            last_public: 0,
            marks: Marks::default(),
            last_at: Millis(0),
            visitor_at: Millis(0),
            handoff: HandoffNo(0),
            asked_at: Millis(0),
            watch: Watch::Off,
            absent: false,
            replied: false,
            left: None,
            questions: Vec::new(),
            helpful: Vec::new(),
            reasons: Vec::new(),
            flow: None,
            preview: String::new(),
            topic: None,
            entry: None,
            mood: Mood::Neutral,
            urgent: false,
            may_be_called_back: false,
            choice: None,
            vip: 0,
            vip_until: Millis(0),
            customer: None,
            signed: 0,
            attended: false,
            brief_at: Millis(0),
            brief_due: false,
            tally: Tally::default(),
            answered: None,
        }
    }
}

impl State {
    /// Whether `row`, as it was saved last, holds this state: all of it but what has been delivered since, which is
    /// kept with the sockets.
    #[must_use]
    pub fn is_saved_as(&self, row: &Self) -> bool {
        let Marks { visitor_delivered, agent_delivered, .. } = self.marks;
        let marks = Marks { visitor_delivered, agent_delivered, ..row.marks };
        *self == Self { marks, ..row.clone() }
    }

    /// What an entry of the log changes by itself. A saved state that has absorbed the entries after it is the state,
    /// unless [`super::Effect::Save`] said otherwise.
    pub fn absorb(&mut self, message: &Message) {
        self.last = message.seq;
        self.last_at = message.at;
        if message.is_public() {
            self.last_public = message.seq;
        }
        match (&message.from, &message.body) {
            (Sender::Visitor, Body::Text { text, .. }) => {
                // The log has clean texts only.
                self.preview.clear();
                self.preview.push_str(
                    text.char_indices().nth(limits::SHORT_CHARS).map_or(text, |(end, _)| &text[..end]),
                );
                self.visitor_at = message.at;
                // Reading a tone takes as long as all else a message needs, and an agent hears it for themselves: only
                // the latest words are read, when somebody else is to know (`State::shown`).
                if !matches!(self.stage, Stage::Assigned { .. }) {
                    (self.mood, self.urgent) = self.tone(text);
                }
            }
            (Sender::Agent { .. }, Body::Text { .. }) => self.replied = true,
            (_, Body::Event { event: Event::Ended { .. } }) => {
                (self.mood, self.urgent) = (Mood::Neutral, false);
            }
            _ => {}
        }
    }

    /// Mood and urgency when these are the visitor's latest words.
    fn tone(&self, words: &str) -> (Mood, bool) {
        let tone = mood::read(words);
        let mood = if tone.mood.is_neutral() { self.mood } else { tone.mood };
        (mood, self.urgent || tone.urgent)
    }

    /// What a stage offers can be taken up until the conversation ends: a click is slower than a queue.
    pub(super) fn offers(&mut self, stage: &Stage) {
        match stage {
            Stage::Ended { .. } => self.may_be_called_back = false,
            Stage::Offline { offer: Fallback::CallBack, .. } => self.may_be_called_back = true,
            Stage::Queued { place: Some(place), .. } => self.may_be_called_back |= place.call_back,
            _ => {}
        }
    }

    /// Mood and urgency as of now.
    pub(super) fn shown(&self) -> (Mood, bool) {
        match self.stage {
            Stage::Assigned { .. } => self.tone(&self.preview),
            _ => (self.mood, self.urgent),
        }
    }

    /// Raises a side's marks up to `seq`, as far as it may see: what its clients have, and with `seen` what was read.
    /// Whether that changed anything.
    pub(super) fn raise_marks(&mut self, side: Party, seq: u64, seen: bool) -> bool {
        let Marks { visitor, visitor_delivered, agent, agent_delivered } = &mut self.marks;
        let (read, delivered, newest) = match side {
            Party::Visitor => (visitor, visitor_delivered, self.last_public),
            Party::Agent => (agent, agent_delivered, self.last),
        };
        let before = (*read, *delivered);
        let seq = seq.min(newest);
        *delivered = (*delivered).max(seq);
        if seen {
            *read = (*read).max(seq);
        }
        (*read, *delivered) != before
    }

    /// What an agent should know before opening the conversation.
    #[must_use]
    pub fn brief(&self) -> Brief {
        let (mood, urgent) = self.shown();
        Brief {
            lang: self.lang,
            preview: self.preview.clone(),
            topic: self.topic.clone(),
            page: self.page.clone(),
            contact: self.left.as_ref().and_then(|l| l.contact.clone()),
            entry: self.entry.clone(),
            mood,
            urgent,
            choice: self.choice.clone(),
            vip: self.vip,
            customer: self.customer.clone(),
            signed: self.signed,
        }
    }

    /// What the archive should know; `None` before `Create`.
    #[must_use]
    pub fn summary(&self) -> Option<Summary> {
        let about = self.about.as_ref()?;
        Some(Summary {
            conversation: about.conversation.clone(),
            started: about.started,
            last: self.last_at,
            lang: self.lang,
            stage: stage_name(&self.stage).into(),
            agent: self.tally.agent.clone(),
            messages: self.last,
            answers: self.tally.answers,
            helpful: self.tally.helpful,
            unhelpful: self.tally.unhelpful,
            reasons: self.tally.reasons.clone(),
            handoffs: self.tally.handoffs,
            rating: self.tally.rating,
            rating_comment: self.tally.comment.clone(),
            preview: self.preview.clone(),
        })
    }

    /// Whether the bot listens to what the visitor writes now.
    #[must_use]
    pub(super) const fn bot_listens(&self) -> bool {
        matches!(self.stage, Stage::Bot | Stage::Offline { .. } | Stage::MessageLeft)
    }

    /// Whether the desk shows a card of this conversation.
    pub(super) const fn has_card(&self) -> bool {
        matches!(self.stage, Stage::Queued { .. } | Stage::Assigned { .. } | Stage::MessageLeft)
    }

    /// Whether the desk has a request for a human that is not settled.
    pub(super) const fn with_desk(&self) -> bool {
        matches!(self.stage, Stage::Queued { .. } | Stage::Assigned { .. })
    }

    /// Whether the visitor has asked to be called back.
    pub(super) fn is_called_back(&self) -> bool {
        self.left.as_ref().is_some_and(|left| left.call_back)
    }

    /// Whether the visitor waits for a human now. Who left a message need not stay for its answer, also when it comes
    /// back from an agent.
    pub(super) const fn waits_live(&self) -> bool {
        matches!(self.stage, Stage::Queued { .. }) && self.left.is_none()
    }

    /// When the conversation ends by rule if nothing happens; `None` when it does not.
    pub(super) fn idle_end(&self) -> Option<Millis> {
        self.about.as_ref()?;
        match self.stage {
            Stage::Bot | Stage::Offline { .. } | Stage::Queued { .. } => {
                Some(self.visitor_at.plus(limits::IDLE_CLOSE))
            }
            Stage::Assigned { .. } => Some(self.last_at.plus(limits::IDLE_CLOSE)),
            // A left message waits for its answer however long that takes.
            Stage::MessageLeft | Stage::Ended { .. } => None,
        }
    }

    /// The question about `words`, the visitor's message of that number, with what was said before.
    pub(super) fn question(&self, question: &Question, words: &Message, before: &[Message]) -> BotQuestion {
        let waiting = |seq| self.questions.iter().any(|q| q.seq == seq);
        let mut context: Vec<Turn> =
            before.iter().filter(|m| m.seq != words.seq && !waiting(m.seq)).filter_map(turn).collect();
        let surplus = context.len().saturating_sub(limits::CONTEXT_TURNS);
        context.drain(..surplus);
        let text = match &words.body {
            Body::Text { text, .. } => text.clone(),
            _ => String::new(),
        };
        BotQuestion {
            seq: words.seq,
            text,
            picked: question.picked.clone(),
            context,
            lang: self.lang,
            flow: self.flow.clone(),
        }
    }
}

fn turn(message: &Message) -> Option<Turn> {
    match (&message.from, &message.body) {
        (Sender::Visitor, Body::Text { text, .. }) => Some(Turn::Visitor(text.clone())),
        (Sender::Bot, Body::Answer { entry, .. }) => Some(Turn::Bot(entry.clone())),
        _ => None,
    }
}

/// A stage's name, as on the wire.
pub(super) const fn stage_name(stage: &Stage) -> &'static str {
    match stage {
        Stage::Bot => "bot",
        Stage::Offline { .. } => "offline",
        Stage::Queued { .. } => "queued",
        Stage::Assigned { .. } => "assigned",
        Stage::MessageLeft => "message_left",
        Stage::Ended { .. } => "ended",
    }
}
