//! Text: normalising, tokenising, telling languages apart.
