//! A plan as it is written: zone, weekly hours, and days that are different.

use leptos::prelude::*;
use shared::roster::{Day, Exception, Hours, Plan, Shift, Weekday};

use crate::actions::roster;
use crate::components::icon::{Icon, icon};
use crate::net::browser;
use crate::state::model::{Model, use_model};
use crate::state::roster::{Whose, edit_plan, plan, put_plan};
use crate::texts::Text;

fn nine_to_five() -> Option<Hours> {
    Some(Hours { start: "09:00".parse().ok()?, end: "17:00".parse().ok()?, overnight: false })
}

/// Changes the plan on screen.
fn edit(model: Model, whose: &Whose, change: impl FnOnce(&mut Plan)) {
    roster::edit(model, |draft| edit_plan(draft, whose, change));
}

/// Something of the plan as it is now.
fn read<T: Default>(model: Model, whose: &Whose, of: impl FnOnce(&Plan) -> T) -> T {
    model.roster.draft.with(|draft| plan(draft, whose).map(of).unwrap_or_default())
}

/// The plan of an agent.
#[component]
pub fn PlanEditor(whose: Whose) -> impl IntoView {
    let model = use_model();
    let name = match &whose {
        Whose::Agent(id) => model.roster.page.with_untracked(|page| {
            let member = page.iter().flat_map(|page| &page.members).find(|m| m.agent.id == *id);
            member.map_or_else(|| id.to_string(), |member| member.agent.name.clone())
        }),
        Whose::Group(id) => id.to_string(),
    };
    let label = name.clone();
    view! {
        <section class="roster-card" aria-label=label>
            <h2><bdi>{name}</bdi></h2>
            <PlanFields whose />
        </section>
    }
}

/// Its fields.
#[component]
pub fn PlanFields(whose: Whose) -> impl IntoView {
    let model = use_model();
    let there = {
        let whose = whose.clone();
        Memo::new(move |_| model.roster.draft.with(|draft| plan(draft, &whose).is_some()))
    };
    let group = matches!(whose, Whose::Group(_));
    let begin = {
        let whose = whose.clone();
        move |_| {
            let days = Weekday::ALL[..5].to_vec();
            let shifts = nine_to_five().map(|hours| Shift { days, hours }).into_iter().collect();
            let plan = Plan { zone: browser::zone(), shifts, exceptions: vec![], from: None, until: None };
            roster::edit(model, |draft| put_plan(draft, &whose, Some(plan)));
        }
    };
    move || {
        if there.get() {
            return view! { <Fields whose=whose.clone() /> }.into_any();
        }
        let begin = begin.clone();
        let hint = if group { Text::RosterNoHoursHint } else { Text::RosterNoPlanHint };
        view! {
            <p class="roster-soft">{move || model.t(hint)}</p>
            <Show when=move || model.is_supervisor()>
                <button class="button small" type="button" on:click=begin.clone()>
                    {icon(Icon::Plus)}
                    {move || model.t(if group { Text::RosterAddHours } else { Text::RosterAddPlan })}
                </button>
            </Show>
        }
        .into_any()
    }
}

#[component]
fn Fields(whose: Whose) -> impl IntoView {
    let model = use_model();
    let whose = StoredValue::new(whose);
    let count =
        move |of: fn(&Plan) -> usize| Memo::new(move |_| whose.with_value(|whose| read(model, whose, of)));
    let shifts = count(|plan| plan.shifts.len());
    let exceptions = count(|plan| plan.exceptions.len());
    let change = move |change: &dyn Fn(&mut Plan)| whose.with_value(|whose| edit(model, whose, change));
    let readonly = move || !model.is_supervisor();
    let validity = move |name: Text, get: fn(&Plan) -> Option<Day>, set: fn(&mut Plan, Option<Day>)| {
        let shown = move || {
            let day = whose.with_value(|whose| read(model, whose, get));
            day.map(|day| day.to_string()).unwrap_or_default()
        };
        view! {
            <label class="field">
                <span>{move || model.t(name)}</span>
                <input
                    type="date"
                    prop:value=shown
                    on:change=move |event| {
                        let day = event_target_value(&event).parse().ok();
                        change(&move |plan| set(plan, day));
                    }
                />
            </label>
        }
    };
    view! {
        <fieldset class="roster-fields" disabled=readonly>
            <label class="field roster-zone">
                <span>{move || model.t(Text::RosterZone)}</span>
                <input
                    list="zones"
                    autocomplete="off"
                    spellcheck="false"
                    prop:value=move || whose.with_value(|whose| read(model, whose, |plan| plan.zone.clone()))
                    on:change=move |event| {
                        let zone = event_target_value(&event).trim().to_owned();
                        change(&move |plan| plan.zone.clone_from(&zone));
                    }
                />
                <datalist id="zones">
                    {browser::zones().into_iter().map(|zone| view! { <option value=zone></option> }).collect_view()}
                </datalist>
            </label>
            <div class="roster-pair">
                {validity(Text::RosterValidFrom, |plan| plan.from, |plan, day| plan.from = day)}
                {validity(Text::RosterValidUntil, |plan| plan.until, |plan, day| plan.until = day)}
            </div>
            <p class="roster-soft">{move || model.t(Text::RosterAlways)}</p>
            <h3>{move || model.t(Text::RosterWeek)}</h3>
            <For each=move || 0..shifts.get() key=|n| *n let(n)>
                <ShiftRow whose n />
            </For>
            <button
                class="button small"
                type="button"
                on:click=move |_| change(&|plan| {
                    plan.shifts.extend(nine_to_five().map(|hours| Shift { days: vec![], hours }));
                })
            >
                {icon(Icon::Plus)} {move || model.t(Text::RosterAddShift)}
            </button>
            <h3>{move || model.t(Text::RosterDays)}</h3>
            <For each=move || 0..exceptions.get() key=|n| *n let(n)>
                <ExceptionRow whose n />
            </For>
            <button
                class="button small"
                type="button"
                on:click=move |_| change(&|plan| {
                    let date = browser::today().parse();
                    plan.exceptions.extend(date.ok().map(|date| Exception { date, hours: vec![], name: String::new() }));
                })
            >
                {icon(Icon::Plus)} {move || model.t(Text::RosterAddDay)}
            </button>
            <button
                class="button small quiet roster-remove"
                type="button"
                on:click=move |_| whose.with_value(|whose| roster::edit(model, |draft| put_plan(draft, whose, None)))
            >
                {icon(Icon::Trash)} {move || model.t(Text::RosterRemovePlan)}
            </button>
        </fieldset>
    }
}

/// Weekly hours: their days and their times.
#[component]
fn ShiftRow(whose: StoredValue<Whose>, n: usize) -> impl IntoView {
    let model = use_model();
    let change = move |change: &dyn Fn(&mut Shift)| {
        whose.with_value(|whose| {
            edit(model, whose, |plan| plan.shifts.get_mut(n).into_iter().for_each(change))
        });
    };
    let shift =
        Memo::new(move |_| whose.with_value(|whose| read(model, whose, |plan| plan.shifts.get(n).cloned())));
    let day = move |(place, day): (usize, Weekday)| {
        let on = move || shift.with(|s| s.as_ref().is_some_and(|s| s.days.contains(&day)));
        let name = move |long| browser::weekday(model.lang.get().tag(), place, long);
        view! {
            <button
                type="button"
                class="roster-day"
                aria-pressed=move || on().to_string()
                aria-label=move || name(true)
                on:click=move |_| change(&|shift| {
                    if shift.days.contains(&day) {
                        shift.days.retain(|d| *d != day);
                    } else {
                        shift.days.push(day);
                        shift.days.sort_unstable();
                    }
                })
            >
                {move || name(false)}
            </button>
        }
    };
    let hours = Signal::derive(move || shift.with(|s| s.as_ref().map(|s| s.hours)));
    let put = Callback::new(move |hours| change(&|shift| shift.hours = hours));
    let remove = move |_| {
        whose.with_value(|whose| {
            edit(model, whose, |plan| {
                if n < plan.shifts.len() {
                    plan.shifts.remove(n);
                }
            })
        });
    };
    view! {
        <div class="roster-row" role="group" aria-label=move || model.fill(Text::RosterShift, &[("n", &(n + 1).to_string())])>
            <div class="roster-week">{Weekday::ALL.into_iter().enumerate().map(day).collect_view()}</div>
            <HoursFields hours put />
            {remover(model, remove)}
        </div>
    }
}

/// A day with hours of its own, or none.
#[component]
fn ExceptionRow(whose: StoredValue<Whose>, n: usize) -> impl IntoView {
    let model = use_model();
    let change = move |change: &dyn Fn(&mut Exception)| {
        whose.with_value(|whose| {
            edit(model, whose, |plan| plan.exceptions.get_mut(n).into_iter().for_each(change));
        });
    };
    let own = Memo::new(move |_| {
        whose.with_value(|whose| read(model, whose, |plan| plan.exceptions.get(n).cloned()))
    });
    let count = Memo::new(move |_| own.with(|e| e.as_ref().map_or(0, |e| e.hours.len())));
    let remove = move |_| {
        whose.with_value(|whose| {
            edit(model, whose, |plan| {
                if n < plan.exceptions.len() {
                    plan.exceptions.remove(n);
                }
            })
        });
    };
    let interval = move |k: usize| {
        let hours = Signal::derive(move || own.with(|e| e.as_ref().and_then(|e| e.hours.get(k).copied())));
        let put = Callback::new(move |hours| {
            change(&|own| own.hours.get_mut(k).into_iter().for_each(|old| *old = hours));
        });
        view! { <HoursFields hours put /> }
    };
    view! {
        <div class="roster-row" role="group">
            <input
                type="date"
                aria-label=move || model.t(Text::RosterDate)
                prop:value=move || own.with(|e| e.as_ref().map(|e| e.date.to_string()).unwrap_or_default())
                on:change=move |event| if let Ok(date) = event_target_value(&event).parse() {
                    change(&|own| own.date = date);
                }
            />
            <input
                type="text"
                maxlength="100"
                aria-label=move || model.t(Text::RosterDayName)
                placeholder=move || model.t(Text::RosterDayName)
                prop:value=move || own.with(|e| e.as_ref().map(|e| e.name.clone()).unwrap_or_default())
                on:change=move |event| {
                    let name = event_target_value(&event);
                    change(&|own| own.name.clone_from(&name));
                }
            />
            <For each=move || 0..count.get() key=|k| *k children=interval />
            <Show when=move || count.get() == 0>
                <span class="chip">{move || model.t(Text::RosterClosedDay)}</span>
            </Show>
            <button
                class="button small quiet"
                type="button"
                on:click=move |_| change(&|own| own.hours.extend(nine_to_five()))
            >
                {icon(Icon::Plus)} {move || model.t(Text::RosterAddShift)}
            </button>
            <Show when=move || { count.get() > 0 }>
                <button class="button small quiet" type="button" on:click=move |_| change(&|own| own.hours.truncate(own.hours.len().saturating_sub(1)))>
                    {move || model.t(Text::RosterFewer)}
                </button>
            </Show>
            {remover(model, remove)}
        </div>
    }
}

/// From, until, and whether that is the next day: said, not guessed.
#[component]
fn HoursFields(hours: Signal<Option<Hours>>, put: Callback<Hours>) -> impl IntoView {
    let model = use_model();
    let time = move |name: Text, get: fn(Hours) -> String, set: fn(&mut Hours, &str)| {
        view! {
            <input
                type="time"
                required
                aria-label=move || model.t(name)
                prop:value=move || hours.get().map(get).unwrap_or_default()
                on:change=move |event| if let Some(mut changed) = hours.get_untracked() {
                    set(&mut changed, &event_target_value(&event));
                    put.run(changed);
                }
            />
        }
    };
    let set_end = |hours: &mut Hours, text: &str| {
        // Midnight is the end of a day, not its begin.
        let end = if text == "00:00" && !hours.overnight { "24:00" } else { text };
        end.parse().into_iter().for_each(|end| hours.end = end);
    };
    let shown_end = |hours: Hours| hours.end.to_string().replace("24:00", "00:00");
    view! {
        <span class="roster-hours">
            {time(Text::RosterFrom, |hours| hours.start.to_string(), |hours, text| {
                text.parse().into_iter().for_each(|start| hours.start = start);
            })}
            "–"
            {time(Text::RosterUntil, shown_end, set_end)}
            <label class="roster-next">
                <input
                    type="checkbox"
                    prop:checked=move || hours.get().is_some_and(|hours| hours.overnight)
                    on:change=move |event| if let Some(changed) = hours.get_untracked() {
                        put.run(Hours { overnight: event_target_checked(&event), ..changed });
                    }
                />
                <span>{move || model.t(Text::RosterNextDay)}</span>
            </label>
        </span>
    }
}

fn remover(model: Model, remove: impl Fn(leptos::ev::MouseEvent) + 'static) -> impl IntoView {
    view! {
        <button class="quiet-button" type="button" aria-label=move || model.t(Text::RosterRemove) on:click=remove>
            {icon(Icon::Trash)}
        </button>
    }
}
