//! A server's memory, stage by stage.

use serde_json::{Value, json};

use crate::process::Process;

/// Resident memory at named moments.
#[derive(Debug)]
pub(super) struct Memory {
    process: Process,
    stages: Vec<(String, Option<u64>)>,
    /// Connections and memory after each wave, all of them hibernating.
    idle: Vec<(usize, u64)>,
    awake: Option<(usize, u64)>,
}

/// Kilobytes per connection.
#[derive(Debug, Clone, Copy, PartialEq)]
struct PerConnection {
    /// More than when nobody was connected, divided by all connections. What the allocator keeps of the moment in
    /// which a wave was awake is in it.
    hibernated: f64,
    /// What the waves after the first added, divided by their connections.
    added: f64,
    awake: f64,
}

impl Memory {
    pub(super) fn new(process: Process) -> Self {
        Self { process, stages: Vec::new(), idle: Vec::new(), awake: None }
    }

    /// Notes what the server holds now.
    pub(super) fn note(&mut self, stage: impl Into<String>) -> Option<u64> {
        let (stage, resident) = (stage.into(), self.process.resident());
        let shown = resident.map_or("?".into(), |bytes| format!("{:.1}", bytes as f64 / 1e6));
        println!("{shown:>9} MB  {stage}");
        self.stages.push((stage, resident));
        resident
    }

    /// Notes what it holds while so many are connected and hibernate.
    pub(super) fn note_idle(&mut self, connections: usize) {
        let now = self.note(format!("{connections} connected, all hibernated"));
        self.idle.extend(now.map(|bytes| (connections, bytes)));
    }

    /// Notes what it holds right after all of these were woken.
    pub(super) fn note_awake(&mut self, connections: usize) {
        self.awake = self.note("all awake at once").map(|bytes| (connections, bytes));
    }

    fn per_connection(&self) -> Option<PerConnection> {
        let warm = self.stages.first()?.1?;
        let (&first, &last) = (self.idle.first()?, self.idle.last()?);
        let rise = |(from, before): (usize, u64), (to, after): (usize, u64)| {
            (after as f64 - before as f64) / (to - from).max(1) as f64 / 1e3
        };
        let (hibernated, awake) = (rise((0, warm), last), rise((0, warm), self.awake?));
        let added = if first.0 == last.0 { hibernated } else { rise(first, last) };
        Some(PerConnection { hibernated, added, awake })
    }

    pub(super) fn print(&self, server: &str) {
        let Some(PerConnection { hibernated, added, awake }) = self.per_connection() else {
            println!("{server}: memory cannot be read on this machine");
            return;
        };
        println!(
            "{server}, per hibernated connection: {hibernated:.1} KB ({added:.1} KB from the first wave to the last)"
        );
        println!("{server}, per awake connection:      {awake:.1} KB");
    }

    pub(super) fn json(&self) -> Value {
        let stages: Value =
            self.stages.iter().map(|(stage, bytes)| json!({ "stage": stage, "bytes": bytes })).collect();
        let per = self.per_connection().map(|per| {
            json!({
                "hibernated_kb": per.hibernated, "hibernated_kb_after_first_wave": per.added,
                "awake_kb": per.awake,
            })
        });
        json!({ "stages": stages, "per_connection": per })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_costs_what_came_with_it() {
        let mut memory = Memory::new(Process(0));
        memory.stages.push(("warm".into(), Some(50_000_000)));
        assert_eq!(memory.per_connection(), None);
        memory.idle = vec![(100, 54_000_000), (200, 55_000_000), (300, 56_000_000)];
        memory.awake = Some((300, 80_000_000));
        assert_eq!(
            memory.per_connection(),
            Some(PerConnection { hibernated: 20.0, added: 10.0, awake: 100.0 })
        );
        memory.idle.truncate(1);
        assert_eq!(
            memory.per_connection(),
            Some(PerConnection { hibernated: 40.0, added: 40.0, awake: 100.0 })
        );
    }
}
