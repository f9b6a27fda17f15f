//! Routing on screen: as the server has it, as it is being written, what it was tried with, and what the desk decided.

use leptos::prelude::*;
use shared::faq::mood::Mood;
use shared::ids::{ConversationId, GroupId};
use shared::lang::Lang;
use shared::protocol::desk::Candidate;
use shared::protocol::http::RoutingView;
use shared::protocol::stage::default_group;
use shared::routing::{
    Condition, Decision, Explanation, Facts, Fault, GroupRule, Routing, Rule, Then, check,
};

/// Everything the page shows.
#[derive(Debug, Clone, Copy, Default)]
pub struct Routes {
    pub view: RwSignal<Option<RoutingView>>,
    pub draft: RwSignal<Routing>,
    /// The rule whose fields are open.
    pub opened: RwSignal<Option<usize>>,
    /// Something is on its way to the server: buttons wait.
    pub busy: RwSignal<bool>,
    /// What was just done, for those who do not see it.
    pub said: RwSignal<String>,
    pub trial: RwSignal<Trial>,
    pub tried: RwSignal<Option<Tried>>,
    /// Newest first.
    pub decisions: RwSignal<Option<Vec<Decision>>>,
    /// Whether the desk has older ones.
    pub older: RwSignal<bool>,
}

impl Routes {
    /// Somebody else may sign in next.
    pub fn forget(&self) {
        self.view.set(None);
        self.draft.set(Routing::default());
        self.opened.set(None);
        self.trial.set(Trial::default());
        self.tried.set(None);
        self.decisions.set(None);
        self.older.set(false);
    }

    /// Whether something was written that is not saved.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        self.view
            .with(|view| view.as_ref().is_some_and(|view| self.draft.with(|draft| view.routing != *draft)))
    }

    /// What is wrong with what is being written.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        self.draft.with(check)
    }
}

/// A shopper who is imagined.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Trial {
    pub text: String,
    /// Absent: read off the words.
    pub lang: Option<Lang>,
    pub page: String,
    /// Absent: read off the words.
    pub mood: Option<Mood>,
    pub choice: Option<GroupId>,
    pub vip: u8,
}

/// Where they would go.
#[derive(Debug, Clone, PartialEq)]
pub struct Tried {
    pub facts: Facts,
    /// The title of the entry their words are about.
    pub topic: Option<String>,
    pub explanation: Explanation,
    /// The agents of that group, once the desk has answered.
    pub candidates: Option<Vec<Candidate>>,
    pub waiting: u32,
}

/// The rule a fault is about.
#[must_use]
pub const fn rule_of(fault: &Fault) -> Option<u32> {
    match fault {
        Fault::Number { rule, .. } | Fault::Name { rule, .. } | Fault::UnknownGroup { rule, .. } => *rule,
        Fault::NoCondition { rule }
        | Fault::List { rule, .. }
        | Fault::Never { rule }
        | Fault::Covered { rule, .. } => Some(*rule),
        Fault::TooManyRules
        | Fault::TooManyGroups
        | Fault::SameGroup { .. }
        | Fault::Otherwise { .. }
        | Fault::Choice { .. } => None,
    }
}

/// Every group there is, the default one first.
#[must_use]
pub fn groups(routing: &Routing) -> Vec<GroupId> {
    let named = routing.groups.iter().map(|group| group.id.clone());
    let mut all = vec![default_group()];
    all.extend(named.filter(|id| *id != default_group()));
    all
}

/// How a group is called: by its name, else by its id.
#[must_use]
pub fn group_name(routing: &Routing, id: &GroupId) -> String {
    let name = routing.group(id).map(|group| group.name.trim().to_owned()).filter(|name| !name.is_empty());
    name.unwrap_or_else(|| id.to_string())
}

/// An id for a new group of this name that none has yet.
#[must_use]
pub fn new_group_id(routing: &Routing, name: &str) -> Option<GroupId> {
    let words: Vec<String> = name
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    let base = if words.is_empty() { "group".to_owned() } else { words.join("-") };
    let base: String = base.chars().take(40).collect();
    let free = |id: &GroupId| !routing.knows(id);
    let numbered = (2..1_000).map(|n| format!("{base}-{n}"));
    std::iter::once(base.clone()).chain(numbered).filter_map(|id| GroupId::new(id).ok()).find(free)
}

/// A group as it begins.
#[must_use]
pub fn new_group(id: GroupId, name: String) -> GroupRule {
    GroupRule {
        id,
        name,
        languages: vec![],
        capacity: None,
        language_wait: 0,
        no_answer: None,
        wrap_up: None,
    }
}

/// A rule as it begins.
#[must_use]
pub fn new_rule(name: String) -> Rule {
    Rule { name, when: vec![], then: Then::default(), off: false }
}

/// Moves a rule by so many places. Where it stands then.
pub fn move_rule(routing: &mut Routing, from: usize, by: isize) -> Option<usize> {
    let to = from.checked_add_signed(by).filter(|to| *to < routing.rules.len())?;
    (from < routing.rules.len()).then(|| routing.rules.swap(from, to))?;
    Some(to)
}

/// Takes a group away, with everything that names it: rules go to the default group, choices are no more.
pub fn remove_group(routing: &mut Routing, id: &GroupId) {
    routing.groups.retain(|group| group.id != *id);
    routing.choices.retain(|choice| choice.group != *id);
    for rule in &mut routing.rules {
        rule.then.group = rule.then.group.take().filter(|group| group != id);
        for condition in &mut rule.when {
            if let Condition::Choice { any } = condition {
                any.retain(|group| group != id);
            }
        }
    }
    routing.otherwise.group = routing.otherwise.group.take().filter(|group| group != id);
}

/// What the desk has told, newest first: older ones go behind those that are there, others replace them.
pub fn with_more(all: &mut Option<Vec<Decision>>, told: Vec<Decision>) {
    match all {
        Some(all) if told.first().zip(all.last()).is_some_and(|(told, last)| told.n < last.n) => {
            all.extend(told)
        }
        Some(all) if told.is_empty() && !all.is_empty() => {}
        _ => *all = Some(told),
    }
}

/// The decisions of each conversation, oldest first; the conversation decided on last comes first.
#[must_use]
pub fn by_conversation(decisions: &[Decision]) -> Vec<(ConversationId, Vec<Decision>)> {
    let mut all: Vec<(ConversationId, Vec<Decision>)> = Vec::new();
    for decision in decisions {
        match all.iter_mut().find(|(id, _)| *id == decision.conversation) {
            Some((_, list)) => list.insert(0, decision.clone()),
            None => all.push((decision.conversation.clone(), vec![decision.clone()])),
        }
    }
    all
}

/// The kinds of conditions, each with what it begins with.
#[must_use]
pub fn kinds() -> [Condition; 7] {
    [
        Condition::Entry { any: vec![] },
        Condition::Language { any: vec![] },
        Condition::Page { any: vec![] },
        Condition::Mood { any: vec![] },
        Condition::Urgent,
        Condition::Choice { any: vec![] },
        Condition::Vip { at_least: 1 },
    ]
}

#[cfg(test)]
mod tests {
    use shared::routing::{Choice, What};
    use shared::time::Millis;

    use super::*;

    fn group(id: &str) -> GroupId {
        GroupId::new(id).unwrap()
    }

    #[test]
    fn new_groups_have_ids_of_their_own() {
        let mut routing = Routing::default();
        let mut add = |name: &str| {
            let id = new_group_id(&routing, name).unwrap();
            routing.groups.push(new_group(id.clone(), name.into()));
            id.to_string()
        };
        assert_eq!(add("After sales"), "after-sales");
        assert_eq!(add("After  Sales!"), "after-sales-2");
        assert_eq!(add("退货"), "group");
        assert_eq!(add("Support"), "support-2", "the default group is always there");
        assert_eq!(groups(&routing)[..2], [group("support"), group("after-sales")]);
        assert_eq!(group_name(&routing, &group("group")), "退货");
        assert_eq!(group_name(&routing, &group("support")), "support");
    }

    #[test]
    fn rules_move_within_their_list() {
        let rules = ["a", "b", "c"].map(|name| new_rule(name.into())).into();
        let mut routing = Routing { rules, ..Routing::default() };
        assert_eq!(move_rule(&mut routing, 0, 1), Some(1));
        assert_eq!(move_rule(&mut routing, 2, 1), None);
        assert_eq!(move_rule(&mut routing, 0, -1), None);
        let names: Vec<_> = routing.rules.iter().map(|rule| rule.name.as_str()).collect();
        assert_eq!(names, ["b", "a", "c"]);
    }

    #[test]
    fn nothing_names_a_group_that_was_taken_away() {
        let mut routing = Routing {
            groups: vec![new_group(group("sales"), "Sales".into())],
            choices: vec![Choice { group: group("sales"), names: Default::default() }],
            ..Routing::default()
        };
        let mut rule = new_rule("a".into());
        rule.then.group = Some(group("sales"));
        rule.when = vec![Condition::Choice { any: vec![group("sales"), group("support")] }];
        routing.rules = vec![rule];
        routing.otherwise.group = Some(group("sales"));
        assert_eq!(check(&routing), []);
        remove_group(&mut routing, &group("sales"));
        assert_eq!(check(&routing), []);
        assert_eq!(routing.rules[0].when, [Condition::Choice { any: vec![group("support")] }]);
    }

    #[test]
    fn decisions_stand_by_conversation_in_the_order_they_were_made() {
        let decision = |n: u64, of: &str| Decision {
            n,
            at: Millis(n),
            conversation: ConversationId::new(of).unwrap(),
            what: What::Left { group: group("support") },
        };
        let all = by_conversation(&[decision(4, "b"), decision(3, "a"), decision(2, "b"), decision(1, "a")]);
        let order: Vec<_> = all
            .iter()
            .map(|(id, list)| (id.as_str(), list.iter().map(|d| d.n).collect::<Vec<_>>()))
            .collect();
        assert_eq!(order, [("b", vec![2, 4]), ("a", vec![1, 3])]);
    }
}
