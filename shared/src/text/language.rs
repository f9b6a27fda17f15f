//! Telling the language of a short chat text.
//!
//! Scripts decide first: kana means Japanese, Hangul Korean, and so on. Chinese characters without kana are Chinese
//! unless they say otherwise, and the characters that differ tell simplified from traditional. The Latin languages
//! are told apart by common words, accents and typical groups of letters.

mod latin;
mod tables;

use super::han::{self, Mark};
use super::normalize::{is_emoji, is_invisible};
use crate::faq::HOLLOW;
use crate::lang::Lang;
pub use latin::pack;
use latin::{LATIN, PROFILES};
use tables::{CANTONESE, GRAMMAR, JAPANESE, NEUTRAL, SHARED, TAIWAN};

/// Characters that are looked at.
const MAX_CHARS: usize = 600;

/// The language of `text`, one of `among` unless that is empty; `None` when the text does not tell ("ok", "12345", an
/// emoji, a URL). Of the two Chinese scripts the one in `among` is returned when only one is.
#[must_use]
pub fn detect(text: &str, among: &[Lang]) -> Option<Lang> {
    if HOLLOW {
        return None;
    }
    let seen = Seen::of(text);
    let allowed = |lang: Lang| among.is_empty() || among.contains(&lang);
    let kin = |lang: Lang| {
        let other = [Lang::ZhCn, Lang::ZhTw].into_iter().find(|o| *o != lang && o.is_kin(lang));
        [Some(lang), other].into_iter().flatten().find(|l| allowed(*l))
    };
    let latin = seen.latin_weight();
    let single = |count: usize| count as f32 * 0.6;
    let scripts = [
        (Lang::Ko, single(seen.hangul)),
        (Lang::Ru, single(seen.cyrillic) * 0.4),
        (Lang::Th, single(seen.thai) * 0.4),
        (Lang::Ar, single(seen.arabic) * 0.4),
        (Lang::Ja, seen.japanese_weight()),
        (Lang::ZhCn, seen.chinese_weight()),
    ];
    let (lang, weight) = scripts.into_iter().max_by(|a, b| a.1.total_cmp(&b.1))?;
    if weight > 0.0 && weight >= latin {
        if lang == Lang::ZhCn {
            let script = if seen.is_traditional() { Lang::ZhTw } else { Lang::ZhCn };
            // A few characters both languages write, on a site that speaks Japanese but no Chinese.
            return kin(script)
                .or_else(|| (seen.tells_chinese() == 0 && allowed(Lang::Ja)).then_some(Lang::Ja));
        }
        return allowed(lang).then_some(lang);
    }
    seen.latin(among)
}

/// What characters and words a text has.
#[derive(Debug, Default)]
struct Seen {
    han: usize,
    simplified: usize,
    traditional: usize,
    japanese_han: usize,
    japanese_words: usize,
    grammar: usize,
    cantonese: usize,
    hiragana: usize,
    katakana: usize,
    hangul: usize,
    cyrillic: usize,
    thai: usize,
    arabic: usize,
    words: Vec<String>,
    marks: Vec<char>,
}

impl Seen {
    fn of(text: &str) -> Self {
        let mut seen = Self::default();
        let mut plain = String::new();
        for token in text.split_whitespace().take(MAX_CHARS) {
            let lower = token.to_ascii_lowercase();
            let address = lower.contains("://") || lower.starts_with("www.") || token.contains('@');
            if !address {
                plain.extend(token.chars().take(MAX_CHARS));
            }
            plain.push(' ');
            if plain.len() > MAX_CHARS * 4 {
                break;
            }
        }
        let mut word = String::new();
        for c in plain.chars().take(MAX_CHARS) {
            if is_invisible(c) || is_emoji(c) {
                continue;
            }
            let c = if matches!(c, '\u{FF01}'..='\u{FF5E}') {
                char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c)
            } else {
                c
            };
            if c.is_alphabetic() && is_latin(c) || (matches!(c, '\'' | '’') && !word.is_empty()) {
                word.extend(if c == '’' { '\''.to_lowercase() } else { c.to_lowercase() });
                continue;
            }
            if matches!(c, '\u{300}'..='\u{36F}') {
                continue;
            }
            seen.end_word(&mut word, c.is_ascii_digit());
            seen.count(c);
        }
        seen.end_word(&mut word, false);
        if seen.han > 0 {
            seen.count_words(&plain);
        }
        seen
    }

    fn end_word(&mut self, word: &mut String, glued_digit: bool) {
        let text = word.trim_matches('\'');
        if !text.is_empty() && !glued_digit && self.words.len() < 100 {
            self.words.push(text.to_owned());
        }
        word.clear();
    }

    fn count(&mut self, c: char) {
        match c {
            '\u{3041}'..='\u{309F}' => self.hiragana += 1,
            '\u{30A1}'..='\u{30FA}' | '\u{31F0}'..='\u{31FF}' | '\u{FF66}'..='\u{FF9D}' => self.katakana += 1,
            '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}' | '々' => {
                self.han += 1;
                match han::mark(c) {
                    Mark::Simplified => self.simplified += 1,
                    Mark::Traditional => self.traditional += 1,
                    Mark::Japanese => self.japanese_han += 1,
                    Mark::Neutral => {}
                }
                self.grammar += usize::from(GRAMMAR.contains(c));
                self.cantonese += usize::from(CANTONESE.contains(c));
            }
            '\u{AC00}'..='\u{D7AF}' | '\u{1100}'..='\u{11FF}' | '\u{3130}'..='\u{318F}' => self.hangul += 1,
            '\u{400}'..='\u{52F}' => self.cyrillic += 1,
            '\u{E01}'..='\u{E5B}' => self.thai += 1,
            '\u{620}'..='\u{6FF}' | '\u{750}'..='\u{77F}' => self.arabic += 1,
            '¿' | '¡' => self.marks.push(c),
            _ => {}
        }
    }

    fn count_words(&mut self, text: &str) {
        // Words whose characters are not all there need no search.
        let bit = |c: char| 1u64 << (u32::from(c) % 64);
        let there = text.chars().fold(0, |bits, c| bits | bit(c));
        let has = |word: &str| word.chars().all(|c| there & bit(c) != 0) && text.contains(word);
        let own = JAPANESE.iter().filter(|w| has(w)).filter(|w| !SHARED.contains(w)).count();
        let shared = SHARED.iter().filter(|w| has(w)).count();
        self.japanese_words = own * 2 + shared;
        self.traditional += TAIWAN.iter().filter(|w| has(w)).count();
    }

    fn japanese_weight(&self) -> f32 {
        // A の in a Chinese shop name is decoration.
        let decoration = self.hiragana + self.katakana == 1 && self.tells_chinese() > 0;
        let kana = self.hiragana + self.katakana;
        let loan = self.hiragana == 0 && self.katakana < self.han && self.grammar > 0;
        if kana > 0 && !decoration && !loan {
            return self.hiragana as f32 + (self.katakana + self.han) as f32 * 0.6;
        }
        let tells = self.japanese_han * 2 + self.japanese_words;
        if tells >= 2 && self.tells_chinese() == 0 { self.han as f32 * 0.6 + 0.1 } else { 0.0 }
    }

    fn chinese_weight(&self) -> f32 {
        self.han as f32 * 0.6 + self.grammar as f32 * 0.6
    }

    /// How much speaks for Chinese rather than for Japanese.
    const fn tells_chinese(&self) -> usize {
        // Simplified forms that Japanese shares (会, 国, 学) are too common to tell by themselves.
        let simplified = if self.japanese_han == 0 { self.simplified } else { self.simplified / 3 };
        self.grammar + simplified + self.cantonese
    }

    const fn is_traditional(&self) -> bool {
        self.cantonese > 0 && self.simplified == 0 || self.traditional > self.simplified
    }

    /// How much Latin text there is beside other scripts: words of grammar count, loans hardly.
    fn latin_weight(&self) -> f32 {
        self.words
            .iter()
            .map(|word| {
                let len = word.chars().count();
                match PROFILES.is_listed(word) {
                    true if len > 1 => 1.4,
                    _ if len < 3 || is_neutral(word) => 0.2,
                    _ => 0.8,
                }
            })
            .sum()
    }

    fn latin(&self, among: &[Lang]) -> Option<Lang> {
        let telling: Vec<&String> = self.words.iter().filter(|w| !is_neutral(w)).collect();
        if telling.is_empty() && self.marks.is_empty() {
            return None;
        }
        let mut scores = [0.0f32; LATIN.len()];
        let mut known = false;
        for word in &telling {
            let (points, listed) = PROFILES.word(word);
            known |= listed;
            for (score, points) in scores.iter_mut().zip(points) {
                *score += points;
            }
        }
        if !self.marks.is_empty() {
            scores[1] += 3.0;
        }
        let open: Vec<usize> =
            (0..LATIN.len()).filter(|at| among.is_empty() || among.contains(&LATIN[*at])).collect();
        let best = open.iter().copied().max_by(|a, b| scores[*a].total_cmp(&scores[*b]))?;
        let letters: usize = telling.iter().map(|w| w.chars().count()).sum();
        // One unlisted word may be a name; several words in the site's only Latin language are that language.
        let enough = if known { scores[best] > 0.3 } else { scores[best] > 0.0 && letters >= 4 };
        (enough || (open.len() == 1 && letters >= 6 && telling.len() >= 2)).then(|| LATIN[best])
    }
}

const fn is_latin(c: char) -> bool {
    matches!(c, 'A'..='Z' | 'a'..='z' | '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}')
}

fn is_neutral(word: &str) -> bool {
    word.len() <= 10
        && NEUTRAL.match_indices(word).any(|(at, _)| {
            let bytes = NEUTRAL.as_bytes();
            at > 0 && bytes[at - 1] == b' ' && bytes.get(at + word.len()) == Some(&b' ')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, among: &[Lang], expect: Option<Lang>) {
        assert_eq!(detect(text, among), expect, "{text:?} among {among:?}");
    }

    #[test]
    fn scripts_decide_first() {
        for (text, lang) in [
            ("我的订单到哪了", Lang::ZhCn),
            ("我的訂單到哪了", Lang::ZhTw),
            ("啲耳機幾時有返貨呀", Lang::ZhTw),
            ("返品したいのですが", Lang::Ja),
            ("領収書の宛名変更", Lang::Ja),
            ("ノイズキャンセリング", Lang::Ja),
            ("환불은 언제 되나요", Lang::Ko),
            ("где мой заказ", Lang::Ru),
            ("สินค้าถึงเมื่อไหร่", Lang::Th),
            ("أين طلبي", Lang::Ar),
        ] {
            check(text, &[], Some(lang));
        }
    }

    #[test]
    fn latin_languages_by_words_and_letters() {
        for (text, lang) in [
            ("where is my order", Lang::En),
            ("¿dónde está mi pedido?", Lang::Es),
            ("où est mon colis", Lang::Fr),
            ("wo ist mein Paket", Lang::De),
            ("onde está meu pedido", Lang::Pt),
            ("dov'è il mio pacco", Lang::It),
            ("đơn hàng của tôi đâu rồi", Lang::Vi),
            ("pesanan saya di mana", Lang::Id),
        ] {
            check(text, &[], Some(lang));
        }
    }

    #[test]
    fn a_loan_word_changes_nothing() {
        check("我的 order 到哪了", &[], Some(Lang::ZhCn));
        check("pre-orderのとき…", &[], Some(Lang::Ja));
        check("这个支持 iPhone 15 Pro Max 和 USB-C 吗", &[], Some(Lang::ZhCn));
        check("can I pay with 支付宝 for my order", &[], Some(Lang::En));
    }

    #[test]
    fn only_languages_of_the_site() {
        check("我的訂單到哪了", &[Lang::ZhCn, Lang::En], Some(Lang::ZhCn));
        check("我的订单到哪了", &[Lang::ZhTw], Some(Lang::ZhTw));
        check("我的订单到哪了", &[Lang::En, Lang::Ja], None);
        check("где мой заказ", &[Lang::En], None);
        check("where is my order", &[Lang::En, Lang::Ja], Some(Lang::En));
    }

    #[test]
    fn some_texts_do_not_tell() {
        for text in [
            "ok",
            "12345",
            "😀👍",
            "https://shop.example/a?b=c",
            "",
            "  ",
            "!!!",
            "iPhone 15",
            "\u{202E}",
            "TW20240518-0031",
        ] {
            check(text, &[], None);
            check(text, &[Lang::ZhCn, Lang::En, Lang::Ja], None);
        }
    }

    #[test]
    fn long_texts_are_cut() {
        check(&"订单".repeat(100_000), &[], Some(Lang::ZhCn));
        check(&"😀".repeat(250_000), &[], None);
    }
}
