//! Why the engine ranks an entry: its nearest phrasing, and what both texts have in common.

use leptos::prelude::*;
use shared::protocol::kb::TestWhy;

use crate::state::model::use_model;
use crate::texts::Text;

/// A share as a whole number of hundredths.
#[must_use]
pub fn percent(share: f32) -> u8 {
    // `as` saturates, and a share that is no number is 0.
    (share.clamp(0.0, 1.0) * 100.0).round() as u8
}

/// The reasons for one entry. What plays no part is left out.
#[component]
pub fn Why(why: TestWhy) -> impl IntoView {
    let model = use_model();
    let kinship = why.is_kin().then(|| percent(why.kinship));
    let listed = move |name: Text, terms: Vec<String>| {
        let terms =
            terms.into_iter().map(|term| view! { <bdi class="term">{term}</bdi> }).collect::<Vec<_>>();
        (!terms.is_empty()).then(|| view! { <dt>{model.t(name)}</dt> <dd>{terms}</dd> })
    };
    let phrasing = why.phrasing.map(|best| {
        let alike = format!("{} %", percent(best.similarity));
        view! {
            <dt>{model.t(Text::KbWhyPhrasing)}</dt>
            <dd>
                <q dir="auto" lang=best.lang.tag()>{best.text}</q>
                " "
                <span class="why-number">{best.lang.tag()} " · " {alike}</span>
            </dd>
        }
    });
    let answer = percent(why.answer);
    view! {
        <dl class="why">
            {phrasing}
            {listed(Text::KbWhyWords, why.words)}
            {listed(Text::KbWhyConcepts, why.concepts)}
            {kinship.map(|share| view! {
                <dt>{model.t(Text::KbWhyIntent)}</dt>
                <dd class="why-number">{format!("{share} %")}</dd>
            })}
            {(answer > 0).then(|| view! {
                <dt>{model.t(Text::KbWhyAnswer)}</dt>
                <dd class="why-number">{format!("{answer} %")}</dd>
            })}
        </dl>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_whole_percents() {
        for (share, whole) in [(0.0, 0), (0.004, 0), (0.825, 83), (1.0, 100), (7.0, 100), (f32::NAN, 0)] {
            assert_eq!(percent(share), whole, "{share}");
        }
    }
}
