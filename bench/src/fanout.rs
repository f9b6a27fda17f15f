//! `bench fanout`: round trips of a message through real workerd, next to the reference in the same run.
//!
//! A closed loop: each conversation's next message goes when the one before was acknowledged to its sender and has
//! arrived at every other reader. The servers take turns, so that whatever else the machine does meets them alike.

mod rooms;
mod table;

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use futures_util::future::try_join_all;

use crate::flags::Flags;
use crate::process::Process;
use rooms::{Room, Server};

/// How many conversations talk at a time, and how many others read each of them.
#[derive(Debug, Clone, Copy)]
struct Case {
    conversations: usize,
    readers: usize,
    /// Messages of all conversations together in one round.
    messages: usize,
}

impl Case {
    /// How `--case` calls it: conversations × readers.
    fn name(self) -> String {
        format!("{}x{}", self.conversations, self.readers)
    }
}

/// Before anything is measured: until the compilers behind JavaScript and WebAssembly have seen enough.
const WARM_UP: Case = Case { conversations: 4, readers: 1, messages: 12_000 };

const CASES: [Case; 5] = [
    Case { conversations: 1, readers: 1, messages: 1_500 },
    Case { conversations: 10, readers: 1, messages: 4_000 },
    Case { conversations: 100, readers: 1, messages: 6_000 },
    Case { conversations: 1, readers: 10, messages: 1_000 },
    Case { conversations: 1, readers: 100, messages: 300 },
];

/// Rounds in one set of conversations at most: with one more the longest talk would not fit into one.
const ROUNDS_MOST: usize = 11;

/// What one server did in one round.
#[derive(Debug)]
struct Round {
    times: Vec<Duration>,
    took: Duration,
    /// Processor time of the server.
    cpu: Option<Duration>,
}

/// All rounds of one server in one case.
#[derive(Debug)]
struct Runs {
    server: &'static str,
    rounds: Vec<Round>,
}

/// Measures and prints.
pub(crate) fn run(mut flags: Flags) -> Result<()> {
    let quick = flags.has("--quick");
    let rounds = flags.or("--rounds", if quick { 2 } else { 7 })?;
    let control = flags.has("--control");
    let url: Option<String> = flags.value("--url")?;
    let only: Option<String> = flags.value("--case")?;
    let out: Option<String> = flags.value("--out")?;
    flags.finish()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let servers = rooms::start(url, control).await?;
        let shortened = |case: Case| Case { messages: case.messages / if quick { 5 } else { 1 }, ..case };
        measure(&servers, shortened(WARM_UP), 0).await?;
        let mut report = Vec::new();
        table::head();
        let chosen = |case: &Case| only.as_ref().is_none_or(|name| *name == case.name());
        for case in CASES.into_iter().filter(chosen) {
            let case = shortened(case);
            let runs = measure(&servers, case, rounds).await?;
            report.push(table::line(case, &runs));
        }
        table::foot();
        if let Some(out) = out {
            let json = serde_json::to_string_pretty(&report)?;
            std::fs::write(&out, json).with_context(|| out.clone())?;
        }
        Ok(())
    })
}

async fn measure(servers: &[Server], case: Case, rounds: usize) -> Result<Vec<Runs>> {
    let mut runs: Vec<Runs> = servers.iter().map(|s| Runs { server: s.name(), rounds: Vec::new() }).collect();
    let mut left = rounds;
    for first in 0.. {
        let some = left.min(ROUNDS_MOST);
        measure_some(servers, case, first, some, &mut runs).await?;
        left -= some;
        if left == 0 {
            break;
        }
    }
    Ok(runs)
}

/// So many rounds in new conversations; that server goes first, counted around.
async fn measure_some(
    servers: &[Server],
    case: Case,
    first: usize,
    rounds: usize,
    runs: &mut [Runs],
) -> Result<()> {
    let mut rooms: Vec<Vec<Room>> = Vec::new();
    for server in servers {
        let mut open = Vec::new();
        for _ in 0..case.conversations {
            open.push(server.room(case.readers).await?);
        }
        rooms.push(open);
    }
    calm(servers).await;
    // The first round warms caches and compilers, and is thrown away.
    for number in 0..=rounds {
        for turn in 0..servers.len() {
            // Who goes first changes from round to round, and from set to set: of an odd number of rounds one server has
            // one more after a rest.
            let at = (first + turn + number) % servers.len();
            let round = round(&mut rooms[at], case, servers[at].process()).await?;
            if number > 0 {
                runs[at].rounds.push(round);
            }
        }
    }
    Ok(())
}

/// Waits, but not for ever, until no server does anything: what it takes to open conversations, and to see that those
/// before are closed, is not what is measured.
async fn calm(servers: &[Server]) {
    let used = || servers.iter().filter_map(|s| s.process()?.cpu()).sum::<Duration>();
    for _ in 0..40 {
        let before = used();
        tokio::time::sleep(Duration::from_millis(250)).await;
        if used().saturating_sub(before) <= Duration::from_millis(10) {
            return;
        }
    }
}

async fn round(rooms: &mut [Room], case: Case, process: Option<Process>) -> Result<Round> {
    let each = case.messages / case.conversations;
    let cpu = process.and_then(Process::cpu);
    let start = Instant::now();
    let times = try_join_all(rooms.iter_mut().map(|room| room.talk(each))).await?;
    let took = start.elapsed();
    let cpu = process.and_then(Process::cpu).zip(cpu).map(|(after, before)| after.saturating_sub(before));
    Ok(Round { times: times.into_iter().flatten().collect(), took, cpu })
}
