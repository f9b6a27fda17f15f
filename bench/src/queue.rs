//! `bench queue`: how good the wait estimates are. Simulated contact centres with an oracle and the peers' formulas, or
//! the log of a real one (`--replay`).

mod chance;
mod events;
mod floor;
mod oracle;
mod peers;
mod replay;
mod scenarios;
mod score;
mod world;

use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, Result, bail};

use crate::flags::Flags;
use score::Score;

/// Runs what the flags ask for.
pub(crate) fn run(mut flags: Flags) -> Result<()> {
    if flags.has("--estimate-speed") {
        flags.has("--native");
        flags.finish()?;
        print!("{}", bench_engine::estimate::run(crate::faq::clock)?);
        return Ok(());
    }
    if let Some(events) = flags.value::<PathBuf>("--replay")? {
        let out: PathBuf = flags.value("--out")?.context("--out is missing")?;
        flags.finish()?;
        return replay::run(&events, &out);
    }
    let seeds: String = flags.or("--seeds", "1..5".to_owned())?;
    let only: Option<String> = flags.value("--scenario")?;
    flags.finish()?;
    let (from, to) = seeds.split_once("..").context("--seeds: A..B")?;
    let seeds = from.parse::<u64>()?..to.parse::<u64>()?;
    if seeds.is_empty() {
        bail!("--seeds: no seed in {}..{}", seeds.start, seeds.end);
    }
    let mut chosen = scenarios::all();
    chosen.retain(|scenario| only.as_ref().is_none_or(|name| *name == scenario.name));
    if chosen.is_empty() {
        let names: Vec<&str> = scenarios::all().iter().map(|scenario| scenario.name).collect();
        bail!("--scenario: one of {}", names.join(", "));
    }
    println!(
        "| scenario | waits | mean s | RMSE s | ÷ oracle | ÷ LES | 80 % covers | bias % | broken % | rises % | mismatch | {} |",
        peers::NAMES.map(|name| format!("{name} ÷ oracle")).join(" | ")
    );
    println!("|{}", "---|".repeat(11 + peers::NAMES.len()));
    for scenario in &chosen {
        let score = Mutex::new(Score::default());
        let next = AtomicUsize::new(0);
        let all: Vec<u64> = seeds.clone().collect();
        let threads = std::thread::available_parallelism().map_or(1, usize::from).min(all.len());
        let work = || -> Result<()> {
            while let Some(seed) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
                let mut own = Score::default();
                own.run(scenario, *seed)?;
                if let Ok(mut score) = score.lock() {
                    score.pool(&own);
                }
            }
            Ok(())
        };
        std::thread::scope(|scope| -> Result<()> {
            let running: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
            for thread in running {
                thread.join().map_err(|_| anyhow::anyhow!("a simulation panicked"))??;
            }
            Ok(())
        })?;
        if let Ok(score) = score.lock() {
            print(scenario.name, &score);
        }
    }
    Ok(())
}

fn print(name: &str, score: &Score) {
    let (ours, others) = score.ratios();
    let [covered, bias, broken, rises, mismatch] = score.shares();
    let peers = others.map(|ratio| format!("{ratio:.2}")).join(" | ");
    println!(
        "| {name} | {} | {:.0} | {:.0} | {ours:.3} | {:.2} | {covered:.1} | {bias:+.1} | {broken:.1} | {rises:.1} | {mismatch:.3} | {peers} |",
        score.waits,
        score.mean_wait(),
        score.rmse(),
        ours / others[peers::LES],
    );
}
