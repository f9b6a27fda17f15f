//! The transcript of the conversation on screen.

use leptos::html;
use leptos::prelude::*;
use shared::link::Line;

use super::message::{self, TypingDots};
use crate::net::clock;
use crate::state::model::use_model;
use crate::state::thread::{SHOWN, Thread};
use crate::state::transcript::{Row, rows};
use crate::texts::Text;

/// How far from the newest message one must have scrolled before the way back is offered, in pixels.
const FAR: i32 = 240;

/// The rows, and the way to earlier and newest ones.
#[component]
pub fn Transcript(thread: Thread) -> impl IntoView {
    let model = use_model();
    let scroller: NodeRef<html::Div> = NodeRef::new();
    let far = RwSignal::new(false);

    let cut = {
        let thread = thread.clone();
        Memo::new(move |_| {
            let shown = thread.shown.get();
            thread.read(|link| link.messages().len().saturating_sub(shown))
        })
    };
    let lines = {
        let thread = thread.clone();
        Memo::new(move |_| {
            let divider = thread.divider.get();
            let from = cut.get();
            thread.read(|link| {
                rows(
                    link.messages().get(from..).unwrap_or_default(),
                    link.pending(),
                    divider,
                    clock::offset_minutes,
                )
            })
        })
    };
    let typing = {
        let thread = thread.clone();
        Memo::new(move |_| thread.read(|link| link.typing(model.now.get())))
    };
    let loading = {
        let thread = thread.clone();
        Memo::new(move |_| thread.read(|link| link.messages().is_empty() && link.line() != Line::Live))
    };
    // The scroller runs bottom to top, so 0 is the newest message and the browser keeps it in view by itself.
    let measure = move |_| {
        if let Some(scroller) = scroller.get_untracked() {
            far.set(-scroller.scroll_top() > FAR);
        }
    };
    let newest = move |_| {
        if let Some(scroller) = scroller.get_untracked() {
            scroller.set_scroll_top(0);
        }
    };
    let outbox = {
        let thread = thread.clone();
        Memo::new(move |_| thread.read(|link| link.pending().len()))
    };
    // One's own words are always brought into view.
    Effect::new(move |before: Option<usize>| {
        let now = outbox.get();
        if before.is_some_and(|before| now > before) {
            newest(());
        }
        now
    });
    let earlier = {
        let shown = thread.shown.clone();
        move |_| shown.update(|n| *n += SHOWN)
    };
    let draw = {
        let thread = thread.clone();
        move |row: Row| message::row(model, &thread, row)
    };
    view! {
        <div class="transcript-frame">
            <div class="transcript" node_ref=scroller on:scroll=measure tabindex="0" role="log"
                aria-label=move || model.t(Text::Transcript)>
                <div class="transcript-rows">
                    <Show when=move || { cut.get() > 0 }>
                        <button class="button small earlier" type="button" on:click=earlier.clone()>
                            {move || model.t(Text::ShowEarlier)}
                        </button>
                    </Show>
                    <Show when=move || loading.get()>{skeleton()}</Show>
                    <For each=move || lines.get() key=key children=draw.clone() />
                    <Show when=move || typing.get()>
                        <TypingDots />
                    </Show>
                </div>
            </div>
            <Show when=move || far.get()>
                <button class="newest" type="button" on:click=move |_| newest(())>
                    {super::icon::icon(super::icon::Icon::Down)} {move || model.t(Text::Newest)}
                </button>
            </Show>
        </div>
    }
}

/// What a row is drawn anew for: its place in the log, and all of it that can change.
fn key(row: &Row) -> (u8, u64, bool, bool, String) {
    match row {
        Row::Day { day, .. } => (0, day.unsigned_abs(), false, false, String::new()),
        Row::Unread => (1, 0, false, false, String::new()),
        Row::Event(message) => (2, message.seq, false, false, String::new()),
        Row::Said { message, first, last } => (3, message.seq, *first, *last, String::new()),
        Row::Pending { pending, first } => {
            (4, pending.at.0, *first, pending.failed.is_some(), format!("{:?}", pending.draft))
        }
    }
}

fn skeleton() -> impl IntoView {
    let bubble = |class: &'static str| view! { <div class=class><span class="bubble bone"></span></div> };
    view! {
        <div class="transcript-skeleton" aria-hidden="true">
            {["said theirs", "said ours", "said theirs"].map(bubble).collect_view()}
        </div>
    }
}
