//! What shoppers asked in vain, most frequent first, each with the one click that makes it answered.

use leptos::prelude::*;
use shared::ids::EntryId;
use shared::kb::questions::Cluster;
use shared::protocol::conversation::Reason;
use shared::protocol::kb::QuestionAction;

use crate::actions::kb;
use crate::components::banner::Banner;
use crate::components::icon::{Icon, icon};
use crate::components::notices::Notices;
use crate::components::rail::RailHead;
use crate::net::browser;
use crate::state::model::{Model, use_model};
use crate::state::page::Page;
use crate::texts::Text;

/// The page.
#[component]
pub fn QuestionsPage() -> impl IntoView {
    let model = use_model();
    let ids = Memo::new(move |_| {
        model.kb.questions.with(|all| all.as_ref().map(|all| all.iter().map(|c| c.id).collect::<Vec<_>>()))
    });
    view! {
        <div class="workspace questions">
            <Banner />
            <aside class="rail">
                <RailHead />
                <p class="questions-hint">{move || model.t(Text::QuestionsHint)}</p>
                <Show when=move || model.is_supervisor()>
                    <label class="questions-switch">
                        <input
                            type="checkbox"
                            prop:checked=move || model.kb.at_once.get()
                            on:change=move |event| model.kb.at_once.set(event_target_checked(&event))
                        />
                        <span>{move || model.t(Text::QuestionsAtOnce)}</span>
                    </label>
                </Show>
            </aside>
            <main class="questions-main">
                <h1>{move || model.t(Text::Questions)}</h1>
                {move || ids.with(|ids| ids.as_ref().is_some_and(Vec::is_empty)).then(|| view! {
                    <p class="questions-none">{icon(Icon::Check)} {model.t(Text::QuestionsNone)}</p>
                })}
                <ol class="clusters">
                    <For each=move || ids.get().unwrap_or_default() key=|id| *id let(id)>
                        <ClusterCard id />
                    </For>
                </ol>
            </main>
            <Notices />
        </div>
    }
}

#[component]
fn ClusterCard(id: u64) -> impl IntoView {
    let model = use_model();
    let cluster =
        Memo::new(move |_| model.kb.questions.with(|all| all.iter().flatten().find(|c| c.id == id).cloned()));
    move || cluster.get().map(|cluster| view! { <ClusterView cluster /> })
}

/// An entry's title, when the list has it.
fn title(model: Model, id: &EntryId) -> String {
    let known = model.kb.list.with(|list| {
        list.as_ref().and_then(|l| l.entries.iter().find(|row| row.id == *id).map(|row| row.title.clone()))
    });
    known.unwrap_or_else(|| id.to_string())
}

const fn of_reason(reason: Reason) -> Text {
    match reason {
        Reason::Wrong => Text::QuestionsReasonWrong,
        Reason::Unclear => Text::QuestionsReasonUnclear,
        Reason::Outdated => Text::QuestionsReasonOutdated,
        Reason::Other => Text::QuestionsReasonOther,
    }
}

#[component]
fn ClusterView(cluster: Cluster) -> impl IntoView {
    let model = use_model();
    let id = cluster.id;
    let first = cluster.wordings.first().cloned().unwrap_or_default();
    let others: Vec<String> = cluster.wordings.iter().skip(1).rev().cloned().collect();
    let add = {
        let wording = first.clone();
        Callback::new(move |entry: EntryId| {
            let publish = model.kb.at_once.get_untracked();
            let action = QuestionAction::Add { entry, wording: wording.clone(), publish };
            kb::act_on_question(model, id, action, Text::QuestionsAdded);
        })
    };
    let note = move |n: u32, text: Text| {
        (n > 0).then(|| view! { <span class="chip warm">{model.fill(text, &[("n", &n.to_string())])}</span> })
    };
    let asked = model.fill(Text::QuestionsAsked, &[("n", &cluster.count.to_string())]);
    let last = browser::short_time(model.lang.get().tag(), cluster.last);
    view! {
        <li class="cluster">
            <span class="cluster-count" title=asked.clone()>
                {cluster.count} <span class="unseen">{asked.clone()}</span>
            </span>
            <div class="cluster-body">
                <h2 lang=cluster.lang.tag() dir="auto">{first}</h2>
                <p class="cluster-facts">
                    <span class="lang-tag">{cluster.lang.tag()}</span>
                    {note(cluster.unhelpful, Text::QuestionsUnhelpful)}
                    {cluster.reasons.iter().map(|(reason, n)| note(*n, of_reason(*reason))).collect_view()}
                    {note(cluster.handoffs, Text::QuestionsHandoffs)}
                    <span class="cluster-last">{last}</span>
                </p>
                {cluster.comments.iter().map(|comment| view! {
                    <q class="cluster-comment" dir="auto">{comment.clone()}</q>
                }).collect_view()}
                {(!others.is_empty()).then(|| view! {
                    <details class="cluster-wordings">
                        <summary>{model.fill(Text::QuestionsWordings, &[("n", &others.len().to_string())])}</summary>
                        <ul lang=cluster.lang.tag()>
                            {others.iter().map(|text| view! { <li dir="auto">{text.clone()}</li> }).collect_view()}
                        </ul>
                    </details>
                })}
                <Show when=move || model.is_supervisor()>
                    <div class="cluster-acts">
                        {cluster.nearest.iter().take(2).cloned().map(|entry| {
                            let name = title(model, &entry);
                            view! {
                                <button class="button small add" type="button" on:click=move |_| add.run(entry.clone())>
                                    {icon(Icon::Plus)}
                                    <span class="add-name">{model.fill(Text::QuestionsAddTo, &[("name", &name)])}</span>
                                </button>
                            }
                        }).collect_view()}
                        <select
                            class="button small pick"
                            aria-label=move || model.t(Text::QuestionsAddOther)
                            on:change=move |event| {
                                if let Ok(entry) = EntryId::new(event_target_value(&event)) {
                                    add.run(entry);
                                }
                            }
                        >
                            <option value="">{move || model.t(Text::QuestionsAddOther)}</option>
                            {move || model.kb.list.get().map(|list| {
                                let option = |row: shared::kb::list::EntryRow| {
                                    view! { <option value=row.id.to_string()>{row.title}</option> }
                                };
                                list.entries.into_iter().map(option).collect_view()
                            })}
                        </select>
                        <a class="button small" href=Page::NewEntry(Some(id)).hash()>
                            {move || model.t(Text::QuestionsNew)}
                        </a>
                        <button
                            class="button small quiet"
                            type="button"
                            on:click=move |_| {
                                kb::act_on_question(model, id, QuestionAction::Dismiss, Text::QuestionsDismissed);
                            }
                        >
                            {move || model.t(Text::QuestionsDismiss)}
                        </button>
                    </div>
                </Show>
            </div>
        </li>
    }
}
