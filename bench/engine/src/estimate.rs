//! What one estimate costs.

use std::fmt::Write;

use shared::desk::estimate::{AgentNow, Learned, Open, STRICT, Snapshot, Waiting, simulate};
use shared::ids::{AgentId, BadId, GroupId};

use crate::Clock;

/// A desk of `agents` agents with three slots each, all taken, and so many who wait.
fn desk(agents: usize, waiting: usize) -> Result<Snapshot, BadId> {
    let agent = |n: usize| -> Result<AgentNow, BadId> {
        let open = |slot: usize| Open {
            group: 0,
            age: ((n * 3 + slot) * 37 % 600) as f64,
            beside: slot as u32,
            weight: 1,
        };
        Ok(AgentNow {
            id: AgentId::new(format!("a{n}"))?,
            groups: vec![0],
            capacity: 3,
            open: (0..3).map(open).collect(),
            on: true,
            since: 3_600.0,
            ready: 0.0,
            shifts: vec![(-3_600.0, 7_200.0)],
            planned: true,
            mute: vec![],
        })
    };
    let one = |n: usize| Waiting::strictly(0, i32::from(n < waiting / 10), (n * 11 % 300) as f64);
    Ok(Snapshot {
        groups: vec![GroupId::new("default")?],
        agents: (0..agents).map(agent).collect::<Result<_, BadId>>()?,
        queue: (0..waiting).map(one).collect(),
        point: STRICT,
        room: vec![],
    })
}

/// The milliseconds of one estimate with everything that belongs to it, as a table.
///
/// # Errors
/// None that is known of.
pub fn run(clock: Clock) -> Result<String, BadId> {
    let mut table = String::from("| slots | waiting | paths | ms |\n|---|---|---|---|\n");
    for (agents, waiting, fixed) in
        [(10, 10, Some(100)), (10, 30, Some(100)), (54, 60, None), (200, 1_000, None)]
    {
        let snapshot = desk(agents, waiting)?;
        let learned = Learned::default();
        let paths = fixed.unwrap_or_else(|| snapshot.paths());
        let rounds = 50;
        let mut sum = 0.0;
        let mut round = || {
            let start = clock();
            let model = learned.model(&snapshot, 1e9);
            let waits = simulate(&snapshot, &model, paths);
            sum += (0..waiting).filter_map(|n| waits.of(n)).map(|drawn| drawn.mean).sum::<f64>();
            clock() - start
        };
        let mut took: Vec<f64> = (0..rounds).map(|_| round()).collect();
        took.sort_by(f64::total_cmp);
        let ms = if sum > 0.0 { took[rounds / 2] } else { f64::NAN };
        let _ = writeln!(table, "| {} | {waiting} | {paths} | {ms:.2} |", agents * 3);
    }
    Ok(table)
}
