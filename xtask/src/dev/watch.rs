//! Noticing changed sources by looking at their times: a look at a few hundred files takes milliseconds, works on
//! every file system and needs no library.

use std::fs;
use std::time::{Duration, SystemTime};

use crate::build::Part;
use crate::fingerprint;
use crate::serve::SEED_SOURCES;

/// The time between two looks.
pub(crate) const PAUSE: Duration = Duration::from_millis(300);

/// Something whose change has a consequence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Watched {
    Built(Part),
    Seed,
}

impl Watched {
    pub(crate) fn part(self) -> Option<Part> {
        match self {
            Self::Built(part) => Some(part),
            Self::Seed => None,
        }
    }

    fn look(self) -> Seen {
        let sources = match self {
            Self::Built(part) => part.sources(),
            Self::Seed => &[SEED_SOURCES],
        };
        let files = fingerprint::files(sources);
        let times = files.iter().filter_map(|f| fs::metadata(f).ok()?.modified().ok());
        Seen { files: files.len(), newest: times.max() }
    }
}

/// Enough to notice an edit, a new file and a removed one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Seen {
    files: usize,
    newest: Option<SystemTime>,
}

/// What was seen at the last look.
#[derive(Debug)]
pub(crate) struct Watcher {
    seen: Vec<(Watched, Seen)>,
}

impl Watcher {
    pub(crate) fn new() -> Self {
        let watched = Part::ALL.map(Watched::Built).into_iter().chain([Watched::Seed]);
        Self { seen: watched.map(|w| (w, w.look())).collect() }
    }

    /// What changed since the last call.
    pub(crate) fn changed(&mut self) -> Vec<Watched> {
        let mut changed = Vec::new();
        for (watched, seen) in &mut self.seen {
            let now = watched.look();
            if now != *seen {
                *seen = now;
                changed.push(*watched);
            }
        }
        changed
    }
}
