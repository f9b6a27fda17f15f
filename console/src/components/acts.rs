//! What can be done with the conversation on screen: sending it on, giving it back, taking it over, ending it.

use leptos::prelude::*;
use shared::protocol::{AgentCard, Body, Event, Message, Sender};

use super::dialog::Confirm;
use super::icon::{Icon, icon};
use super::transfer::{TakeOverDialog, TransferDialog};
use crate::actions;
use crate::state::model::{Model, use_model};
use crate::state::thread::Thread;
use crate::texts::Text;

/// The buttons in the conversation's head. `mine`: this agent has it; `with`: the colleague who has.
#[component]
pub fn Acts(
    thread: Thread,
    mine: Memo<bool>,
    with: Memo<Option<AgentCard>>,
    asking_end: RwSignal<bool>,
) -> impl IntoView {
    let model = use_model();
    let id = thread.id.clone();
    let busy = {
        let id = id.clone();
        Memo::new(move |_| model.asked.with(|asked| asked.as_ref() == Some(&id)))
    };
    let over = Memo::new(move |_| with.with(Option::is_some) && model.is_supervisor());
    let acts = Memo::new(move |_| mine.get() || over.get());
    // Until something was said, giving it back is declining it: nothing is lost by that.
    let declines = Memo::new(move |_| !thread.read(|link| has_spoken(model, link.messages())));
    let (sending, returning, taking) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(false));
    let give_back = {
        let id = id.clone();
        Callback::new(move |()| actions::give_back(model, &id))
    };
    let take_over = {
        let id = id.clone();
        move |()| actions::take_over(model, &id)
    };
    let name =
        Memo::new(move |_| with.with(|with| with.as_ref().map(|a| a.name.clone()).unwrap_or_default()));
    // A dialog about what has changed hands meanwhile would ask the wrong question.
    Effect::new(move || {
        if !mine.get() {
            returning.set(false);
        }
        if !over.get() {
            taking.set(false);
        }
        if !acts.get() {
            sending.set(false);
        }
    });
    let button = move |name: Text, hint: Text, drawing: Icon, act: Callback<()>| {
        view! {
            <button
                class="button small"
                type="button"
                prop:disabled=busy
                title=move || model.t(hint)
                on:click=move |_| act.run(())
            >
                {icon(drawing)} <span class="act-word">{move || model.t(name)}</span>
            </button>
        }
    };
    let ask = |what: RwSignal<bool>| Callback::new(move |()| what.set(true));
    let back = Callback::new(move |()| {
        if declines.get_untracked() {
            give_back.run(());
        } else {
            returning.set(true);
        }
    });
    view! {
        <Show when=move || over.get()>
            {button(Text::TakeOver, Text::TakeOver, Icon::Take, ask(taking))}
        </Show>
        <Show when=move || acts.get()>
            {button(Text::Transfer, Text::TransferTitle, Icon::Forth, ask(sending))}
        </Show>
        <Show when=move || mine.get()>
            {move || match declines.get() {
                true => button(Text::Decline, Text::DeclineHint, Icon::Return, back),
                false => button(Text::Return, Text::ReturnHint, Icon::Return, back),
            }}
        </Show>
        <Show when=move || acts.get()>
            {button(Text::End, Text::EndTitle, Icon::End, ask(asking_end))}
        </Show>
        <TransferDialog id=id asking=sending />
        <TakeOverDialog from=name asking=taking yes=take_over />
        <Confirm
            asking=returning
            title=Text::ReturnTitle
            explain=Text::ReturnExplain
            confirm=Text::Return
            yes=give_back
        />
    }
}

/// Whether this agent has said something to the visitor since the conversation was given to them last.
fn has_spoken(model: Model, messages: &[Message]) -> bool {
    for message in messages.iter().rev() {
        match (&message.from, &message.body) {
            (Sender::Agent { agent }, Body::Text { .. }) if model.is_me(&agent.id) => return true,
            (_, Body::Event { event: Event::AgentJoined { agent } }) if model.is_me(&agent.id) => {
                return false;
            }
            _ => {}
        }
    }
    false
}
