//! A group's hours, and what happens when it is closed, full or slow.

use leptos::prelude::*;
use shared::ids::GroupId;
use shared::roster::{Otherwise, Overflow, Rules};

use super::plan::PlanFields;
use crate::actions::roster;
use crate::state::model::{Model, use_model};
use crate::state::roster::{Whose, edit_rules};
use crate::texts::Text;

/// The rules of a group.
#[component]
pub fn RulesEditor(whose: Whose) -> impl IntoView {
    let model = use_model();
    let Whose::Group(group) = whose.clone() else { return ().into_any() };
    let name = group.to_string();
    let label = name.clone();
    let group = StoredValue::new(group);
    let readonly = move || !model.is_supervisor();
    let number =
        move |name: Text, most: u32, get: fn(&Rules) -> Option<u32>, set: fn(&mut Rules, Option<u32>)| {
            view! {
                <label class="field">
                    <span>{move || model.t(name)}</span>
                    <input
                        type="number"
                        min="1"
                        max=most.to_string()
                        inputmode="numeric"
                        placeholder=move || model.t(Text::RosterUnlimited)
                        prop:value=move || read(model, group, get).map(|n| n.to_string()).unwrap_or_default()
                        on:change=move |event| {
                            let number = event_target_value(&event).parse().ok();
                            change(model, group, |rules| set(rules, number));
                        }
                    />
                </label>
            }
        };
    let overflow = move || read(model, group, |rules| rules.overflow.clone());
    view! {
        <section class="roster-card" aria-label=label>
            <h2><bdi>{name}</bdi></h2>
            <h3>{move || model.t(Text::RosterHours)}</h3>
            <PlanFields whose />
            <fieldset class="roster-fields" disabled=readonly>
                <h3>{move || model.t(Text::RosterRules)}</h3>
                {choice(model, group, Text::RosterClosed, |rules| &rules.closed, |rules, to| rules.closed = to)}
                <div class="roster-pair">
                    {number(Text::RosterMostWaiting, 2000, |r| r.most_waiting, |r, n| r.most_waiting = n)}
                    {number(Text::RosterLongestWait, 1440, |r| r.longest_wait, |r, n| r.longest_wait = n)}
                </div>
                {choice(model, group, Text::RosterFull, |rules| &rules.full, |rules, to| rules.full = to)}
                <div class="roster-pair">
                    <label class="field">
                        <span>{move || model.t(Text::RosterOverflow)}</span>
                        <select
                            class="button small"
                            prop:value=move || overflow().map(|o| o.group.to_string()).unwrap_or_default()
                            on:change=move |event| {
                                let to = GroupId::new(event_target_value(&event)).ok();
                                change(model, group, |rules| {
                                    let after = rules.overflow.as_ref().map_or(5, |overflow| overflow.after);
                                    rules.overflow = to.map(|group| Overflow { after, group });
                                });
                            }
                        >
                            <option value="">{move || model.t(Text::RosterNobody)}</option>
                            {options(model, group, move |id| {
                                overflow().is_some_and(|o| o.group == *id)
                            }, |id| id.to_string())}
                        </select>
                    </label>
                    <Show when=move || overflow().is_some()>
                        {number(
                            Text::RosterOverflowAfter,
                            1440,
                            |r| r.overflow.as_ref().map(|o| o.after),
                            |r, n| if let (Some(overflow), Some(n)) = (&mut r.overflow, n) {
                                overflow.after = n;
                            },
                        )}
                    </Show>
                </div>
            </fieldset>
        </section>
    }
    .into_any()
}

fn read<T: Default>(model: Model, group: StoredValue<GroupId>, of: impl FnOnce(&Rules) -> T) -> T {
    model.roster.draft.with(|draft| group.with_value(|id| draft.groups.get(id).map(of).unwrap_or_default()))
}

fn change(model: Model, group: StoredValue<GroupId>, change: impl FnOnce(&mut Rules)) {
    roster::edit(model, |draft| group.with_value(|id| edit_rules(draft, id, change)));
}

/// The other groups, as options.
fn options(
    model: Model,
    group: StoredValue<GroupId>,
    chosen: impl Fn(&GroupId) -> bool + Copy + Send + Sync + 'static,
    value: fn(&GroupId) -> String,
) -> impl IntoView {
    move || {
        let mut groups: Vec<GroupId> = model
            .roster
            .page
            .with(|page| page.iter().flat_map(|page| &page.members).flat_map(|m| m.groups.clone()).collect());
        groups.extend(model.roster.draft.with(|draft| draft.groups.keys().cloned().collect::<Vec<_>>()));
        groups.sort();
        groups.dedup();
        let others = groups.into_iter().filter(|id| group.with_value(|own| own != id));
        others
            .map(|id| view! { <option value=value(&id) selected=chosen(&id)>{id.to_string()}</option> })
            .collect_view()
    }
}

fn choice(
    model: Model,
    group: StoredValue<GroupId>,
    name: Text,
    get: fn(&Rules) -> &Otherwise,
    set: fn(&mut Rules, Otherwise),
) -> impl IntoView {
    let now = move || read(model, group, |rules| get(rules).clone());
    let plain = [
        ("leave_message", Text::RosterLeaveMessage, Otherwise::LeaveMessage),
        ("call_back", Text::RosterCallBack, Otherwise::CallBack),
        ("email", Text::RosterEmail, Otherwise::Email),
        ("bot_only", Text::RosterBotOnly, Otherwise::BotOnly),
    ];
    let parse = move |value: &str| match value.strip_prefix("group:") {
        Some(id) => GroupId::new(id).map_or(Otherwise::LeaveMessage, |group| Otherwise::Group { group }),
        None => match value {
            "call_back" => Otherwise::CallBack,
            "email" => Otherwise::Email,
            "bot_only" => Otherwise::BotOnly,
            _ => Otherwise::LeaveMessage,
        },
    };
    view! {
        <label class="field">
            <span>{move || model.t(name)}</span>
            <select
                class="button small"
                on:change=move |event| {
                    let to = parse(&event_target_value(&event));
                    change(model, group, |rules| set(rules, to));
                }
            >
                {plain.map(|(value, text, otherwise)| view! {
                    <option value=value selected=move || now() == otherwise>{move || model.t(text)}</option>
                }).collect_view()}
                <optgroup label=move || model.t(Text::RosterToGroup)>
                    {options(
                        model,
                        group,
                        move |id| now() == Otherwise::Group { group: id.clone() },
                        |id| format!("group:{id}"),
                    )}
                </optgroup>
            </select>
        </label>
    }
}
