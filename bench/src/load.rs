//! `bench load`: many connected visitors, agents at work, and messages at a steady rate; what it costs to be
//! connected, whether anything is lost, and how long messages take.
//!
//! An open loop: messages leave by the clock whether or not the ones before have arrived, and a time counts from the
//! instant the message was due.

mod agents;
mod idle;
mod logs;
mod memory;
mod people;
mod traffic;
mod verdict;

use std::time::Duration;

use anyhow::{Result, ensure};
use serde_json::{Value, json};
use tests::server::state_dir;

use crate::flags::Flags;
use crate::process::open_files;
use crate::reference::Reference;
use crate::shop::Shop;
use idle::{Host, Idle};
use memory::Memory;
use traffic::Outcome;
use verdict::Verdict;

/// Objects hibernate after about ten seconds without an event.
const HIBERNATES: Duration = Duration::from_secs(15);

/// How much of everything.
#[derive(Debug, Clone, Copy)]
struct Load {
    visitors: usize,
    agents: usize,
    /// In how many parts the idle visitors come.
    waves: usize,
    /// Messages a second, of all conversations together.
    rate: u64,
    seconds: u64,
    /// Whether the reference's memory is measured as well.
    reference: bool,
}

/// Measures and prints; fails unless every message was acknowledged, is in the log once and in order, and arrived.
pub(crate) fn run(mut flags: Flags) -> Result<()> {
    let quick = flags.has("--quick");
    let pick = |full, quickly| if quick { quickly } else { full };
    let load = Load {
        visitors: flags.or("--visitors", pick(2_000, 200))?,
        agents: flags.or("--agents", pick(200, 20))?,
        waves: flags.or("--waves", pick(8, 3))?,
        rate: flags.or("--rate", pick(500, 100) as u64)?,
        seconds: flags.or("--seconds", pick(60, 10) as u64)?,
        reference: flags.has("--reference"),
    };
    let out: Option<String> = flags.value("--out")?;
    flags.finish()?;
    ensure!(load.agents > 0 && load.rate > 0, "there must be agents and a rate");
    ensure!(load.agents < load.visitors, "every agent needs a visitor, and somebody must be idle");
    ensure!((1..=load.visitors - load.agents).contains(&load.waves), "a wave needs an idle visitor");
    enough_files(load)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (report, verdict) = runtime.block_on(measure(load))?;
    if let Some(out) = out {
        std::fs::write(out, serde_json::to_string_pretty(&report)?)?;
    }
    let complaint = verdict.complaint();
    ensure!(complaint.is_none(), "bench load failed: {}", complaint.unwrap_or_default());
    println!("every message was acknowledged, is in the log once and in order, and arrived");
    Ok(())
}

/// workerd keeps a socket per connection and three files per awake object, and inherits this process's limit.
fn enough_files(load: Load) -> Result<()> {
    let needed = 4 * (load.visitors + 2 * load.agents) as u64 + 500;
    if let Some(most) = open_files() {
        ensure!(most >= needed, "only {most} open files are allowed here; first run `ulimit -n {needed}`");
    }
    Ok(())
}

async fn measure(load: Load) -> Result<(Value, Verdict)> {
    let Load { visitors, agents, waves, rate, seconds, .. } = load;
    println!("{visitors} visitors, {agents} agents, {rate} messages/s for {seconds} s");
    let silent = visitors - agents;
    let reference = if load.reference { Some(reference_memory(silent, waves).await?) } else { None };

    let shop: &'static Shop = Box::leak(Box::new(Shop::open(&state_dir("load"))?));
    println!("\nedgedesk: resident memory of workerd");
    let mut memory = Memory::new(shop.process());
    let idle = Idle::measure(Host::Edgedesk(shop), silent, waves, &mut memory).await?;
    let talks = people::with_agents(shop, agents).await?;
    memory.note(format!("{agents} agents at work as well"));
    let outcome = traffic::run(talks.lines, rate, seconds, shop.process()).await;
    memory.note("after the traffic");
    tokio::time::sleep(HIBERNATES).await;
    memory.note("all hibernated");
    let logs = logs::check(shop, &talks.conversations, &outcome).await?;
    let verdict = Verdict::of(&outcome, &logs, idle.cut());

    println!();
    if let Some(reference) = &reference {
        reference.print("reference");
    }
    memory.print("edgedesk");
    let mut report = print_traffic(&outcome);
    println!("must be 0:");
    for (what, count) in verdict.0 {
        println!("{count:>9} {what}");
        report[what.replace(' ', "_")] = count.into();
    }
    report["load"] = json!({
        "visitors": visitors, "agents": agents, "waves": waves, "rate": rate, "seconds": seconds,
    });
    report["memory"] = memory.json();
    report["reference_memory"] = reference.map_or(Value::Null, |r| r.json());
    Ok((report, verdict))
}

/// The same connections to an object that does next to nothing.
async fn reference_memory(count: usize, waves: usize) -> Result<Memory> {
    let reference = Reference::start(&state_dir("load-reference"))?;
    println!("\nreference: resident memory of workerd");
    let mut memory = Memory::new(reference.process());
    let idle = Idle::measure(Host::Reference(&reference), count, waves, &mut memory).await?;
    ensure!(idle.cut() == 0, "{} idle lines of the reference were cut", idle.cut());
    Ok(memory)
}

fn print_traffic(outcome: &Outcome) -> Value {
    let times = &outcome.times;
    let (acknowledged, arrived) = (&times.acknowledged, &times.arrived);
    println!(
        "\nmessages: {} sent, {} acknowledged, {} arrived at their agent",
        outcome.sent,
        acknowledged.len(),
        arrived.len()
    );
    println!("agents told to resync: {}", outcome.resynced);
    let ms = crate::figures::quantile_ms;
    let quantiles = |sorted: &[Duration]| [ms(sorted, 0.5), ms(sorted, 0.99), ms(sorted, 1.0)];
    let spans = [("acknowledged after:", quantiles(acknowledged)), ("arrived after:", quantiles(arrived))];
    for (what, [p50, p99, longest]) in spans {
        println!("{what:<19} p50 {p50:.2} ms, p99 {p99:.2} ms, longest {longest:.1} ms");
    }
    println!("the sender was late by {:.1} ms at most", outcome.late.as_secs_f64() * 1e3);
    if let Some(share) = outcome.cpu {
        println!("workerd used {:.0} % of one processor meanwhile", share * 100.0);
    }
    json!({
        "sent": outcome.sent, "acknowledged": acknowledged.len(), "arrived": arrived.len(),
        "agents_told_to_resync": outcome.resynced,
        "acknowledged_ms": spans[0].1, "arrived_ms": spans[1].1, "cpu": outcome.cpu,
    })
}
