//! Sending a conversation on, to a colleague or a group, with a note for whoever gets it.

use leptos::html;
use leptos::prelude::*;
use shared::ids::{ConversationId, GroupId};
use shared::limits::TEXT_CHARS;
use shared::protocol::desk::{AgentState, Presence, TransferTo};

use super::avatar;
use super::icon::{Icon, icon};
use crate::actions;
use crate::state::model::use_model;
use crate::texts::{Text, of_presence};

/// The dialog, while `asking`.
#[component]
pub fn TransferDialog(id: ConversationId, asking: RwSignal<bool>) -> impl IntoView {
    let model = use_model();
    let dialog: NodeRef<html::Dialog> = NodeRef::new();
    let chosen: RwSignal<Option<TransferTo>> = RwSignal::new(None);
    let note = RwSignal::new(String::new());
    Effect::new(move || {
        let Some(dialog) = dialog.get() else { return };
        if asking.get() && !dialog.open() {
            chosen.set(None);
            let _ = dialog.show_modal();
        } else if !asking.get() && dialog.open() {
            dialog.close();
        }
    });
    let holder = {
        let id = id.clone();
        Memo::new(move |_| model.inbox.with(|i| i.assigned_card(&id).map(|card| card.agent.clone())))
    };
    // Whoever can take it: there, and not the one who has it. A supervisor may give somebody more than they have room for.
    let colleagues = Memo::new(move |_| {
        let there = |a: &AgentState| matches!(a.presence, Presence::Online | Presence::Busy);
        let other = |a: &AgentState| holder.get().as_ref() != Some(&a.agent.id);
        let mut all = model.inbox.with(|i| i.colleagues());
        all.retain(|a| there(a) && other(a));
        all
    });
    let groups = Memo::new(move |_| model.inbox.with(|i| i.groups().to_vec()));
    let agent_row = move |state: AgentState| {
        let to = TransferTo::Agent { agent: state.agent.id.clone() };
        let full = state.load >= state.capacity;
        let room = model.fill(
            Text::TransferRoom,
            &[("n", &state.load.to_string()), ("most", &state.capacity.to_string())],
        );
        let hint = if full { model.t(Text::TransferFull) } else { model.t(of_presence(state.presence)) };
        let stuck = full && !model.is_supervisor();
        let pick = to.clone();
        view! {
            <label class="transfer-to" class:stuck=stuck>
                <input
                    type="radio"
                    name="transfer-to"
                    disabled=stuck
                    prop:checked=move || chosen.with(|c| c.as_ref() == Some(&to))
                    on:change=move |_| chosen.set(Some(pick.clone()))
                />
                {avatar::person(&state.agent.name, Some(state.presence))}
                <span class="transfer-name"><bdi>{state.agent.name.clone()}</bdi> <small>{hint}</small></span>
                <span class="colleague-load">{room}</span>
            </label>
        }
    };
    let group_row = move |(group, name): (GroupId, String)| {
        let to = TransferTo::Group { group };
        let pick = to.clone();
        view! {
            <label class="transfer-to">
                <input
                    type="radio"
                    name="transfer-to"
                    prop:checked=move || chosen.with(|c| c.as_ref() == Some(&to))
                    on:change=move |_| chosen.set(Some(pick.clone()))
                />
                <span class="transfer-group" aria-hidden="true">{icon(Icon::Fork)}</span>
                <span class="transfer-name">
                    <bdi>{name}</bdi> <small>{model.t(Text::TransferGroupHint)}</small>
                </span>
            </label>
        }
    };
    let go = move || {
        if let Some(to) = chosen.get_untracked() {
            let text = note.get_untracked().trim().to_owned();
            if actions::transfer(model, &id, to, Some(text).filter(|text| !text.is_empty())) {
                note.set(String::new());
                asking.set(false);
            }
        }
    };
    view! {
        <dialog
            class="dialog transfer"
            aria-labelledby="transfer-title"
            node_ref=dialog
            on:close=move |_| asking.set(false)
            on:click=move |event| {
                if event.target() == event.current_target() {
                    asking.set(false);
                }
            }
        >
            <form class="dialog-body" on:submit=move |event| {
                event.prevent_default();
                go();
            }>
                <h2 id="transfer-title">{move || model.t(Text::TransferTitle)}</h2>
                <p>{move || model.t(Text::TransferExplain)}</p>
                <fieldset class="transfer-list">
                    <legend class="unseen">{move || model.t(Text::TransferTo)}</legend>
                    <h3>{move || model.t(Text::TransferAgents)}</h3>
                    {move || colleagues.with(Vec::is_empty).then(|| view! {
                        <p class="transfer-none">{model.t(Text::TransferNobody)}</p>
                    })}
                    <For
                        each=move || colleagues.get()
                        key=|a| (a.agent.id.clone(), a.load, a.capacity, a.presence as u8)
                        children=agent_row
                    />
                    <h3>{move || model.t(Text::TransferGroups)}</h3>
                    <For each=move || groups.get() key=Clone::clone children=group_row />
                </fieldset>
                <label class="field">
                    <span>{move || model.t(Text::TransferNote)}</span>
                    <textarea
                        rows="3"
                        maxlength=TEXT_CHARS.to_string()
                        dir="auto"
                        placeholder=move || model.t(Text::TransferNotePlace)
                        prop:value=move || note.get()
                        on:input=move |event| note.set(event_target_value(&event))
                    ></textarea>
                </label>
                <div class="dialog-buttons">
                    <button class="button" type="button" on:click=move |_| asking.set(false)>
                        {move || model.t(Text::Cancel)}
                    </button>
                    <button class="button primary" type="submit" disabled=move || chosen.with(Option::is_none)>
                        {icon(Icon::Forth)} {move || model.t(Text::Transfer)}
                    </button>
                </div>
            </form>
        </dialog>
    }
}

/// The question before a supervisor takes what a colleague has.
#[component]
pub fn TakeOverDialog(
    from: Memo<String>,
    asking: RwSignal<bool>,
    #[prop(into)] yes: Callback<()>,
) -> impl IntoView {
    let model = use_model();
    let dialog: NodeRef<html::Dialog> = NodeRef::new();
    Effect::new(move || {
        let Some(dialog) = dialog.get() else { return };
        if asking.get() && !dialog.open() {
            let _ = dialog.show_modal();
        } else if !asking.get() && dialog.open() {
            dialog.close();
        }
    });
    view! {
        <dialog class="dialog" node_ref=dialog on:close=move |_| asking.set(false)>
            <div class="dialog-body">
                <h2>{move || model.fill(Text::TakeOverTitle, &[("name", &from.get())])}</h2>
                <p>{move || model.fill(Text::TakeOverExplain, &[("name", &from.get())])}</p>
                <div class="dialog-buttons">
                    <button class="button" type="button" on:click=move |_| asking.set(false)>
                        {move || model.t(Text::Cancel)}
                    </button>
                    <button
                        class="button primary"
                        type="button"
                        on:click=move |_| {
                            asking.set(false);
                            yes.run(());
                        }
                    >
                        {move || model.t(Text::TakeOver)}
                    </button>
                </div>
            </div>
        </dialog>
    }
}
