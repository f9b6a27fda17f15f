//! Choices about the console itself: language, theme, notifications, and leaving.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::icon::{Icon, icon};
use crate::actions::session;
use crate::net::browser::{self, Notifying};
use crate::state::model::{Theme, use_model};
use crate::texts::{LOCALES, Text};

const fn theme_name(theme: Theme) -> Text {
    match theme {
        Theme::System => Text::ThemeSystem,
        Theme::Light => Text::ThemeLight,
        Theme::Dark => Text::ThemeDark,
    }
}

/// Language and theme, as they also stand on the sign-in page.
#[component]
pub fn Choices() -> impl IntoView {
    let model = use_model();
    view! {
        <fieldset class="menu-group">
            <legend>{move || model.t(Text::Language)}</legend>
            {LOCALES
                .iter()
                .map(|&lang| {
                    view! {
                        <label class="menu-choice" lang=lang.tag()>
                            <input
                                type="radio"
                                name="lang"
                                prop:checked=move || model.lang.get() == lang
                                on:change=move |_| session::set_lang(model, lang)
                            />
                            <span>{lang.own_name()}</span>
                            {icon(Icon::Check)}
                        </label>
                    }
                })
                .collect_view()}
        </fieldset>
        <fieldset class="menu-group">
            <legend>{move || model.t(Text::Theme)}</legend>
            <div class="segments">
                {Theme::ALL
                    .map(|theme| {
                        view! {
                            <label class="segment">
                                <input
                                    type="radio"
                                    name="theme"
                                    prop:checked=move || model.theme.get() == theme
                                    on:change=move |_| session::set_theme(model, theme)
                                />
                                <span class="segment-face">{move || model.t(theme_name(theme))}</span>
                            </label>
                        }
                    })
                    .collect_view()}
            </div>
        </fieldset>
    }
}

/// The menu of the signed-in agent.
#[component]
pub fn Menu() -> impl IntoView {
    let model = use_model();
    let notifying = RwSignal::new(browser::notifying());
    let ask = move |_| spawn_local(async move { notifying.set(browser::ask_to_notify().await) });
    view! {
        <button
            class="quiet-button"
            type="button"
            popovertarget="console-menu"
            aria-label=move || model.t(Text::Menu)
            title=move || model.t(Text::Menu)
        >
            {icon(Icon::Settings)}
        </button>
        <div class="menu" id="console-menu" popover="auto">
            <Choices />
            {move || match notifying.get() {
                Notifying::Unsupported => None,
                Notifying::NotAsked => Some(
                    view! {
                        <button class="menu-item" type="button" on:click=ask>
                            {icon(Icon::Bell)} {move || model.t(Text::NotifyAsk)}
                        </button>
                    }
                    .into_any(),
                ),
                Notifying::Granted => Some(
                    view! {
                        <p class="menu-note">{icon(Icon::Bell)} {move || model.t(Text::NotifyGranted)}</p>
                    }
                    .into_any(),
                ),
                Notifying::Denied => Some(
                    view! {
                        <p class="menu-note">{icon(Icon::Bell)} {move || model.t(Text::NotifyDenied)}</p>
                    }
                    .into_any(),
                ),
            }}
            <dl class="menu-keys">
                <div>
                    <dt><kbd>"Alt"</kbd> <kbd>"↑"</kbd> <kbd>"↓"</kbd></dt>
                    <dd>{move || model.t(Text::KeysSwitch)}</dd>
                </div>
                <div>
                    <dt><kbd>"Enter"</kbd></dt>
                    <dd>{move || model.t(Text::KeysSend)}</dd>
                </div>
                <div>
                    <dt><kbd>"Shift"</kbd> <kbd>"Enter"</kbd></dt>
                    <dd>{move || model.t(Text::KeysNewline)}</dd>
                </div>
                <div>
                    <dt><kbd>"Esc"</kbd></dt>
                    <dd>{move || model.t(Text::KeysClose)}</dd>
                </div>
            </dl>
            <button class="menu-item" type="button" on:click=move |_| session::sign_out(model)>
                {icon(Icon::Leave)} {move || model.t(Text::SignOut)}
            </button>
        </div>
    }
}
