//! What the floor answers: the snapshot it makes of itself, and what the estimate makes of that.

use anyhow::{Result, bail};
use shared::desk::estimate::display::{Wait, show};
use shared::desk::estimate::{AgentNow, Open, STRICT, Snapshot, Waiting, formula, simulate};
use shared::protocol::WaitShown;
use shared::time::Millis;

use super::super::peers::Standing;
use super::{Agent, Answer, Conversation, First, Floor, Stage};

impl Floor {
    fn snapshot(&self) -> Snapshot {
        let now = self.now;
        let pickup = self.learned.common.absence.pickup();
        let agent = |agent: &Agent| {
            let on = agent.on && !agent.missing;
            let shift = agent.shift(now);
            let mut since = now - if agent.missing { agent.could.unwrap_or(now) } else { agent.since };
            let mut shifts: Vec<(f64, f64)> =
                agent.shifts.iter().filter(|(_, to)| *to > now).copied().collect();
            shifts.iter_mut().for_each(|(from, to)| (*from, *to) = (*from - now, *to - now));
            if let (false, Some((from, _)), Some(first)) = (on, shift, shifts.first_mut()) {
                since = since.min(now - from);
                if agent.seen_in != from && since < 60.0 {
                    // Just about to come.
                    first.0 = first.0.max(1.0);
                }
            }
            let open = agent.held.values();
            AgentNow {
                id: agent.id.clone(),
                groups: agent.groups.clone(),
                capacity: agent.capacity,
                open: open
                    .map(|(group, since, beside)| Open {
                        group: *group,
                        age: now - since,
                        beside: *beside,
                        weight: 1,
                    })
                    .collect(),
                on,
                since,
                ready: agent.could.map_or(0.0, |could| (pickup - (now - could)).max(0.0)),
                shifts,
                planned: agent.planned,
                mute: vec![],
            }
        };
        let useful =
            |agent: &&Agent| agent.on || !agent.held.is_empty() || agent.shifts.iter().any(|s| s.1 > now);
        let queue = self.queue.values().map(|at| {
            let c = &self.conversations[*at];
            Waiting::strictly(c.group, c.priority, now - c.since)
        });
        Snapshot {
            groups: self.groups.clone(),
            agents: self.agents.iter().filter(useful).map(agent).collect(),
            queue: queue.collect(),
            point: STRICT,
            room: vec![],
        }
    }

    /// Answers somebody who waits, at `t` milliseconds.
    pub(crate) fn ask(&mut self, t: f64, name: &str) -> Result<Answer> {
        self.now = t / 1e3;
        self.watch();
        let at = self.conversation(name)?;
        let Stage::Waiting(place) = self.conversations[at].stage else { return Ok(Answer::Gone) };
        if self.waits.as_ref().is_none_or(|(at, ..)| *at != self.now) {
            let snapshot = self.snapshot();
            let model = self.learned.model(&snapshot, self.now);
            let waits = simulate(&snapshot, &model, snapshot.paths());
            self.waits = Some((self.now, waits, snapshot));
        }
        let Some((_, waits, snapshot)) = &self.waits else { bail!("no simulation") };
        let group = self.conversations[at].group;
        if !snapshot.is_served(group) {
            return Ok(Answer::Offline);
        }
        let index = self.queue.range(..place).count();
        let ahead = self.queue.range(..place).filter(|(_, c)| self.conversations[**c].group == group).count();
        let priority = self.conversations[at].priority;
        let same = |c: &&usize| {
            let c = &self.conversations[**c];
            c.group == group && c.priority == priority
        };
        let position = self.queue.range(..place).map(|(_, c)| c).filter(same).count() as u32 + 1;
        let forecast = match waits.of(index) {
            Some(drawn) => self.learned.common.calibration.forecast(&drawn),
            None => formula::forecast(snapshot, &self.learned.model(snapshot, self.now), group, ahead),
        };
        let now = Millis(t as u64);
        let conversation = &mut self.conversations[at];
        let (shown, promise) = show(now, conversation.promise, Some(Wait::from(&forecast)));
        conversation.promise = promise;
        let shown_position = conversation.position.map_or(position, |held| held.min(position));
        conversation.position = Some(shown_position);
        if conversation.first.is_none() {
            let promised = match shown {
                WaitShown::Range { high_min, .. } => Some(f64::from(high_min) * 60.0),
                _ => None,
            };
            conversation.first = Some(First { at: self.now, forecast, promised });
        }
        Ok(Answer::Wait { position, forecast, shown, shown_position })
    }
}

impl Floor {
    /// How somebody who waits stands, for other formulas.
    pub(crate) fn standing(&self, name: &str) -> Option<Standing> {
        let at = self.known.get(name).copied()?;
        let Conversation { group, priority, stage: Stage::Waiting(place), .. } = self.conversations[at]
        else {
            return None;
        };
        let before = self.queue.range(..place).map(|(_, c)| &self.conversations[*c]);
        let before = before.filter(|c| c.group == group);
        let ahead = before.clone().count();
        let position = before.filter(|c| c.priority == priority).count() as u32 + 1;
        let serving = self.agents.iter().filter(|a| a.on && a.groups.contains(&group));
        let agents = serving.clone().count() as u32;
        Some(Standing { group, priority, position, ahead, slots: serving.map(|a| a.capacity).sum(), agents })
    }
}
