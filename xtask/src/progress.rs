//! One line per step: what it does, then how long it took.

use std::fmt::Display;
use std::io::Write as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::Result;

static VERBOSE: AtomicBool = AtomicBool::new(false);
static QUIET: AtomicBool = AtomicBool::new(false);

pub(crate) fn set_verbose(on: bool) {
    VERBOSE.store(on, Ordering::Relaxed);
}

pub(crate) fn verbose() -> bool {
    VERBOSE.load(Ordering::Relaxed)
}

/// Silences the step lines, for commands whose standard output a program reads.
pub(crate) fn set_quiet(on: bool) {
    QUIET.store(on, Ordering::Relaxed);
}

fn quiet() -> bool {
    QUIET.load(Ordering::Relaxed)
}

/// A line above a group of steps.
pub(crate) fn heading(text: impl Display) {
    if !quiet() {
        println!("{text}");
    }
}

/// Runs `work` and prints `  name … 1.2 s`, or that it failed.
pub(crate) fn step<T>(name: impl Display, work: impl FnOnce() -> Result<T>) -> Result<T> {
    if quiet() {
        return work();
    }
    print!("  {name} … ");
    if verbose() {
        println!();
    }
    let _ = std::io::stdout().flush();
    let start = Instant::now();
    let result = work();
    let took = seconds(start.elapsed());
    match &result {
        Ok(_) if verbose() => println!("  {name} took {took}"),
        Ok(_) => println!("{took}"),
        Err(_) => println!("failed after {took}"),
    }
    result
}

/// A step that had nothing to do, and why.
pub(crate) fn skipped(name: impl Display, why: impl Display) {
    if !quiet() {
        println!("  {name} … {why}");
    }
}

/// `0.4 s`, `41 s`, `3 min 5 s`.
pub(crate) fn seconds(time: Duration) -> String {
    let secs = time.as_secs();
    match secs {
        0..10 => format!("{:.1} s", time.as_secs_f64()),
        10..120 => format!("{secs} s"),
        _ => format!("{} min {} s", secs / 60, secs % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_well() {
        let check = |ms, text| assert_eq!(seconds(Duration::from_millis(ms)), text);
        check(420, "0.4 s");
        check(41_300, "41 s");
        check(185_000, "3 min 5 s");
    }
}
