//! A list of what is wrong.

use leptos::prelude::*;
use shared::kb::check::Problem;

use super::words::{of_why, place};
use crate::components::icon::{Icon, icon};
use crate::state::model::use_model;

/// The problems, each with its place.
#[component]
pub fn ProblemList(problems: Vec<Problem>) -> impl IntoView {
    let model = use_model();
    let row = move |problem: Problem| {
        let warning = problem.why.is_warning();
        view! {
            <li class="problem" class:warning=warning>
                {icon(if warning { Icon::Info } else { Icon::Alert })}
                <span>
                    <span class="problem-place"><bdi>{place(model, &problem)}</bdi></span>
                    " "
                    <span>{of_why(model, &problem.why)}</span>
                </span>
            </li>
        }
    };
    view! { <ul class="problems">{problems.into_iter().map(row).collect_view()}</ul> }
}
