//! Light stemming of Latin words: English inflection, which also takes the plural off Romance nouns.

/// Appends the stem of a lower-case `word` to `out`.
pub(super) fn stem(word: &str, out: &mut String) {
    let start = out.len();
    let word = word.trim_matches('\'');
    let word = word.strip_suffix("'s").unwrap_or(word);
    let word = word.strip_suffix("n't").map_or(word, |w| if w.is_empty() { word } else { w });
    out.push_str(word);
    if out[start..].len() <= 3 || !out[start..].bytes().all(|b| b.is_ascii_lowercase()) {
        return;
    }
    plural(out, start);
    verb(out, start);
    derived(out, start);
    if out.len() - start > 3 && out.ends_with('e') {
        out.pop();
    }
    if out.len() - start > 3 && out.ends_with('y') {
        out.pop();
        out.push('i');
    }
}

/// Takes `suffix` off when at least `left` letters with a vowel stay.
fn strip(out: &mut String, start: usize, suffix: &str, left: usize) -> bool {
    let Some(rest) = out[start..].strip_suffix(suffix) else { return false };
    if rest.len() < left || !rest.bytes().any(|b| matches!(b, b'a' | b'e' | b'i' | b'o' | b'u' | b'y')) {
        return false;
    }
    let len = start + rest.len();
    out.truncate(len);
    true
}

fn plural(out: &mut String, start: usize) {
    if strip(out, start, "ies", 2) {
        out.push('y');
        return;
    }
    for suffix in ["sses", "shes", "ches", "xes", "zes"] {
        if out[start..].ends_with(suffix) {
            out.truncate(out.len() - 2);
            return;
        }
    }
    let kept = ["ss", "us", "is"].iter().any(|e| out[start..].ends_with(e));
    if !kept {
        strip(out, start, "s", 3);
    }
}

fn verb(out: &mut String, start: usize) {
    if strip(out, start, "ing", 3) || strip(out, start, "ed", 3) || strip(out, start, "er", 4) {
        let bytes = &out.as_bytes()[start..];
        if let [.., a, b] = bytes
            && a == b
            && !matches!(a, b'a' | b'e' | b'i' | b'o' | b'u' | b's')
            && bytes.len() > 3
        {
            out.pop();
        }
    }
}

fn derived(out: &mut String, start: usize) {
    let cut = strip(out, start, "ment", 3)
        || strip(out, start, "ation", 4)
        || strip(out, start, "ate", 5)
        || strip(out, start, "at", 5)
        || strip(out, start, "ion", 5)
        || strip(out, start, "ly", 4)
        || strip(out, start, "able", 4)
        || strip(out, start, "al", 5);
    if cut && out.ends_with("ll") {
        out.pop();
    }
}

#[cfg(test)]
mod tests {
    fn stem(word: &str) -> String {
        let mut out = String::new();
        super::stem(word, &mut out);
        out
    }

    #[test]
    fn forms_of_a_word_meet() {
        for forms in [
            &["ship", "ships", "shipping", "shipped"][..],
            &["cancel", "cancelled", "canceling", "cancellation", "cancels"],
            &["change", "changing", "changed", "changes"],
            &["activate", "activation", "activating", "activated"],
            &["delivery", "deliveries"],
            &["pay", "payment", "payments", "paying"],
            &["refund", "refunded", "refundable", "refund's"],
        ] {
            for form in forms {
                assert_eq!(stem(form), stem(forms[0]), "{form}");
            }
        }
    }

    #[test]
    fn leaves_short_and_foreign_words() {
        for word in ["is", "usb", "заказ", "'", "", "15", "wireless"] {
            assert_eq!(stem(word), word.trim_matches('\''), "{word}");
        }
    }
}
