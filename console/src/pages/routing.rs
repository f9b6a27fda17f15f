//! Routing: which skill group gets what and how soon, tried before it holds, and what the desk decided by it.

use leptos::prelude::*;

use crate::actions::routing;
use crate::components::banner::Banner;
use crate::components::dialog::Confirm;
use crate::components::icon::{Icon, icon};
use crate::components::notices::Notices;
use crate::components::rail::RailHead;
use crate::components::routing::choices::Choices;
use crate::components::routing::decisions::Decisions;
use crate::components::routing::groups::Groups;
use crate::components::routing::numbers::Numbers;
use crate::components::routing::rules::Rules;
use crate::components::routing::trial::TryIt;
use crate::state::model::use_model;
use crate::texts::Text;

/// The page.
#[component]
pub fn RoutingPage() -> impl IntoView {
    let model = use_model();
    let changed = Memo::new(move |_| model.routes.is_changed());
    let faults = Memo::new(move |_| model.routes.faults().len());
    let asking = RwSignal::new(false);
    let state = move || {
        if faults.get() > 0 {
            let text = model.fill(Text::RoutingFaults, &[("n", &faults.get().to_string())]);
            view! { <span class="route-state wrong">{icon(Icon::Alert)} {text}</span> }.into_any()
        } else if changed.get() {
            view! { <span class="route-state">{model.t(Text::RoutingUnsaved)}</span> }.into_any()
        } else {
            ().into_any()
        }
    };
    view! {
        <div class="workspace routing">
            <Banner />
            <aside class="rail">
                <RailHead />
                <p class="routing-hint">{move || model.t(Text::RoutingHint)}</p>
            </aside>
            <main class="routing-main" aria-busy=move || model.routes.view.with(Option::is_none).to_string()>
                <header class="routing-head">
                    <h1>{move || model.t(Text::Routing)}</h1>
                    <span role="status">{state}</span>
                    <button
                        class="button small quiet"
                        type="button"
                        disabled=move || !changed.get() || model.routes.busy.get()
                        on:click=move |_| asking.set(true)
                    >
                        {move || model.t(Text::RoutingDiscard)}
                    </button>
                    <button
                        class="button small primary"
                        type="button"
                        disabled=move || !changed.get() || model.routes.busy.get()
                        on:click=move |_| routing::save(model)
                    >
                        {icon(Icon::Check)} {move || model.t(Text::RoutingSave)}
                    </button>
                </header>
                {move || model.routes.view.with(Option::is_some).then(|| view! {
                    <div class="routing-columns">
                        <div class="routing-column">
                            <Rules />
                            <Groups />
                            <Choices />
                            <Numbers />
                        </div>
                        <div class="routing-column">
                            <TryIt />
                            <Decisions />
                        </div>
                    </div>
                })}
            </main>
            <Confirm
                asking
                title=Text::RoutingDiscardTitle
                explain=Text::RoutingDiscardExplain
                confirm=Text::RoutingDiscard
                yes=move |()| routing::discard(model)
            />
            <Notices />
        </div>
    }
}
