//! Fields that the parts of the page share: things to switch on and off, lists of words, numbers, groups.

use std::sync::atomic::{AtomicU32, Ordering};

use leptos::prelude::*;
use shared::ids::GroupId;
use shared::protocol::stage::default_group;

use super::words;
use crate::components::icon::{Icon, icon};
use crate::state::model::{Model, use_model};
use crate::state::routing::groups;
use crate::texts::Text;

/// An id for an element that a label or list is for.
fn fresh() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("routing-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Things each of which is on or off.
pub fn toggles<T: Clone + PartialEq + Send + Sync + 'static>(
    options: Vec<(T, String)>,
    on: impl Fn() -> Vec<T> + Copy + Send + Sync + 'static,
    put: impl Fn(Vec<T>) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let button = move |(value, name): (T, String)| {
        let (own, mine) = (value.clone(), value);
        let pressed = move || on().contains(&own);
        let flip = move |_| {
            let mut all = untrack(on);
            match all.iter().position(|known| *known == mine) {
                Some(at) => drop(all.remove(at)),
                None => all.push(mine.clone()),
            }
            put(all);
        };
        view! {
            <button class="toggle" type="button" aria-pressed=move || pressed().to_string() on:click=flip>
                {name}
            </button>
        }
    };
    view! { <div class="toggles">{options.into_iter().map(button).collect_view()}</div> }
}

/// A list of words: those there are, and a field for more. Enter or a comma adds.
pub fn list_field(
    label: Text,
    place: Text,
    options: Vec<(String, String)>,
    show: impl Fn(&str) -> String + Copy + Send + Sync + 'static,
    on: impl Fn() -> Vec<String> + Copy + Send + Sync + 'static,
    put: impl Fn(Vec<String>) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let model = use_model();
    let id = fresh();
    let has_options = !options.is_empty();
    let known = StoredValue::new(options.clone());
    let written = RwSignal::new(String::new());
    let add = move || {
        let mut all = untrack(on);
        let text = written.get_untracked();
        for word in text.split([',', '，', '、', '\n']).map(str::trim).filter(|word| !word.is_empty()) {
            // A title that was picked stands for its entry.
            let word = known.with_value(|known| {
                let found = known.iter().find(|(_, title)| title == word);
                found.map_or_else(|| word.to_owned(), |(id, _)| id.clone())
            });
            if !all.contains(&word) {
                all.push(word);
            }
        }
        written.set(String::new());
        put(all);
    };
    let chip = move |word: String| {
        let shown = show(&word);
        let name = shown.clone();
        view! {
            <li class="word">
                <bdi>{shown}</bdi>
                <button
                    type="button"
                    aria-label=move || model.fill(Text::RoutingRemoveWord, &[("word", &name)])
                    on:click=move |_| put(untrack(on).into_iter().filter(|known| *known != word).collect())
                >
                    {icon(Icon::Close)}
                </button>
            </li>
        }
    };
    view! {
        <div class="word-field">
            <ul class="words">{move || on().into_iter().map(chip).collect_view()}</ul>
            <input
                type="text"
                autocomplete="off"
                spellcheck="false"
                list=has_options.then(|| id.clone())
                aria-label=move || model.t(label)
                placeholder=move || model.t(place)
                prop:value=move || written.get()
                on:input=move |event| {
                    written.set(event_target_value(&event));
                    // Something of the list was picked.
                    let picked = known.with_value(|known| {
                        known.iter().any(|(_, title)| written.with_untracked(|text| text == title))
                    });
                    if picked || written.with_untracked(|text| text.ends_with([',', '，', '、'])) {
                        add();
                    }
                }
                on:keydown=move |event| if event.key() == "Enter" && !event.is_composing() {
                    event.prevent_default();
                    add();
                }
                on:change=move |_| add()
            />
            {has_options.then(|| view! {
                <datalist id=id>
                    {options.into_iter().map(|(_, title)| view! { <option value=title></option> }).collect_view()}
                </datalist>
            })}
        </div>
    }
}

/// A number.
pub fn number(
    label: Text,
    (least, most): (i64, i64),
    hint: Option<Text>,
    get: impl Fn() -> Option<i64> + Copy + Send + Sync + 'static,
    put: impl Fn(Option<i64>) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let model = use_model();
    view! {
        <label class="field">
            <span>{move || model.t(label)}</span>
            <input
                type="number"
                min=least.to_string()
                max=most.to_string()
                step="1"
                inputmode="numeric"
                placeholder=move || hint.map(|hint| model.t(hint))
                prop:value=move || get().map(|n| n.to_string()).unwrap_or_default()
                on:change=move |event| put(event_target_value(&event).trim().parse().ok())
            />
        </label>
    }
}

/// One of the groups.
pub fn group_select(
    model: Model,
    label: Text,
    get: impl Fn() -> Option<GroupId> + Copy + Send + Sync + 'static,
    put: impl Fn(Option<GroupId>) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let options = move || {
        let chosen = get().unwrap_or_else(default_group);
        let mut all = model.routes.draft.with(groups);
        // A group that there is not stays to be seen: a fault says so.
        if !all.contains(&chosen) {
            all.push(chosen.clone());
        }
        let option = |id: GroupId| {
            let here = id == chosen;
            view! { <option value=id.to_string() selected=here>{words::group(model, &id)}</option> }
        };
        all.into_iter().map(option).collect_view()
    };
    view! {
        <label class="field">
            <span>{move || model.t(label)}</span>
            <select on:change=move |event| {
                let id = GroupId::new(event_target_value(&event)).ok();
                put(id.filter(|id| *id != default_group()));
            }>
                {options}
            </select>
        </label>
    }
}
