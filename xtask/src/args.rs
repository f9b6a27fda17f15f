//! Command-line words: flags may stand anywhere, an unknown one is an error.

use anyhow::{Result, bail};

/// What is left of the command line; every reader takes out what it understood.
#[derive(Debug)]
pub(crate) struct Args {
    words: Vec<String>,
}

impl Args {
    pub(crate) fn from_env() -> Self {
        Self { words: std::env::args().skip(1).collect() }
    }

    /// Whether `--name` was given.
    pub(crate) fn flag(&mut self, name: &str) -> bool {
        let before = self.words.len();
        self.words.retain(|w| w != name);
        self.words.len() != before
    }

    /// The first word that is no flag.
    pub(crate) fn next_word(&mut self) -> Option<String> {
        let at = self.words.iter().position(|w| !w.starts_with("--") || w == "--help")?;
        Some(self.words.remove(at))
    }

    /// All remaining words that are no flags.
    pub(crate) fn rest_words(&mut self) -> Vec<String> {
        std::iter::from_fn(|| self.next_word()).collect()
    }

    /// Refuses what nobody understood.
    pub(crate) fn finish(&self) -> Result<()> {
        match self.words.first() {
            None => Ok(()),
            Some(word) => bail!("unknown argument `{word}`"),
        }
    }
}
