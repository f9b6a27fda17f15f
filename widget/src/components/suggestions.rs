//! Questions like the one being typed: the list of the composer's combobox.

use web_sys::MouseEvent;

use super::parts::{foreign, say, text};
use crate::i18n::Text;
use crate::state::App;
use crate::view::{View, el, nothing, part};

/// The list's name for the field; a suggestion's own is this and its place, from 1.
pub(crate) const LIST: &str = "hints";

pub(crate) fn suggestions(app: App) -> View {
    part(move || {
        let found = app.suggestions.get();
        if found.is_empty() {
            return nothing();
        }
        let rows = (1..).zip(found).map(|(place, offered): (u8, _)| {
            el("div", "hint", vec![foreign(&offered.title)])
                .with("role", "option")
                .with("id", &name(place))
                .live("aria-selected", say(move || (app.hint.get() == place).to_string()))
                // The focus stays in the field.
                .on("mousedown", |event: MouseEvent| event.prevent_default())
                .on("click", move |_: MouseEvent| app.pick(offered.clone()))
        });
        el("div", "hints", rows.collect())
            .with("role", "listbox")
            .with("id", LIST)
            .live("aria-label", text(app, Text::Suggestions))
    })
}

pub(crate) fn name(place: u8) -> String {
    [LIST, &place.to_string()].concat()
}

impl App {
    /// An arrow key: the next suggestion down or up, and past either end none.
    pub(crate) fn step_hint(self, down: bool) -> bool {
        let count = self.suggestions.peek_with(Vec::len) as u8;
        self.hint.set((self.hint.peek() + if down { 1 } else { count }) % (count + 1));
        count > 0
    }

    /// Picks the suggestion that the arrow keys have come to.
    pub(crate) fn pick_hint(self) -> bool {
        let place = self.hint.peek();
        let chosen = self.suggestions.peek_with(|all| all.get(usize::from(place).wrapping_sub(1)).cloned());
        let is = chosen.is_some();
        if let Some(offered) = chosen {
            self.pick(offered);
        }
        is
    }
}
