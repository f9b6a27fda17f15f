//! An answer's Markdown as nodes of the page.

use shared::ids::EntryId;
use shared::protocol::Offered;
use shared::text::markdown::{self, Block, Button, Does, Run};

use super::parts::{button, foreign};
use crate::state::App;
use crate::view::{View, el, plain};

/// The bubble, and the buttons below it.
pub(crate) fn rich(app: App, text: &str) -> Vec<View> {
    let mut inside = vec![];
    let mut below = vec![];
    for block in markdown::blocks(text) {
        inside.push(match block {
            Block::Words(words) => el("p", "", runs(words)),
            Block::List { first, items } => {
                let list = el(if first.is_some() { "ol" } else { "ul" }, "", vec![]);
                let list = first.into_iter().fold(list, |list, first| list.with("start", &first.to_string()));
                items.into_iter().fold(list, |list, words| list.holding(vec![el("li", "", runs(words))]))
            }
            // The box has its size before the image has come.
            Block::Image { alt, address } => {
                let image = el("img", "", vec![])
                    .with("alt", alt)
                    .with("loading", "lazy")
                    .with("referrerpolicy", "no-referrer")
                    .with("src", address);
                link(address, vec![image])
            }
            Block::Buttons(row) => {
                below.extend(row.into_iter().map(|one| choice(app, one)));
                continue;
            }
        });
    }
    let mut all = vec![];
    if !inside.is_empty() {
        all.push(el("div", "b rich", inside).with("dir", "auto"));
    }
    if !below.is_empty() {
        all.push(el("div", "options", below));
    }
    all
}

fn choice(app: App, Button { label, does }: Button<'_>) -> View {
    let shown = vec![foreign(label)];
    let label = label.to_owned();
    match does {
        Does::Open(address) => link(address, shown).with("class", "option"),
        Does::Say => button("option", None, shown, move || app.say(&label)),
        Does::Pick(id) => {
            let entry = EntryId::new(id).ok();
            button("option", None, shown, move || match entry.clone() {
                Some(entry) => app.pick(Offered { entry, title: label.clone() }),
                None => app.say(&label),
            })
        }
    }
}

/// Words in their styles.
pub(crate) fn runs(runs: Vec<Run<'_>>) -> Vec<View> {
    let mut all = vec![];
    for run in runs {
        let mut view = plain(run.text);
        if let Some(address) = run.link {
            view = link(address, vec![view]);
        }
        for (tag, is) in [("em", run.emphasis), ("strong", run.bold)] {
            if is {
                view = el(tag, "", vec![view]);
            }
        }
        all.push(view);
    }
    all
}

/// A link. One within the shop's own site stays in this tab, where the conversation goes on, and so does what is no page.
fn link(address: &str, inside: Vec<View>) -> View {
    let link = el("a", "", inside).with("href", address);
    let origin = leptos::prelude::window().location().origin().unwrap_or_default();
    match address.strip_prefix(&origin) {
        Some(rest) if rest.is_empty() || rest.starts_with(['/', '?', '#']) => link,
        None if !address.starts_with(['h', 'H']) => link,
        _ => link.with("target", "_blank").with("rel", "noopener nofollow"),
    }
}
