//! The table: one line per case and server, and how Edgedesk compares with the reference.

use std::time::Duration;

use serde_json::{Value, json};
use shared::testing::Rng;

use super::{Case, Round, Runs};
use crate::figures::{median, quantile_ms, range};

pub(super) fn head() {
    println!("\nRound trips: sent → persisted → acknowledged to the sender and arrived at every reader.\n");
    println!(
        "{:>13} {:>8}  {:<10} {:>9} {:>9} {:>11} {:>12}",
        "conversations", "readers", "server", "p50 ms", "p99 ms", "messages/s", "CPU µs/msg"
    );
}

pub(super) fn foot() {
    println!(
        "\nRatios are medians over the rounds, each of the first against the reference's next to it; that of p99 is\n\
         of all rounds' messages together, since one round has few that slow. In brackets the lowest and the highest\n\
         round, which tell how quiet the machine was; of p99 where it lies with 95 % likelihood, by drawing the rounds\n\
         anew again and again."
    );
}

/// Prints a case and returns it for programs.
pub(super) fn line(case: Case, runs: &[Runs]) -> Value {
    let mut servers = Vec::new();
    for run in runs {
        let all = Figures::new(&run.rounds.iter().collect::<Vec<_>>());
        println!(
            "{:>13} {:>8}  {:<10} {:>9.3} {:>9.3} {:>11.0} {:>12}",
            case.conversations,
            case.readers,
            run.server,
            all.p50,
            all.p99,
            all.rate,
            all.cpu.map_or("?".into(), |micros| format!("{micros:.0}"))
        );
        servers.push(json!({
            "server": run.server, "p50_ms": all.p50, "p99_ms": all.p99, "messages_per_second": all.rate,
            "cpu_micros_per_message": all.cpu,
        }));
    }
    let ratios = match runs {
        [ours, reference, ..] => Some(ratios(&ours.rounds, &reference.rounds)),
        _ => None,
    };
    if let Some(ratios) = &ratios {
        let shown: Vec<String> = ratios
            .iter()
            .map(|Ratio { name, overall, between: (low, high), .. }| {
                format!("{name} {overall:.2} [{low:.2}–{high:.2}]")
            })
            .collect();
        let names: Vec<&str> = runs.iter().take(2).map(|run| run.server).collect();
        println!("{:>22}  {}: {}\n", "", names.join(" / "), shown.join(", "));
    }
    json!({
        "conversations": case.conversations, "readers": case.readers, "messages": case.messages,
        "servers": servers,
        "ratios": ratios.map(|all| {
            all.into_iter()
                .map(|Ratio { name, overall, between, rounds }| {
                    (name.to_owned(), json!({ "overall": overall, "between": between, "rounds": rounds }))
                })
                .collect::<serde_json::Map<_, _>>()
        }),
    })
}

/// One server's figures over some rounds.
#[derive(Debug)]
struct Figures {
    p50: f64,
    p99: f64,
    rate: f64,
    cpu: Option<f64>,
}

impl Figures {
    fn new(rounds: &[&Round]) -> Self {
        let mut times: Vec<Duration> = rounds.iter().flat_map(|r| r.times.iter().copied()).collect();
        times.sort();
        let took: Duration = rounds.iter().map(|r| r.took).sum();
        let count = times.len().max(1) as f64;
        let cpu: Option<Duration> = rounds.iter().map(|r| r.cpu).sum();
        Self {
            p50: quantile_ms(&times, 0.5),
            p99: quantile_ms(&times, 0.99),
            rate: count / took.as_secs_f64(),
            cpu: cpu.map(|cpu| cpu.as_secs_f64() * 1e6 / count),
        }
    }
}

/// How one figure of Edgedesk compares with the reference's.
#[derive(Debug)]
struct Ratio {
    name: &'static str,
    overall: f64,
    between: (f64, f64),
    /// Each round against the reference's next to it.
    rounds: Vec<f64>,
}

fn ratios(ours: &[Round], reference: &[Round]) -> Vec<Ratio> {
    let pairs: Vec<(Figures, Figures)> = ours
        .iter()
        .zip(reference)
        .map(|(ours, reference)| (Figures::new(&[ours]), Figures::new(&[reference])))
        .collect();
    let of = |ratio: &dyn Fn(&Figures, &Figures) -> f64| -> Vec<f64> {
        pairs.iter().map(|(a, b)| ratio(a, b)).collect()
    };
    let paired =
        |name, rounds: Vec<f64>| Ratio { name, overall: median(&rounds), between: range(&rounds), rounds };
    let slowest = Ratio {
        name: "p99",
        overall: slow(ours.iter()) / slow(reference.iter()),
        between: drawn_anew(ours, reference),
        rounds: of(&|a, b| a.p99 / b.p99),
    };
    let mut ratios = vec![
        paired("p50", of(&|a, b| a.p50 / b.p50)),
        slowest,
        paired("messages/s", of(&|a, b| a.rate / b.rate)),
    ];
    let cpu: Option<Vec<f64>> = pairs.iter().map(|(a, b)| Some(a.cpu? / b.cpu?)).collect();
    ratios.extend(cpu.map(|cpu| paired("CPU", cpu)));
    ratios
}

/// The 99th percentile of some rounds' messages together, in milliseconds.
fn slow<'a>(rounds: impl Iterator<Item = &'a Round>) -> f64 {
    let mut times: Vec<Duration> = rounds.flat_map(|round| round.times.iter().copied()).collect();
    let at = times.len() * 99 / 100;
    if times.is_empty() { 0.0 } else { times.select_nth_unstable(at).1.as_secs_f64() * 1e3 }
}

/// Between what the ratio of the 99th percentiles lies in 95 of 100 draws of as many rounds (the bootstrap).
fn drawn_anew(ours: &[Round], reference: &[Round]) -> (f64, f64) {
    const DRAWS: usize = 400;
    let mut rng = Rng::new(1);
    let mut ratios: Vec<f64> = (0..DRAWS)
        .map(|_| {
            let drawn: Vec<usize> = (0..ours.len()).map(|_| rng.below(ours.len() as u64) as usize).collect();
            slow(drawn.iter().map(|at| &ours[*at])) / slow(drawn.iter().map(|at| &reference[*at]))
        })
        .collect();
    ratios.sort_by(f64::total_cmp);
    (ratios[DRAWS / 40], ratios[DRAWS - 1 - DRAWS / 40])
}
