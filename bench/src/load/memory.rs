//! The server's memory, stage by stage.

use serde_json::{Value, json};

use crate::process::Process;

/// Resident memory at named moments.
#[derive(Debug)]
pub(super) struct Memory {
    process: Process,
    stages: Vec<(&'static str, Option<u64>)>,
}

impl Memory {
    pub(super) fn new(process: Process) -> Self {
        Self { process, stages: Vec::new() }
    }

    /// Notes what the server holds now.
    pub(super) fn note(&mut self, stage: &'static str) {
        let resident = self.process.resident();
        println!("  {stage} … {}", resident.map_or("?".into(), |bytes| format!("{} MB", bytes / 1_000_000)));
        self.stages.push((stage, resident));
    }

    /// Prints every stage, and what it is more than the first per visitor.
    pub(super) fn print(&self, visitors: usize) {
        println!("\nmemory of workerd (resident; freed memory is not always given back)");
        let first = self.stages.first().and_then(|(_, bytes)| *bytes);
        for (stage, bytes) in &self.stages {
            let (Some(bytes), Some(first)) = (bytes, first) else { continue };
            let more = bytes.saturating_sub(first) as f64 / visitors.max(1) as f64 / 1_000.0;
            println!("{:>9.1} MB  {stage}: {more:.1} KB per visitor", *bytes as f64 / 1e6);
        }
    }

    pub(super) fn json(&self) -> Value {
        self.stages.iter().map(|(stage, bytes)| json!({ "stage": stage, "bytes": bytes })).collect()
    }
}
