//! The roster: who is there when, in all regions on one line of time, and the plans behind it.

use leptos::prelude::*;

use crate::actions::roster;
use crate::components::banner::Banner;
use crate::components::icon::{Icon, icon};
use crate::components::notices::Notices;
use crate::components::rail::RailHead;
use crate::components::roster::faults::Faults;
use crate::components::roster::picture::Picture;
use crate::components::roster::plan::PlanEditor;
use crate::components::roster::rules::RulesEditor;
use crate::state::model::use_model;
use crate::state::roster::Whose;
use crate::texts::Text;

/// The page.
#[component]
pub fn RosterPage() -> impl IntoView {
    let model = use_model();
    let changed = Memo::new(move |_| model.roster.is_changed());
    view! {
        <div class="workspace roster">
            <Banner />
            <aside class="rail">
                <RailHead />
                <p class="roster-hint">{move || model.t(Text::RosterHint)}</p>
                <Chooser />
            </aside>
            <main class="roster-main">
                <header class="roster-head">
                    <h1>{move || model.t(Text::Roster)}</h1>
                    <Show when=move || model.is_supervisor()>
                        <button
                            class="button small quiet"
                            type="button"
                            disabled=move || !changed.get() || model.roster.busy.get()
                            on:click=move |_| roster::discard(model)
                        >
                            {move || model.t(Text::RosterDiscard)}
                        </button>
                        <button
                            class="button small primary"
                            type="button"
                            disabled=move || !changed.get() || model.roster.busy.get()
                            on:click=move |_| roster::save(model)
                        >
                            {icon(Icon::Check)} {move || model.t(Text::RosterSave)}
                        </button>
                    </Show>
                </header>
                <Picture />
                <Faults />
                {move || model.roster.chosen.get().map(|whose| match whose {
                    Whose::Agent(_) => view! { <PlanEditor whose /> }.into_any(),
                    Whose::Group(_) => view! { <RulesEditor whose /> }.into_any(),
                })}
            </main>
            <Notices />
        </div>
    }
}

/// Everybody and every group.
#[component]
fn Chooser() -> impl IntoView {
    let model = use_model();
    let entry = move |whose: Whose, name: String, about: String| {
        let mine = whose.clone();
        let here = move || model.roster.chosen.with(|chosen| chosen.as_ref() == Some(&mine));
        let wrong = {
            let whose = whose.clone();
            move || model.roster.faults.with(|all| all.iter().any(|f| !f.is_notice() && whose.has(f)))
        };
        view! {
            <li>
                <button
                    class="roster-who"
                    type="button"
                    aria-current=move || here().then_some("true")
                    on:click=move |_| model.roster.chosen.set(Some(whose.clone()))
                >
                    <bdi>{name}</bdi>
                    {move || wrong().then(|| icon(Icon::Alert))}
                    <small>{about}</small>
                </button>
            </li>
        }
    };
    let lists = move || {
        let page = model.roster.page.get()?;
        let mut groups: Vec<_> = page.members.iter().flat_map(|m| m.groups.clone()).collect();
        groups.extend(model.roster.draft.with(|draft| draft.groups.keys().cloned().collect::<Vec<_>>()));
        groups.sort();
        groups.dedup();
        let count = |group| page.members.iter().filter(|m| m.groups.contains(group)).count();
        let groups = groups.iter().map(|group| {
            let about = model.fill(Text::RosterMembers, &[("n", &count(group).to_string())]);
            entry(Whose::Group(group.clone()), group.to_string(), about)
        });
        let agents = page.members.iter().map(|member| {
            let zone =
                model.roster.draft.with(|d| d.agents.get(&member.agent.id).map(|plan| plan.zone.clone()));
            let about = zone.unwrap_or_else(|| model.t(Text::RosterNoPlan).to_owned());
            entry(Whose::Agent(member.agent.id.clone()), member.agent.name.clone(), about)
        });
        Some(view! {
            <h2>{model.t(Text::RosterPeople)}</h2>
            <ul>{agents.collect_view()}</ul>
            <h2>{model.t(Text::RosterGroups)}</h2>
            <ul>{groups.collect_view()}</ul>
        })
    };
    view! { <nav class="roster-chooser" aria-label=move || model.t(Text::Roster)>{lists}</nav> }
}
