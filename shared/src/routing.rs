//! Which skill group a handoff goes to, and how soon: a shop's rules as data, and the reasons of every decision.
//!
//! The first rule whose conditions all hold decides; where none does, what the visitor chose, else [`Routing::otherwise`]. A decision is a function of
//! the [`Facts`] and the rules alone ([`explain`]), so that the console can try rules before they hold.
//!
//! Each point of priority is worth [`Routing::point`] seconds of waiting: who has more points stands where they would had
//! they come that much earlier. So the order between two who wait never changes by itself, and nobody is overtaken
//! for ever: after `points × point` seconds nobody new stands in front.

pub mod check;
mod decision;
mod explain;
#[cfg(test)]
mod tests;

pub use check::{Fault, check};
pub use decision::{Decision, Diverted, Given, LeftWhy, What};
pub use explain::{Explanation, Missed, Route, Verdict, explain};

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::desk::AgentProfile;
use crate::faq::mood::Mood;
use crate::ids::{EntryId, GroupId};
use crate::lang::Lang;
use crate::protocol::stage::{AgentCard, default_group};

/// What is known of a handoff when it is sent somewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    pub lang: Lang,
    /// The entry the bot thought of last: what it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<EntryId>,
    /// The page's path, with its leading slash.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub page: String,
    #[serde(default)]
    pub mood: Mood,
    #[serde(default)]
    pub urgent: bool,
    /// The group the visitor chose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub choice: Option<GroupId>,
    /// The level the shop's signed identity names, 0 without one.
    #[serde(default)]
    pub vip: u8,
}

/// A site's routing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Routing {
    /// Skill groups. The default one needs no entry.
    #[serde(default)]
    pub groups: Vec<GroupRule>,
    /// In order: the first that fits decides.
    #[serde(default)]
    pub rules: Vec<Rule>,
    /// Where no rule fits.
    #[serde(default)]
    pub otherwise: Then,
    /// What visitors may choose before they ask for a human. Where no rule fits, the choice decides.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Choice>,
    #[serde(default)]
    pub points: Points,
    /// Seconds of waiting one point of priority is worth.
    #[serde(default = "default_point")]
    pub point: u32,
    /// Seconds within which an agent who was given a conversation attends to it; 0: however long.
    #[serde(default = "default_no_answer")]
    pub no_answer: u32,
    /// Seconds an agent has for wrapping up after a conversation.
    #[serde(default)]
    pub wrap_up: u32,
    /// Seconds without a sign of life from the person after which an online agent is away; 0: never.
    #[serde(default = "default_away_after")]
    pub away_after: u32,
}

const fn default_point() -> u32 {
    300
}
const fn default_no_answer() -> u32 {
    180
}
const fn default_away_after() -> u32 {
    1_800
}

impl Default for Routing {
    fn default() -> Self {
        Self {
            groups: Vec::new(),
            rules: Vec::new(),
            otherwise: Then::default(),
            choices: Vec::new(),
            points: Points::default(),
            point: default_point(),
            no_answer: default_no_answer(),
            wrap_up: 0,
            away_after: default_away_after(),
        }
    }
}

/// A skill group. Its members are the accounts that name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupRule {
    pub id: GroupId,
    #[serde(default)]
    pub name: String,
    /// The languages it is for; rules pass it by for others. Empty: all.
    #[serde(default)]
    pub languages: Vec<Lang>,
    /// How much its members have of it at a time, together; absent: as much as they can. 0: nobody gets any by themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<u32>,
    /// Seconds for which only agents who speak the visitor's language are given a conversation, as long as any is online.
    #[serde(default)]
    pub language_wait: u32,
    /// Instead of the site's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_answer: Option<u32>,
    /// Instead of the site's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wrap_up: Option<u32>,
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    pub name: String,
    /// All must hold. Never empty.
    pub when: Vec<Condition>,
    pub then: Then,
    /// Kept, and passed by.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub off: bool,
}

/// What a visitor may choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    pub group: GroupId,
    /// How it is called, per language; else by the group's name.
    #[serde(default)]
    pub names: BTreeMap<Lang, String>,
}

/// What must hold. Lists hold when any of them does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Condition {
    /// What it is about: ids of entries, `*` standing for any characters.
    Entry {
        any: Vec<String>,
    },
    Language {
        any: Vec<Lang>,
    },
    /// The page's path, `*` standing for any characters.
    Page {
        any: Vec<String>,
    },
    Mood {
        any: Vec<Mood>,
    },
    Urgent,
    /// The visitor's own choice.
    Choice {
        any: Vec<GroupId>,
    },
    /// The shop's signed identity names this level, or a higher one.
    Vip {
        at_least: u8,
    },
}

/// Where a handoff goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Then {
    /// Absent: the default group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<GroupId>,
    /// Points, besides those of [`Points`].
    #[serde(default)]
    pub priority: i32,
    /// How much of an agent's capacity it takes.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub weight: u32,
}

const fn one() -> u32 {
    1
}

const fn is_one(n: &u32) -> bool {
    *n == 1
}

impl Default for Then {
    fn default() -> Self {
        Self { group: None, priority: 0, weight: 1 }
    }
}

impl Then {
    /// The group it names.
    #[must_use]
    pub fn group(&self) -> GroupId {
        self.group.clone().unwrap_or_else(default_group)
    }
}

/// Points that any handoff gets by what is known of it, whatever the rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Points {
    /// For each VIP level.
    #[serde(default = "two")]
    pub vip: i32,
    #[serde(default = "two")]
    pub urgent: i32,
    #[serde(default = "one_point")]
    pub angry: i32,
}

const fn two() -> i32 {
    2
}
const fn one_point() -> i32 {
    1
}

impl Default for Points {
    fn default() -> Self {
        Self { vip: 2, urgent: 2, angry: 1 }
    }
}

impl Routing {
    /// The group's own entry.
    #[must_use]
    pub fn group(&self, id: &GroupId) -> Option<&GroupRule> {
        self.groups.iter().find(|group| group.id == *id)
    }

    /// Whether a group is known: it has an entry, or is the default one.
    #[must_use]
    pub fn knows(&self, id: &GroupId) -> bool {
        *id == default_group() || self.group(id).is_some()
    }

    /// How a choice is called in `lang`: by its name in it, in its kin or in `own`, else by the group's name.
    #[must_use]
    pub fn choice_name<'a>(&'a self, choice: &'a Choice, lang: Lang, own: Lang) -> &'a str {
        let kin = || choice.names.iter().find(|(l, _)| l.is_kin(lang)).map(|(_, name)| name);
        let name = choice.names.get(&lang).or_else(kin).or_else(|| choice.names.get(&own));
        let group = || self.group(&choice.group).map(|group| &group.name).filter(|name| !name.is_empty());
        name.or_else(group).map_or(choice.group.as_str(), String::as_str)
    }

    /// Milliseconds of waiting that so many points are worth.
    #[must_use]
    pub fn head_start(&self, points: i32) -> i64 {
        i64::from(points) * i64::from(self.point) * 1_000
    }

    /// Milliseconds to attend to a conversation of the group; `None`: however long.
    #[must_use]
    pub fn no_answer(&self, group: &GroupId) -> Option<u64> {
        let secs = self.group(group).and_then(|g| g.no_answer).unwrap_or(self.no_answer);
        (secs > 0).then(|| u64::from(secs) * 1_000)
    }

    /// Milliseconds for wrapping up after a conversation of the group.
    #[must_use]
    pub fn wrap_up(&self, group: &GroupId) -> u64 {
        u64::from(self.group(group).and_then(|g| g.wrap_up).unwrap_or(self.wrap_up)) * 1_000
    }

    /// Milliseconds for which only speakers of the language are given a conversation of the group.
    #[must_use]
    pub fn language_wait(&self, group: &GroupId) -> u64 {
        u64::from(self.group(group).map_or(0, |g| g.language_wait)) * 1_000
    }

    /// How much of the group's conversations agents have at a time.
    #[must_use]
    pub fn capacity(&self, group: &GroupId) -> u32 {
        self.group(group).and_then(|g| g.capacity).unwrap_or(u32::MAX)
    }
}

/// The accounts of each skill group, the default one first: what a group without any is told by.
#[must_use]
pub fn members(
    routing: &Routing,
    accounts: impl IntoIterator<Item = AgentProfile>,
) -> Vec<(GroupId, Vec<AgentCard>)> {
    let known = routing.groups.iter().map(|group| group.id.clone()).filter(|id| *id != default_group());
    let mut all: Vec<(GroupId, Vec<AgentCard>)> =
        std::iter::once(default_group()).chain(known).map(|id| (id, Vec::new())).collect();
    for account in accounts {
        for (id, members) in &mut all {
            if account.serves(id) {
                members.push(account.agent.clone());
            }
        }
    }
    all
}
