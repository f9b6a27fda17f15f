//! The skill groups: their names, who is in them, and what holds for them alone.

use leptos::prelude::*;
use shared::ids::GroupId;
use shared::limits::ROUTING_SECONDS;
use shared::protocol::stage::default_group;
use shared::routing::{Fault, GroupRule};

use super::fields::{number, toggles};
use super::words;
use crate::actions::routing;
use crate::components::icon::{Icon, icon};
use crate::state::model::{Model, use_model};
use crate::state::routing::{groups, new_group, new_group_id, remove_group};
use crate::texts::Text;

/// The list, and the way to a new one.
#[component]
pub fn Groups() -> impl IntoView {
    let model = use_model();
    let all = Memo::new(move |_| model.routes.draft.with(groups));
    let name = RwSignal::new(String::new());
    let add = move || {
        let text = name.get_untracked().trim().to_owned();
        let id = model.routes.draft.with_untracked(|draft| new_group_id(draft, &text));
        if let Some(id) = id.filter(|_| !text.is_empty()) {
            routing::edit(model, |draft| draft.groups.push(new_group(id, text)));
            name.set(String::new());
        }
    };
    view! {
        <section class="route-card" aria-labelledby="routing-groups">
            <h2 id="routing-groups">{move || model.t(Text::RoutingGroups)}</h2>
            <p class="soft">{move || model.t(Text::RoutingGroupsHint)}</p>
            <ul class="route-groups">
                <For each=move || all.get() key=GroupId::clone let(id)>
                    <GroupRow id />
                </For>
            </ul>
            <form class="adding" on:submit=move |event| {
                event.prevent_default();
                add();
            }>
                <input
                    type="text"
                    maxlength="100"
                    autocomplete="off"
                    aria-label=move || model.t(Text::RoutingNewGroup)
                    placeholder=move || model.t(Text::RoutingNewGroup)
                    prop:value=move || name.get()
                    on:input=move |event| name.set(event_target_value(&event))
                />
                <button class="button small" type="submit" disabled=move || name.with(|n| n.trim().is_empty())>
                    {icon(Icon::Plus)} {move || model.t(Text::RoutingAddGroup)}
                </button>
            </form>
        </section>
    }
}

fn read<T: Default>(model: Model, id: &GroupId, of: impl FnOnce(&GroupRule) -> T) -> T {
    model.routes.draft.with(|draft| draft.group(id).map(of).unwrap_or_default())
}

/// Changes a group; the default one gets an entry of its own by that.
fn change(model: Model, id: &GroupId, change: impl FnOnce(&mut GroupRule)) {
    routing::edit(model, |draft| {
        if draft.group(id).is_none() {
            draft.groups.push(new_group(id.clone(), String::new()));
        }
        draft.groups.iter_mut().find(|group| group.id == *id).map(change);
    });
}

#[component]
fn GroupRow(id: GroupId) -> impl IntoView {
    let model = use_model();
    let id = StoredValue::new(id);
    let usual = id.with_value(|id| *id == default_group());
    let members = move || {
        let known = model.routes.view.with(|view| {
            let of = |view: &shared::protocol::http::RoutingView| {
                let found = view.members.iter().find(|(group, _)| id.with_value(|id| group == id));
                found.map(|(_, members)| members.clone()).unwrap_or_default()
            };
            view.as_ref().map(of).unwrap_or_default()
        });
        if known.is_empty() {
            return view! { <span class="nobody">{model.t(Text::RoutingNobody)}</span> }.into_any();
        }
        known
            .into_iter()
            .map(|card| view! { <span class="chip"><bdi>{card.name}</bdi></span> })
            .collect_view()
            .into_any()
    };
    let faults = move || {
        let own = |f: &&Fault| {
            id.with_value(|id| match f {
                Fault::Number { group, .. } | Fault::Name { group, .. } => group.as_ref() == Some(id),
                Fault::SameGroup { group } => group == id,
                _ => false,
            })
        };
        let all = model.routes.faults();
        all.iter().filter(own).map(|f| words::fault(model, f)).collect::<Vec<_>>()
    };
    let secs = move |label: Text,
                     hint: Text,
                     get: fn(&GroupRule) -> Option<u32>,
                     set: fn(&mut GroupRule, Option<u32>)| {
        number(
            label,
            (0, ROUTING_SECONDS.into()),
            Some(hint),
            move || id.with_value(|id| read(model, id, get)).map(i64::from),
            move |n| id.with_value(|id| change(model, id, |g| set(g, n.and_then(|n| u32::try_from(n).ok())))),
        )
    };
    let langs = move || {
        let known =
            model.kb.list.with(|list| list.as_ref().map(|list| list.languages.clone()).unwrap_or_default());
        known.into_iter().map(|lang| (lang, lang.own_name().to_owned())).collect::<Vec<_>>()
    };
    view! {
        <li class="route-group">
            <div class="group-head">
                <input
                    class="group-name"
                    type="text"
                    maxlength="100"
                    autocomplete="off"
                    aria-label=move || model.t(Text::RoutingGroupName)
                    placeholder=id.with_value(ToString::to_string)
                    prop:value=move || id.with_value(|id| read(model, id, |g| g.name.clone()))
                    on:change=move |event| id.with_value(|id| {
                        change(model, id, |group| group.name = event_target_value(&event).trim().to_owned());
                    })
                />
                {usual.then(|| view! { <span class="chip">{move || model.t(Text::RoutingUsual)}</span> })}
                <span class="group-members">{members}</span>
                {(!usual).then(|| view! {
                    <button
                        class="quiet-button"
                        type="button"
                        aria-label=move || model.fill(
                            Text::RoutingRemoveGroup,
                            &[("name", &id.with_value(|id| words::group(model, id)))],
                        )
                        on:click=move |_| routing::edit(model, |draft| id.with_value(|id| remove_group(draft, id)))
                    >
                        {icon(Icon::Trash)}
                    </button>
                })}
            </div>
            <ul class="rule-faults" aria-live="polite">
                {move || faults().into_iter().map(|text| view! {
                    <li>{icon(Icon::Alert)} <span>{text}</span></li>
                }).collect_view()}
            </ul>
            <details class="group-more">
                <summary>{move || model.t(Text::RoutingMore)}</summary>
                <div class="field">
                    <span>{move || model.t(Text::RoutingGroupLanguages)}</span>
                    {move || {
                        let on = move || id.with_value(|id| read(model, id, |g| g.languages.clone()));
                        let put = move |all| id.with_value(|id| change(model, id, |g| g.languages = all));
                        toggles(langs(), on, put)
                    }}
                    <small class="soft">{move || model.t(Text::RoutingAnyLanguage)}</small>
                </div>
                <div class="route-pair">
                    {number(
                        Text::RoutingCapacity,
                        (0, 10_000),
                        Some(Text::RoutingUnlimited),
                        move || id.with_value(|id| read(model, id, |g| g.capacity)).map(i64::from),
                        move |n| id.with_value(|id| {
                            change(model, id, |g| g.capacity = n.and_then(|n| u32::try_from(n).ok()));
                        }),
                    )}
                    {secs(
                        Text::RoutingLanguageWait,
                        Text::RoutingNone,
                        |g| Some(g.language_wait).filter(|n| *n > 0),
                        |g, n| g.language_wait = n.unwrap_or(0),
                    )}
                    {secs(Text::RoutingNoAnswer, Text::RoutingAsSite, |g| g.no_answer, |g, n| g.no_answer = n)}
                    {secs(Text::RoutingWrapUp, Text::RoutingAsSite, |g| g.wrap_up, |g, n| g.wrap_up = n)}
                </div>
            </details>
        </li>
    }
}
