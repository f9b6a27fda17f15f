//! What shoppers may choose from before they talk to a person.

use leptos::prelude::*;
use shared::ids::GroupId;
use shared::lang::Lang;
use shared::limits::ROUTING_CHOICES;
use shared::routing::{Choice, Fault};

use super::words;
use crate::actions::routing;
use crate::components::icon::{Icon, icon};
use crate::state::model::use_model;
use crate::state::routing::groups;
use crate::texts::Text;

/// The list, in the order it is shown to shoppers.
#[component]
pub fn Choices() -> impl IntoView {
    let model = use_model();
    let chosen = Memo::new(move |_| {
        model.routes.draft.with(|draft| draft.choices.iter().map(|c| c.group.clone()).collect::<Vec<_>>())
    });
    let free = Memo::new(move |_| {
        let all = model.routes.draft.with(groups);
        all.into_iter().filter(|id| chosen.with(|chosen| !chosen.contains(id))).collect::<Vec<_>>()
    });
    let add = move |event: leptos::ev::Event| {
        if let Ok(group) = GroupId::new(event_target_value(&event)) {
            routing::edit(model, |draft| draft.choices.push(Choice { group, names: Default::default() }));
        }
        event_target::<web_sys::HtmlSelectElement>(&event).set_value("");
    };
    view! {
        <section class="route-card" aria-labelledby="routing-choices">
            <h2 id="routing-choices">{move || model.t(Text::RoutingChoices)}</h2>
            <p class="soft">{move || model.t(Text::RoutingChoicesHint)}</p>
            <ul class="route-choices">
                <For each=move || chosen.get() key=GroupId::clone let(id)>
                    <ChoiceRow id />
                </For>
            </ul>
            <Show when=move || chosen.with(|all| all.len() < ROUTING_CHOICES) && !free.with(Vec::is_empty)>
                <select class="adder" aria-label=move || model.t(Text::RoutingAddChoice) on:change=add>
                    <option value="">{move || model.t(Text::RoutingAddChoice)}</option>
                    {move || free.get().into_iter().map(|id| {
                        let name = words::group(model, &id);
                        view! { <option value=id.to_string()>{name}</option> }
                    }).collect_view()}
                </select>
            </Show>
        </section>
    }
}

#[component]
fn ChoiceRow(id: GroupId) -> impl IntoView {
    let model = use_model();
    let id = StoredValue::new(id);
    let name = move |lang: Lang| {
        let read = move || {
            model.routes.draft.with(|draft| {
                let choice = draft.choices.iter().find(|choice| id.with_value(|id| choice.group == *id));
                choice.and_then(|choice| choice.names.get(&lang).cloned()).unwrap_or_default()
            })
        };
        let put = move |event: leptos::ev::Event| {
            let text = event_target_value(&event).trim().to_owned();
            routing::edit(model, |draft| {
                let choice = draft.choices.iter_mut().find(|choice| id.with_value(|id| choice.group == *id));
                if let Some(choice) = choice {
                    match text.is_empty() {
                        true => drop(choice.names.remove(&lang)),
                        false => drop(choice.names.insert(lang, text)),
                    }
                }
            });
        };
        view! {
            <label class="field" lang=lang.tag()>
                <span>{lang.own_name()}</span>
                <input
                    type="text"
                    maxlength="60"
                    autocomplete="off"
                    dir="auto"
                    placeholder=move || id.with_value(|id| words::group(model, id))
                    prop:value=read
                    on:change=put
                />
            </label>
        }
    };
    let languages = move || {
        model.kb.list.with(|list| list.as_ref().map(|list| list.languages.clone()).unwrap_or_default())
    };
    let wrong = move || {
        let own = |f: &Fault| matches!(f, Fault::Choice { group } if id.with_value(|id| id == group));
        model.routes.faults().iter().find(|f| own(f)).map(|f| words::fault(model, f))
    };
    view! {
        <li class="route-choice">
            <div class="group-head">
                <h3><bdi>{move || id.with_value(|id| words::group(model, id))}</bdi></h3>
                <button
                    class="quiet-button"
                    type="button"
                    aria-label=move || model.fill(
                        Text::RoutingRemoveChoice,
                        &[("name", &id.with_value(|id| words::group(model, id)))],
                    )
                    on:click=move |_| routing::edit(model, |draft| {
                        draft.choices.retain(|choice| id.with_value(|id| choice.group != *id));
                    })
                >
                    {icon(Icon::Trash)}
                </button>
            </div>
            <div class="choice-names">{move || languages().into_iter().map(name).collect_view()}</div>
            {move || wrong().map(|text| view! {
                <p class="rule-faults">{icon(Icon::Alert)} <span>{text}</span></p>
            })}
        </li>
    }
}
