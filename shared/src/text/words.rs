//! English words of grammar, which tell little about what a text is about.

/// The length of the longest, in bytes.
const LONGEST: usize = 7;

/// In order of their bytes.
const STOP_WORDS: [&str; 142] = [
    "a", "about", "also", "am", "an", "and", "any", "are", "aren't", "as", "at", "be", "because", "been",
    "being", "but", "by", "can", "can't", "cannot", "could", "did", "didn't", "do", "does", "doesn't",
    "doing", "don't", "done", "for", "from", "get", "getting", "gonna", "got", "had", "has", "hasn't",
    "have", "haven't", "having", "he", "hello", "help", "her", "here", "hey", "hi", "his", "how", "i", "i'd",
    "i'll", "i'm", "i've", "if", "im", "in", "into", "is", "isn't", "it", "it's", "its", "ive", "just",
    "know", "let", "lets", "like", "may", "me", "might", "must", "my", "need", "no", "not", "of", "oh", "ok",
    "okay", "on", "one", "or", "our", "please", "pls", "r", "really", "shall", "she", "should", "so", "some",
    "still", "tell", "than", "thank", "thanks", "that", "that's", "the", "their", "them", "then", "there",
    "these", "they", "this", "those", "to", "too", "u", "ur", "us", "very", "wanna", "want", "was", "wasn't",
    "we", "well", "were", "what", "what's", "when", "where", "which", "who", "whom", "why", "will", "with",
    "won't", "would", "yeah", "yes", "yet", "you", "you're", "your",
];

/// Up to eight bytes as a number: in the same order, and quicker to find.
const fn packed(word: &[u8]) -> u64 {
    let mut number = 0;
    let mut at = 0;
    while at < size_of::<u64>() {
        number = number << 8 | if at < word.len() { word[at] as u64 } else { 0 };
        at += 1;
    }
    number
}

static PACKED: [u64; STOP_WORDS.len()] = {
    let mut all = [0; STOP_WORDS.len()];
    let mut at = 0;
    while at < all.len() {
        all[at] = packed(STOP_WORDS[at].as_bytes());
        at += 1;
    }
    all
};

/// Whether a lower-case word is one of grammar or politeness.
#[must_use]
pub(crate) fn is_stop_word(word: &str) -> bool {
    word.len() <= LONGEST && PACKED.binary_search(&packed(word.as_bytes())).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_in_order() {
        assert!(STOP_WORDS.is_sorted());
        assert_eq!(STOP_WORDS.iter().map(|word| word.len()).max(), Some(LONGEST));
    }

    #[test]
    fn whole_words_only() {
        assert!(is_stop_word("the") && is_stop_word("a") && is_stop_word("don't") && is_stop_word("still"));
        assert!(!is_stop_word("th") && !is_stop_word("order") && !is_stop_word("定金"));
    }
}
