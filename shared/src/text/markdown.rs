//! The Markdown that answers may use: a small subset, read into nodes and never into HTML.
//!
//! Paragraphs (a blank line between them; a line break stays one), `**bold**`, `*emphasis*`, lists (`- ` or `1. `),
//! links (`[text](https://…)`, also `mailto:` and `tel:`; bare web addresses too), an image on a line of its own
//! (`![what it shows](https://…)`), and buttons on a line of their own: `[[Label]]` says the label as the shopper's words,
//! `[[Label]](https://…)` opens an address, `[[Label]](entry:id)` asks for that entry. A backslash takes a mark's meaning.
//! Whatever else stands there is text, as it stands. Nothing nests but bold and emphasis, so reading is one pass, and no
//! text is deep. SPEC.md are the rules.

use crate::conversation::clean::is_deceptive;
use crate::limits::URL_CHARS;

/// Words in one style.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run<'a> {
    pub text: &'a str,
    pub bold: bool,
    pub emphasis: bool,
    /// Where it leads: an address of [`is_link`].
    pub link: Option<&'a str>,
}

/// A part of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block<'a> {
    /// Words, possibly on several lines.
    Words(Vec<Run<'a>>),
    /// `first` is the number of the first item of a numbered list.
    List { first: Option<u32>, items: Vec<Vec<Run<'a>>> },
    /// `address` begins with `https://`. `alt` is what it shows, in words.
    Image { alt: &'a str, address: &'a str },
    /// One or more, side by side.
    Buttons(Vec<Button<'a>>),
}

/// A button below an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Button<'a> {
    pub label: &'a str,
    pub does: Does<'a>,
}

/// What a button does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Does<'a> {
    /// Says its label.
    Say,
    /// Leads to an address of [`is_link`].
    Open(&'a str),
    /// Asks for the entry of that id.
    Pick(&'a str),
}

/// The parts of an answer, in their order.
#[must_use]
pub fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut found = Vec::new();
    let mut open: Option<(usize, usize)> = None;
    let mut at = 0;
    for line in text.split('\n') {
        let (from, bare) = (at, line.trim());
        at += line.len() + 1;
        let alone = alone(bare);
        let item = item(bare);
        if !bare.is_empty() && alone.is_none() && item.is_none() {
            // The same paragraph goes on.
            open = Some((open.map_or(from, |(begun, _)| begun), from + line.trim_end().len()));
            continue;
        }
        close(text, &mut open, &mut found);
        if let Some((number, words)) = item {
            match found.last_mut() {
                Some(Block::List { first, items }) if first.is_some() == number.is_some() => {
                    items.push(runs(words));
                }
                _ => found.push(Block::List { first: number, items: vec![runs(words)] }),
            }
        }
        match (alone, found.last_mut()) {
            (Some(Block::Buttons(more)), Some(Block::Buttons(row))) => row.extend(more),
            (Some(block), _) => found.push(block),
            (None, _) => {}
        }
    }
    close(text, &mut open, &mut found);
    found
}

fn close<'a>(text: &'a str, open: &mut Option<(usize, usize)>, found: &mut Vec<Block<'a>>) {
    if let Some((from, to)) = open.take() {
        found.push(Block::Words(runs(&text[from..to])));
    }
}

/// A line that is an item of a list: its number, and its words.
fn item(line: &str) -> Option<(Option<u32>, &str)> {
    for mark in ["- ", "* ", "• "] {
        if let Some(words) = line.strip_prefix(mark) {
            return Some((None, words.trim_start()));
        }
    }
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &line[digits..];
    let words = rest.strip_prefix(". ").or_else(|| rest.strip_prefix(") "))?;
    // Four digits are a year.
    if !(1..=3).contains(&digits) {
        return None;
    }
    let number = line.bytes().take(digits).fold(0, |number, digit| number * 10 + u32::from(digit - b'0'));
    Some((Some(number), words.trim_start()))
}

/// A line that is an image, or nothing but buttons.
fn alone(line: &str) -> Option<Block<'_>> {
    if let Some(rest) = line.strip_prefix('!') {
        let (alt, address, rest) = bracket(rest)?;
        let image = rest.is_empty() && is_link(address) && has_scheme(address, "https://");
        return image.then_some(Block::Image { alt, address });
    }
    let mut row = Vec::new();
    let mut rest = line;
    while let Some(inner) = rest.strip_prefix("[[") {
        let (label, after) = inner.split_once(']')?;
        let after = after.strip_prefix(']')?;
        if label.trim().is_empty() || label.chars().any(|c| is_deceptive(c) || c == '[') {
            return None;
        }
        let target = after.strip_prefix('(').and_then(|after| after.split_once(')'));
        let (does, after) = match target {
            Some((address, after)) if is_link(address) => (Does::Open(address), after),
            Some((target, after)) => {
                (Does::Pick(target.strip_prefix("entry:").filter(|id| is_id(id))?), after)
            }
            None => (Does::Say, after),
        };
        row.push(Button { label: label.trim(), does });
        rest = after.trim_start();
    }
    (!row.is_empty() && rest.is_empty()).then_some(Block::Buttons(row))
}

fn is_id(id: &str) -> bool {
    (1..=64).contains(&id.len())
        && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-'))
}

/// `[text](address)` at the beginning: its parts, and what follows.
fn bracket(text: &str) -> Option<(&str, &str, &str)> {
    let inner = text.strip_prefix('[')?;
    let end = inner.find(|c| matches!(c, '[' | ']' | '\n' | '\\') || is_deceptive(c))?;
    let rest = inner[end..].strip_prefix("](")?;
    let close = rest.char_indices().take(URL_CHARS).find(|(_, c)| matches!(c, ')' | '(' | '[' | '\n'))?.0;
    let after = rest[close..].strip_prefix(')')?;
    Some((&inner[..end], &rest[..close], after))
}

/// Whether an address may be led to: `https:`, `http:`, `mailto:` and `tel:`, without anything that could deceive.
#[must_use]
pub fn is_link(address: &str) -> bool {
    let sound = |c: char| !c.is_whitespace() && !is_deceptive(c) && !"<>\"\\^`{|}".contains(c);
    // What comes after the scheme begins with a letter or digit of any script; the other ones need no telling apart here.
    let begins = |b: &u8| b.is_ascii_alphanumeric() || *b == b'+' || !b.is_ascii();
    let web = |scheme: &str| {
        has_scheme(address, scheme) && address.as_bytes().get(scheme.len()).is_some_and(begins)
    };
    address.chars().all(sound) && ["https://", "http://", "mailto:", "tel:"].into_iter().any(web)
}

fn has_scheme(address: &str, scheme: &str) -> bool {
    address.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme))
}

/// Words with web addresses as links, and no other marks: what people write to each other.
#[must_use]
pub fn links(text: &str) -> Vec<Run<'_>> {
    Reader::new(text, false).read()
}

/// A text that is shown as it stands where Markdown is read.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        // Before a space these make an item of a list, also where the text ends and what surrounds it goes on.
        let item = "-.)•".contains(c) && rest.peek().is_none_or(|next| next.is_whitespace());
        if item || "\\*[]:".contains(c) {
            out.push('\\');
        }
        out.push(if c == '\n' || c == '\r' { ' ' } else { c });
    }
    out
}

fn runs(text: &str) -> Vec<Run<'_>> {
    Reader::new(text, true).read()
}

/// One pass over a stretch of words.
struct Reader<'a> {
    text: &'a str,
    marks: bool,
    /// What is being read of the present run: from here on.
    from: usize,
    /// Open marks: `**` and `*`.
    open: [bool; 2],
    /// No further `**`, `*` closes: looked for once.
    spent: [bool; 2],
    found: Vec<Run<'a>>,
}

const MARKS: [&str; 2] = ["**", "*"];

impl<'a> Reader<'a> {
    fn new(text: &'a str, marks: bool) -> Self {
        Self { text, marks, from: 0, open: [false; 2], spent: [false; 2], found: Vec::new() }
    }

    fn read(mut self) -> Vec<Run<'a>> {
        let mut at = 0;
        while let Some(c) = self.text[at..].chars().next() {
            let rest = &self.text[at..];
            let next = at + c.len_utf8();
            let mark = || self.text[next..].chars().next().filter(|c| c.is_ascii_punctuation() || *c == '•');
            at = match c {
                _ if is_deceptive(c) => self.skip(at, next),
                // The next character stands for itself.
                '\\' if self.marks && mark().is_some() => {
                    self.skip(at, next) + mark().map_or(0, char::len_utf8)
                }
                '*' if self.marks => self.star(at),
                '[' if self.marks => match bracket(rest) {
                    Some((text, address, after)) if is_link(address) && !text.trim().is_empty() => {
                        self.link(at, text, address, self.text.len() - after.len())
                    }
                    _ => next,
                },
                'h' => match bare(rest) {
                    "" => next,
                    address => self.link(at, address, address, at + address.len()),
                },
                _ => next,
            };
        }
        self.flush(self.text.len());
        self.found
    }

    fn push(&mut self, text: &'a str, link: Option<&'a str>) {
        if !text.is_empty() {
            let [bold, emphasis] = self.open;
            self.found.push(Run { text, bold, emphasis, link });
        }
    }

    fn flush(&mut self, to: usize) {
        let text = &self.text[self.from..to];
        self.push(text, None);
    }

    /// Leaves out what stands from `at` to `next`.
    fn skip(&mut self, at: usize, next: usize) -> usize {
        self.flush(at);
        self.from = next;
        next
    }

    fn link(&mut self, at: usize, text: &'a str, address: &'a str, next: usize) -> usize {
        self.flush(at);
        self.push(text, Some(address));
        self.from = next;
        next
    }

    /// A mark opens before a word when something closes it, and closes after one; between letters and digits (`2*3*4`)
    /// it is a star.
    fn star(&mut self, at: usize) -> usize {
        let kind = usize::from(!self.text[at..].starts_with("**"));
        let next = at + MARKS[kind].len();
        let closes = self.open[kind] && may_close(self.text, at, next);
        if !closes && (self.open[kind] || !may_open(self.text, at, next) || !self.is_closed(kind, next)) {
            return next;
        }
        self.skip(at, next);
        self.open[kind] = !closes;
        next
    }

    fn is_closed(&mut self, kind: usize, from: usize) -> bool {
        if self.spent[kind] {
            return false;
        }
        let mut at = from;
        while let Some(star) = self.text[at..].find('*').map(|found| at + found) {
            let other = usize::from(!self.text[star..].starts_with("**"));
            at = star + MARKS[other].len();
            if other == kind && star > from && may_close(self.text, star, at) {
                return true;
            }
        }
        self.spent[kind] = true;
        false
    }
}

fn may_open(text: &str, at: usize, next: usize) -> bool {
    !text[..at].ends_with(|c: char| c.is_ascii_alphanumeric())
        && text[next..].starts_with(|c: char| !c.is_whitespace())
}

fn may_close(text: &str, at: usize, next: usize) -> bool {
    text[..at].ends_with(|c: char| !c.is_whitespace() && c != '\\')
        && !text[next..].starts_with(|c: char| c.is_ascii_alphanumeric())
}

/// The web address `text` begins with, or nothing. Ends before white space, quotes, brackets, and anything that is no
/// ASCII (an address typed into Chinese text has no space after it), and without closing punctuation.
fn bare(text: &str) -> &str {
    let Some(scheme) = ["https://", "http://"].into_iter().find(|scheme| text.starts_with(scheme)) else {
        return "";
    };
    let host = &text[scheme.len()..];
    if !host.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return "";
    }
    let part_of = |c: &u8| c.is_ascii_graphic() && !b"<>\"'`{}|\\^".contains(c);
    let end = host.bytes().take(URL_CHARS).take_while(part_of).count();
    let host = host[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']', '*', '_']);
    &text[..scheme.len() + host.len()]
}

#[cfg(test)]
mod tests;
