//! What is wrong with the roster, and what is worth knowing.

use leptos::prelude::*;
use shared::roster::{Fault, Problem};

use crate::actions::roster;
use crate::components::icon::{Icon, icon};
use crate::state::model::{Model, use_model};
use crate::texts::Text;

/// The list; one click leads to the place.
#[component]
pub fn Faults() -> impl IntoView {
    let model = use_model();
    let row = move |fault: Fault| {
        let notice = fault.is_notice();
        let text = said(model, &fault);
        view! {
            <li class="problem" class:warning=notice>
                {icon(if notice { Icon::Info } else { Icon::Alert })}
                <button class="link-button" type="button" on:click=move |_| roster::show_fault(model, Some(&fault))>
                    {text}
                </button>
            </li>
        }
    };
    let rows = move || {
        let mut all = model.roster.faults.get();
        // The clocks are turned twice a year for everybody: the next time of each plan says it.
        all.dedup_by(|later, former| is_turned(later) && is_turned(former) && place(later) == place(former));
        all.into_iter().map(row).collect_view()
    };
    view! { <ul class="problems roster-faults" aria-live="polite">{rows}</ul> }
}

const fn is_turned(fault: &Fault) -> bool {
    let (Fault::Agent { problem, .. } | Fault::Group { problem, .. }) = fault else { return false };
    matches!(problem, Problem::ClockTurned { .. })
}

fn place(fault: &Fault) -> String {
    match fault {
        Fault::Agent { agent, .. } | Fault::NoAccount { agent } => agent.to_string(),
        Fault::Group { group, .. } | Fault::BadNumber { group } | Fault::NoMembers { group } => {
            group.to_string()
        }
        Fault::Loop { groups } => groups.iter().map(ToString::to_string).collect::<Vec<_>>().join(" → "),
        Fault::TooLarge => String::new(),
    }
}

/// An agent's name instead of the id.
fn named(model: Model, id: String) -> String {
    model
        .roster
        .page
        .with_untracked(|page| {
            let member = page.iter().flat_map(|page| &page.members).find(|m| m.agent.id.as_str() == id);
            member.map(|member| member.agent.name.clone())
        })
        .unwrap_or(id)
}

fn said(model: Model, fault: &Fault) -> String {
    let place = named(model, place(fault));
    let plain = |text: Text| model.fill(text, &[("who", &place)]);
    match fault {
        Fault::Agent { problem, .. } | Fault::Group { problem, .. } => {
            let shift = |n: usize| (n + 1).to_string();
            let why = match problem {
                Problem::UnknownZone { zone } => model.fill(Text::RosterBadZone, &[("zone", zone)]),
                Problem::TooMuch => model.t(Text::RosterTooMuch).to_owned(),
                Problem::EndsBeforeStart { shift: n } => {
                    model.fill(Text::RosterBackwards, &[("n", &shift(*n))])
                }
                Problem::TooLong { shift: n } => model.fill(Text::RosterTooLong, &[("n", &shift(*n))]),
                Problem::TooManyDays { shift: n } => {
                    model.fill(Text::RosterTooManyDays, &[("n", &shift(*n))])
                }
                Problem::TooManyHours { date } => {
                    model.fill(Text::RosterTooManyHours, &[("date", &date.to_string())])
                }
                Problem::NoDays { shift: n } => model.fill(Text::RosterNoDays, &[("n", &shift(*n))]),
                Problem::Overlap { shift: n, other } => {
                    model.fill(Text::RosterOverlap, &[("n", &shift(*n)), ("other", &shift(*other))])
                }
                Problem::BadException { date } => {
                    model.fill(Text::RosterBadDay, &[("date", &date.to_string())])
                }
                Problem::ExceptionTwice { date } => {
                    model.fill(Text::RosterDayTwice, &[("date", &date.to_string())])
                }
                Problem::NeverValid => model.t(Text::RosterNever).to_owned(),
                Problem::ClockTurned { shift: n, date } => {
                    model.fill(Text::RosterTurned, &[("n", &shift(*n)), ("date", &date.to_string())])
                }
            };
            format!("{place}: {why}")
        }
        Fault::Loop { .. } => plain(Text::RosterLoop),
        Fault::BadNumber { .. } => plain(Text::RosterBadNumber),
        Fault::TooLarge => model.t(Text::RosterTooMuch).to_owned(),
        Fault::NoMembers { .. } => plain(Text::RosterEmptyGroup),
        Fault::NoAccount { .. } => plain(Text::RosterNoAccount),
    }
}
