//! Tokens of normalised text: stemmed words with their letter grams, and character 1-, 2- and 3-grams for the
//! scripts written without spaces.

use super::normalize;
use super::stem::stem;
use super::words::is_stop_word;

/// What a token is, which decides how much it tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A stemmed word, or a whole run of katakana.
    Word,
    /// A word of grammar.
    StopWord,
    /// A URL, an address or an order number.
    StandIn,
    /// One Chinese character.
    Single,
    /// Two neighbouring characters of an unspaced script.
    Double,
    /// Three neighbouring characters of an unspaced script.
    Triple,
    /// Three or four neighbouring letters of a word, its edges marked.
    Letters,
    /// Three or four neighbouring letters of a word of grammar, its edges marked.
    StopLetters,
    /// Two neighbouring words; a number is any number.
    Pair,
    /// A number, whichever.
    Number,
}

/// The smallest thing a phrase is made of: a word, or one character of an unspaced script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unit<'a> {
    /// The unit's text; words are not stemmed yet.
    pub text: &'a str,
    /// What script it is of.
    pub script: Script,
    /// Whether it follows the previous unit without a space or mark between.
    pub joined: bool,
}

/// Scripts, as far as tokenising tells them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Script {
    /// Spaced scripts: Latin, Cyrillic, Arabic, digits …
    Spaced,
    Han,
    Hiragana,
    Katakana,
    Hangul,
    Thai,
    /// A stand-in character of [`normalize`].
    StandIn,
}

/// The script of a character, `None` for spaces and marks.
#[must_use]
pub fn script(c: char) -> Option<Script> {
    Some(match c {
        '\u{3041}'..='\u{309F}' => Script::Hiragana,
        '\u{30A0}'..='\u{30FF}' | '\u{31F0}'..='\u{31FF}' => Script::Katakana,
        '\u{3005}'
        | '\u{3400}'..='\u{4DBF}'
        | '\u{4E00}'..='\u{9FFF}'
        | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{3FFFF}' => Script::Han,
        '\u{AC00}'..='\u{D7AF}' | '\u{1100}'..='\u{11FF}' | '\u{3130}'..='\u{318F}' => Script::Hangul,
        '\u{E00}'..='\u{E7F}' => Script::Thai,
        normalize::URL | normalize::EMAIL | normalize::NUMBER => Script::StandIn,
        '\'' => Script::Spaced,
        c if c.is_alphanumeric() => Script::Spaced,
        _ => return None,
    })
}

/// The units of normalised text, in order.
pub fn units(text: &str) -> impl Iterator<Item = Unit<'_>> {
    let mut rest = text;
    let mut joined = false;
    std::iter::from_fn(move || {
        loop {
            let first = rest.chars().next()?;
            let Some(kind) = script(first) else {
                rest = &rest[first.len_utf8()..];
                joined = false;
                continue;
            };
            let len = if kind == Script::Spaced {
                rest.find(|c| script(c) != Some(Script::Spaced)).unwrap_or(rest.len())
            } else {
                first.len_utf8()
            };
            let (text, after) = rest.split_at(len);
            let unit = Unit { text, script: kind, joined };
            rest = after;
            joined = true;
            return Some(unit);
        }
    })
}

/// Whether normalised text is a single word: one word of a spaced script, up to two Chinese characters, one run of
/// katakana, up to three characters of Hangul.
#[must_use]
pub fn is_lone_word(text: &str) -> bool {
    let mut units = units(text);
    let Some(first) = units.next() else { return false };
    let mut count = 1;
    for unit in units {
        count += 1;
        let longest = match first.script {
            Script::Han => 2,
            Script::Hangul => 3,
            Script::Katakana => 12,
            Script::Spaced | Script::Hiragana | Script::Thai | Script::StandIn => 1,
        };
        if count > longest || unit.script != first.script || !unit.joined {
            return false;
        }
    }
    !matches!(first.script, Script::StandIn | Script::Thai | Script::Hiragana)
}

/// Whether normalised text is nothing but words of grammar ("what is it").
#[must_use]
pub fn is_grammar(text: &str) -> bool {
    let mut units = units(text).peekable();
    units.peek().is_some()
        && units.all(|unit| unit.script == Script::Spaced && is_stop_word(unit.text.trim_matches('\'')))
}

/// Calls `emit` with every token of normalised text.
pub fn for_each(text: &str, mut emit: impl FnMut(Kind, &str)) {
    walk(text, &mut emit);
}

/// Not generic, and so only once in the Worker.
type Emit<'a> = &'a mut dyn FnMut(Kind, &str);

fn walk(text: &str, emit: Emit<'_>) {
    let mut buffer = String::new();
    let mut pair = String::new();
    let mut previous: [Option<Unit<'_>>; 2] = [None, None];
    let mut run: Option<(usize, usize)> = None;
    for unit in units(text) {
        let at = unit.text.as_ptr() as usize - text.as_ptr() as usize;
        let end = at + unit.text.len();
        if !unit.joined {
            previous = [None, None];
        }
        run = match (run, unit.script, unit.joined) {
            (Some((from, _)), Script::Katakana, true) => Some((from, end)),
            (Some((from, to)), script, _) => {
                emit(Kind::Word, text[from..to].trim_end_matches('ー'));
                (script == Script::Katakana).then_some((at, end))
            }
            (None, Script::Katakana, _) => Some((at, end)),
            (None, ..) => None,
        };
        match unit.script {
            Script::Spaced => {
                word(unit.text, &mut buffer, emit);
                let is_number = unit.text.starts_with(|c: char| c.is_ascii_digit());
                if is_number {
                    number(unit.text, &mut buffer, emit);
                }
                pair.push(' ');
                let at = pair.len();
                if is_number {
                    pair.push_str(NUMBER);
                } else {
                    push_stem(unit, &mut pair);
                }
                if at > 1 {
                    emit(Kind::Pair, &pair);
                }
                pair.drain(..at);
                previous = [None, None];
            }
            Script::StandIn => {
                emit(Kind::StandIn, unit.text);
                previous = [None, None];
            }
            _ => {
                grams(text, unit, at, end, previous, emit);
                previous = [previous[1], Some(unit)];
            }
        }
    }
    if let Some((from, to)) = run {
        emit(Kind::Word, text[from..to].trim_end_matches('ー'));
    }
}

fn grams(text: &str, unit: Unit<'_>, at: usize, end: usize, previous: [Option<Unit<'_>>; 2], emit: Emit<'_>) {
    if unit.script == Script::Han {
        emit(Kind::Single, unit.text);
    }
    // A gram of hiragana alone is grammar, not meaning.
    let hiragana = |u: Unit<'_>| u.script == Script::Hiragana;
    let [two_back, one_back] = previous;
    let Some(one) = one_back else { return };
    let from = at - one.text.len();
    if !(hiragana(one) && hiragana(unit)) && unit.script != Script::Thai {
        emit(Kind::Double, &text[from..end]);
    }
    let Some(two) = two_back else { return };
    if !(hiragana(two) && hiragana(one) && hiragana(unit)) {
        emit(Kind::Triple, &text[from - two.text.len()..end]);
    }
}

fn word(word: &str, buffer: &mut String, emit: Emit<'_>) {
    let word = word.trim_matches('\'');
    if word.is_empty() {
        return;
    }
    let is_stop_word = is_stop_word(word);
    if is_stop_word {
        emit(Kind::StopWord, word);
    } else {
        buffer.clear();
        stem(word, buffer);
        emit(Kind::Word, buffer);
    }
    let letters = if is_stop_word { Kind::StopLetters } else { Kind::Letters };
    // Letter grams of the edge-marked word, longest words cut: they are no words.
    buffer.clear();
    buffer.push('^');
    buffer.extend(word.chars().take(24));
    buffer.push('$');
    let mut edges = [0usize; 4];
    let mut count = 0usize;
    for (at, c) in buffer.char_indices() {
        count += 1;
        edges.rotate_left(1);
        edges[3] = at;
        let end = at + c.len_utf8();
        if count >= 3 {
            emit(letters, &buffer[edges[1]..end]);
        }
        if count >= 4 {
            emit(letters, &buffer[edges[0]..end]);
        }
    }
}

/// What stands for any number; no word is spelt like it.
const NUMBER: &str = "#";

/// A number, and the unit of measure written close behind it ("6ft").
fn number(text: &str, buffer: &mut String, emit: Emit<'_>) {
    emit(Kind::Number, NUMBER);
    let measure = text.trim_start_matches(|c: char| c.is_ascii_digit());
    if measure.len() > 1 {
        buffer.clear();
        stem(measure, buffer);
        emit(Kind::Word, buffer);
    }
}

/// The stem of a unit's text, for phrases: the stem of a word, a character itself.
pub fn push_stem(unit: Unit<'_>, out: &mut String) {
    if unit.script == Script::Spaced { stem(unit.text, out) } else { out.push_str(unit.text) }
}

/// A 64-bit hash of a text (FNV-1a), the same on every machine.
#[must_use]
pub fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, wanted: &[Kind]) -> Vec<String> {
        let mut found = Vec::new();
        for_each(&normalize::normalize(text, 1000), |kind, token| {
            if wanted.contains(&kind) {
                found.push(token.to_owned());
            }
        });
        found
    }

    #[test]
    fn words_are_stemmed() {
        assert_eq!(of("How do I track my orders?", &[Kind::Word]), ["track", "order"]);
    }

    #[test]
    fn chinese_is_cut_in_grams() {
        assert_eq!(of("退定金", &[Kind::Single]), ["退", "定", "金"]);
        assert_eq!(of("退定金，好", &[Kind::Double]), ["退定", "定金"]);
        assert_eq!(of("退定金", &[Kind::Triple]), ["退定金"]);
    }

    #[test]
    fn hiragana_alone_is_dropped() {
        assert_eq!(of("返品できますか", &[Kind::Double]), ["返品", "品で"]);
        assert_eq!(of("ですか", &[Kind::Double, Kind::Triple, Kind::Word]), Vec::<String>::new());
        assert_eq!(of("キャンセルしたい", &[Kind::Word]), ["キャンセル"]);
    }

    #[test]
    fn letter_grams_mark_edges() {
        assert_eq!(of("usb", &[Kind::Letters]), ["^us", "usb", "^usb", "sb$", "usb$"]);
    }

    #[test]
    fn a_word_by_itself() {
        for text in ["refund", "order ", "退款", "キャンセル", "환불"] {
            assert!(is_lone_word(text), "{text}");
        }
        for text in ["", "my order", "退运费", "返品したい", "キャンセル 方法", "\u{E002}"] {
            assert!(!is_lone_word(text), "{text}");
        }
    }

    #[test]
    fn grammar_alone() {
        assert!(is_grammar("the of and") && is_grammar("what is it"));
        assert!(!is_grammar("") && !is_grammar("the order") && !is_grammar("的了吗"));
    }

    #[test]
    fn numbers_are_alike() {
        assert_eq!(of("75 by 36", &[Kind::Number]), ["#", "#"]);
        assert_eq!(of("6ft", &[Kind::Number, Kind::Word]), ["6ft", "#", "ft"]);
        assert_eq!(of("size 75", &[Kind::Pair]), of("sizes 36", &[Kind::Pair]));
    }

    #[test]
    fn stand_ins_are_tokens() {
        assert_eq!(of("order 1234567890", &[Kind::StandIn]), [normalize::NUMBER.to_string()]);
    }
}
