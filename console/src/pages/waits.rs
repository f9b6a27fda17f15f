//! What people were told about their wait, what came of it, what is to come, and what one more agent would change.

use leptos::prelude::*;
use shared::desk::insights::staffing::{HOURS, Outcome};
use shared::desk::insights::{Counts, total};
use shared::ids::GroupId;
use shared::protocol::insights::Insights;
use shared::time::{HOUR, Millis};

use crate::components::banner::Banner;
use crate::components::icon::{Icon, icon};
use crate::components::notices::Notices;
use crate::components::rail::RailHead;
use crate::net::{browser, clock};
use crate::state::model::{Model, use_model};
use crate::state::waits::{self, Question, WEEK};
use crate::texts::Text;

/// Periods offered, in days.
const PERIODS: [u64; 3] = [7, 28, 63];

/// The page.
#[component]
pub fn WaitsPage() -> impl IntoView {
    let model = use_model();
    let waits = model.waits;
    let groups = Memo::new(move |_| {
        waits.insights.with(|i| {
            let known = i.iter().flat_map(|i| i.groups.iter().map(|g| g.group.clone()));
            known.collect::<Vec<GroupId>>()
        })
    });
    view! {
        <div class="workspace waits">
            <Banner />
            <aside class="rail">
                <RailHead />
                <p class="waits-hint">{move || model.t(Text::WaitsHint)}</p>
                <div class="waits-choices">
                    <label>
                        <span>{move || model.t(Text::WaitsPeriod)}</span>
                        <select on:change=move |event| {
                            waits.days.set(event_target_value(&event).parse().unwrap_or(PERIODS[0]));
                        }>
                            {PERIODS.map(|days| view! {
                                <option value=days.to_string() selected=move || waits.days.get() == days>
                                    {move || model.fill(Text::WaitsDays, &[("n", &days.to_string())])}
                                </option>
                            }).collect_view()}
                        </select>
                    </label>
                    <Show when=move || groups.with(|g| g.len() > 1)>
                        <label>
                            <span>{move || model.t(Text::WaitsGroup)}</span>
                            <select on:change=move |event| waits.group.set(GroupId::new(event_target_value(&event)).ok())>
                                <option value="">{move || model.t(Text::WaitsAllGroups)}</option>
                                {move || groups.get().into_iter().map(|id| {
                                    let chosen = waits.group.get_untracked().as_ref() == Some(&id);
                                    view! { <option value=id.to_string() selected=chosen>{id.to_string()}</option> }
                                }).collect_view()}
                            </select>
                        </label>
                    </Show>
                </div>
            </aside>
            <main class="waits-main">
                <h1>{move || model.t(Text::Waits)}</h1>
                {move || waits.insights.with(Option::is_some).then(|| view! {
                    <Promises />
                    <Forecast />
                    <WhatIf />
                })}
            </main>
            <Notices />
        </div>
    }
}

fn with_insights<T>(model: Model, look: impl FnOnce(&Insights) -> T) -> Option<T> {
    model.waits.insights.with(|insights| insights.as_ref().map(look))
}

/// The offset of the viewer's clock to UTC, in minutes.
fn ahead() -> i32 {
    clock::offset_minutes(clock::now())
}

fn minutes(secs: f64) -> String {
    let minutes = secs / 60.0;
    if minutes < 9.95 { format!("{minutes:.1}") } else { format!("{minutes:.0}") }
}

fn percent(part: f64) -> String {
    let percent = part * 100.0;
    if percent < 9.95 { format!("{percent:.1} %") } else { format!("{percent:.0} %") }
}

fn or_dash(value: Option<String>) -> String {
    value.unwrap_or_else(|| "–".into())
}

fn in_minutes(model: Model, secs: f64) -> String {
    model.fill(Text::WaitsMinutes, &[("n", &minutes(secs))])
}

fn bias(model: Model, counts: &Counts) -> String {
    or_dash(counts.bias().map(|secs| {
        let sign = if secs < 0.0 { "−" } else { "+" };
        format!("{sign}{}", in_minutes(model, secs.abs()))
    }))
}

/// What was told, and what came.
#[component]
fn Promises() -> impl IntoView {
    let model = use_model();
    let waits = model.waits;
    let sums = Memo::new(move |_| {
        with_insights(model, |insights| {
            let group = waits.group.get();
            let hours = waits::chosen(insights, waits.days.get(), group.as_ref());
            (total(hours.clone(), |_| true), waits::by_hour(hours.clone(), ahead()), waits::by_group(hours))
        })
        .unwrap_or_default()
    });
    let tile = move |name: Text, value: String, note: String| {
        view! {
            <div class="tile">
                <dt>{model.t(name)}</dt>
                <dd>{value}</dd>
                <p>{note}</p>
            </div>
        }
    };
    view! {
        <section class="waits-part">
            <h2>{move || model.t(Text::WaitsPromises)}</h2>
            {move || {
                let (all, by_hour, by_group) = sums.get();
                if all.asked == 0.0 {
                    return view! { <p class="waits-none">{model.t(Text::WaitsNone)}</p> }.into_any();
                }
                let of = |n: f64| model.fill(Text::WaitsOf, &[("n", &format!("{n:.0}"))]);
                view! {
                    <dl class="tiles">
                        {tile(Text::WaitsWithin, or_dash(all.coverage().map(percent)), model.t(Text::WaitsWithinGoal).into())}
                        {tile(Text::WaitsBias, bias(model, &all), model.t(Text::WaitsBiasNote).into())}
                        {tile(Text::WaitsBroken, or_dash(all.broken_part().map(percent)), of(all.promised))}
                        {tile(Text::WaitsMean, or_dash(all.mean_wait().map(|s| in_minutes(model, s))), of(all.served))}
                        {tile(Text::WaitsGaveUp, or_dash(all.gave_up_part().map(percent)), of(all.served + all.gave_up))}
                    </dl>
                    <h3>{model.t(Text::WaitsByHour)}</h3>
                    <Hours by_hour />
                    {(by_group.len() > 1).then(|| view! { <h3>{model.t(Text::WaitsByGroup)}</h3> <Groups by_group /> })}
                }.into_any()
            }}
        </section>
    }
}

/// The day's hours, one bar each: the mean wait, and the part of promises that was broken.
#[component]
fn Hours(by_hour: [Counts; HOURS]) -> impl IntoView {
    let model = use_model();
    let longest = by_hour.iter().filter_map(Counts::mean_wait).fold(60.0, f64::max);
    let worst = by_hour.iter().filter_map(Counts::broken_part).fold(0.1, f64::max);
    let row = move |name: Text,
                    class: &'static str,
                    of: fn(&Counts) -> Option<f64>,
                    most: f64,
                    say: fn(Model, f64) -> String| {
        let bars = by_hour.iter().enumerate().map(|(hour, counts)| {
            let value = of(counts);
            let text = format!("{hour:02}:00 · {}", or_dash(value.map(|value| say(model, value))));
            let spoken = text.clone();
            let height = value.map_or(0.0, |value| (value / most * 100.0).clamp(2.0, 100.0));
            view! { <td title=text><i style:block-size=format!("{height:.0}%")></i><span class="unseen">{spoken}</span></td> }
        });
        view! {
            <tr class=class>
                <th scope="row">{model.t(name)} <small>{say(model, most)}</small></th>
                {bars.collect_view()}
            </tr>
        }
    };
    view! {
        <div class="hours-scroll" tabindex="0">
            <table class="hours">
                <tbody>
                    {row(Text::WaitsMean, "wait", Counts::mean_wait, longest, in_minutes)}
                    {row(Text::WaitsBroken, "broken", Counts::broken_part, worst, |_, part| percent(part))}
                </tbody>
                <tfoot>
                    <tr>
                        <td></td>
                        {(0..HOURS).map(|hour| view! { <td>{(hour % 3 == 0).then(|| format!("{hour:02}"))}</td> }).collect_view()}
                    </tr>
                </tfoot>
            </table>
        </div>
    }
}

#[component]
fn Groups(by_group: Vec<(GroupId, Counts)>) -> impl IntoView {
    let model = use_model();
    let head = [
        Text::WaitsGroup,
        Text::WaitsAsked,
        Text::WaitsMean,
        Text::WaitsGaveUp,
        Text::WaitsWithin,
        Text::WaitsBias,
        Text::WaitsBroken,
    ];
    view! {
        <div class="hours-scroll" tabindex="0">
            <table class="figures">
                <thead><tr>{head.map(|name| view! { <th scope="col">{model.t(name)}</th> }).collect_view()}</tr></thead>
                <tbody>
                    {by_group.into_iter().map(|(id, counts)| view! {
                        <tr>
                            <th scope="row"><bdi>{id.to_string()}</bdi></th>
                            <td>{format!("{:.0}", counts.asked)}</td>
                            <td>{or_dash(counts.mean_wait().map(|secs| in_minutes(model, secs)))}</td>
                            <td>{or_dash(counts.gave_up_part().map(percent))}</td>
                            <td>{or_dash(counts.coverage().map(percent))}</td>
                            <td>{bias(model, &counts)}</td>
                            <td>{or_dash(counts.broken_part().map(percent))}</td>
                        </tr>
                    }).collect_view()}
                </tbody>
            </table>
        </div>
    }
}

fn day_name(model: Model, hour: u64) -> String {
    browser::day_name(model.lang.get().tag(), Millis(hour * HOUR))
}

/// How many will ask, and how good such forecasts were.
#[component]
fn Forecast() -> impl IntoView {
    let model = use_model();
    let waits = model.waits;
    let told = Memo::new(move |_| {
        with_insights(model, |insights| {
            let volume = waits::volume(insights, waits.group.get().as_ref());
            let now = insights.now.0 / HOUR;
            let begin = waits::day_begin(insights.now, 1, ahead());
            let told = volume.forecast(now, begin - now + WEEK);
            let told = told.get(told.len().saturating_sub(WEEK as usize)..).unwrap_or_default().to_vec();
            (begin, told, volume.past_error(now).map(|e| (e.days, e.hourly, e.daily)))
        })
        .unwrap_or_default()
    });
    view! {
        <section class="waits-part">
            <h2>{move || model.t(Text::WaitsForecast)}</h2>
            {move || {
                let (begin, told, error) = told.get();
                if told.is_empty() {
                    return view! { <p class="waits-none">{model.t(Text::WaitsForecastShort)}</p> }.into_any();
                }
                let most = told.iter().copied().fold(1.0, f64::max);
                let error = error.map(|(days, hourly, daily)| {
                    let (days, hour, day) = (days.to_string(), percent(hourly), percent(daily));
                    model.fill(Text::WaitsForecastError, &[("n", &days), ("hour", &hour), ("day", &day)])
                });
                let days = told.chunks(HOURS).enumerate().map(|(n, hours)| {
                    let name = day_name(model, begin + n as u64 * HOURS as u64);
                    let cells = hours.iter().enumerate().map(|(hour, asked)| {
                        let text = format!("{name}, {hour:02}:00 · {asked:.1}");
                        let spoken = text.clone();
                        let strength = format!("{:.0}%", asked / most * 100.0);
                        view! { <td title=text style=("--strength", strength)><span class="unseen">{spoken}</span></td> }
                    }).collect_view();
                    let sum: f64 = hours.iter().sum();
                    view! { <tr><th scope="row">{name}</th>{cells}<td class="sum">{format!("{sum:.0}")}</td></tr> }
                }).collect_view();
                view! {
                    <p class="waits-note">{model.t(Text::WaitsForecastHint)} " " {error}</p>
                    <div class="hours-scroll" tabindex="0">
                        <table class="heat">
                            <tbody>{days}</tbody>
                            <tfoot><tr>
                                <td></td>
                                {(0..HOURS).map(|hour| view! { <td>{(hour % 3 == 0).then(|| format!("{hour:02}"))}</td> }).collect_view()}
                                <td></td>
                            </tr></tfoot>
                        </table>
                    </div>
                }.into_any()
            }}
        </section>
    }
}

/// What one more agent would change.
#[component]
fn WhatIf() -> impl IntoView {
    let model = use_model();
    let waits = model.waits;
    let question = waits.question;
    // One group is played: the chosen one, or the one that is asked for most.
    let day = Memo::new(move |_| {
        let day = question.with(|q| q.day);
        with_insights(model, |insights| {
            let busiest = waits::by_group(insights.hours.iter()).into_iter().next().map(|(id, _)| id);
            let group = waits.group.get().or(busiest)?;
            let times = insights.groups.iter().find(|times| times.group == group)?;
            Some((waits::expected(insights, times, day, ahead())?, times.slots))
        })
        .flatten()
    });
    let suggestion =
        Memo::new(move |_| day.with(|day| day.as_ref().and_then(|(day, slots)| day.suggest(*slots, 2))));
    let played = Memo::new(move |_| {
        let Question { agents, from, to, .. } = question.get();
        day.with(|day| {
            let (day, slots) = day.as_ref()?;
            let with = day.with(slots * agents, from, to).play();
            let (now, then) = (day.play(), with);
            Some((now.between(from, to), then.between(from, to), now.all, then.all))
        })
    });
    let number = move |name: Text,
                       value: Signal<usize>,
                       range: std::ops::RangeInclusive<usize>,
                       set: fn(&mut Question, usize),
                       clock: bool| {
        view! {
            <label>
                <span>{move || model.t(name)}</span>
                <select on:change=move |event| {
                    if let Ok(value) = event_target_value(&event).parse() {
                        question.update(|q| set(q, value));
                    }
                }>
                    {range.map(|n| {
                        let text = if clock { format!("{n:02}:00") } else { n.to_string() };
                        view! { <option value=n.to_string() selected=move || value.get() == n>{text}</option> }
                    }).collect_view()}
                </select>
            </label>
        }
    };
    let row = move |name: Text, of: fn(Model, &Outcome) -> String, outcomes: [Outcome; 4]| {
        view! {
            <tr>
                <th scope="row">{model.t(name)}</th>
                {outcomes.iter().map(|outcome| view! { <td>{of(model, outcome)}</td> }).collect_view()}
            </tr>
        }
    };
    view! {
        <section class="waits-part">
            <h2>{move || model.t(Text::WaitsWhatIf)}</h2>
            {move || day.with(Option::is_none).then(|| view! { <p class="waits-none">{model.t(Text::WaitsForecastShort)}</p> })}
            <Show when=move || day.with(Option::is_some)>
                <p class="waits-note">{move || model.t(Text::WaitsWhatIfHint)}</p>
                <div class="what-if">
                    <label>
                        <span>{move || model.t(Text::WaitsDay)}</span>
                        <select on:change=move |event| {
                            if let Ok(day) = event_target_value(&event).parse() {
                                question.update(|q| q.day = day);
                            }
                        }>
                            {move || {
                                let now = with_insights(model, |insights| insights.now).unwrap_or_default();
                                (1..=7u64).map(|day| {
                                    let name = day_name(model, waits::day_begin(now, day, ahead()));
                                    let chosen = question.with_untracked(|q| q.day) == day;
                                    view! { <option value=day.to_string() selected=chosen>{name}</option> }
                                }).collect_view()
                            }}
                        </select>
                    </label>
                    {number(Text::WaitsMore, Signal::derive(move || question.with(|q| q.agents as usize)), 1..=9, |q, n| q.agents = n as u32, false)}
                    {number(Text::WaitsFrom, Signal::derive(move || question.with(|q| q.from)), 0..=23, |q, n| { q.from = n; q.to = q.to.max(n + 1); }, true)}
                    {number(Text::WaitsTo, Signal::derive(move || question.with(|q| q.to)), 1..=24, |q, n| { q.to = n; q.from = q.from.min(n - 1); }, true)}
                </div>
                {move || suggestion.get().map(|found| {
                    let (from, to) = (format!("{:02}:00", found.from), format!("{:02}:00", found.to));
                    let (before, after) = (minutes(found.before.median), minutes(found.after.median));
                    let text = model.fill(Text::WaitsSuggest, &[("from", &from), ("to", &to), ("before", &before), ("after", &after)]);
                    view! {
                        <p class="suggestion">
                            {icon(Icon::Info)} <span>{text}</span>
                            <button class="button small" type="button" on:click=move |_| {
                                question.update(|q| (q.agents, q.from, q.to) = (1, found.from, found.to));
                            }>{model.t(Text::WaitsTry)}</button>
                        </p>
                    }
                })}
                {move || played.get().map(|(now, then, all_now, all_then)| {
                    let Question { agents, from, to, .. } = question.get();
                    let (n, from, to) = (agents.to_string(), format!("{from:02}:00"), format!("{to:02}:00"));
                    let (before, after) = (minutes(now.median), minutes(then.median));
                    let pairs = [("n", n.as_str()), ("from", &from), ("to", &to), ("before", &before), ("after", &after)];
                    let outcomes = [now, then, all_now, all_then];
                    view! {
                        <p class="result" role="status">{model.fill(Text::WaitsResult, &pairs)}</p>
                        <div class="hours-scroll" tabindex="0">
                            <table class="figures">
                                <thead>
                                    <tr><td></td><th colspan="2" scope="colgroup">{from}"–"{to}</th><th colspan="2" scope="colgroup">{model.t(Text::WaitsWholeDay)}</th></tr>
                                    <tr>
                                        <td></td>
                                        {[Text::WaitsNow, Text::WaitsThen, Text::WaitsNow, Text::WaitsThen].map(|name| view! { <th scope="col">{model.t(name)}</th> }).collect_view()}
                                    </tr>
                                </thead>
                                <tbody>
                                    {row(Text::WaitsMedian, |model, o| in_minutes(model, o.median), outcomes)}
                                    {row(Text::WaitsNinety, |model, o| in_minutes(model, o.ninety), outcomes)}
                                    {row(Text::WaitsLost, |_, o| percent(o.lost), outcomes)}
                                    {row(Text::WaitsAsked, |_, o| format!("{:.0}", o.asking), outcomes)}
                                </tbody>
                            </table>
                        </div>
                    }
                })}
            </Show>
        </section>
    }
}
