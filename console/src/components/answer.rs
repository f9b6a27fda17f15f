//! An answer's Markdown as the shopper sees it; its buttons are shown, not working.

use leptos::prelude::*;
use shared::text::markdown::{self, Block, Does, Run};

/// The parts of an answer.
#[must_use]
pub fn answer(text: &str) -> AnyView {
    markdown::blocks(text).into_iter().map(block).collect_view().into_any()
}

/// People's own words: web addresses are links.
#[must_use]
pub fn linked(text: &str) -> AnyView {
    runs(markdown::links(text))
}

fn block(block: Block<'_>) -> AnyView {
    let items = |items: Vec<Vec<Run<'_>>>| {
        items.into_iter().map(|words| view! { <li>{runs(words)}</li> }).collect_view()
    };
    match block {
        Block::Words(words) => view! { <p class="text">{runs(words)}</p> }.into_any(),
        Block::List { first: Some(first), items: all } => {
            view! { <ol start=first.to_string()>{items(all)}</ol> }.into_any()
        }
        Block::List { first: None, items: all } => view! { <ul>{items(all)}</ul> }.into_any(),
        Block::Image { alt, address } => view! {
            <img alt=alt.to_owned() src=address.to_owned() loading="lazy" referrerpolicy="no-referrer"/>
        }
        .into_any(),
        Block::Buttons(row) => {
            let one = |label: &str, does| match does {
                Does::Open(address) => {
                    view! { <li>{link(address, label.to_owned().into_any())}</li> }.into_any()
                }
                Does::Say | Does::Pick(_) => view! { <li><bdi>{label.to_owned()}</bdi></li> }.into_any(),
            };
            let row = row.into_iter().map(|button| one(button.label, button.does)).collect_view();
            view! { <ul class="offers">{row}</ul> }.into_any()
        }
    }
}

fn runs(runs: Vec<Run<'_>>) -> AnyView {
    let one = |run: Run<'_>| {
        let mut words = run.text.to_owned().into_any();
        if let Some(address) = run.link {
            words = link(address, words);
        }
        if run.emphasis {
            words = view! { <em>{words}</em> }.into_any();
        }
        if run.bold {
            words = view! { <strong>{words}</strong> }.into_any();
        }
        words
    };
    runs.into_iter().map(one).collect_view().into_any()
}

/// Nothing that a shop or a shopper links to may reach the console's window.
fn link(address: &str, inside: AnyView) -> AnyView {
    view! { <a href=address.to_owned() target="_blank" rel="noopener noreferrer nofollow">{inside}</a> }
        .into_any()
}
