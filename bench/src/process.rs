//! What a server process uses, as Linux tells it; `None` elsewhere.

use std::fs;
use std::time::Duration;

/// A process by its id.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Process(pub u32);

/// Linux counts processor time in hundredths of a second on every architecture Rust runs on.
const TICKS: u64 = 100;

impl Process {
    /// Processor time used so far, by user code and kernel together.
    pub(crate) fn cpu(self) -> Option<Duration> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.0)).ok()?;
        // The name in parentheses may hold anything; fields 14 and 15 are counted from the start.
        let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
        let user: u64 = fields.next()?.parse().ok()?;
        let system: u64 = fields.next()?.parse().ok()?;
        Some(Duration::from_millis((user + system) * 1_000 / TICKS))
    }

    /// Resident memory in bytes.
    pub(crate) fn resident(self) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.0)).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        let kilobytes: u64 = line.split_whitespace().next()?.parse().ok()?;
        Some(kilobytes * 1_024)
    }
}

/// How many files this process may open, its sockets included.
pub(crate) fn open_files() -> Option<u64> {
    let limits = fs::read_to_string("/proc/self/limits").ok()?;
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::*;

    #[test]
    fn this_process_can_be_measured() {
        let own = Process(std::process::id());
        assert!(own.cpu().is_some());
        assert!(own.resident().unwrap() > 100_000);
        assert!(open_files().unwrap() > 0);
        assert!(Process(0).cpu().is_none());
    }
}
