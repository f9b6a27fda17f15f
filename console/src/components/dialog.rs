//! A question that must be answered before something final.

use leptos::html;
use leptos::prelude::*;

use crate::state::model::use_model;
use crate::texts::Text;

/// Asks `title` while `asking`; `yes` runs when confirmed. Escape and a click beside it mean no.
#[component]
pub fn Confirm(
    asking: RwSignal<bool>,
    title: Text,
    explain: Text,
    confirm: Text,
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
        <dialog
            class="dialog"
            node_ref=dialog
            on:close=move |_| asking.set(false)
            on:click=move |event| {
                // Only the backdrop's clicks reach the dialog itself: its content fills it.
                if event.target() == event.current_target() {
                    asking.set(false);
                }
            }
        >
            <div class="dialog-body">
                <h2>{move || model.t(title)}</h2>
                <p>{move || model.t(explain)}</p>
                <div class="dialog-buttons">
                    <button class="button" type="button" on:click=move |_| asking.set(false)>
                        {move || model.t(Text::Cancel)}
                    </button>
                    <button
                        class="button danger"
                        type="button"
                        on:click=move |_| {
                            asking.set(false);
                            yes.run(());
                        }
                    >
                        {move || model.t(confirm)}
                    </button>
                </div>
            </div>
        </dialog>
    }
}
