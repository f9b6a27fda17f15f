//! Where an agent writes: a reply to the visitor, or a note to colleagues.

use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;
use shared::limits::TEXT_CHARS;

use super::icon::{Icon, icon};
use crate::actions;
use crate::state::model::use_model;
use crate::state::thread::Thread;
use crate::texts::Text;

/// The counter shows from this many characters left.
const COUNT_FROM: usize = 300;

/// The composer. Where `replying` is false only notes can be written.
#[component]
pub fn Composer(thread: Thread, #[prop(into)] replying: Signal<bool>) -> impl IntoView {
    let model = use_model();
    let area: NodeRef<html::Textarea> = NodeRef::new();
    let draft = thread.draft.clone();
    let noting = {
        let noting = thread.noting.clone();
        Memo::new(move |_| noting.get() || !replying.get())
    };
    let set_noting = {
        let noting = thread.noting.clone();
        move |on: bool| {
            noting.set(on);
            if let Some(area) = area.get_untracked() {
                let _ = area.focus();
            }
        }
    };
    let send = {
        let thread = thread.clone();
        move || {
            thread.noting.set(noting.get_untracked());
            actions::send(model, &thread);
            if let Some(area) = area.get_untracked() {
                let _ = area.focus();
            }
        }
    };
    let keys = {
        let send = send.clone();
        move |event: KeyboardEvent| match event.key().as_str() {
            // Enter that confirms a candidate of an input method is not meant for us (229 in older browsers).
            "Enter" if !event.shift_key() && !event.is_composing() && event.key_code() != 229 => {
                event.prevent_default();
                send();
            }
            "Escape" if !event.is_composing() => {
                if let Some(area) = area.get_untracked() {
                    let _ = area.blur();
                }
            }
            _ => {}
        }
    };
    let write = {
        let thread = thread.clone();
        move |event| {
            thread.draft.set(event_target_value(&event));
            actions::typing(model, &thread);
        }
    };
    // On a wide screen the cursor waits in the composer of the conversation just opened.
    Effect::new(move |_| {
        let wide = window().inner_width().ok().and_then(|w| w.as_f64()).is_some_and(|w| w > 900.0);
        if let Some(area) = area.get()
            && wide
        {
            let _ = area.focus();
        }
    });
    let left = {
        let draft = draft.clone();
        Memo::new(move |_| TEXT_CHARS as i64 - draft.with(|d| d.chars().count()) as i64)
    };
    let nothing = {
        let draft = draft.clone();
        Memo::new(move |_| draft.with(|d| shared::conversation::clean::is_blank(d)))
    };
    let mirrored = {
        let draft = draft.clone();
        move || draft.with(|d| format!("{d}\n"))
    };
    let as_reply = {
        let set_noting = set_noting.clone();
        move |_| set_noting(false)
    };
    view! {
        <form
            class="composer"
            class:noting=move || noting.get()
            on:submit=move |event| {
                event.prevent_default();
                send();
            }
        >
            <div class="composer-kinds" role="group" aria-label=move || model.t(Text::ComposerKind)>
                <button
                    type="button"
                    class="kind"
                    aria-pressed=move || (!noting.get()).to_string()
                    prop:disabled=move || !replying.get()
                    on:click=as_reply
                >
                    {icon(Icon::Reply)} {move || model.t(Text::Reply)}
                </button>
                <button
                    type="button"
                    class="kind note"
                    aria-pressed=move || noting.get().to_string()
                    on:click=move |_| set_noting(true)
                >
                    {icon(Icon::Lock)} {move || model.t(Text::InternalNote)}
                </button>
            </div>
            <div class="composer-box">
                <div class="composer-grow">
                    <span class="composer-mirror" aria-hidden="true">{mirrored}</span>
                    <textarea
                        node_ref=area
                        rows="1"
                        dir="auto"
                        prop:value=move || draft.get()
                        placeholder=move || {
                            model.t(if noting.get() { Text::NotePlaceholder } else { Text::ReplyPlaceholder })
                        }
                        aria-label=move || model.t(if noting.get() { Text::InternalNote } else { Text::Reply })
                        on:input=write
                        on:keydown=keys
                    ></textarea>
                </div>
                <button
                    class="button primary send"
                    type="submit"
                    prop:disabled=move || nothing.get() || left.get() < 0
                    aria-label=move || model.t(if noting.get() { Text::AddNote } else { Text::Send })
                >
                    <span class="send-word">
                        {move || model.t(if noting.get() { Text::AddNote } else { Text::Send })}
                    </span>
                    {icon(Icon::Send)}
                </button>
            </div>
            <p class="composer-hint">
                <span>{move || model.t(if noting.get() { Text::NoteHint } else { Text::SendHint })}</span>
                <Show when=move || left.get() < COUNT_FROM as i64>
                    <span class="counter" class:over=move || left.get() < 0>{move || left.get()}</span>
                </Show>
            </p>
        </form>
    }
}
