//! Runs seeds of the simulation and shows the first failure as small as it gets:
//! `cargo run -p shared --features testing --example sim -- 0..2000`.

use std::process::ExitCode;

use shared::testing::sim::{Plan, Report, run, shrink};

fn main() -> ExitCode {
    let range = std::env::args().nth(1).unwrap_or_else(|| "0..1000".into());
    let bounds = range.split_once("..").and_then(|(a, b)| Some((a.parse().ok()?, b.parse().ok()?)));
    let Some((first, end)) = bounds else {
        eprintln!("seeds are given as A..B");
        return ExitCode::FAILURE;
    };
    let mut sum = Report::default();
    for seed in first..end {
        match run(seed, &Plan::of(seed)) {
            Ok(report) => sum += report,
            Err(failure) => {
                println!("{}", shrink(seed, &failure.plan).unwrap_or(failure));
                return ExitCode::FAILURE;
            }
        }
    }
    println!("seeds {range}: every rule held\n{sum:#?}");
    ExitCode::SUCCESS
}
