//! The box in which rules are tried: an imagined shopper, where they would go, and why.

use leptos::prelude::*;
use shared::faq::mood::Mood;
use shared::ids::GroupId;
use shared::lang::Lang;
use shared::limits::VIP_MOST;

use super::fields::number;
use super::words;
use crate::actions::routing;
use crate::components::avatar;
use crate::components::icon::{Icon, icon};
use crate::state::model::{Model, use_model};
use crate::state::routing::{Trial, Tried};
use crate::texts::Text;

const MOODS: [Mood; 4] = [Mood::Angry, Mood::Worried, Mood::Neutral, Mood::Happy];

/// The box.
#[component]
pub fn TryIt() -> impl IntoView {
    let model = use_model();
    let put = move |change: &dyn Fn(&mut Trial)| model.routes.trial.update(|trial| change(trial));
    let text = move |label: Text, place: Text, get: fn(&Trial) -> &String, set: fn(&mut Trial, String)| {
        view! {
            <label class="field">
                <span>{move || model.t(label)}</span>
                <input
                    type="text"
                    autocomplete="off"
                    dir="auto"
                    placeholder=move || model.t(place)
                    prop:value=move || model.routes.trial.with(|trial| get(trial).clone())
                    on:input=move |event| model.routes.trial.update(|trial| set(trial, event_target_value(&event)))
                />
            </label>
        }
    };
    let choices = Memo::new(move |_| {
        model.routes.draft.with(|draft| draft.choices.iter().map(|c| c.group.clone()).collect::<Vec<_>>())
    });
    view! {
        <section class="route-card trial-card" aria-labelledby="routing-try">
            <h2 id="routing-try">{move || model.t(Text::RoutingTry)}</h2>
            <p class="soft">{move || model.t(Text::RoutingTryHint)}</p>
            <form class="try-fields" on:submit=move |event| {
                event.prevent_default();
                routing::try_it(model);
            }>
                {text(Text::RoutingTryText, Text::RoutingTryPlace, |t| &t.text, |t, text| t.text = text)}
                {text(Text::RoutingTryPage, Text::RoutingTryPagePlace, |t| &t.page, |t, page| t.page = page)}
                <div class="route-pair narrow">
                    <label class="field">
                        <span>{move || model.t(Text::RoutingLanguage)}</span>
                        <select on:change=move |event| {
                            let lang = Lang::parse(&event_target_value(&event));
                            put(&move |trial| trial.lang = lang);
                        }>
                            <option value="">{move || model.t(Text::RoutingByWords)}</option>
                            {move || model.kb.list.with(|list| {
                                let all = list.as_ref().map(|list| list.languages.clone()).unwrap_or_default();
                                let chosen = model.routes.trial.with_untracked(|trial| trial.lang);
                                let option = |lang: Lang| view! {
                                    <option value=lang.tag() selected=chosen == Some(lang)>{lang.own_name()}</option>
                                };
                                all.into_iter().map(option).collect_view()
                            })}
                        </select>
                    </label>
                    <label class="field">
                        <span>{move || model.t(Text::RoutingMood)}</span>
                        <select on:change=move |event| {
                            let mood = event_target_value(&event).parse().ok().and_then(|at: usize| MOODS.get(at).copied());
                            put(&move |trial| trial.mood = mood);
                        }>
                            <option value="">{move || model.t(Text::RoutingByWords)}</option>
                            {MOODS.iter().enumerate().map(|(at, mood)| {
                                let name = words::mood(*mood);
                                view! { <option value=at.to_string()>{move || model.t(name)}</option> }
                            }).collect_view()}
                        </select>
                    </label>
                    <Show when=move || !choices.with(Vec::is_empty)>
                        <label class="field">
                            <span>{move || model.t(Text::RoutingChoice)}</span>
                            <select on:change=move |event| {
                                let group = GroupId::new(event_target_value(&event)).ok();
                                put(&move |trial| trial.choice.clone_from(&group));
                            }>
                                <option value="">{move || model.t(Text::RoutingNone)}</option>
                                {move || choices.get().into_iter().map(|id| {
                                    let name = words::group(model, &id);
                                    view! { <option value=id.to_string()>{name}</option> }
                                }).collect_view()}
                            </select>
                        </label>
                    </Show>
                    {number(
                        Text::RoutingVip,
                        (0, VIP_MOST.into()),
                        None,
                        move || Some(model.routes.trial.with(|trial| trial.vip.into())),
                        move |n| put(&move |trial| trial.vip = n.and_then(|n| u8::try_from(n).ok()).unwrap_or(0)),
                    )}
                </div>
                <button class="button primary" type="submit" disabled=move || model.routes.busy.get()>
                    {icon(Icon::Flask)} {move || model.t(Text::RoutingTryGo)}
                </button>
            </form>
            <div class="verdict-box" aria-live="polite">
                {move || model.routes.tried.get().map(|tried| verdict(model, tried))}
            </div>
        </section>
    }
}

fn verdict(model: Model, tried: Tried) -> impl IntoView {
    let why = &tried.explanation;
    let name = words::group(model, &why.route.group);
    let facts = words::facts(model, &tried.facts, tried.topic.as_deref());
    let passed: Vec<String> = why.passed_by.iter().map(|v| words::passed_by(model, v)).collect();
    let (lang, waits) = (tried.facts.lang, tried.waiting);
    let waiting = model.fill(Text::RoutingWaiting, &[("n", &waits.to_string())]);
    view! {
        <p class="facts-line">{facts.into_iter().map(|fact| view! { <span class="chip"><bdi>{fact}</bdi></span> }).collect_view()}</p>
        <p class="went-to">{icon(Icon::Forth)} <strong><bdi>{name}</bdi></strong></p>
        <p>{words::because(model, why)}</p>
        <p class="soft">{words::priority(model, why)}</p>
        {(!passed.is_empty()).then(|| view! {
            <details class="passed" open>
                <summary>{model.fill(Text::RoutingPassedBy, &[("n", &passed.len().to_string())])}</summary>
                <ul>{passed.iter().map(|text| view! { <li>{text.clone()}</li> }).collect_view()}</ul>
            </details>
        })}
        {tried.candidates.map(|candidates| {
            let nobody = candidates.is_empty();
            let row = |candidate: shared::protocol::desk::Candidate| {
                let state = &candidate.agent;
                view! {
                    <li class="candidate" class:next=candidate.chosen.is_some() class:unfit=candidate.unfit.is_some()>
                        {avatar::person(&state.agent.name, Some(state.presence))}
                        <div>
                            <p class="candidate-name"><bdi>{state.agent.name.clone()}</bdi></p>
                            <p class="soft">
                                {words::candidate(model, &candidate)} " · " {words::speaks(model, candidate.speaks, lang)}
                            </p>
                        </div>
                    </li>
                }
            };
            view! {
                <h3>{model.t(Text::RoutingWho)}</h3>
                {nobody.then(|| view! { <p class="soft">{model.t(Text::RoutingNobodyThere)}</p> })}
                <ul class="candidates">{candidates.into_iter().map(row).collect_view()}</ul>
                {(waits > 0).then(|| view! { <p class="soft">{waiting}</p> })}
            }
        })}
    }
}
