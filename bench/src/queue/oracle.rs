//! The oracle: the same simulation, told the true distributions and who is really there, with many paths. Nobody who
//! cannot see the future does better.

use shared::desk::estimate::durations::Survival;
use shared::desk::estimate::snapshot::{AbsenceModel, GroupModel};
use shared::desk::estimate::{AgentNow, Model, Open, STRICT, Snapshot, Waiting, simulate};
use shared::ids::{AgentId, GroupId};

use super::world::World;

const PATHS: usize = 300;
const DAY: f64 = 86_400.0;

/// The true distributions of a world, as the simulation takes them.
#[derive(Debug)]
pub(crate) struct Oracle {
    groups: Vec<(Survival, Survival)>,
    away: Survival,
}

impl Oracle {
    pub(crate) fn new(world: &World<'_>) -> Self {
        let groups =
            world.spec.groups.iter().map(|g| (g.handle.after(world.spec.wrap_up), g.patience.survival()));
        Self { groups: groups.collect(), away: world.spec.away.survival() }
    }

    /// The expected wait of a conversation that waits, in seconds.
    pub(crate) fn expects(&self, world: &World<'_>, conversation: usize) -> Option<f64> {
        let snapshot = snapshot(world);
        let place = world.line.values().filter(|c| !world.conversations[**c].left);
        let place = place.into_iter().position(|c| *c == conversation)?;
        let spec = world.spec;
        let slower = world.slower();
        let group = |(n, (handle, patience)): (usize, &(Survival, Survival))| GroupModel {
            handle: if slower > 1.0 { handle.scaled(slower) } else { handle.clone() },
            doubt: 0.0,
            patience: patience.clone(),
            arrivals: vec![(1, world.rate(n, world.now) * spec.vip)],
        };
        let model = Model {
            groups: self.groups.iter().enumerate().map(group).collect(),
            pace: world.agents.iter().map(|agent| agent.pace).collect(),
            beside: (0..=8).map(|n| 1.0 + spec.beside * f64::from(n)).collect(),
            absence: AbsenceModel {
                leaves: (spec.breaks + spec.silent) / 3_600.0,
                back: self.away.clone(),
                ..AbsenceModel::none()
            },
            pickup: 0.0,
        };
        Some(simulate(&snapshot, &model, PATHS).of(place)?.mean)
    }
}

fn snapshot(world: &World<'_>) -> Snapshot {
    let now = world.now;
    let midnight = (now / DAY).floor() * DAY;
    let agent = |(n, agent): (usize, &super::world::Agent)| {
        let shifts = agent.shifts.iter().map(|(from, to)| (midnight + from - now, midnight + to - now));
        let open = agent.held.iter().map(|(n, beside)| {
            let c = &world.conversations[*n];
            Open { group: c.group, age: now - c.begun, beside: *beside, weight: 1 }
        });
        Some(AgentNow {
            id: AgentId::new(format!("a{n}")).ok()?,
            groups: agent.groups.clone(),
            capacity: agent.capacity,
            open: open.collect(),
            on: agent.takes(),
            ready: 0.0,
            since: agent.gone.map_or(0.0, |gone| now - gone),
            shifts: shifts.filter(|(_, to)| *to > 0.0).collect(),
            planned: true,
            mute: vec![],
        })
    };
    let waiting = world.line.values().map(|n| &world.conversations[*n]).filter(|c| !c.left);
    Snapshot {
        groups: (0..world.spec.groups.len()).filter_map(|n| GroupId::new(format!("g{n}")).ok()).collect(),
        agents: world.agents.iter().enumerate().filter_map(agent).collect(),
        queue: waiting.map(|c| Waiting::strictly(c.group, c.priority, now - c.since)).collect(),
        point: STRICT,
        room: vec![],
    }
}
