//! What planners do: looking at a day, writing plans, saving.

use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::protocol::roster::{PreviewRoster, RosterPage, SaveRoster};
use shared::roster::{Fault, Roster};
use shared::time::{DAY, Millis};

use super::kb::failed;
use super::notice;
use crate::net::api::roster::{self as api, Refusal};
use crate::net::clock;
use crate::state::model::Model;
use crate::state::roster::Pictured;
use crate::texts::Text;

/// How long somebody pauses before what they wrote is pictured.
const PAUSE_MS: u32 = 200;

/// Loads the roster; what is being written stays.
pub fn load(model: Model) {
    if model.roster.page.with_untracked(Option::is_some) {
        picture(model);
        return;
    }
    spawn_local(async move {
        match api::get().await {
            Ok(page) => take(model, page),
            Err(failure) => failed(model, failure),
        }
    });
}

fn take(model: Model, page: RosterPage) {
    model.roster.draft.set(page.roster.clone());
    model.roster.faults.set(page.faults.clone());
    model.roster.page.set(Some(page));
    picture(model);
}

/// Shows the day so many days from today.
pub fn show_day(model: Model, day: i32) {
    model.roster.day.set(day);
    picture(model);
}

/// Changes the draft, and pictures it once the writing pauses.
pub fn edit(model: Model, change: impl FnOnce(&mut Roster)) {
    model.roster.draft.update(change);
    let turn = model.roster.turn.get_untracked() + 1;
    model.roster.turn.set(turn);
    Timeout::new(PAUSE_MS, move || {
        if model.roster.turn.get_untracked() == turn {
            picture(model);
        }
    })
    .forget();
}

fn picture(model: Model) {
    let turn = model.roster.turn.get_untracked() + 1;
    model.roster.turn.set(turn);
    let day = model.roster.day.get_untracked();
    let (from, to) = (clock::day_start(day), clock::day_start(day + 1));
    // A day more on both sides: so shifts that reach into this one show their own begin and end.
    let (roster, around) = (model.roster.draft.get_untracked(), Millis(from.0.saturating_sub(DAY)));
    let body = PreviewRoster { roster, from: around, to: to.plus(DAY) };
    spawn_local(async move {
        match api::preview(&body).await {
            // A later picture is on its way.
            Ok(_) if model.roster.turn.get_untracked() != turn => {}
            Ok(coverage) => {
                model.roster.faults.set(coverage.faults.clone());
                model.roster.coverage.set(Some(Pictured { from, to, coverage }));
            }
            Err(failure) => failed(model, failure),
        }
    });
}

/// Saves the draft.
pub fn save(model: Model) {
    let Some(edition) = model.roster.page.with_untracked(|page| page.as_ref().map(|page| page.edition))
    else {
        return;
    };
    let body = SaveRoster { edition, roster: model.roster.draft.get_untracked() };
    model.roster.busy.set(true);
    spawn_local(async move {
        match api::save(&body).await {
            Ok(page) => {
                take(model, page);
                notice(model, Text::RosterSaved, false);
            }
            Err(Refusal::Unsound(faults)) => {
                let wrong = faults.iter().find(|fault| !fault.is_notice()).cloned();
                model.roster.faults.set(faults);
                show_fault(model, wrong.as_ref());
                notice(model, Text::RosterUnsound, true);
            }
            Err(Refusal::Failed(failure)) => failed(model, failure),
        }
        model.roster.busy.set(false);
    });
}

/// Brings what a fault is about on screen.
pub fn show_fault(model: Model, fault: Option<&Fault>) {
    use crate::state::roster::Whose;
    let whose = match fault {
        Some(Fault::Agent { agent, .. } | Fault::NoAccount { agent }) => Whose::Agent(agent.clone()),
        Some(Fault::Group { group, .. } | Fault::BadNumber { group } | Fault::NoMembers { group }) => {
            Whose::Group(group.clone())
        }
        Some(Fault::Loop { groups }) => match groups.first() {
            Some(group) => Whose::Group(group.clone()),
            None => return,
        },
        Some(Fault::TooLarge) | None => return,
    };
    model.roster.chosen.set(Some(whose));
}

/// Takes back what was written.
pub fn discard(model: Model) {
    model.roster.page.set(None);
    load(model);
}
