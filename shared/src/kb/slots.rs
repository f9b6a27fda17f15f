//! What an entry asks a shopper for before it answers, and what counts as an answer to that.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::lang::Lang;
use crate::limits;

/// One thing to ask for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// Its name in answers, as `{order}`: a lower-case letter, then letters, digits and `_`, 32 at most.
    pub name: String,
    pub kind: SlotKind,
    /// How it is asked for, per language.
    pub prompts: BTreeMap<Lang, String>,
}

/// What a shopper's words must have in them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SlotKind {
    /// 6 to 32 letters, digits and dashes with at least four digits.
    OrderNumber,
    Email,
    /// 7 to 15 digits, spaces and marks between them.
    Phone,
    /// A whole number.
    Number,
    /// A product's name: any words.
    Product,
    /// Any words.
    Text,
}

impl SlotKind {
    /// Every kind.
    pub const ALL: [Self; 6] =
        [Self::OrderNumber, Self::Email, Self::Phone, Self::Number, Self::Product, Self::Text];

    /// Its name, as on the wire and in files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::OrderNumber => "order_number",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Number => "number",
            Self::Product => "product",
            Self::Text => "text",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// What a shopper's words say, when they say it: "my order is TW-2026-0042, thanks" has an order number.
    #[must_use]
    pub fn find(self, words: &str) -> Option<String> {
        let words: String = words.chars().take(limits::TEXT_CHARS).map(narrow).collect();
        let mut tokens =
            words.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '，' | '。' | '、'));
        match self {
            Self::OrderNumber => tokens.find_map(order_number),
            Self::Email => tokens.find_map(email),
            Self::Phone => phone(&words),
            Self::Number => {
                let digits = |run: &&str| (1..=15).contains(&run.len());
                words.split(|c: char| !c.is_ascii_digit()).find(digits).map(str::to_owned)
            }
            Self::Product | Self::Text => {
                let text = words.trim();
                let fits = !text.is_empty() && text.chars().count() <= limits::SHORT_CHARS;
                fits.then(|| text.to_owned())
            }
        }
    }
}

/// Full-width letters, digits and marks as the usual ones.
fn narrow(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        '\u{3000}' => ' ',
        other => other,
    }
}

fn order_number(token: &str) -> Option<String> {
    let mark = |c: char| !c.is_ascii_alphanumeric();
    // In languages without spaces it stands in the middle of a sentence.
    let runs = token.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    let mut runs = runs.map(|run| run.trim_matches(mark));
    let sound =
        |run: &&str| (6..=32).contains(&run.len()) && run.bytes().filter(u8::is_ascii_digit).count() >= 4;
    runs.find(sound).map(str::to_uppercase)
}

fn email(token: &str) -> Option<String> {
    let token = token.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    let (user, host) = token.rsplit_once('@')?;
    let sound = !user.is_empty() && host.contains('.') && token.len() <= 254 && token.is_ascii();
    sound.then(|| token.to_owned())
}

fn phone(words: &str) -> Option<String> {
    let mut digits = String::new();
    let mut best: Option<String> = None;
    for c in words.chars().chain(std::iter::once('\n')) {
        match c {
            '+' if digits.is_empty() => digits.push('+'),
            '0'..='9' => digits.push(c),
            ' ' | '-' | '(' | ')' | '.' | '/' => {}
            _ => {
                let count = digits.trim_start_matches('+').len();
                if (7..=15).contains(&count) && best.is_none() {
                    best = Some(digits.clone());
                }
                digits.clear();
            }
        }
    }
    best
}

/// Whether a text may be a slot's name.
#[must_use]
pub fn is_name(text: &str) -> bool {
    let sound = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    (1..=32).contains(&text.len()) && text.as_bytes()[0].is_ascii_lowercase() && text.bytes().all(sound)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_shoppers_answer() {
        use SlotKind::{Email, Number, OrderNumber, Phone, Product};
        for (kind, words, found) in [
            (OrderNumber, "it is TW-2026-0042, thanks", Some("TW-2026-0042")),
            (OrderNumber, "订单号是tw20260042啊", Some("TW20260042")),
            (OrderNumber, "１２３４５６７８", Some("12345678")),
            (OrderNumber, "I do not have it", None),
            (OrderNumber, "in 2026", None),
            (Email, "mail me at kim@shop.example.", Some("kim@shop.example")),
            (Email, "kim at shop", None),
            (Phone, "+86 138-0013-8000", Some("+8613800138000")),
            (Phone, "12", None),
            (Number, "size 42 please", Some("42")),
            (Product, " Current 2 ", Some("Current 2")),
            (Product, "  ", None),
        ] {
            assert_eq!(kind.find(words).as_deref(), found, "{words}");
        }
    }

    #[test]
    fn names_round_trip() {
        assert!(SlotKind::ALL.into_iter().all(|kind| SlotKind::parse(kind.name()) == Some(kind)));
        assert!(is_name("order_2") && !is_name("") && !is_name("2x") && !is_name("Order") && !is_name("é"));
    }

    proptest! {
        #[test]
        fn no_words_panic(words in "\\PC{0,60}") {
            for kind in SlotKind::ALL {
                let _ = kind.find(&words);
            }
        }
    }
}
