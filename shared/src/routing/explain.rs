//! The decision itself, with what was looked at on the way.

use serde::{Deserialize, Serialize};

use super::{Condition, Facts, GroupRule, Routing, Then};
use crate::faq::mood::Mood;
use crate::ids::GroupId;

/// Where a handoff goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    pub group: GroupId,
    pub priority: i32,
    pub weight: u32,
}

/// A route and how it came about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    pub route: Route,
    /// The rule that decided, counted from 0, and its name; absent when none did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<(u32, String)>,
    /// No rule decided, and the visitor's own choice did.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub chosen: bool,
    /// The rules before it that did not fit, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passed_by: Vec<Verdict>,
    /// What the priority is made of: by the rule, VIP level, urgency, anger.
    pub points: [i32; 4],
}

/// Why a rule did not decide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    pub rule: u32,
    pub name: String,
    pub missed: Missed,
}

/// What kept a rule from deciding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Missed {
    /// A condition does not hold.
    Condition { condition: Condition },
    /// It is switched off.
    Off,
    /// It names a group that there is not.
    UnknownGroup { group: GroupId },
    /// Its group is not for the visitor's language.
    Language { group: GroupId },
}

/// Where a handoff of these facts goes, and why. Whatever the rules, there is an answer: what is wrong with one of
/// them only makes it not fit.
#[must_use]
pub fn explain(facts: &Facts, routing: &Routing) -> Explanation {
    let mut passed_by = Vec::new();
    let mut decided = None;
    for (n, rule) in routing.rules.iter().enumerate() {
        let number = u32::try_from(n).unwrap_or(u32::MAX);
        let group = rule.then.group();
        let missed = match rule.when.iter().find(|condition| !condition.holds(facts)) {
            _ if rule.off => Some(Missed::Off),
            Some(condition) => Some(Missed::Condition { condition: condition.clone() }),
            None if rule.when.is_empty() => {
                Some(Missed::Condition { condition: Condition::Page { any: vec![] } })
            }
            None if !routing.knows(&group) => Some(Missed::UnknownGroup { group }),
            None if routing.group(&group).is_some_and(|g| !g.is_for(facts.lang)) => {
                Some(Missed::Language { group })
            }
            None => None,
        };
        match missed {
            Some(missed) => passed_by.push(Verdict { rule: number, name: rule.name.clone(), missed }),
            None => {
                decided = Some((number, rule));
                break;
            }
        }
    }
    let fits = |group: &&GroupId| routing.group(group).is_none_or(|g| g.is_for(facts.lang));
    let choice = facts.choice.as_ref().filter(|choice| routing.choices.iter().any(|c| c.group == **choice));
    let choice = choice.filter(fits).filter(|_| decided.is_none());
    let choice = choice.map(|group| Then { group: Some(group.clone()), ..routing.otherwise.clone() });
    let then = decided.map_or(choice.as_ref().unwrap_or(&routing.otherwise), |(_, rule)| &rule.then);
    let group = Some(then.group()).filter(|group| routing.knows(group));
    let points = [
        then.priority,
        routing.points.vip.saturating_mul(i32::from(facts.vip)),
        if facts.urgent { routing.points.urgent } else { 0 },
        if facts.mood == Mood::Angry { routing.points.angry } else { 0 },
    ];
    let route = Route {
        group: group.unwrap_or_else(crate::protocol::stage::default_group),
        priority: points.iter().fold(0, |sum: i32, p| sum.saturating_add(*p)),
        weight: then.weight.max(1),
    };
    let rule = decided.map(|(n, rule)| (n, rule.name.clone()));
    Explanation { route, rule, chosen: choice.is_some(), passed_by, points }
}

impl Condition {
    /// Whether it holds.
    #[must_use]
    pub fn holds(&self, facts: &Facts) -> bool {
        match self {
            Self::Entry { any } => {
                facts.entry.as_ref().is_some_and(|e| any.iter().any(|p| fits(p, e.as_str())))
            }
            Self::Language { any } => any.contains(&facts.lang),
            Self::Page { any } => any.iter().any(|pattern| fits(pattern, &facts.page)),
            Self::Mood { any } => any.contains(&facts.mood),
            Self::Urgent => facts.urgent,
            Self::Choice { any } => facts.choice.as_ref().is_some_and(|choice| any.contains(choice)),
            Self::Vip { at_least } => facts.vip >= *at_least,
        }
    }
}

impl GroupRule {
    /// Whether it is for visitors of this language.
    #[must_use]
    pub fn is_for(&self, lang: crate::lang::Lang) -> bool {
        self.languages.is_empty() || self.languages.contains(&lang)
    }
}

/// Whether the text is what the pattern says, where `*` stands for any characters. Takes at most the product of both
/// lengths.
pub(super) fn fits(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut p, mut t) = (0, 0);
    // Where the last star is, and how far it reaches by now.
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        if pattern.get(p) == Some(&b'*') {
            star = Some((p, t));
            p += 1;
        } else if pattern.get(p) == Some(&text[t]) {
            p += 1;
            t += 1;
        } else if let Some((at, reach)) = star {
            star = Some((at, reach + 1));
            p = at + 1;
            t = reach + 1;
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|byte| *byte == b'*')
}
