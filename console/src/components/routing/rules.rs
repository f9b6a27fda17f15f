//! The rules in their order, and the last line.

use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use shared::limits::{ROUTING_POINTS, ROUTING_WEIGHT};
use shared::routing::{Fault, Then};
use wasm_bindgen::JsCast;

use super::condition::{ConditionRow, change, read};
use super::fields::{group_select, number};
use super::words;
use crate::actions::routing;
use crate::components::icon::{Icon, icon};
use crate::state::model::{Model, use_model};
use crate::state::routing::{kinds, new_rule};
use crate::texts::Text;

/// The list.
#[component]
pub fn Rules() -> impl IntoView {
    let model = use_model();
    let count = Memo::new(move |_| model.routes.draft.with(|draft| draft.rules.len()));
    let add = move |_| {
        let name = model.fill(Text::RoutingRuleName, &[("n", &(count.get_untracked() + 1).to_string())]);
        routing::edit(model, |draft| draft.rules.push(new_rule(name)));
        model.routes.opened.set(Some(count.get_untracked() - 1));
        focus_soon(format!("rule-name-{}", count.get_untracked() - 1));
    };
    view! {
        <section class="route-card" aria-labelledby="routing-rules">
            <header class="route-part">
                <h2 id="routing-rules">{move || model.t(Text::RoutingRules)}</h2>
                <button class="button small" type="button" on:click=add>
                    {icon(Icon::Plus)} {move || model.t(Text::RoutingAddRule)}
                </button>
            </header>
            <p class="soft">{move || model.t(Text::RoutingRulesHint)}</p>
            <ol class="rules">
                <For each=move || 0..count.get() key=|n| *n let(n)>
                    <RuleRow n />
                </For>
            </ol>
            <LastLine />
            <p class="unseen" role="status">{move || model.routes.said.get()}</p>
        </section>
    }
}

/// Brings the focus to an element that is about to be drawn.
fn focus_soon(id: String) {
    Timeout::new(0, move || {
        let element = leptos::prelude::document().get_element_by_id(&id);
        if let Some(element) = element.and_then(|e| e.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = element.focus();
        }
    })
    .forget();
}

/// Moves a rule, and the focus with it.
fn shift(model: Model, n: usize, by: isize, handle: &'static str) {
    if let Some(to) = routing::shift(model, n, by) {
        focus_soon(format!("{handle}-{to}"));
    }
}

/// A rule: what it says in a line, and its fields when it is open.
#[component]
fn RuleRow(n: usize) -> impl IntoView {
    let model = use_model();
    let open = Memo::new(move |_| model.routes.opened.get() == Some(n));
    let off = Memo::new(move |_| read(model, n, |rule| rule.off));
    let name = Memo::new(move |_| read(model, n, |rule| rule.name.clone()));
    let last = Memo::new(move |_| model.routes.draft.with(|draft| n + 1 == draft.rules.len()));
    let faults = Memo::new(move |_| words::faults_of(model, n));
    let wants = move || {
        let all = read(model, n, |rule| rule.when.clone());
        let chip = |condition: &_| view! { <span class="chip">{words::condition(model, condition)}</span> };
        all.iter().map(chip).collect_view()
    };
    let leads = move || {
        let then = read(model, n, |rule| rule.then.clone());
        let points = (then.priority != 0)
            .then(|| view! { <span class="points">{words::signed(then.priority)}</span> });
        view! { {icon(Icon::Forth)} <bdi>{words::group(model, &then.group())}</bdi> {points} }
    };
    let keys = move |event: leptos::ev::KeyboardEvent| {
        let by = match (event.shift_key(), event.key().as_str()) {
            (true, "ArrowUp") => -1,
            (true, "ArrowDown") => 1,
            _ => return,
        };
        event.prevent_default();
        shift(model, n, by, "rule");
    };
    let mover = move |by: isize, text: Text, drawing: Icon, handle: &'static str, stuck: Memo<bool>| {
        view! {
            <button
                class=if by < 0 { "quiet-button" } else { "quiet-button down" }
                type="button"
                id=format!("{handle}-{n}")
                disabled=move || stuck.get()
                aria-label=move || model.fill(text, &[("name", &name.get())])
                title=move || model.fill(text, &[("name", &name.get())])
                on:click=move |_| shift(model, n, by, handle)
            >
                {icon(drawing)}
            </button>
        }
    };
    let first = Memo::new(move |_| n == 0);
    view! {
        <li class="rule" class:off=move || off.get() class:wrong=move || !faults.with(Vec::is_empty)>
            <div class="rule-head">
                <span class="rule-place" aria-hidden="true">{n + 1}</span>
                <button
                    class="rule-line"
                    type="button"
                    id=format!("rule-{n}")
                    aria-expanded=move || open.get().to_string()
                    aria-keyshortcuts="Shift+ArrowUp Shift+ArrowDown"
                    on:click=move |_| model.routes.opened.set((!open.get_untracked()).then_some(n))
                    on:keydown=keys
                >
                    <span class="rule-name">
                        <bdi>{move || name.get()}</bdi>
                        {move || off.get().then(|| view! { <span class="chip warm">{model.t(Text::RoutingOff)}</span> })}
                    </span>
                    <span class="rule-leads">{leads}</span>
                    <span class="rule-wants">{wants}</span>
                </button>
                <span class="rule-acts">
                    {mover(-1, Text::RoutingUp, Icon::Up, "rule-up", first)}
                    {mover(1, Text::RoutingDown, Icon::Up, "rule-down", last)}
                </span>
            </div>
            <ul class="rule-faults" aria-live="polite">
                {move || faults.get().into_iter().map(|text| view! {
                    <li>{icon(Icon::Alert)} <span>{text}</span></li>
                }).collect_view()}
            </ul>
            <Show when=move || open.get()>
                <RuleFields n />
            </Show>
        </li>
    }
}

#[component]
fn RuleFields(n: usize) -> impl IntoView {
    let model = use_model();
    let conditions = Memo::new(move |_| {
        // A row stands for a place and what it looks at: when that changes, the row is another one.
        read(model, n, |rule| rule.when.iter().map(words::kind).enumerate().collect::<Vec<_>>())
    });
    let off = Memo::new(move |_| read(model, n, |rule| rule.off));
    let add = move |event: leptos::ev::Event| {
        let picked = event_target_value(&event).parse().ok().and_then(|at: usize| kinds().get(at).cloned());
        if let Some(condition) = picked {
            change(model, n, |rule| rule.when.push(condition));
        }
        event_target::<web_sys::HtmlSelectElement>(&event).set_value("");
    };
    let remove = move |_| {
        model.routes.opened.set(None);
        routing::edit(model, |draft| {
            if n < draft.rules.len() {
                draft.rules.remove(n);
            }
        });
    };
    let put_group = move |group| change(model, n, |rule| rule.then.group = group);
    let whole = |n: Option<i64>| n.and_then(|n| i32::try_from(n).ok());
    view! {
        <div class="rule-fields">
            <label class="field">
                <span>{move || model.t(Text::RoutingName)}</span>
                <input
                    id=format!("rule-name-{n}")
                    maxlength="200"
                    autocomplete="off"
                    prop:value=move || read(model, n, |rule| rule.name.clone())
                    on:input=move |event| change(model, n, |rule| rule.name = event_target_value(&event))
                />
            </label>
            <fieldset class="conditions">
                <legend>{move || model.t(Text::RoutingWhen)}</legend>
                <For each=move || conditions.get() key=|row| (row.0, row.1 as usize) let(row)>
                    <ConditionRow rule=n n=row.0 />
                </For>
                <select class="adder" aria-label=move || model.t(Text::RoutingAddCondition) on:change=add>
                    <option value="">{move || model.t(Text::RoutingAddCondition)}</option>
                    {kinds().iter().enumerate().map(|(at, kind)| {
                        let text = words::kind(kind);
                        view! { <option value=at.to_string()>{move || model.t(text)}</option> }
                    }).collect_view()}
                </select>
            </fieldset>
            <fieldset class="then">
                <legend>{move || model.t(Text::RoutingThen)}</legend>
                <div class="route-pair">
                    {group_select(model, Text::RoutingGroup, move || read(model, n, |rule| Some(rule.then.group())), put_group)}
                    {number(
                        Text::RoutingPriority,
                        (-i64::from(ROUTING_POINTS), ROUTING_POINTS.into()),
                        None,
                        move || Some(read(model, n, |rule| i64::from(rule.then.priority))),
                        move |n_| change(model, n, |rule| rule.then.priority = whole(n_).unwrap_or(0)),
                    )}
                    {number(
                        Text::RoutingWeight,
                        (1, ROUTING_WEIGHT.into()),
                        None,
                        move || Some(read(model, n, |rule| i64::from(rule.then.weight))),
                        move |n_| change(model, n, |rule| {
                            rule.then.weight = n_.and_then(|n| u32::try_from(n).ok()).unwrap_or(1);
                        }),
                    )}
                </div>
            </fieldset>
            <div class="rule-foot">
                <label class="switch">
                    <input
                        type="checkbox"
                        prop:checked=move || !off.get()
                        on:change=move |event| change(model, n, |rule| rule.off = !event_target_checked(&event))
                    />
                    <span>{move || model.t(Text::RoutingOn)}</span>
                </label>
                <button class="button small quiet" type="button" on:click=remove>
                    {icon(Icon::Trash)} {move || model.t(Text::RoutingRemoveRule)}
                </button>
            </div>
        </div>
    }
}

/// Where no rule fits.
#[component]
fn LastLine() -> impl IntoView {
    let model = use_model();
    let then = move || model.routes.draft.with(|draft| draft.otherwise.clone());
    let put = move |change: &dyn Fn(&mut Then)| routing::edit(model, |draft| change(&mut draft.otherwise));
    let faults = move || {
        let of_none = |f: &&Fault| {
            let unknown = matches!(f, Fault::UnknownGroup { rule: None, .. } | Fault::Otherwise { .. });
            unknown || matches!(f, Fault::Number { rule: None, group: None, name } if name == "priority")
        };
        let all = model.routes.faults();
        all.iter().filter(of_none).map(|f| words::fault(model, f)).collect::<Vec<_>>()
    };
    view! {
        <div class="last-line">
            <h3>{move || model.t(Text::RoutingOtherwise)}</h3>
            <div class="route-pair">
                {group_select(model, Text::RoutingGroup, move || Some(then().group()), move |group| {
                    put(&move |then| then.group.clone_from(&group));
                })}
                {number(
                    Text::RoutingPriority,
                    (-i64::from(ROUTING_POINTS), ROUTING_POINTS.into()),
                    None,
                    move || Some(i64::from(then().priority)),
                    move |n| put(&move |then| then.priority = n.and_then(|n| i32::try_from(n).ok()).unwrap_or(0)),
                )}
            </div>
            <ul class="rule-faults" aria-live="polite">
                {move || faults().into_iter().map(|text| view! {
                    <li>{icon(Icon::Alert)} <span>{text}</span></li>
                }).collect_view()}
            </ul>
        </div>
    }
}
