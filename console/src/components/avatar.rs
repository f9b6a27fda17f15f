//! Round marks: a visitor by language, a colleague by initials and presence.

use leptos::prelude::*;
use shared::ids::ConversationId;
use shared::lang::Lang;
use shared::protocol::desk::Presence;

use crate::state::look::{initials, lang_mark, tint};

const TINTS: u32 = 6;

/// A visitor: the language they speak, on a tint of their conversation's own.
#[must_use]
pub fn visitor(id: &ConversationId, lang: Lang) -> impl IntoView + use<> {
    let class = format!("avatar tint-{}", tint(id.as_str(), TINTS));
    view! { <span class=class lang=lang.tag() title=lang.own_name()>{lang_mark(lang)}</span> }
}

/// A person of the team.
#[must_use]
pub fn person(name: &str, presence: Option<Presence>) -> impl IntoView + use<> {
    view! {
        <span class="avatar person" aria-hidden="true">
            {initials(name)} {presence.map(|p| view! { <span class=dot_class(p)></span> })}
        </span>
    }
}

/// The class of a presence's dot.
#[must_use]
pub const fn dot_class(presence: Presence) -> &'static str {
    match presence {
        Presence::Online => "dot online",
        Presence::Busy => "dot busy",
        Presence::Away => "dot away",
        Presence::Offline => "dot offline",
    }
}
