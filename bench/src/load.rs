//! `bench load`: many connected visitors, agents at work, and messages at a steady rate; what it costs to be
//! connected, whether anything is lost, and how long messages take.
//!
//! An open loop: messages leave by the clock whether or not the ones before have arrived, and a time counts from the
//! instant the message was due.

mod logs;
mod memory;
mod people;
mod traffic;

use std::time::Duration;

use anyhow::{Result, ensure};
use serde_json::json;
use tests::server::state_dir;

use crate::flags::Flags;
use crate::process::open_files;
use crate::shop::Shop;
use memory::Memory;
use people::Idle;

/// Objects hibernate after about ten seconds without an event.
const HIBERNATES: Duration = Duration::from_secs(15);

/// How much of everything.
#[derive(Debug, Clone, Copy)]
struct Load {
    visitors: usize,
    agents: usize,
    /// Messages a second, of all conversations together.
    rate: u64,
    seconds: u64,
}

/// Measures and prints; fails when anything was lost.
pub(crate) fn run(mut flags: Flags) -> Result<()> {
    let quick = flags.has("--quick");
    let pick = |full, quickly| if quick { quickly } else { full };
    let load = Load {
        visitors: flags.or("--visitors", pick(2_000, 200))?,
        agents: flags.or("--agents", pick(200, 20))?,
        rate: flags.or("--rate", pick(500, 100) as u64)?,
        seconds: flags.or("--seconds", pick(60, 10) as u64)?,
    };
    let out: Option<String> = flags.value("--out")?;
    flags.finish()?;
    ensure!(load.agents > 0 && load.rate > 0, "there must be agents and a rate");
    ensure!(load.agents <= load.visitors, "every agent needs a visitor");
    enough_files(load)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let report = runtime.block_on(measure(load))?;
    if let Some(out) = out {
        std::fs::write(out, serde_json::to_string_pretty(&report)?)?;
    }
    let lost = ["lost", "doubled", "reordered", "never_arrived"].iter().any(|what| report[*what] != 0);
    ensure!(!lost, "messages were lost, doubled or reordered");
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

async fn measure(load: Load) -> Result<serde_json::Value> {
    let Load { visitors, agents, rate, seconds } = load;
    println!("{visitors} visitors, {agents} agents, {rate} messages/s for {seconds} s");
    let shop = Shop::open(&state_dir("load"))?;
    let mut memory = Memory::new(shop.process());
    // One conversation so that the Worker is compiled and warm before memory is first looked at.
    people::once(&shop).await;
    memory.note("warm, nobody connected");

    let waiting = people::connect(&shop, agents).await;
    let idle = Idle::connect(&shop, visitors - agents).await;
    memory.note("visitors just connected");
    tokio::time::sleep(HIBERNATES).await;
    memory.note("visitors idle, hibernated");
    idle.wake();
    tokio::time::sleep(Duration::from_secs(2)).await;
    memory.note("visitors awake");
    tokio::time::sleep(HIBERNATES).await;
    memory.note("visitors hibernated again");

    let talks = people::with_agents(&shop, waiting).await?;
    memory.note("agents connected");
    let outcome = traffic::run(talks.lines, rate, seconds, shop.process()).await;
    memory.note("after the traffic");
    tokio::time::sleep(HIBERNATES).await;
    memory.note("all hibernated");
    let logs = logs::check(&shop, &talks.conversations, &outcome).await?;
    memory.print(visitors);

    let times = &outcome.times;
    println!(
        "\nmessages: {} sent, {} acknowledged, {} arrived at their agent, {} refused",
        outcome.sent,
        times.acknowledged.len(),
        times.arrived.len(),
        outcome.refused
    );
    println!(
        "logs: {} acknowledged messages missing, {} doubled, {} out of order; {} acknowledged never arrived",
        logs.lost, logs.doubled, logs.reordered, outcome.never_arrived
    );
    let ms = crate::figures::quantile_ms;
    let quantiles = |sorted: &[Duration]| [ms(sorted, 0.5), ms(sorted, 0.99), ms(sorted, 1.0)];
    let [acknowledged, arrived] = [quantiles(&times.acknowledged), quantiles(&times.arrived)];
    println!(
        "acknowledged after: p50 {:.2} ms, p99 {:.2} ms, longest {:.1} ms",
        acknowledged[0], acknowledged[1], acknowledged[2]
    );
    println!(
        "arrived after:      p50 {:.2} ms, p99 {:.2} ms, longest {:.1} ms",
        arrived[0], arrived[1], arrived[2]
    );
    println!("the sender was late by {:.1} ms at most", outcome.late.as_secs_f64() * 1e3);
    if let Some(share) = outcome.cpu {
        println!("workerd used {:.0} % of one processor meanwhile", share * 100.0);
    }
    Ok(json!({
        "visitors": visitors, "agents": agents, "rate": rate, "seconds": seconds,
        "sent": outcome.sent, "acknowledged": times.acknowledged.len(), "arrived": times.arrived.len(),
        "refused": outcome.refused, "lost": logs.lost, "doubled": logs.doubled, "reordered": logs.reordered,
        "never_arrived": outcome.never_arrived,
        "acknowledged_ms": acknowledged, "arrived_ms": arrived, "cpu": outcome.cpu,
        "memory": memory.json(),
    }))
}
