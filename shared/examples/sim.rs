//! Runs seeds of the simulation, counts what happened in them, and shows the first failure as small as it gets.
//! `cargo xtask sim` builds and starts it; `--help` tells its words.

use std::process::ExitCode;

use shared::testing::sim::{Bug, Failure, Plan, Report, run, shrink};

const HELP: &str = "sim [A..B] [--steps N] [--bug NAME] [--first]
  A..B        the seeds, 0..2000 unless given
  --steps N   each run goes on until N events have happened, before the calm in which all must agree
  --bug NAME  with a mistake planted into the shell around the machines
  --first     ends at the first failing seed, without shrinking it";

/// Lines of a failure's trace that are shown: the last ones tell what went wrong.
const SHOWN: usize = 120;

struct Wanted {
    first: u64,
    end: u64,
    steps: Option<u64>,
    bug: Option<Bug>,
    only_first: bool,
}

impl Wanted {
    fn from_args() -> Option<Self> {
        let mut wanted = Self { first: 0, end: 2_000, steps: None, bug: None, only_first: false };
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            match word.as_str() {
                "--first" => wanted.only_first = true,
                "--steps" => wanted.steps = Some(words.next()?.parse().ok()?),
                "--bug" => {
                    let name = words.next()?;
                    wanted.bug = Some(*Bug::ALL.iter().find(|bug| format!("{bug:?}") == name)?);
                }
                range => {
                    let (first, end) = range.split_once("..")?;
                    (wanted.first, wanted.end) = (first.parse().ok()?, end.parse().ok()?);
                }
            }
        }
        Some(wanted)
    }

    fn plan(&self, seed: u64) -> Plan {
        Plan { steps: self.steps, bug: self.bug, ..Plan::of(seed) }
    }
}

fn main() -> ExitCode {
    let Some(wanted) = Wanted::from_args() else {
        eprintln!("{HELP}");
        return ExitCode::FAILURE;
    };
    // A panic is reported as the failure of its seed.
    std::panic::set_hook(Box::new(|_| {}));
    let (mut sum, mut seeds, mut violations) = (Report::default(), 0u64, 0u64);
    let mut shown: Option<Box<Failure>> = None;
    for seed in wanted.first..wanted.end {
        seeds += 1;
        match run(seed, &wanted.plan(seed)) {
            Ok(report) => sum += report,
            Err(failure) => {
                violations += 1;
                shown.get_or_insert(failure);
                if wanted.only_first {
                    break;
                }
            }
        }
    }
    if let Some(failure) = shown {
        if wanted.only_first {
            println!("seed {}: {}", failure.seed, failure.what);
        } else {
            show(&shrink(failure.seed, &failure.plan).unwrap_or(failure));
        }
    }
    let Report { events, messages, acknowledged, connections, evictions, crashes, assignments, absences } =
        sum;
    println!(
        "{seeds} seeds, {events} events: {messages} messages, {acknowledged} acknowledgements, \
         {connections} connections, {assignments} assignments, {absences} absences, {evictions} evictions, {crashes} crashes; \
         {violations} violations"
    );
    if violations == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn show(failure: &Failure) {
    let Failure { seed, plan, at, what, trace } = failure;
    println!(
        "The last events of the smallest run found that still fails, by milliseconds of simulated time:"
    );
    for line in &trace[trace.len().saturating_sub(SHOWN)..] {
        println!("  {line}");
    }
    println!("seed {seed} at {at} ms: {what}");
    println!("To keep it, name it and add it to `kept` in shared/src/testing/sim/tests.rs:");
    println!("    #[test]\n    fn seed_{seed}_what_it_found() {{\n        kept({seed}, {plan:?});\n    }}");
}
