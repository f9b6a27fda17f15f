//! What a desk keeps: its entities, the maps that note which of them changed, and the cells they persist in.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::drawing::Run;
use super::estimate::display::Promise;
use super::estimate::learned::{Common, GroupLearned, Pace};
use super::estimating::{First, Ghost};
use super::index::InLine;
use super::{AgentProfile, Effect};
use crate::conversation::SocketId;
use crate::exchange::HandoffNo;
use crate::ids::{AgentId, ConversationId, GroupId, VisitorId};
use crate::protocol::desk::{Brief, Presence};
use crate::protocol::stage::QueuePlace;
use crate::roster::Team;
use crate::routing::{Decision, Routing};
use crate::security::pass::Pass;
use crate::security::secrets::Believed;
use crate::time::Millis;

/// A conversation's newest handoff, from the request until well after its end. Cell `handoff/{conversation}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Handoff {
    pub(super) no: HandoffNo,
    /// When the visitor asked: the place in line, kept when the conversation comes back.
    pub(super) since: Millis,
    pub(super) group: GroupId,
    pub(super) priority: i32,
    /// How much earlier than it came it stands in line, in milliseconds: what its priority is worth.
    #[serde(default, skip_serializing_if = "is_nought")]
    pub(super) head_start: i64,
    /// How much of an agent's capacity it takes.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub(super) weight: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) visitor: Option<VisitorId>,
    /// Until when only agents who speak the visitor's language are given it, as long as any is online.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) narrow: Option<Millis>,
    pub(super) brief: Brief,
    /// Whether a message of the visitor's was listed that nobody has attended to: its place among the messages is kept.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) listed: bool,
    /// When the visitor left a message under this handoff: tells a repeat from a new one.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "left")]
    pub(super) left: Option<Millis>,
    pub(super) standing: Standing,
    /// Whether the visitor is away, as the conversation said last. Kept while an agent has it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) away: bool,
    /// The visitor is to be called back: waits in line without being there, and is not sent away.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) call_back: bool,
    /// Who gave it back, and when.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) returned: Vec<(AgentId, Millis)>,
    /// The groups in whose lines it stood before a rule moved it, and until when: it does not come back to them by rule.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) been: Vec<(GroupId, Millis)>,
}

/// Where a handoff stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Standing {
    /// A visitor waits for an agent.
    Waiting,
    /// A left message, listed for agents.
    Message,
    /// With an agent, since `at`, who then had so many others.
    Assigned {
        agent: AgentId,
        at: Millis,
        #[serde(default, skip_serializing_if = "is_zero")]
        beside: u32,
        /// When it goes on to somebody else unless the agent attends to it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        answer_by: Option<Millis>,
    },
    /// Withdrawn, ended or told offline; kept to know late duplicates.
    Closed { at: Millis },
}

/// An earlier build kept only whether one was left.
fn left<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Millis>, D::Error> {
    let kept = serde_json::Value::deserialize(from)?;
    Ok(kept.as_u64().or_else(|| kept.as_bool().filter(|left| *left).map(|_| 0)).map(Millis))
}

fn is_zero(n: &u32) -> bool {
    *n == 0
}

fn is_nought(n: &i64) -> bool {
    *n == 0
}

const fn one() -> u32 {
    1
}

fn is_one(n: &u32) -> bool {
    *n == 1
}

impl Handoff {
    /// Where it stands in line.
    pub(super) fn in_line(&self, conversation: &ConversationId) -> InLine {
        in_line(self.since, self.head_start, conversation)
    }
}

/// Where somebody stands in line who came at this time with this head start: by the time they would have had to come
/// without it, then by the time they came.
pub(super) fn in_line(since: Millis, head_start: i64, conversation: &ConversationId) -> InLine {
    let virtually = i64::try_from(since.0).unwrap_or(i64::MAX).saturating_sub(head_start);
    (virtually, since, conversation.clone())
}

/// A visitor's last agent. Cell `familiar/{visitor}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Familiar {
    pub(super) agent: AgentId,
    pub(super) at: Millis,
}

/// What a waiting visitor was told last. Cell `place/{conversation}`, apart from the handoff because it changes often.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Place {
    pub(super) shown: QueuePlace,
    /// Since when it has been waiting this time.
    pub(super) from: Millis,
    /// The times behind a shown range.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) promise: Option<Promise>,
    /// What the visitor was told first, to learn from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) first: Option<First>,
    /// What the promise was made on, to say why it rises.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) basis: Option<Basis>,
    /// Whether they were told that somebody stands behind them: that is said once.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) followed: bool,
}

/// The desk as it was for somebody when they were promised something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Basis {
    pub(super) at: Millis,
    /// The conversations that those had room for who took the group's by themselves.
    pub(super) slots: u32,
}

/// An agent with a window open, or gone so briefly that it may be a reload. Cell `agent/{agent}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Agent {
    pub(super) profile: AgentProfile,
    pub(super) presence: Presence,
    /// Oldest first.
    pub(super) windows: Vec<Window>,
    /// When any of its windows was last proved to be alive.
    pub(super) heard: Millis,
    /// When its last window disconnected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) gone: Option<Millis>,
    /// Grows with every assignment at the desk: the agent with the lowest one is next among equals.
    pub(super) turn: u64,
    /// Since when the presence has been what it is; 0 of an agent that an earlier build kept.
    #[serde(default)]
    pub(super) since: Millis,
    /// Until when it wraps up and gets nothing new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) wrap_up: Option<Millis>,
    /// Conversations in a row that it did not attend to.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(super) missed: u32,
    /// When the person behind it gave a sign of life.
    #[serde(default)]
    pub(super) active: Millis,
}

/// The one key of [`Plan`].
pub(super) const PLAN: &str = "plan";

/// The site's routing, as this desk was told last. Cell `routing/plan`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Plan {
    /// The site's version it is of.
    pub(super) version: u64,
    pub(super) routing: Routing,
    /// Whose signatures count.
    #[serde(default)]
    pub(super) believed: Believed,
}

/// One console window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Window {
    pub(super) socket: SocketId,
    /// Whether it has said `hello`: only then it gets frames.
    pub(super) greeted: bool,
    /// The session behind it; a lease has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) pass: Option<Pass>,
}

/// How a skill group stands. Cell `group/{group}`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Group {
    /// Since when nobody has been on duty while somebody waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) off: Option<Millis>,
}

/// The one key of the roster. Cell `roster/team`.
pub(super) const TEAM: &str = "team";

/// A map that remembers what its values were before the present input.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tracked<K: Ord, V> {
    map: BTreeMap<K, V>,
    before: BTreeMap<K, Option<V>>,
}

impl<K: Ord, V> Default for Tracked<K, V> {
    fn default() -> Self {
        Self { map: BTreeMap::new(), before: BTreeMap::new() }
    }
}

impl<K: Ord + Clone, V: Clone + PartialEq> Tracked<K, V> {
    pub(super) fn get(&self, key: &K) -> Option<&V> {
        self.map.get(key)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.map.iter()
    }

    /// Whether anything was touched by the present input.
    pub(super) fn has_changed(&self) -> bool {
        !self.before.is_empty()
    }

    /// The value, to be changed.
    pub(super) fn edit(&mut self, key: &K) -> Option<&mut V> {
        let value = self.map.get_mut(key)?;
        if !self.before.contains_key(key) {
            self.before.insert(key.clone(), Some(value.clone()));
        }
        Some(value)
    }

    pub(super) fn put(&mut self, key: K, value: V) {
        let old = self.map.insert(key.clone(), value);
        self.before.entry(key).or_insert(old);
    }

    pub(super) fn remove(&mut self, key: &K) {
        if let Some(old) = self.map.remove(key) {
            self.before.entry(key.clone()).or_insert(Some(old));
        }
    }

    /// Puts without noting a change (restoring).
    pub(super) fn load(&mut self, key: K, value: V) {
        self.map.insert(key, value);
    }

    /// Changes every value without noting it (restoring).
    pub(super) fn load_each(&mut self, mut change: impl FnMut(&K, &mut V)) {
        self.map.iter_mut().for_each(|(key, value)| change(key, value));
    }

    /// Drops without noting a change (restoring).
    pub(super) fn unload(&mut self, key: &K) {
        self.map.remove(key);
    }

    /// Every key whose value differs from before the input, with the former value; forgets them.
    pub(super) fn take_changes(&mut self) -> Vec<(K, Option<V>)> {
        let before = std::mem::take(&mut self.before);
        before.into_iter().filter(|(key, old)| self.map.get(key) != old.as_ref()).collect()
    }
}

impl<K: Ord + Clone + std::fmt::Display, V: Clone + PartialEq + Serialize> Tracked<K, V> {
    /// The effect that makes the cell of `key` what the map says.
    pub(super) fn persist(&self, kind: &str, key: &K) -> Effect {
        let cell = format!("{kind}/{key}");
        // These values are plain structs with string keys: they always serialise.
        match self.get(key).and_then(|value| serde_json::to_string(value).ok()) {
            Some(json) => Effect::Put { key: cell, json },
            None => Effect::Delete { key: cell },
        }
    }
}

/// A restored cell.
pub(super) enum Cell {
    Handoff(ConversationId, Handoff),
    Place(ConversationId, Place),
    Agent(AgentId, Agent),
    Group(GroupId, Group),
    Learned(GroupId, GroupLearned),
    Pace(AgentId, Pace),
    Common(Common),
    Ghost(ConversationId, Ghost),
    Run(Run),
    Team(Team),
    Plan(Plan),
    Decision(u64, Decision),
    Familiar(VisitorId, Familiar),
    Turn(AgentId, u64),
}

impl Cell {
    /// The cell of this key and JSON; `None` when either is not sound.
    pub(super) fn parse(key: &str, json: &str) -> Option<Self> {
        fn value<T: DeserializeOwned>(json: &str) -> Option<T> {
            serde_json::from_str(json).ok()
        }
        let (kind, id) = key.split_once('/')?;
        match kind {
            "handoff" => Some(Self::Handoff(ConversationId::new(id).ok()?, value(json)?)),
            "place" => Some(Self::Place(ConversationId::new(id).ok()?, value(json)?)),
            "agent" => Some(Self::Agent(AgentId::new(id).ok()?, value(json)?)),
            "group" => Some(Self::Group(GroupId::new(id).ok()?, value(json)?)),
            "learned" => Some(Self::Learned(GroupId::new(id).ok()?, value(json)?)),
            "pace" => Some(Self::Pace(AgentId::new(id).ok()?, value(json)?)),
            "ghost" => Some(Self::Ghost(ConversationId::new(id).ok()?, value(json)?)),
            "roster" if id == TEAM => Some(Self::Team(value(json)?)),
            "routing" if id == PLAN => Some(Self::Plan(value(json)?)),
            "decision" => Some(Self::Decision(id.parse().ok()?, value(json)?)),
            "turn" => Some(Self::Turn(AgentId::new(id).ok()?, value(json)?)),
            "familiar" => Some(Self::Familiar(VisitorId::new(id).ok()?, value(json)?)),
            "estimate" if id == "common" => Some(Self::Common(value(json)?)),
            "estimate" if id == "run" => Some(Self::Run(value(json)?)),
            _ => None,
        }
    }
}
