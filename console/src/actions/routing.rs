//! What supervisors do to the routing: writing rules, trying them, saving, looking at decisions.

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::protocol::DeskRequest;
use shared::protocol::desk::Candidate;
use shared::protocol::http::{PutRouting, RoutingView};
use shared::protocol::kb::{TestQuestion, TestReply};
use shared::routing::{Decision, Explanation, Facts, Routing, Then, explain};

use super::kb::failed;
use super::{notice, request};
use crate::net::api::kb as kb_api;
use crate::net::api::routing::{self as api, Refusal};
use crate::net::uplink::Status;
use crate::state::model::Model;
use crate::state::routing::{Tried, move_rule, rule_of, with_more};
use crate::texts::Text;

/// Loads the routing and the newest decisions; what is being written stays.
pub fn load(model: Model) {
    look(model);
    if model.routes.is_changed() {
        return;
    }
    spawn_local(async move {
        match api::get().await {
            Ok(view) => take(model, view),
            Err(failure) => failed(model, failure),
        }
    });
}

fn take(model: Model, view: RoutingView) {
    model.routes.draft.set(view.routing.clone());
    model.routes.view.set(Some(view));
}

/// Changes the draft.
pub fn edit(model: Model, change: impl FnOnce(&mut Routing)) {
    model.routes.draft.update(change);
}

/// Moves a rule up or down. Where it stands then.
pub fn shift(model: Model, from: usize, by: isize) -> Option<usize> {
    let to = model.routes.draft.try_update(|draft| move_rule(draft, from, by)).flatten()?;
    model.routes.opened.update(|opened| {
        *opened = match *opened {
            Some(at) if at == from => Some(to),
            Some(at) if at == to => Some(from),
            other => other,
        };
    });
    let name = model.routes.draft.with_untracked(|draft| draft.rules.get(to).map(|rule| rule.name.clone()));
    let place = (to + 1).to_string();
    let pairs = [("name", name.as_deref().unwrap_or_default()), ("n", &place)];
    model.routes.said.set(model.fill(Text::RoutingMoved, &pairs));
    Some(to)
}

/// Saves the draft.
pub fn save(model: Model) {
    let Some(base) = model.routes.view.with_untracked(|view| view.as_ref().map(|view| view.version)) else {
        return;
    };
    let body = PutRouting { base, routing: model.routes.draft.get_untracked() };
    model.routes.busy.set(true);
    spawn_local(async move {
        match api::save(&body).await {
            Ok(view) => {
                take(model, view);
                model.routes.opened.set(None);
                notice(model, Text::RoutingSaved, false);
            }
            Err(Refusal::Unsound(faults)) => {
                let first = faults.iter().find_map(rule_of);
                if let Some(rule) = first.and_then(|rule| usize::try_from(rule).ok()) {
                    model.routes.opened.set(Some(rule));
                }
                notice(model, Text::RoutingUnsound, true);
            }
            Err(Refusal::Failed(failure)) => failed(model, failure),
        }
        model.routes.busy.set(false);
    });
}

/// Takes back what was written.
pub fn discard(model: Model) {
    model.routes.opened.set(None);
    if let Some(view) = model.routes.view.get_untracked() {
        model.routes.draft.set(view.routing);
    }
    // Somebody else may have saved meanwhile.
    load(model);
}

/// Asks the desk what it decided lately. Until there is a line nothing is asked: its first snapshot asks.
pub fn look(model: Model) {
    if model.uplink.with_untracked(|line| line.status() == Status::Live) {
        request(model, &DeskRequest::Decisions { conversation: None, before: None });
    }
}

/// Asks for those before the oldest one that is shown.
pub fn look_further(model: Model) {
    let oldest = model.routes.decisions.with_untracked(|all| all.as_ref()?.last().map(|decision| decision.n));
    if oldest.is_some() && model.uplink.with_untracked(|line| line.status() == Status::Live) {
        request(model, &DeskRequest::Decisions { conversation: None, before: oldest });
    }
}

/// The desk has said it.
pub fn take_decisions(model: Model, decisions: Vec<Decision>, more: bool) {
    model.routes.decisions.update(|all| with_more(all, decisions));
    model.routes.older.set(more);
}

/// Tries the draft with the imagined shopper: what the engine makes of their words, then where that goes.
pub fn try_it(model: Model) {
    let trial = model.routes.trial.get_untracked();
    let text = trial.text.trim().to_owned();
    if text.is_empty() {
        tried(model, None);
        return;
    }
    model.routes.busy.set(true);
    spawn_local(async move {
        let question = TestQuestion { text, before: vec![], draft: false };
        match kb_api::test(&question).await {
            Ok(reply) => tried(model, Some(reply)),
            Err(failure) => failed(model, failure),
        }
        model.routes.busy.set(false);
    });
}

fn tried(model: Model, reply: Option<TestReply>) {
    let trial = model.routes.trial.get_untracked();
    let own = model.kb.list.with_untracked(|list| list.as_ref().and_then(|l| l.languages.first().copied()));
    let read = reply.as_ref().and_then(|reply| reply.lang);
    let nearest = reply.as_ref().and_then(|reply| reply.ranked.first());
    let page = match trial.page.trim() {
        "" => "/".to_owned(),
        page => page.to_owned(),
    };
    let facts = Facts {
        lang: trial.lang.or(read).or(own).unwrap_or(model.lang.get_untracked()),
        entry: nearest.map(|ranked| ranked.entry.clone()),
        page,
        mood: trial.mood.or(reply.as_ref().map(|reply| reply.mood)).unwrap_or_default(),
        urgent: reply.as_ref().is_some_and(|reply| reply.urgent),
        choice: trial.choice,
        vip: trial.vip,
    };
    let topic = nearest.map(|ranked| ranked.title.clone());
    let explanation = model.routes.draft.with_untracked(|draft| explain(&facts, draft));
    // Who fits there is the desk's to say. It need not know all of what is being written, only where that leads.
    let narrowed = model.routes.draft.with_untracked(|draft| Routing {
        groups: draft.group(&explanation.route.group).cloned().into_iter().collect(),
        rules: vec![],
        choices: vec![],
        otherwise: Then {
            group: Some(explanation.route.group.clone()),
            priority: 0,
            weight: explanation.route.weight,
        },
        ..draft.clone()
    });
    let ask = DeskRequest::Explain { facts: facts.clone(), routing: Some(narrowed) };
    model.routes.tried.set(Some(Tried { facts, topic, explanation, candidates: None, waiting: 0 }));
    request(model, &ask);
}

/// The desk has said who fits. An answer about another group comes too late.
pub fn take_candidates(model: Model, of: &Explanation, waiting: u32, candidates: Vec<Candidate>) {
    model.routes.tried.update(|tried| {
        if let Some(tried) = tried.as_mut().filter(|t| t.explanation.route.group == of.route.group) {
            tried.candidates = Some(candidates);
            tried.waiting = waiting;
        }
    });
}
