//! What leads elsewhere: webhooks, what could not be delivered, and API tokens. For supervisors.

use leptos::prelude::*;
use shared::protocol::connections::EndpointAction;

use crate::actions::connections;
use crate::components::banner::Banner;
use crate::components::connections::hooks::Hooks;
use crate::components::connections::identity::Identity;
use crate::components::connections::letters::Letters;
use crate::components::connections::secret::SecretShown;
use crate::components::connections::tokens::Tokens;
use crate::components::dialog::Confirm;
use crate::components::icon::{Icon, icon};
use crate::components::notices::Notices;
use crate::components::rail::RailHead;
use crate::state::model::use_model;
use crate::texts::Text;

/// The page.
#[component]
pub fn ConnectionsPage() -> impl IntoView {
    let model = use_model();
    let removing = RwSignal::new(false);
    let revoking = RwSignal::new(false);
    Effect::new(move || removing.set(model.links.removing.with(Option::is_some)));
    Effect::new(move || revoking.set(model.links.revoking.with(Option::is_some)));
    // A dialog that was answered with no.
    Effect::new(move |before: Option<(bool, bool)>| {
        let now = (removing.get(), revoking.get());
        if before.is_some_and(|before| before.0 && !now.0) {
            model.links.removing.set(None);
        }
        if before.is_some_and(|before| before.1 && !now.1) {
            model.links.revoking.set(None);
        }
        now
    });
    let remove = move |()| {
        if let Some(id) = model.links.removing.get_untracked() {
            connections::act(model, id, EndpointAction::Remove);
        }
    };
    let revoke = move |()| {
        if let Some(id) = model.links.revoking.get_untracked() {
            connections::revoke_token(model, id);
        }
    };
    view! {
        <div class="workspace connections">
            <Banner />
            <aside class="rail">
                <RailHead />
                <p class="connections-hint">{move || model.t(Text::ConnHint)}</p>
                <p class="connections-hint">
                    <a href="/v1/openapi.json" target="_blank" rel="noopener">
                        {move || model.t(Text::ConnApi)} {icon(Icon::External)}
                    </a>
                </p>
            </aside>
            <main class="connections-main" aria-busy=move || model.links.seen.with(Option::is_none).to_string()>
                <h1>{move || model.t(Text::Connections)}</h1>
                <SecretShown />
                <Hooks />
                <Letters />
                <Tokens />
                <Identity />
            </main>
            <Confirm
                asking=removing
                title=Text::ConnRemoveTitle
                explain=Text::ConnRemoveExplain
                confirm=Text::ConnRemove
                yes=remove
            />
            <Confirm
                asking=revoking
                title=Text::ConnRevokeTitle
                explain=Text::ConnRevokeExplain
                confirm=Text::ConnRevoke
                yes=revoke
            />
            <Notices />
        </div>
    }
}
