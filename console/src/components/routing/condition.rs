//! One condition of a rule.

use leptos::prelude::*;
use shared::faq::mood::Mood;
use shared::ids::GroupId;
use shared::lang::Lang;
use shared::limits::VIP_MOST;
use shared::routing::{Condition, Rule};

use super::fields::{list_field, number, toggles};
use super::words;
use crate::actions::routing;
use crate::components::icon::{Icon, icon};
use crate::state::model::{Model, use_model};
use crate::state::routing::groups;
use crate::texts::Text;

/// Something of a rule as it is being written.
pub fn read<T: Default>(model: Model, rule: usize, of: impl FnOnce(&Rule) -> T) -> T {
    model.routes.draft.with(|draft| draft.rules.get(rule).map(of).unwrap_or_default())
}

/// Changes a rule.
pub fn change(model: Model, rule: usize, change: impl FnOnce(&mut Rule)) {
    routing::edit(model, |draft| {
        draft.rules.get_mut(rule).map(change);
    });
}

fn languages(model: Model) -> Vec<Lang> {
    let known = model.kb.list.with(|list| list.as_ref().map(|list| list.languages.clone()));
    known.filter(|all| !all.is_empty()).unwrap_or_else(|| Lang::ALL.to_vec())
}

/// Things to choose from, those that are chosen among them though they are not offered any more.
fn with_chosen<T: Clone + PartialEq>(mut all: Vec<T>, chosen: Vec<T>) -> Vec<T> {
    for one in chosen {
        if !all.contains(&one) {
            all.push(one);
        }
    }
    all
}

/// What it looks at, and what it wants.
#[component]
pub fn ConditionRow(rule: usize, n: usize) -> impl IntoView {
    let model = use_model();
    // What it looks at stays as it is; what it wants is read where it is shown.
    let Some(kind) = model
        .routes
        .draft
        .with_untracked(|draft| draft.rules.get(rule).and_then(|rule| rule.when.get(n).cloned()))
    else {
        return ().into_any();
    };
    let put = move |condition: Condition| {
        change(model, rule, |rule| {
            rule.when.get_mut(n).into_iter().for_each(|old| *old = condition.clone());
        });
    };
    let now = move || read(model, rule, |rule| rule.when.get(n).cloned());
    let name = words::kind(&kind);
    let field = match kind {
        Condition::Entry { .. } => {
            let rows = model.kb.list.with(|list| {
                let rows = list.iter().flat_map(|list| &list.entries);
                rows.map(|row| (row.id.to_string(), row.title.clone())).collect()
            });
            let on = move || match now() {
                Some(Condition::Entry { any }) => any,
                _ => vec![],
            };
            let show = move |id: &str| words::entry(model, id);
            let put = move |any| put(Condition::Entry { any });
            list_field(Text::RoutingEntry, Text::RoutingEntryPlace, rows, show, on, put).into_any()
        }
        Condition::Page { .. } => {
            let on = move || match now() {
                Some(Condition::Page { any }) => any,
                _ => vec![],
            };
            let put = move |any| put(Condition::Page { any });
            let show = |path: &str| path.to_owned();
            list_field(Text::RoutingPage, Text::RoutingPagePlace, vec![], show, on, put).into_any()
        }
        Condition::Language { any } => {
            let all = with_chosen(languages(model), any);
            let options = all.into_iter().map(|lang| (lang, lang.own_name().to_owned())).collect();
            let on = move || match now() {
                Some(Condition::Language { any }) => any,
                _ => vec![],
            };
            toggles(options, on, move |any| put(Condition::Language { any })).into_any()
        }
        Condition::Mood { .. } => {
            let all = [Mood::Angry, Mood::Worried, Mood::Neutral, Mood::Happy];
            let on = move || match now() {
                Some(Condition::Mood { any }) => any,
                _ => vec![],
            };
            let options =
                move || all.into_iter().map(|m| (m, model.t(words::mood(m)).to_owned())).collect::<Vec<_>>();
            (move || toggles(options(), on, move |any| put(Condition::Mood { any }))).into_any()
        }
        Condition::Choice { any } => {
            let offered = model.routes.draft.with_untracked(|draft| match draft.choices.is_empty() {
                true => groups(draft),
                false => draft.choices.iter().map(|choice| choice.group.clone()).collect(),
            });
            let all: Vec<GroupId> = with_chosen(offered, any);
            let options = all.into_iter().map(|id| (id.clone(), words::group(model, &id))).collect();
            let on = move || match now() {
                Some(Condition::Choice { any }) => any,
                _ => vec![],
            };
            toggles(options, on, move |any| put(Condition::Choice { any })).into_any()
        }
        Condition::Urgent => {
            view! { <p class="soft">{move || model.t(Text::RoutingUrgentHint)}</p> }.into_any()
        }
        Condition::Vip { .. } => {
            let get = move || match now() {
                Some(Condition::Vip { at_least }) => Some(i64::from(at_least)),
                _ => None,
            };
            let put = move |level: Option<i64>| {
                put(Condition::Vip { at_least: level.and_then(|n| u8::try_from(n).ok()).unwrap_or(1) });
            };
            number(Text::RoutingVipLeast, (1, VIP_MOST.into()), None, get, put).into_any()
        }
    };
    view! {
        <div class="condition" role="group" aria-label=move || model.t(name)>
            <span class="condition-kind">{move || model.t(name)}</span>
            <div class="condition-field">{field}</div>
            <button
                class="quiet-button"
                type="button"
                aria-label=move || model.fill(Text::RoutingRemoveCondition, &[("what", model.t(name))])
                on:click=move |_| change(model, rule, |rule| {
                    if n < rule.when.len() {
                        rule.when.remove(n);
                    }
                })
            >
                {icon(Icon::Trash)}
            </button>
        </div>
    }
    .into_any()
}
