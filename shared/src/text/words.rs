//! English words of grammar, which tell little about what a text is about.

const STOP_WORDS: &str = " a an the this that these those my your our their his her its i me we us you he she it they them \
am is are was were be been being do does did doing done have has had having will would shall should can could may might \
must and or but if so because as of at by for with about to from in on into than then there here just also too very really \
please pls hi hello hey thanks thank what which when where who whom how why any some no not don't doesn't didn't can't cannot i'm i've \
i'd i'll it's that's what's you're won't isn't aren't wasn't haven't hasn't im ive u ur r get got getting let lets like want \
wanna gonna need know tell help one ok okay well oh yes yeah yet still ";

/// Whether a lower-case word is one of grammar or politeness.
#[must_use]
pub(crate) fn is_stop_word(word: &str) -> bool {
    word.len() <= 7
        && STOP_WORDS.match_indices(word).any(|(at, _)| {
            let bytes = STOP_WORDS.as_bytes();
            at > 0 && bytes[at - 1] == b' ' && bytes.get(at + word.len()) == Some(&b' ')
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_only() {
        assert!(is_stop_word("the") && is_stop_word("a") && is_stop_word("don't") && is_stop_word("still"));
        assert!(!is_stop_word("th") && !is_stop_word("order") && !is_stop_word("定金"));
    }
}
