//! A secret that is shown once.

use leptos::prelude::*;

use crate::actions::notice;
use crate::components::icon::{Icon, icon};
use crate::net::browser;
use crate::state::connections::SecretOf;
use crate::state::model::use_model;
use crate::texts::Text;

/// The secret, until it is put away.
#[component]
pub fn SecretShown() -> impl IntoView {
    let model = use_model();
    move || {
        model.links.secret.get().map(|secret| {
            let hint = match secret.of {
                SecretOf::Hook => Text::ConnSecretHook,
                SecretOf::Token => Text::ConnSecretToken,
                SecretOf::Identity => Text::ConnSecretIdentity,
            };
            let copied = secret.text.clone();
            view! {
                <section class="secret" role="status">
                    <h2>{icon(Icon::Lock)} {model.t(Text::ConnSecretTitle)}</h2>
                    <p>{model.t(hint)}</p>
                    <div class="secret-line">
                        <code dir="ltr">{secret.text.clone()}</code>
                        <button
                            class="button small"
                            type="button"
                            on:click=move |_| {
                                browser::copy(&copied);
                                notice(model, Text::Copied, false);
                            }
                        >
                            {icon(Icon::Copy)} {model.t(Text::Copy)}
                        </button>
                        <button class="button small quiet" type="button" on:click=move |_| model.links.secret.set(None)>
                            {model.t(Text::Close)}
                        </button>
                    </div>
                </section>
            }
        })
    }
}
