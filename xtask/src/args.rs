//! Command-line words: flags may stand anywhere, an unknown one is an error.

use anyhow::{Context, Result, bail};

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

    /// The value of `--name VALUE` or `--name=VALUE`.
    pub(crate) fn option(&mut self, name: &str) -> Result<Option<String>> {
        let prefix = format!("{name}=");
        let Some(at) = self.words.iter().position(|w| w == name || w.starts_with(&prefix)) else {
            return Ok(None);
        };
        let word = self.words.remove(at);
        if let Some(value) = word.strip_prefix(&prefix) {
            return Ok(Some(value.to_owned()));
        }
        if at == self.words.len() || self.words[at].starts_with("--") {
            bail!("{name} needs a value");
        }
        Ok(Some(self.words.remove(at)))
    }

    /// Like [`Args::option`], for whole numbers.
    pub(crate) fn number(&mut self, name: &str) -> Result<Option<u16>> {
        let Some(value) = self.option(name)? else { return Ok(None) };
        value.parse().map(Some).with_context(|| format!("{name} {value}: not a port number"))
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

    /// These words instead of what is left.
    pub(crate) fn replaced(&mut self, words: Vec<String>) -> &mut Self {
        self.words = words;
        self
    }

    /// Everything that is left, for a program that reads it itself.
    pub(crate) fn take_all(&mut self) -> Vec<String> {
        std::mem::take(&mut self.words)
    }

    /// Refuses what nobody understood.
    pub(crate) fn finish(&self) -> Result<()> {
        match self.words.first() {
            None => Ok(()),
            Some(word) => bail!("unknown argument `{word}`"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(line: &str) -> Args {
        Args { words: line.split_whitespace().map(str::to_owned).collect() }
    }

    #[test]
    fn flags_and_options_may_stand_anywhere() {
        let mut a = args("dev --port 9000 --reset --shop-port=9001");
        assert!(a.flag("--reset"));
        assert_eq!(a.number("--port").unwrap(), Some(9000));
        assert_eq!(a.number("--shop-port").unwrap(), Some(9001));
        assert_eq!(a.next_word().as_deref(), Some("dev"));
        a.finish().unwrap();
    }

    #[test]
    fn bad_values_are_refused() {
        assert!(args("--port").number("--port").is_err());
        assert!(args("--port --reset").number("--port").is_err());
        assert!(args("--port 99999").number("--port").is_err());
        assert!(args("--colour").finish().is_err());
    }
}
