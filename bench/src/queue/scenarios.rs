//! The contact centres that are simulated. Hours are local, open from 8 to 20.

use super::chance::Dist;

/// A skill group.
#[derive(Debug, Clone)]
pub(crate) struct GroupSpec {
    pub(crate) handle: Dist,
    pub(crate) patience: Dist,
    /// Arrivals an hour.
    pub(crate) an_hour: f64,
}

/// Agents alike.
#[derive(Debug, Clone)]
pub(crate) struct AgentsSpec {
    pub(crate) count: usize,
    pub(crate) groups: Vec<usize>,
    pub(crate) capacity: u32,
    /// Planned hours of every day.
    pub(crate) shifts: Vec<(f64, f64)>,
}

/// A contact centre.
#[derive(Debug, Clone)]
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    /// Days that are only learned from, and days whose waits count.
    pub(crate) days: (u32, u32),
    pub(crate) groups: Vec<GroupSpec>,
    pub(crate) agents: Vec<AgentsSpec>,
    /// What the arrivals are multiplied with, by the hour from 8.
    pub(crate) curve: [f64; 12],
    /// The share of arrivals that come first.
    pub(crate) vip: f64,
    /// The spread of the agents' paces.
    pub(crate) paces: f64,
    /// How much longer a conversation takes for each one beside it when it begins.
    pub(crate) beside: f64,
    /// Bursts a day, each of so many arrivals within five minutes.
    pub(crate) bursts: (f64, f64),
    /// Unplanned breaks and silent leaves, for each agent an hour, and how long they last.
    pub(crate) breaks: f64,
    pub(crate) silent: f64,
    pub(crate) away: Dist,
    /// Seconds after each conversation before the slot is free.
    pub(crate) wrap_up: f64,
    /// A day's probability that for 40 minutes everything takes so many times as long, with as much more to do.
    pub(crate) incident: (f64, f64),
}

const FLAT: [f64; 12] = [1.0; 12];
const PEAKS: [f64; 12] = [0.6, 0.9, 1.3, 1.4, 0.9, 0.7, 0.9, 1.2, 1.4, 1.2, 0.9, 0.7];
const CHAT: Dist = Dist::LogNormal(480.0, 0.9);
const PATIENCE: Dist = Dist::Exponential(900.0);
const DAY: [(f64, f64); 1] = [(8.0, 20.0)];

fn agents(count: usize, groups: &[usize], capacity: u32, shifts: &[(f64, f64)]) -> AgentsSpec {
    AgentsSpec { count, groups: groups.to_vec(), capacity, shifts: shifts.to_vec() }
}

fn group(handle: Dist, patience: Dist, an_hour: f64) -> GroupSpec {
    GroupSpec { handle, patience, an_hour }
}

fn plain(name: &'static str, groups: Vec<GroupSpec>, agents: Vec<AgentsSpec>) -> Scenario {
    Scenario {
        name,
        days: (3, 2),
        groups,
        agents,
        curve: FLAT,
        vip: 0.0,
        paces: 0.0,
        beside: 0.0,
        bursts: (0.0, 0.0),
        breaks: 0.0,
        silent: 0.0,
        away: Dist::LogNormal(900.0, 0.7),
        wrap_up: 0.0,
        incident: (0.0, 1.0),
    }
}

fn everything(name: &'static str) -> Scenario {
    let groups = vec![group(CHAT, PATIENCE, 68.0), group(Dist::LogNormal(660.0, 1.1), PATIENCE, 48.0)];
    let waves = [(8.0, 14.0), (14.0, 20.0)];
    let mut staff = Vec::new();
    for shift in waves {
        staff.push(agents(3, &[0], 3, &[shift]));
        staff.push(agents(3, &[1], 3, &[shift]));
    }
    staff.push(agents(2, &[0, 1], 3, &[(9.0, 13.0), (14.0, 18.0)]));
    Scenario { curve: PEAKS, vip: 0.12, paces: 0.25, beside: 0.12, ..plain(name, groups, staff) }
}

/// All of them.
pub(crate) fn all() -> Vec<Scenario> {
    let one = |an_hour| vec![group(CHAT, PATIENCE, an_hour)];
    let two_skills =
        |handle: Dist| vec![group(CHAT, PATIENCE, 72.0), group(handle, Dist::Exponential(1_200.0), 52.0)];
    let overlap = || vec![agents(8, &[0], 1, &DAY), agents(7, &[1], 1, &DAY), agents(4, &[0, 1], 1, &DAY)];
    vec![
        plain("steady", one(232.0), vec![agents(10, &[0], 3, &DAY)]),
        Scenario { days: (6, 6), ..plain("small", one(24.0), vec![agents(3, &[0], 1, &DAY)]) },
        Scenario { curve: PEAKS, ..plain("peaks", one(170.0), vec![agents(8, &[0], 3, &DAY)]) },
        plain(
            "shifts",
            one(110.0),
            vec![
                agents(5, &[0], 2, &[(8.0, 12.0), (13.0, 16.0)]),
                agents(4, &[0], 2, &[(10.0, 14.0), (15.0, 20.0)]),
                agents(3, &[0], 2, &[(12.5, 20.0)]),
            ],
        ),
        Scenario { vip: 0.15, ..plain("skills", two_skills(Dist::LogNormal(660.0, 0.9)), overlap()) },
        everything("everything"),
        Scenario { bursts: (7.0, 24.0), ..plain("bursts", one(62.0), vec![agents(6, &[0], 2, &DAY)]) },
        Scenario { days: (0, 1), ..plain("cold", two_skills(Dist::LogNormal(720.0, 0.9)), overlap()) },
        Scenario {
            days: (4, 4),
            ..plain(
                "humps",
                vec![group(Dist::Humps(0.55, (150.0, 0.3), (1_200.0, 0.3)), PATIENCE, 54.0)],
                vec![agents(9, &[0], 1, &DAY)],
            )
        },
        Scenario {
            days: (2, 1),
            curve: PEAKS,
            ..plain("large", one(1_050.0), vec![agents(54, &[0], 3, &DAY)])
        },
        Scenario { wrap_up: 45.0, ..plain("wrap-up", one(84.0), vec![agents(6, &[0], 2, &DAY)]) },
        Scenario { days: (2, 2), ..plain("overloaded", one(150.0), vec![agents(13, &[0], 1, &DAY)]) },
        Scenario { days: (4, 3), breaks: 0.25, silent: 0.1, incident: (0.5, 1.8), ..everything("stress") },
    ]
}
