//! Which language the panel is in.

use shared::lang::Lang;

/// The language to open in: the first wanted one that the shop offers, in itself or in its kin; else English if
/// offered, else the shop's own (the order of `Settings::nearest_language`).
pub(crate) fn opening(wanted: impl IntoIterator<Item = Lang>, offered: &[Lang]) -> Lang {
    let has = |l: Lang| offered.contains(&l).then_some(l);
    let near = |l: Lang| has(l).or_else(|| offered.iter().copied().find(|o| o.is_kin(l)));
    wanted
        .into_iter()
        .find_map(near)
        .or_else(|| has(Lang::En))
        .or_else(|| offered.first().copied())
        .unwrap_or(Lang::En)
}

/// The languages of the page (its `lang`), then of the browser.
pub(crate) fn wanted() -> Vec<Lang> {
    let window = leptos::prelude::window();
    let root = window.document().and_then(|d| d.document_element());
    let page = root.and_then(|e| e.get_attribute("lang"));
    let browser = window.navigator().languages();
    page.into_iter()
        .chain(browser.iter().filter_map(|tag| tag.as_string()))
        .filter_map(|tag| Lang::parse(&tag))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_offered_wish_wins_then_english_then_the_shops_own() {
        let shop = [Lang::ZhCn, Lang::En, Lang::Ja];
        for (wanted, lang) in [
            (&[Lang::Ja, Lang::En][..], Lang::Ja),
            (&[Lang::De, Lang::Ja], Lang::Ja),
            (&[Lang::ZhTw], Lang::ZhCn),
            (&[Lang::De], Lang::En),
            (&[], Lang::En),
        ] {
            assert_eq!(opening(wanted.iter().copied(), &shop), lang, "{wanted:?}");
        }
        assert_eq!(opening([Lang::De], &[Lang::Ja]), Lang::Ja);
        assert_eq!(opening([Lang::De], &[]), Lang::En);
    }
}
