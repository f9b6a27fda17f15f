//! What priority is worth, and the times that hold for every group.

use leptos::prelude::*;
use shared::limits::{ROUTING_POINTS, ROUTING_SECONDS};
use shared::routing::{Fault, Routing};

use super::fields::number;
use super::words;
use crate::actions::routing;
use crate::components::icon::{Icon, icon};
use crate::state::model::use_model;
use crate::texts::Text;

/// The fields.
#[component]
pub fn Numbers() -> impl IntoView {
    let model = use_model();
    let points = move |label: Text, get: fn(&Routing) -> i32, set: fn(&mut Routing, i32)| {
        number(
            label,
            (-i64::from(ROUTING_POINTS), ROUTING_POINTS.into()),
            None,
            move || Some(model.routes.draft.with(get).into()),
            move |n| {
                routing::edit(model, |draft| set(draft, n.and_then(|n| i32::try_from(n).ok()).unwrap_or(0)))
            },
        )
    };
    let secs = move |label: Text, get: fn(&Routing) -> u32, set: fn(&mut Routing, u32)| {
        number(
            label,
            (0, ROUTING_SECONDS.into()),
            None,
            move || Some(model.routes.draft.with(get).into()),
            move |n| {
                routing::edit(model, |draft| set(draft, n.and_then(|n| u32::try_from(n).ok()).unwrap_or(0)))
            },
        )
    };
    let faults = move || {
        let own = |f: &&Fault| {
            matches!(f, Fault::Number { rule: None, group: None, name } if name != "priority" && name != "weight")
                || matches!(f, Fault::TooManyRules | Fault::TooManyGroups)
        };
        let all = model.routes.faults();
        all.iter().filter(own).map(|f| words::fault(model, f)).collect::<Vec<_>>()
    };
    view! {
        <details class="route-card route-numbers">
            <summary><h2>{move || model.t(Text::RoutingNumbers)}</h2></summary>
            <p class="soft">{move || model.t(Text::RoutingNumbersHint)}</p>
            <div class="route-pair">
                {points(Text::RoutingVip, |r| r.points.vip, |r, n| r.points.vip = n)}
                {points(Text::RoutingUrgent, |r| r.points.urgent, |r, n| r.points.urgent = n)}
                {points(Text::RoutingMoodAngry, |r| r.points.angry, |r, n| r.points.angry = n)}
                {secs(Text::RoutingPoint, |r| r.point, |r, n| r.point = n)}
            </div>
            <h3>{move || model.t(Text::RoutingTimes)}</h3>
            <div class="route-pair">
                {secs(Text::RoutingNoAnswer, |r| r.no_answer, |r, n| r.no_answer = n)}
                {secs(Text::RoutingWrapUp, |r| r.wrap_up, |r, n| r.wrap_up = n)}
                {secs(Text::RoutingAwayAfter, |r| r.away_after, |r, n| r.away_after = n)}
            </div>
            <ul class="rule-faults" aria-live="polite">
                {move || faults().into_iter().map(|text| view! {
                    <li>{icon(Icon::Alert)} <span>{text}</span></li>
                }).collect_view()}
            </ul>
        </details>
    }
}
