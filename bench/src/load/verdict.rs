//! Whether the server did what it must: every message acknowledged, kept once and in order, and arrived.

use super::logs::Findings;
use super::traffic::Outcome;

/// What must all be 0 in the end, each with what it is called in the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Verdict(pub(super) [(&'static str, usize); 7]);

impl Verdict {
    pub(super) fn of(outcome: &Outcome, logs: &Findings, cut: usize) -> Self {
        let unacknowledged = outcome.sent.saturating_sub(outcome.times.acknowledged.len());
        Self([
            ("never acknowledged", unacknowledged),
            ("refused", outcome.refused),
            ("acknowledged but not in the log", logs.lost),
            ("twice in the log", logs.doubled),
            ("out of order in the log", logs.reordered),
            ("acknowledged but never at the agent", outcome.never_arrived),
            ("idle lines cut", cut),
        ])
    }

    /// What is wrong, in one line; `None` when nothing is.
    pub(super) fn complaint(&self) -> Option<String> {
        let wrong: Vec<String> = self
            .0
            .iter()
            .filter(|(_, count)| *count > 0)
            .map(|(what, count)| format!("{count} {what}"))
            .collect();
        (!wrong.is_empty()).then(|| wrong.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::traffic::Times;
    use super::*;

    fn outcome(sent: usize, acknowledged: usize) -> Outcome {
        let times = Times { acknowledged: vec![Duration::ZERO; acknowledged], arrived: Vec::new() };
        Outcome {
            sent,
            times,
            acknowledged: Vec::new(),
            never_arrived: 0,
            refused: 0,
            resynced: 0,
            late: Duration::ZERO,
            cpu: None,
        }
    }

    #[test]
    fn whatever_went_wrong_is_named() {
        let none = Findings::default();
        let complaint = |outcome: Outcome, logs: &Findings, cut| Verdict::of(&outcome, logs, cut).complaint();
        assert_eq!(complaint(outcome(5, 5), &none, 0), None);
        assert_eq!(complaint(Outcome { resynced: 3, ..outcome(5, 5) }, &none, 0), None);
        assert_eq!(complaint(outcome(5, 3), &none, 0).unwrap(), "2 never acknowledged");
        assert_eq!(complaint(Outcome { refused: 1, ..outcome(5, 5) }, &none, 0).unwrap(), "1 refused");
        let silent = Outcome { never_arrived: 4, ..outcome(5, 5) };
        assert_eq!(complaint(silent, &none, 0).unwrap(), "4 acknowledged but never at the agent");
        let logs = Findings { lost: 1, doubled: 2, reordered: 3 };
        assert_eq!(
            complaint(outcome(5, 5), &logs, 6).unwrap(),
            "1 acknowledged but not in the log, 2 twice in the log, 3 out of order in the log, 6 idle lines cut"
        );
    }
}
