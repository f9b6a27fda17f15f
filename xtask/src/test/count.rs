//! Counting what test runners report.

use std::fmt;
use std::ops::{Add, AddAssign};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use crate::command::last_lines;
use crate::paths;
use crate::progress;

/// How many tests passed and failed.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) passed: u32,
    pub(crate) failed: u32,
}

impl Count {
    pub(crate) fn success() -> Self {
        Self { passed: 1, failed: 0 }
    }

    pub(crate) fn failure() -> Self {
        Self { passed: 0, failed: 1 }
    }
}

impl AddAssign for Count {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

impl Add for Count {
    type Output = Self;

    fn add(mut self, other: Self) -> Self {
        self += other;
        self
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

/// `cargo test` with `args`; goes on after a failing crate, so that one run tells everything.
pub(super) fn cargo_test(args: &[&str], variables: &[(&str, String)]) -> Result<Count> {
    let mut command = Command::new("cargo");
    command.args(["test", "--no-fail-fast"]).args(args).current_dir(paths::root());
    command.envs(variables.iter().map(|(name, value)| (*name, value.as_str())));
    run(&mut command, from_cargo)
}

/// `node --test` whose TAP report goes to standard output.
pub(super) fn node_test(command: &mut Command) -> Result<Count> {
    run(command, from_tap)
}

/// A run that failed without a failed test (it did not compile, say, or ran none) counts as one failure.
fn run(command: &mut Command, count: fn(&str) -> Count) -> Result<Count> {
    command.stdin(Stdio::null());
    let output = command.output().with_context(|| format!("cannot start {command:?}"))?;
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    let mut counted = count(&stdout);
    let good = output.status.success() && counted.failed == 0 && counted.passed > 0;
    if !good || progress::verbose() {
        println!("{}\n{}", last_lines(&stderr), last_lines(&stdout));
    }
    if !good && counted.failed == 0 {
        counted.failed = 1;
    }
    Ok(counted)
}

/// Sums the lines `test result: ok. 12 passed; 0 failed; …`.
fn from_cargo(output: &str) -> Count {
    let mut total = Count::default();
    for line in output.lines().filter_map(|line| line.strip_prefix("test result: ")) {
        let number = |word: &str| -> u32 {
            let before = line.split(word).next().filter(|before| before.len() < line.len());
            before.and_then(|text| text.split_whitespace().next_back()?.parse().ok()).unwrap_or(0)
        };
        total += Count { passed: number(" passed"), failed: number(" failed") };
    }
    total
}

/// Reads the closing lines `# pass 12` and `# fail 0`.
fn from_tap(output: &str) -> Count {
    let number = |prefix: &str| -> u32 {
        output.lines().filter_map(|line| line.strip_prefix(prefix)?.trim().parse::<u32>().ok()).sum()
    };
    Count { passed: number("# pass "), failed: number("# fail ") + number("# cancelled ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_results_are_summed() {
        let output = "running 3 tests\n\
            test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s\n\
            test result: FAILED. 11 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out\n";
        assert_eq!(from_cargo(output), Count { passed: 14, failed: 2 });
        assert_eq!(from_cargo("error: could not compile"), Count::default());
    }

    #[test]
    fn tap_results_are_read() {
        let output = "# tests 5\n# pass 3\n# fail 1\n# cancelled 1\n# skipped 0\n";
        assert_eq!(from_tap(output), Count { passed: 3, failed: 2 });
    }
}
