//! Rules, faults, reasons and decisions as sentences.

use leptos::prelude::*;
use shared::faq::mood::Mood;
use shared::ids::{AgentId, EntryId, GroupId};
use shared::lang::Lang;
use shared::protocol::desk::{Candidate, Presence, Speaks, Unfit};
use shared::protocol::stage::Fallback;
use shared::routing::{Condition, Diverted, Explanation, Fault, Given, LeftWhy, Missed, Verdict, What};

use crate::state::model::Model;
use crate::state::routing::{group_name, rule_of};
use crate::state::time::stopwatch;
use crate::texts::{Text, of_presence};

/// What joins things of a list.
fn list(model: Model, things: impl IntoIterator<Item = String>) -> String {
    let things: Vec<String> = things.into_iter().collect();
    things.join(model.t(Text::RoutingOr))
}

/// A group, by the name it has or is being given.
#[must_use]
pub fn group(model: Model, id: &GroupId) -> String {
    model.routes.draft.with(|draft| group_name(draft, id))
}

/// An entry, by its title where that is known.
#[must_use]
pub fn entry(model: Model, id: &str) -> String {
    let known = model.kb.list.with(|list| {
        let rows = list.iter().flat_map(|list| &list.entries);
        rows.into_iter().find(|row| row.id.as_str() == id).map(|row| row.title.clone())
    });
    known.unwrap_or_else(|| id.to_owned())
}

/// A mood's name.
#[must_use]
pub const fn mood(mood: Mood) -> Text {
    match mood {
        Mood::Angry => Text::RoutingMoodAngry,
        Mood::Worried => Text::RoutingMoodWorried,
        Mood::Neutral => Text::RoutingMoodNeutral,
        Mood::Happy => Text::RoutingMoodHappy,
    }
}

/// What a condition looks at.
#[must_use]
pub const fn kind(condition: &Condition) -> Text {
    match condition {
        Condition::Entry { .. } => Text::RoutingEntry,
        Condition::Language { .. } => Text::RoutingLanguage,
        Condition::Page { .. } => Text::RoutingPage,
        Condition::Mood { .. } => Text::RoutingMood,
        Condition::Urgent => Text::RoutingUrgent,
        Condition::Choice { .. } => Text::RoutingChoice,
        Condition::Vip { .. } => Text::RoutingVip,
    }
}

/// What it wants; nothing where its kind says all.
#[must_use]
pub fn wanted(model: Model, condition: &Condition) -> Option<String> {
    Some(match condition {
        Condition::Entry { any } => list(model, any.iter().map(|id| entry(model, id))),
        Condition::Language { any } => list(model, any.iter().map(|lang| lang.own_name().to_owned())),
        Condition::Page { any } => list(model, any.iter().cloned()),
        Condition::Mood { any } => list(model, any.iter().map(|m| model.t(mood(*m)).to_owned())),
        Condition::Urgent => return None,
        Condition::Choice { any } => list(model, any.iter().map(|id| group(model, id))),
        Condition::Vip { at_least } => model.fill(Text::RoutingVipFrom, &[("n", &at_least.to_string())]),
    })
}

/// A condition in a line.
#[must_use]
pub fn condition(model: Model, condition: &Condition) -> String {
    let kind = model.t(kind(condition));
    match wanted(model, condition) {
        Some(wanted) => model.fill(Text::RoutingIs, &[("what", kind), ("value", &wanted)]),
        None => kind.to_owned(),
    }
}

/// What is wrong, without the rule's number: it is said beside the rule.
#[must_use]
pub fn fault(model: Model, fault: &Fault) -> String {
    let of_group = |text: Text, id: &GroupId| model.fill(text, &[("group", &group(model, id))]);
    match fault {
        Fault::TooManyRules => model.t(Text::RoutingFaultRules).into(),
        Fault::TooManyGroups => model.t(Text::RoutingFaultGroups).into(),
        Fault::Number { name, .. } => {
            let name = match name.as_str() {
                "priority" => Text::RoutingPriority,
                "weight" => Text::RoutingWeight,
                "points" => Text::RoutingPoints,
                "point" => Text::RoutingPoint,
                "no_answer" => Text::RoutingNoAnswer,
                "wrap_up" => Text::RoutingWrapUp,
                "away_after" => Text::RoutingAwayAfter,
                _ => Text::RoutingLanguageWait,
            };
            model.fill(Text::RoutingFaultNumber, &[("name", model.t(name))])
        }
        Fault::SameGroup { group } => of_group(Text::RoutingFaultSameGroup, group),
        Fault::Name { .. } => model.t(Text::RoutingFaultName).into(),
        Fault::NoCondition { .. } => model.t(Text::RoutingFaultNoCondition).into(),
        Fault::List { .. } => model.t(Text::RoutingFaultList).into(),
        Fault::UnknownGroup { group, .. } => of_group(Text::RoutingFaultUnknownGroup, group),
        Fault::Never { .. } => model.t(Text::RoutingFaultNever).into(),
        Fault::Covered { by, .. } => {
            let name = model.routes.draft.with(|draft| {
                let rule = usize::try_from(*by).ok().and_then(|by| draft.rules.get(by));
                rule.map(|rule| rule.name.clone()).unwrap_or_default()
            });
            let n = by.saturating_add(1).to_string();
            model.fill(Text::RoutingFaultCovered, &[("n", &n), ("name", &name)])
        }
        Fault::Otherwise { group } => of_group(Text::RoutingFaultOtherwise, group),
        Fault::Choice { group } => of_group(Text::RoutingFaultChoice, group),
    }
}

/// What is wrong with a rule.
#[must_use]
pub fn faults_of(model: Model, rule: usize) -> Vec<String> {
    let is_of = |f: &&Fault| rule_of(f).is_some_and(|n| usize::try_from(n) == Ok(rule));
    let mut all: Vec<String> = model.routes.faults().iter().filter(is_of).map(|f| fault(model, f)).collect();
    all.dedup();
    all
}

/// What decided: a rule, the shopper's choice, or nothing of these.
#[must_use]
pub fn because(model: Model, why: &Explanation) -> String {
    match &why.rule {
        Some((n, name)) => {
            let n = n.saturating_add(1).to_string();
            model.fill(Text::RoutingByRule, &[("n", &n), ("name", name)])
        }
        None if why.chosen => model.t(Text::RoutingByChoice).into(),
        None => model.t(Text::RoutingByNone).into(),
    }
}

/// What the priority is made of: "6 = 2 by the rule + 4 for VIP".
#[must_use]
pub fn priority(model: Model, why: &Explanation) -> String {
    let names = [
        Text::RoutingPointsRule,
        Text::RoutingPointsVip,
        Text::RoutingPointsUrgent,
        Text::RoutingPointsAngry,
    ];
    let parts = why.points.iter().zip(names).filter(|(points, _)| **points != 0);
    let parts: Vec<String> =
        parts.map(|(points, name)| model.fill(name, &[("n", &signed(*points))])).collect();
    let total = signed(why.route.priority);
    match parts.is_empty() {
        true => model.t(Text::RoutingPriorityNone).into(),
        false => model.fill(
            Text::RoutingPrioritySum,
            &[("n", &total), ("parts", &parts.join(model.t(Text::RoutingAnd)))],
        ),
    }
}

/// A number of points, with its sign.
#[must_use]
pub fn signed(points: i32) -> String {
    match points {
        0 => "0".into(),
        n if n > 0 => format!("+{n}"),
        n => format!("−{}", n.unsigned_abs()),
    }
}

/// Why a rule was passed by.
#[must_use]
pub fn passed_by(model: Model, verdict: &Verdict) -> String {
    let why = match &verdict.missed {
        Missed::Condition { condition: missed } => {
            model.fill(Text::RoutingMissed, &[("condition", &condition(model, missed))])
        }
        Missed::Off => model.t(Text::RoutingMissedOff).into(),
        Missed::UnknownGroup { group: id } => {
            model.fill(Text::RoutingFaultUnknownGroup, &[("group", &group(model, id))])
        }
        Missed::Language { group: id } => {
            model.fill(Text::RoutingMissedLanguage, &[("group", &group(model, id))])
        }
    };
    let n = verdict.rule.saturating_add(1).to_string();
    model.fill(Text::RoutingPassed, &[("n", &n), ("name", &verdict.name), ("why", &why)])
}

/// Why this agent was given it.
#[must_use]
pub fn given(model: Model, why: &Given) -> String {
    match why {
        Given::Familiar => model.t(Text::RoutingGivenFamiliar).into(),
        Given::Only => model.t(Text::RoutingGivenOnly).into(),
        Given::Language => model.t(Text::RoutingGivenLanguage).into(),
        Given::LeastLoaded => model.t(Text::RoutingGivenLeast).into(),
        Given::Turn => model.t(Text::RoutingGivenTurn).into(),
        Given::Took => model.t(Text::RoutingGivenTook).into(),
        Given::TookOver { from } => model.fill(Text::RoutingGivenTookOver, &[("name", &agent(model, from))]),
        Given::Sent { by } => model.fill(Text::RoutingGivenSent, &[("name", &by.name)]),
    }
}

/// How an agent stands as somebody to be given it.
#[must_use]
pub fn candidate(model: Model, candidate: &Candidate) -> String {
    let state = &candidate.agent;
    if let Some(why) = &candidate.chosen {
        return model.fill(Text::RoutingNext, &[("why", &given(model, why))]);
    }
    let Some(unfit) = candidate.unfit else { return model.t(Text::RoutingFits).into() };
    match unfit {
        Unfit::Presence if state.presence == Presence::Online => model.t(Text::RoutingUnfitGone).into(),
        Unfit::Presence => {
            model.fill(Text::RoutingUnfitPresence, &[("state", model.t(of_presence(state.presence)))])
        }
        Unfit::WrappingUp => model.t(Text::RoutingUnfitWrapUp).into(),
        Unfit::NoRoom => {
            let (load, most) = (state.load.to_string(), state.capacity.to_string());
            model.fill(Text::RoutingUnfitRoom, &[("n", &load), ("most", &most)])
        }
        Unfit::GroupFull => model.t(Text::RoutingUnfitGroup).into(),
        Unfit::Language => model.t(Text::RoutingUnfitLanguage).into(),
    }
}

/// How well an agent speaks a language, if that is worth a word.
#[must_use]
pub fn speaks(model: Model, speaks: Speaks, lang: Lang) -> String {
    let text = match speaks {
        Speaks::Well => Text::RoutingSpeaks,
        Speaks::Nearly => Text::RoutingSpeaksNearly,
        Speaks::No => Text::RoutingSpeaksNot,
    };
    model.fill(text, &[("lang", lang.own_name())])
}

fn agent(model: Model, id: &AgentId) -> String {
    let known = model.inbox.with(|inbox| inbox.agent_name(id).map(str::to_owned));
    let member = || {
        model.routes.view.with(|view| {
            let members = view.iter().flat_map(|view| &view.members).flat_map(|(_, members)| members);
            members.into_iter().find(|card| card.id == *id).map(|card| card.name.clone())
        })
    };
    known.or_else(member).unwrap_or_else(|| id.to_string())
}

/// A decision in a sentence.
#[must_use]
pub fn decision(model: Model, what: &What) -> String {
    match what {
        What::Routed { why, .. } => {
            let name = group(model, &why.route.group);
            model.fill(Text::RoutingDidRoute, &[("group", &name), ("why", &because(model, why))])
        }
        What::Refused { group: id, full, late, offer } => {
            let text = match (late, full) {
                (true, _) => Text::RoutingDidLate,
                (false, true) => Text::RoutingDidFull,
                (false, false) => Text::RoutingDidRefuse,
            };
            let offer = model.t(match offer {
                Fallback::LeaveMessage => Text::RosterLeaveMessage,
                Fallback::CallBack => Text::RosterCallBack,
                Fallback::Email => Text::RosterEmail,
                Fallback::BotOnly => Text::RosterBotOnly,
            });
            let said = model.fill(text, &[("group", &group(model, id))]);
            [said, model.fill(Text::RoutingOffered, &[("offer", offer)])].join(" ")
        }
        What::Diverted { from, group: id, why } => {
            let text = match why {
                Diverted::Closed => Text::RoutingDidDivertClosed,
                Diverted::Full => Text::RoutingDidDivertFull,
                Diverted::Overflow => Text::RoutingDidDivertOverflow,
                Diverted::Late => Text::RoutingDidDivertLate,
            };
            model.fill(text, &[("from", &group(model, from)), ("group", &group(model, id))])
        }
        What::Left { group: id } => model.fill(Text::RoutingDidLeave, &[("group", &group(model, id))]),
        What::CalledBack { group: id, kept } => {
            let text = if *kept { Text::RoutingDidCallBackKept } else { Text::RoutingDidCallBack };
            model.fill(text, &[("group", &group(model, id))])
        }
        What::NotTaken { group: id } => model.fill(Text::RoutingDidNotTake, &[("group", &group(model, id))]),
        What::Widened => model.t(Text::RoutingDidWiden).to_owned(),
        What::Given { agent, why, waited, .. } => {
            let (why, time) = (given(model, why), stopwatch(*waited));
            model.fill(Text::RoutingDidGive, &[("name", &agent.name), ("why", &why), ("time", &time)])
        }
        What::Back { agent: id, why } => {
            let text = match why {
                LeftWhy::GivenBack => Text::RoutingDidGiveBack,
                LeftWhy::Vanished => Text::RoutingDidVanish,
                LeftWhy::NoAnswer => Text::RoutingDidNotAnswer,
                LeftWhy::Removed => Text::RoutingDidRemove,
            };
            model.fill(text, &[("name", &agent(model, id))])
        }
        What::Moved { by, group: id } => {
            model.fill(Text::RoutingDidMove, &[("name", &by.name), ("group", &group(model, id))])
        }
    }
}

/// What was known of a handoff, each in a few words.
#[must_use]
pub fn facts(model: Model, facts: &shared::routing::Facts, topic: Option<&str>) -> Vec<String> {
    let mut all = vec![facts.lang.own_name().to_owned()];
    let about = |id: &EntryId| topic.map_or_else(|| entry(model, id.as_str()), str::to_owned);
    all.extend(facts.entry.as_ref().map(about));
    if !facts.page.is_empty() {
        all.push(facts.page.clone());
    }
    if !facts.mood.is_neutral() {
        all.push(model.t(mood(facts.mood)).to_owned());
    }
    if facts.urgent {
        all.push(model.t(Text::RoutingUrgent).to_owned());
    }
    all.extend(facts.choice.as_ref().map(|id| {
        model.fill(Text::RoutingIs, &[("what", model.t(Text::RoutingChoice)), ("value", &group(model, id))])
    }));
    if facts.vip > 0 {
        all.push(model.fill(Text::RoutingVipLevel, &[("n", &facts.vip.to_string())]));
    }
    all
}
