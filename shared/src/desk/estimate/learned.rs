//! What a desk has learned of times from its own history, and the model that makes likely.
//!
//! Groups lean on each other and on a prior as long as they have seen little themselves (partial pooling, as in Gelman
//! and Hill, "Data Analysis Using Regression and Multilevel/Hierarchical Models", 2007): the mean soon stands on its
//! own, the form of the distribution later. Agents' paces and the cost of conversations beside each other are effects on
//! the logarithm of the handle time, shrunk towards none.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::arrivals::Arrivals;
use super::calibration::Calibration;
use super::durations::{Durations, Survival};
use super::pace::{Ends, level};
use super::snapshot::{AbsenceModel, GroupModel, Model, Snapshot};
use crate::ids::{AgentId, GroupId};

/// The handle time assumed before any was seen, in seconds, and how many seen ones it weighs as much as.
const PRIOR_HANDLE: f64 = 480.0;
const PRIOR_HANDLE_WEIGHT: f64 = 2.0;
/// How many of a group's own handle times the pooled form weighs as much as, and the assumed form against the pooled one.
const FORM_WEIGHT: f64 = 15.0;
const PRIOR_FORM_WEIGHT: f64 = 20.0;
/// The patience assumed, in seconds, and how many who gave up it weighs as much as.
const PRIOR_PATIENCE: f64 = 1_200.0;
const PRIOR_PATIENCE_WEIGHT: f64 = 3.0;
/// Groups, agents and priorities that are remembered at most.
const GROUPS: usize = 256;
const AGENTS: usize = 1_000;
const PRIORITIES: usize = 16;
/// Past this many, the older half of what an effect rests on is forgotten.
const MEMORY: f32 = 4_000.0;
/// The expected variance of the effect of one more conversation beside.
const BESIDE_VARIANCE: f64 = 0.02;

/// What a desk has learned.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Learned {
    #[serde(default)]
    pub groups: BTreeMap<GroupId, GroupLearned>,
    #[serde(default)]
    pub agents: BTreeMap<AgentId, Pace>,
    #[serde(default)]
    pub common: Common,
}

/// What was learned that is no single group's or agent's.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Common {
    /// Handle times of all groups as multiples of their group's mean, times [`PRIOR_HANDLE`].
    #[serde(default)]
    form: Durations,
    #[serde(default)]
    effects: Effects,
    #[serde(default)]
    pub absence: Absence,
    /// From what the estimates came to.
    #[serde(default)]
    pub calibration: Calibration,
}

/// What was learned about a skill group.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct GroupLearned {
    /// Handle times at the usual pace.
    #[serde(default)]
    pub handle: Durations,
    /// Waits: ended by giving up, cut short by being served.
    #[serde(default)]
    pub patience: Durations,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub arrivals: BTreeMap<i32, Arrivals>,
    /// Those that ended of late.
    #[serde(default, skip_serializing_if = "Ends::is_empty")]
    ends: Ends,
    /// Means of the logarithm of the handle time and of the conversations beside it, and of how many.
    #[serde(default)]
    log: f32,
    #[serde(default)]
    beside: f32,
    #[serde(default)]
    count: f32,
}

/// How an agent's handle times differ: the sum of the logarithms' differences, and of how many.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Pace {
    sum: f32,
    count: f32,
}

/// What is common to all: the effect of conversations beside, and how much is chance.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Effects {
    /// Sums of squares and products about the groups' means.
    xx: f32,
    xy: f32,
    /// The same of what is left unexplained.
    rr: f32,
    count: f32,
    /// Mean number of conversations beside.
    beside: f32,
}

/// How agents keep to the plan.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Absence {
    /// Seconds that agents were there, and how often they left unplanned.
    #[serde(default)]
    pub there: f32,
    #[serde(default)]
    pub left: f32,
    /// Unplanned absences.
    #[serde(default)]
    pub back: Durations,
    /// Sums of seconds and counts of shifts begun late, ended late or early, and stayed beyond.
    #[serde(default)]
    pub late: (f32, f32),
    #[serde(default)]
    pub over: (f32, f32),
    /// Sum and count of the seconds from a slot's becoming free to its next conversation, while somebody waited.
    #[serde(default)]
    pub picked: (f32, f32),
}

impl Effects {
    fn variance(&self) -> f64 {
        (f64::from(self.rr) + 8.0) / (f64::from(self.count) + 10.0)
    }

    /// The logarithm's growth with one more conversation beside; conversations do not get shorter by it.
    fn slope(&self) -> f64 {
        (f64::from(self.xy) / (f64::from(self.xx) + self.variance() / BESIDE_VARIANCE)).clamp(-0.2, 0.6)
    }

    fn of(&self, beside: u32) -> f64 {
        self.slope() * (f64::from(beside.min(32)) - f64::from(self.beside))
    }
}

impl Learned {
    /// A conversation of the group that ended `now` (seconds since the epoch) had kept one of the agent's slots for `secs`,
    /// begun with `beside` others there.
    pub fn handled(&mut self, group: &GroupId, agent: &AgentId, (now, secs): (f64, f64), beside: u32) {
        let secs = if secs > 1.0 { secs.min(86_400.0) } else { 1.0 };
        let spread = self.spread(self.common.effects.variance());
        let pace = self.agents.get(agent).map_or(0.0, |pace| pace.effect(spread));
        let usual = secs / (pace + self.common.effects.of(beside)).exp();
        let mean = self.mean(group);
        self.common.form.ended(usual * PRIOR_HANDLE / mean);
        let slope = self.common.effects.slope();
        let Some(own) = self.group(group) else { return };
        own.handle.ended(usual);
        own.ends.note(now, usual);
        let (y, x) = (secs.max(5.0).ln(), f64::from(beside.min(32)));
        own.count = (own.count + 1.0).min(MEMORY);
        let step = 1.0 / f64::from(own.count);
        let (dy, dx) = (y - f64::from(own.log), x - f64::from(own.beside));
        own.log += (dy * step) as f32;
        own.beside += (dx * step) as f32;
        if own.count < 2.0 {
            return;
        }
        let shrink = 1.0 - step;
        let effects = &mut self.common.effects;
        effects.count += 1.0;
        effects.beside += ((x - f64::from(effects.beside)) / f64::from(effects.count.min(MEMORY))) as f32;
        effects.xx += (dx * dx * shrink) as f32;
        effects.xy += (dx * (dy - pace) * shrink) as f32;
        let rest = dy - slope * dx;
        effects.rr += ((rest - pace) * (rest - pace) * shrink) as f32;
        if effects.count > MEMORY {
            [&mut effects.xx, &mut effects.xy, &mut effects.rr, &mut effects.count]
                .into_iter()
                .for_each(|sum| *sum /= 2.0);
        }
        if self.agents.len() < AGENTS || self.agents.contains_key(agent) {
            let pace = self.agents.entry(agent.clone()).or_default();
            pace.sum += rest.clamp(-4.0, 4.0) as f32;
            pace.count += 1.0;
            if pace.count > MEMORY / 8.0 {
                pace.sum /= 2.0;
                pace.count /= 2.0;
            }
        }
    }

    /// A conversation of the group left its agent after `secs` without having ended.
    pub fn cut(&mut self, group: &GroupId, secs: f64) {
        if let Some(group) = self.group(group) {
            group.handle.cut(secs);
        }
    }

    /// A wait ended after `secs`, by giving up or by being served.
    pub fn waited(&mut self, group: &GroupId, secs: f64, gave_up: bool) {
        let Some(group) = self.group(group) else { return };
        if gave_up { group.patience.ended(secs) } else { group.patience.cut(secs) }
    }

    /// Somebody of this priority asked for the group.
    pub fn arrived(&mut self, group: &GroupId, priority: i32, now: f64) {
        let Some(group) = self.group(group) else { return };
        if group.arrivals.len() < PRIORITIES || group.arrivals.contains_key(&priority) {
            group.arrivals.entry(priority).or_default().arrived(now);
        }
    }

    fn group(&mut self, group: &GroupId) -> Option<&mut GroupLearned> {
        if !self.groups.contains_key(group) {
            if self.groups.len() >= GROUPS {
                return None;
            }
            self.groups.insert(group.clone(), GroupLearned::default());
        }
        self.groups.get_mut(group)
    }

    /// How many handle times of the group were seen.
    #[must_use]
    pub fn seen(&self, group: &GroupId) -> f64 {
        self.groups.get(group).map_or(0.0, |group| f64::from(group.handle.count))
    }

    /// The mean handle time expected of a group about which nothing is known itself.
    fn common(&self) -> f64 {
        let all = self.groups.values().map(|group| &group.handle).filter(|handle| handle.count > 0.0);
        let (sum, count) = all.fold((0.0, 0.0), |(sum, count), handle| {
            // A group counts for as much as ten of its conversations at most.
            let weight = f64::from(handle.count).min(10.0);
            (sum + handle.rough_mean(PRIOR_HANDLE, 0.0, &[]) * weight, count + weight)
        });
        (sum + PRIOR_HANDLE * PRIOR_HANDLE_WEIGHT) / (count + PRIOR_HANDLE_WEIGHT)
    }

    fn mean(&self, group: &GroupId) -> f64 {
        let common = self.common();
        let own = self.groups.get(group).map(|g| g.handle.rough_mean(common, PRIOR_HANDLE_WEIGHT, &[]));
        own.unwrap_or(common).max(1.0)
    }

    /// The variance of agents' paces, by what they differ more than by chance.
    fn spread(&self, variance: f64) -> f64 {
        let known = self.agents.values().filter(|pace| pace.count >= 5.0);
        let (sum, count) = known.fold((0.0, 0.0), |(sum, count), pace| {
            let mean = f64::from(pace.sum / pace.count);
            (sum + mean * mean - variance / f64::from(pace.count), count + 1.0)
        });
        ((sum + 0.03 * 4.0) / (count + 4.0)).clamp(0.001, 1.0)
    }

    /// What all this makes likely at the moment of `snapshot`; `now` in seconds since the epoch.
    #[must_use]
    pub fn model(&self, snapshot: &Snapshot, now: f64) -> Model {
        let variance = self.common.effects.variance();
        let spread = self.spread(variance) / variance;
        let pace = |agent: &AgentId| self.agents.get(agent).map_or(0.0, |p| p.effect(spread * variance));
        let pace: Vec<f64> = snapshot.agents.iter().map(|agent| pace(&agent.id).exp()).collect();
        let beside: Vec<f64> = (0..=16).map(|others| self.common.effects.of(others).exp()).collect();
        let mut open = vec![Vec::new(); snapshot.groups.len()];
        for (agent, pace) in snapshot.agents.iter().zip(&pace) {
            for o in &agent.open {
                if let Some(open) = open.get_mut(o.group) {
                    open.push(o.age / (pace * beside[(o.beside as usize).min(16)]));
                }
            }
        }
        let common = self.common();
        let form = self.common.form.survival(&[], &prior_form(), PRIOR_FORM_WEIGHT);
        let form_mean = form.mean();
        let waits = self.groups.values().map(|group| &group.patience);
        let (waited, gave_up) =
            waits.fold((0.0, 0.0), |(w, g), p| (w + f64::from(p.seconds), g + f64::from(p.count)));
        let patience = (waited + PRIOR_PATIENCE * PRIOR_PATIENCE_WEIGHT) / (gave_up + PRIOR_PATIENCE_WEIGHT);
        let none = GroupLearned::default();
        let group = |(n, id): (usize, &GroupId)| {
            let own = self.groups.get(id).unwrap_or(&none);
            let mean = own.handle.rough_mean(common, PRIOR_HANDLE_WEIGHT, &open[n]).max(1.0);
            let handle = own.handle.survival(&open[n], &form.scaled(mean / form_mean), FORM_WEIGHT);
            let waited: Vec<f64> = snapshot.queue.iter().filter(|w| w.group == n).map(|w| w.waited).collect();
            let patience = own.patience.rough_mean(patience, PRIOR_PATIENCE_WEIGHT, &waited);
            GroupModel {
                handle,
                doubt: 0.9 / (f64::from(own.handle.count) + 3.0).sqrt(),
                patience: own.patience.survival(&waited, &Survival::exponential(patience), 5.0),
                arrivals: own.arrivals.iter().map(|(priority, a)| (*priority, a.rate(now))).collect(),
            }
        };
        let mut groups: Vec<GroupModel> = snapshot.groups.iter().enumerate().map(group).collect();
        let (mut ended, mut due) = (0.0, 0.0);
        for ((id, model), open) in snapshot.groups.iter().zip(&groups).zip(&open) {
            let ends =
                self.groups.get(id).map_or((0.0, 0.0), |own| own.ends.expected(now, open, &model.handle));
            (ended, due) = (ended + ends.0, due + ends.1);
        }
        let level = level(ended, due);
        if (level - 1.0).abs() > 0.02 {
            groups.iter_mut().for_each(|group| group.handle = group.handle.scaled(level));
        }
        Model {
            groups,
            pace,
            beside,
            absence: self.common.absence.model(),
            pickup: self.common.absence.pickup(),
        }
    }
}

impl Pace {
    /// The logarithm of the pace, given how much agents' paces vary; chance is taken as of variance 1.
    fn effect(&self, spread: f64) -> f64 {
        f64::from(self.sum) / (f64::from(self.count) + 0.8 / spread.max(1e-4))
    }
}

impl Absence {
    /// An unplanned absence ended after `secs`.
    pub fn returned(&mut self, secs: f64) {
        self.back.ended(secs);
    }

    /// Somebody left unplanned.
    pub fn leaves(&mut self) {
        self.left += 1.0;
    }

    /// Somebody was there for `secs` more.
    pub fn was_there(&mut self, secs: f64) {
        self.there += secs.clamp(0.0, 86_400.0) as f32;
        // A thousand hours are remembered.
        if self.there > 3.6e6 {
            self.there /= 2.0;
            self.left /= 2.0;
        }
    }

    /// A shift began `secs` later than planned, or earlier.
    pub fn begun(&mut self, secs: f64) {
        note(&mut self.late, secs.max(0.0));
    }

    /// A shift ended `secs` later than planned, or earlier.
    pub fn ended(&mut self, secs: f64) {
        note(&mut self.over, secs);
    }

    /// A free slot was taken after `secs`, while somebody waited.
    pub fn picked_up(&mut self, secs: f64) {
        note(&mut self.picked, secs.clamp(0.0, 300.0));
    }

    /// The mean of those seconds.
    #[must_use]
    pub fn pickup(&self) -> f64 {
        f64::from(self.picked.0) / (f64::from(self.picked.1) + 5.0)
    }

    /// Seconds after which somebody with a free slot who takes nobody is probably gone.
    #[must_use]
    pub fn silent(&self) -> f64 {
        2.0 + 6.0 * self.pickup() + 90.0 / (f64::from(self.picked.1) + 5.0)
    }

    fn model(&self) -> AbsenceModel {
        let mean = |(sum, count): (f32, f32)| f64::from(sum) / (f64::from(count) + 2.0);
        let back = self.back.rough_mean(900.0, 3.0, &[]);
        AbsenceModel {
            // Once in a long time, as long as nothing else is known.
            leaves: (f64::from(self.left) + 0.1) / (f64::from(self.there) + 0.1 * 86_400.0),
            back: self.back.survival(&[], &Survival::exponential(back), 3.0),
            late: mean(self.late),
            over: mean(self.over),
            stays: mean(self.over).max(0.0) + 300.0,
        }
    }
}

fn note((sum, count): &mut (f32, f32), secs: f64) {
    *sum += secs.clamp(-3_600.0, 3_600.0) as f32;
    *count += 1.0;
    if *count > 200.0 {
        *sum /= 2.0;
        *count /= 2.0;
    }
}

/// The form of handle times assumed before any was seen: lognormal with a mean of [`PRIOR_HANDLE`] and a coefficient of
/// variation of 0.9, as call centres measure it (Brown et al., "Statistical analysis of a telephone call center", 2005).
fn prior_form() -> Survival {
    const SIGMA: f64 = 0.77;
    let middle = PRIOR_HANDLE.ln() - SIGMA * SIGMA / 2.0;
    Survival::from_fn(|secs| 1.0 - normal((secs.ln() - middle) / SIGMA))
}

/// The standard normal distribution function (Zelen and Severo's approximation, good to seven digits).
fn normal(z: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.231_641_9 * z.abs());
    let poly = [0.319_381_53, -0.356_563_782, 1.781_477_937, -1.821_255_978, 1.330_274_429];
    let sum = poly.iter().rev().fold(0.0, |sum, c| (sum + c) * t);
    let tail = (-z * z / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt() * sum;
    if z > 0.0 { 1.0 - tail } else { tail }
}
