//! Which entries are live at an instant, and when that changes by itself.

use super::{Content, Variant};
use crate::faq;
use crate::ids::EntryId;
use crate::time::Millis;

/// What shoppers may see of a published entry at `now`: nothing outside of its validity, and a scheduled answer in place of
/// the usual one while it is on.
#[must_use]
pub fn live(id: &EntryId, content: &Content, now: Millis) -> Option<faq::Entry> {
    if !content.valid.contains(now) {
        return None;
    }
    let mut texts = content.texts.clone();
    for variant in content.variants.iter().filter(|v| v.valid.contains(now)) {
        for (lang, answer) in &variant.answers {
            if let Some(text) = texts.get_mut(lang) {
                text.answer.clone_from(answer);
            }
        }
    }
    Some(faq::Entry { id: id.clone(), texts })
}

/// The scheduled answer that is on at `now`, the first one when there are several for different languages.
#[must_use]
pub fn active_variant(content: &Content, now: Millis) -> Option<&Variant> {
    content.variants.iter().find(|v| v.valid.contains(now))
}

/// All that is live at `now`, in the given order.
#[must_use]
pub fn live_entries<'a>(
    published: impl IntoIterator<Item = (&'a EntryId, &'a Content)>,
    now: Millis,
) -> Vec<faq::Entry> {
    published.into_iter().filter_map(|(id, content)| live(id, content, now)).collect()
}

/// The next instant after `now` at which something that is published appears, disappears or changes by itself.
#[must_use]
pub fn next_switch<'a>(published: impl IntoIterator<Item = &'a Content>, now: Millis) -> Option<Millis> {
    let windows = published
        .into_iter()
        .flat_map(|content| std::iter::once(content.valid).chain(content.variants.iter().map(|v| v.valid)));
    windows.flat_map(|w| [w.from, w.until]).flatten().filter(|at| *at > now).min()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kb::Window;
    use crate::lang::Lang;

    fn content() -> Content {
        let text = |q: &str, a: &str| faq::EntryText { questions: vec![q.into()], answer: a.into() };
        let window = |from, until| Window { from: Some(Millis(from)), until: Some(Millis(until)) };
        Content {
            texts: [(Lang::ZhCn, text("定金多久退", "3 天内")), (Lang::En, text("deposit refund", "3 days"))]
                .into(),
            valid: window(100, 900),
            variants: vec![Variant {
                name: "618".into(),
                valid: window(300, 400),
                answers: [(Lang::ZhCn, "7 天内".into())].into(),
            }],
            ..Content::default()
        }
    }

    #[test]
    fn r_92_a_scheduled_answer_switches_on_and_off_and_leaves_other_languages_alone() {
        let id = EntryId::new("deposit").unwrap();
        let answer = |now, lang| live(&id, &content(), Millis(now)).map(|e| e.texts[&lang].answer.clone());
        for (now, zh) in [(100, "3 天内"), (299, "3 天内"), (300, "7 天内"), (399, "7 天内"), (400, "3 天内")]
        {
            assert_eq!(answer(now, Lang::ZhCn).as_deref(), Some(zh), "{now}");
            assert_eq!(answer(now, Lang::En).as_deref(), Some("3 days"), "{now}");
        }
        assert_eq!((answer(99, Lang::En), answer(900, Lang::En)), (None, None));
    }

    #[test]
    fn every_switch_is_named_once_and_in_order() {
        let content = content();
        let mut now = Millis(0);
        let mut seen = Vec::new();
        while let Some(at) = next_switch([&content], now) {
            seen.push(at.0);
            now = at;
        }
        assert_eq!(seen, [100, 300, 400, 900]);
    }

    #[test]
    fn between_two_switches_nothing_changes() {
        let (id, content) = (EntryId::new("deposit").unwrap(), content());
        for now in 0..1_000 {
            if next_switch([&content], Millis(now)) != Some(Millis(now + 1)) {
                assert_eq!(live(&id, &content, Millis(now)), live(&id, &content, Millis(now + 1)), "{now}");
            }
        }
    }
}
