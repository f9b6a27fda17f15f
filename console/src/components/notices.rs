//! Short notices near the head of the page, clear of what is being written.

use leptos::prelude::*;

use super::icon::{Icon, icon};
use crate::actions;
use crate::state::model::use_model;
use crate::texts::Text;

/// The notices there are.
#[component]
pub fn Notices() -> impl IntoView {
    let model = use_model();
    view! {
        <div class="notices" role="status" aria-live="polite">
            <For each=move || model.notices.get() key=|notice| notice.id let(notice)>
                <div class="notice" class:bad=notice.bad>
                    {icon(if notice.bad { Icon::Alert } else { Icon::Check })}
                    <span>{move || model.t(notice.text)}</span>
                    <button
                        class="quiet-button"
                        type="button"
                        aria-label=move || model.t(Text::Dismiss)
                        on:click=move |_| actions::dismiss(model, notice.id)
                    >
                        {icon(Icon::Close)}
                    </button>
                </div>
            </For>
        </div>
    }
}
