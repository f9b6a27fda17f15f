//! Command-line flags of the measurements that run against a server.

use std::str::FromStr;

use anyhow::{Context, Result, bail};

/// What is left of the command line; every reader takes out what it understood.
#[derive(Debug)]
pub(crate) struct Flags(Vec<String>);

impl Flags {
    pub(crate) fn new(words: Vec<String>) -> Self {
        Self(words)
    }

    /// Whether `--name` was given.
    pub(crate) fn has(&mut self, name: &str) -> bool {
        let before = self.0.len();
        self.0.retain(|word| word != name);
        self.0.len() != before
    }

    /// The value after `--name`.
    pub(crate) fn value<T: FromStr>(&mut self, name: &str) -> Result<Option<T>> {
        let Some(at) = self.0.iter().position(|word| word == name) else { return Ok(None) };
        if at + 1 >= self.0.len() {
            bail!("{name} needs a value");
        }
        self.0.remove(at);
        let word = self.0.remove(at);
        word.parse().map(Some).ok().with_context(|| format!("{name}: `{word}` will not do"))
    }

    /// Like [`Flags::value`], with a value for when it is not given.
    pub(crate) fn or<T: FromStr>(&mut self, name: &str, usual: T) -> Result<T> {
        Ok(self.value(name)?.unwrap_or(usual))
    }

    /// Refuses what nobody understood.
    pub(crate) fn finish(&self) -> Result<()> {
        match self.0.first() {
            None => Ok(()),
            Some(word) => bail!("unknown option {word}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_stand_anywhere_and_unknown_ones_are_refused() {
        let flags = |line: &str| Flags::new(line.split_whitespace().map(str::to_owned).collect());
        let mut some = flags("--quick --rounds 3");
        assert!(some.has("--quick"));
        assert_eq!(some.or("--rounds", 5).unwrap(), 3);
        assert_eq!(some.or("--messages", 7).unwrap(), 7);
        some.finish().unwrap();
        assert!(flags("--rounds").or("--rounds", 5).is_err());
        assert!(flags("--rounds many").or("--rounds", 5).is_err());
        assert!(flags("--colour").finish().is_err());
    }
}
