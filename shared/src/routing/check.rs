//! What is wrong with a site's routing before it holds.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::explain::fits;
use super::{Condition, Routing, Rule};
use crate::ids::GroupId;
use crate::lang::Lang;
use crate::limits;

/// One thing that is wrong. Rules are counted from 0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Fault {
    /// More rules than `limits::ROUTING_RULES`.
    TooManyRules,
    /// More groups than `limits::ROUTING_GROUPS`.
    TooManyGroups,
    /// A number out of its bounds: points, seconds, or a weight; of a rule, of a group, or of neither.
    Number {
        name: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rule: Option<u32>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        group: Option<GroupId>,
    },
    /// Two groups with the same id.
    SameGroup { group: GroupId },
    /// A rule's or a group's name is empty or too long.
    Name {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rule: Option<u32>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        group: Option<GroupId>,
    },
    /// The rule has no condition: what fits everything is the last line's matter.
    NoCondition { rule: u32 },
    /// The condition's list is empty, too long, or has an empty or too long pattern.
    List { rule: u32, condition: u32 },
    /// The rule names a group that there is not; without a rule, the last line does.
    UnknownGroup {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rule: Option<u32>,
        group: GroupId,
    },
    /// Its conditions exclude each other.
    Never { rule: u32 },
    /// An earlier rule fits whatever this one fits.
    Covered { rule: u32, by: u32 },
    /// The last line's group is not for every language.
    Otherwise { group: GroupId },
    /// A visitor's choice names a group that there is not, or that another one names, or has too long a name; or there
    /// are more than `limits::ROUTING_CHOICES`.
    Choice { group: GroupId },
}

/// Everything that is wrong; empty when nothing is.
#[must_use]
pub fn check(routing: &Routing) -> Vec<Fault> {
    let mut faults = Vec::new();
    numbers(routing, &mut faults);
    let mut seen = BTreeSet::new();
    for group in &routing.groups {
        if !seen.insert(&group.id) {
            faults.push(Fault::SameGroup { group: group.id.clone() });
        }
        if group.name.chars().count() > limits::SHORT_CHARS {
            faults.push(Fault::Name { rule: None, group: Some(group.id.clone()) });
        }
    }
    if routing.groups.len() > limits::ROUTING_GROUPS {
        faults.push(Fault::TooManyGroups);
    }
    if routing.rules.len() > limits::ROUTING_RULES {
        // Comparing each with each is bounded work only within the limit.
        faults.push(Fault::TooManyRules);
        return faults;
    }
    let otherwise = routing.otherwise.group();
    if !routing.knows(&otherwise) {
        faults.push(Fault::UnknownGroup { rule: None, group: otherwise });
    } else if routing.group(&otherwise).is_some_and(|g| !g.languages.is_empty()) {
        faults.push(Fault::Otherwise { group: otherwise });
    }
    choices(routing, &mut faults);
    for (n, rule) in routing.rules.iter().enumerate() {
        let number = u32::try_from(n).unwrap_or(u32::MAX);
        check_rule(routing, number, rule, &mut faults);
        if rule.off {
            continue;
        }
        let wanted = conditions(routing, rule);
        if excludes_itself(&wanted) {
            faults.push(Fault::Never { rule: number });
            continue;
        }
        let covers = |earlier: &&Rule| {
            let theirs = conditions(routing, earlier);
            !earlier.off
                && !earlier.when.is_empty()
                && theirs.iter().all(|c| wanted.iter().any(|own| implies(own, c)))
        };
        if let Some(by) = routing.rules[..n].iter().position(|earlier| covers(&earlier)) {
            faults.push(Fault::Covered { rule: number, by: u32::try_from(by).unwrap_or(u32::MAX) });
        }
    }
    faults
}

fn numbers(routing: &Routing, faults: &mut Vec<Fault>) {
    let mut bound = |fits: bool, name: &str, rule: Option<u32>, group: Option<&GroupId>| {
        if !fits {
            faults.push(Fault::Number { name: name.into(), rule, group: group.cloned() });
        }
    };
    let points = |n: i32| (-limits::ROUTING_POINTS..=limits::ROUTING_POINTS).contains(&n);
    let secs = |n: u32| n <= limits::ROUTING_SECONDS;
    let rules = (0..).map(Some).zip(routing.rules.iter().map(|rule| &rule.then));
    for (rule, then) in rules.chain([(None, &routing.otherwise)]) {
        bound(points(then.priority), "priority", rule, None);
        bound((1..=limits::ROUTING_WEIGHT).contains(&then.weight), "weight", rule, None);
    }
    let p = routing.points;
    bound(points(p.vip) && points(p.urgent) && points(p.angry), "points", None, None);
    bound(secs(routing.point), "point", None, None);
    bound(secs(routing.no_answer), "no_answer", None, None);
    bound(secs(routing.wrap_up), "wrap_up", None, None);
    bound(secs(routing.away_after), "away_after", None, None);
    for group in &routing.groups {
        let id = Some(&group.id);
        bound(secs(group.language_wait), "language_wait", None, id);
        bound(group.no_answer.is_none_or(secs), "no_answer", None, id);
        bound(group.wrap_up.is_none_or(secs), "wrap_up", None, id);
    }
}

fn choices(routing: &Routing, faults: &mut Vec<Fault>) {
    for (n, choice) in routing.choices.iter().enumerate() {
        let named = |name: &String| (1..=limits::SHORT_CHARS).contains(&name.trim().chars().count());
        let sound = n < limits::ROUTING_CHOICES
            && routing.knows(&choice.group)
            && routing.choices[..n].iter().all(|former| former.group != choice.group)
            && choice.names.values().all(named);
        if !sound {
            faults.push(Fault::Choice { group: choice.group.clone() });
        }
    }
}

fn check_rule(routing: &Routing, rule: u32, given: &Rule, faults: &mut Vec<Fault>) {
    if !(1..=limits::SHORT_CHARS).contains(&given.name.trim().chars().count()) {
        faults.push(Fault::Name { rule: Some(rule), group: None });
    }
    if given.when.is_empty() {
        faults.push(Fault::NoCondition { rule });
    }
    for (n, condition) in given.when.iter().enumerate() {
        let most = limits::ROUTING_LIST;
        let texts = |any: &[String]| {
            let sound = |text: &String| (1..=limits::SHORT_CHARS).contains(&text.chars().count());
            (1..=most).contains(&any.len()) && any.iter().all(sound)
        };
        let sound = match condition {
            Condition::Entry { any } | Condition::Page { any } => texts(any),
            Condition::Language { any } => (1..=most).contains(&any.len()),
            Condition::Mood { any } => (1..=most).contains(&any.len()),
            Condition::Choice { any } => (1..=most).contains(&any.len()),
            Condition::Urgent => true,
            Condition::Vip { at_least } => *at_least > 0,
        };
        if !sound || n >= most {
            faults.push(Fault::List { rule, condition: u32::try_from(n).unwrap_or(u32::MAX) });
        }
        if let Condition::Choice { any } = condition {
            let unknown = any.iter().filter(|group| !routing.knows(group)).cloned();
            faults.extend(unknown.map(|group| Fault::UnknownGroup { rule: Some(rule), group }));
        }
    }
    let group = given.then.group();
    if !routing.knows(&group) {
        faults.push(Fault::UnknownGroup { rule: Some(rule), group });
    }
}

/// What must hold for the rule to decide: its group's languages too.
fn conditions(routing: &Routing, rule: &Rule) -> Vec<Condition> {
    let mut all = rule.when.clone();
    let languages: Vec<Lang> =
        routing.group(&rule.then.group()).map(|g| g.languages.clone()).unwrap_or_default();
    if !languages.is_empty() {
        all.push(Condition::Language { any: languages });
    }
    all
}

/// Whether no facts can meet all of these.
fn excludes_itself(all: &[Condition]) -> bool {
    fn apart<T: PartialEq>(a: &[T], b: &[T]) -> bool {
        !a.is_empty() && !b.is_empty() && !a.iter().any(|x| b.contains(x))
    }
    let plain = |any: &[String]| any.iter().all(|text| !text.contains('*'));
    all.iter().enumerate().any(|(n, one)| {
        all[n + 1..].iter().any(|other| match (one, other) {
            (Condition::Language { any: a }, Condition::Language { any: b }) => apart(a, b),
            (Condition::Mood { any: a }, Condition::Mood { any: b }) => apart(a, b),
            (Condition::Choice { any: a }, Condition::Choice { any: b }) => apart(a, b),
            (Condition::Entry { any: a }, Condition::Entry { any: b })
            | (Condition::Page { any: a }, Condition::Page { any: b }) => {
                (plain(a)
                    && !a.iter().any(|x| b.iter().any(|p| fits(p, x)))
                    && !a.is_empty()
                    && !b.is_empty())
                    || (plain(b)
                        && !b.iter().any(|x| a.iter().any(|p| fits(p, x)))
                        && !a.is_empty()
                        && !b.is_empty())
            }
            _ => false,
        })
    })
}

/// Whether the first condition holds only where the second does. Of patterns only what is plain to see.
fn implies(one: &Condition, other: &Condition) -> bool {
    fn within<T: PartialEq>(a: &[T], b: &[T]) -> bool {
        a.iter().all(|x| b.contains(x))
    }
    match (one, other) {
        (Condition::Language { any: a }, Condition::Language { any: b }) => within(a, b),
        (Condition::Mood { any: a }, Condition::Mood { any: b }) => within(a, b),
        (Condition::Choice { any: a }, Condition::Choice { any: b }) => within(a, b),
        (Condition::Vip { at_least: a }, Condition::Vip { at_least: b }) => a >= b,
        (Condition::Urgent, Condition::Urgent) => true,
        // A pattern's own star is met by a star of the other only; as text, it is met by what it would be met by.
        (Condition::Entry { any: a }, Condition::Entry { any: b })
        | (Condition::Page { any: a }, Condition::Page { any: b }) => {
            a.iter().all(|x| b.iter().any(|p| fits(p, x)))
        }
        (_, Condition::Page { any }) => any.iter().any(|p| p.bytes().all(|b| b == b'*') && !p.is_empty()),
        (_, Condition::Language { any }) => Lang::ALL.iter().all(|lang| any.contains(lang)),
        _ => false,
    }
}
