//! What a desk's days came to, by group and hour: how many asked, how long they waited, and how that compares with what
//! they were told. From the same counts come a forecast of the next days ([`volume`]) and, with what the desk has learned
//! of times and of who serves what, the answer to "what if one more agent were there" ([`staffing`]).
//!
//! The machine reports [`Record`]s as they happen; the shell adds them up in [`Hour`]s. Whoever shows them (the
//! console) computes everything else from those, so that a figure means the same wherever it stands.

pub mod staffing;
pub mod volume;

use serde::{Deserialize, Serialize};

use super::estimate::Forecast;
use super::estimate::durations::Survival;
use crate::ids::GroupId;
use crate::time::{DAY, HOUR, Millis};

/// For how long hours are kept: nine weeks, so that every hour of the week was there eight times.
pub const KEPT: u64 = 63 * DAY;

/// Something that happened in a group, to be counted in the hour of `at`.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    pub group: GroupId,
    pub at: Millis,
    pub what: What,
}

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// A person was asked for.
    Asked,
    /// Somebody was served, after so many seconds.
    Served { secs: f64 },
    /// Somebody gave up, after so many seconds.
    GaveUp { secs: f64 },
    /// What somebody was told first came true, or did not.
    Told { forecast: Forecast, promised: Option<f64>, secs: f64 },
    /// An agent was there for so many seconds, with room for so many conversations.
    Staffed { secs: f64, slots: u32 },
}

impl Record {
    /// The record as counts of its hour. Time that agents were there is spread over the hours it took.
    #[must_use]
    pub fn hours(&self) -> Vec<(u64, Counts)> {
        let hour = self.at.0 / HOUR;
        let mut counts = Counts::default();
        match &self.what {
            What::Asked => counts.asked = 1.0,
            What::Served { secs } => (counts.served, counts.waited) = (1.0, sound(*secs)),
            What::GaveUp { secs } => (counts.gave_up, counts.given_up) = (1.0, sound(*secs)),
            What::Told { forecast, promised, secs } => counts.told(forecast, *promised, sound(*secs)),
            What::Staffed { secs, slots } => return staffed(self.at, *secs, *slots),
        }
        vec![(hour, counts)]
    }
}

/// Not a number, or below nothing, is nothing; more than a day is a day.
fn sound(secs: f64) -> f64 {
    if secs > 0.0 { secs.min(86_400.0) } else { 0.0 }
}

fn staffed(until: Millis, secs: f64, slots: u32) -> Vec<(u64, Counts)> {
    let mut from = Millis(until.0.saturating_sub((sound(secs) * 1e3) as u64));
    let mut hours = Vec::new();
    while from < until {
        let hour = from.0 / HOUR;
        let to = Millis(((hour + 1) * HOUR).min(until.0));
        let slot_seconds = to.since(from) as f64 / 1e3 * f64::from(slots);
        hours.push((hour, Counts { staffed: slot_seconds, ..Counts::default() }));
        from = to;
    }
    hours
}

macro_rules! counts {
    ($($(#[doc = $doc:literal])+ $name:ident),+ $(,)?) => {
        /// Sums over an hour of a group, or over many.
        #[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
        #[serde(default)]
        pub struct Counts {
            $($(#[doc = $doc])+ pub $name: f64,)+
        }

        impl Counts {
            /// The columns, as they are stored.
            pub const COLUMNS: &'static [&'static str] = &[$(stringify!($name)),+];

            /// The sums in the order of [`Counts::COLUMNS`].
            #[must_use]
            pub fn values(&self) -> Vec<f64> {
                vec![$(self.$name),+]
            }

            /// Adds `other`.
            pub fn add(&mut self, other: &Self) {
                $(self.$name += other.$name;)+
            }
        }
    };
}

counts! {
    /// How often a person was asked for.
    asked,
    /// Who was served, and the seconds they had waited.
    served,
    /// Seconds waited by those who were served.
    waited,
    /// Who gave up.
    gave_up,
    /// Seconds waited by those who gave up.
    given_up,
    /// Waits of which something was told and that have ended.
    told,
    /// Those within the 80 % interval of what was expected.
    within,
    /// Those that were longer than that.
    beyond,
    /// Seconds that they were expected to take, on average.
    expected,
    /// Seconds that they took.
    came,
    /// Waits of which an end was shown, and those that took longer.
    promised,
    /// Those of the promised that took longer.
    broken,
    /// Seconds that agents were there, times the conversations they had room for.
    staffed,
}

impl Counts {
    fn told(&mut self, forecast: &Forecast, promised: Option<f64>, secs: f64) {
        // The 80 % interval: from the 10 % to the 90 % quantile.
        let [low, .., high] = forecast.quantiles;
        self.told = 1.0;
        self.within = f64::from(u8::from((low..=high).contains(&secs)));
        self.beyond = f64::from(u8::from(secs > high));
        (self.expected, self.came) = (sound(forecast.mean), secs);
        if let Some(promised) = promised {
            self.promised = 1.0;
            self.broken = f64::from(u8::from(secs > promised));
        }
    }

    /// The part of waits within their 80 % interval.
    #[must_use]
    pub fn coverage(&self) -> Option<f64> {
        part(self.within, self.told)
    }

    /// Seconds by which waits were expected longer than they came, on average; negative when shorter.
    #[must_use]
    pub fn bias(&self) -> Option<f64> {
        part(self.expected - self.came, self.told)
    }

    /// The part of the ends shown that were not kept.
    #[must_use]
    pub fn broken_part(&self) -> Option<f64> {
        part(self.broken, self.promised)
    }

    /// The mean wait of those who were served, in seconds.
    #[must_use]
    pub fn mean_wait(&self) -> Option<f64> {
        part(self.waited, self.served)
    }

    /// The part of all whose wait ended that gave up.
    #[must_use]
    pub fn gave_up_part(&self) -> Option<f64> {
        part(self.gave_up, self.served + self.gave_up)
    }
}

fn part(some: f64, all: f64) -> Option<f64> {
    (all > 0.0).then(|| some / all)
}

/// The sums of one group in one hour.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Hour {
    pub group: GroupId,
    /// Hours since the epoch, in UTC.
    pub hour: u64,
    #[serde(flatten)]
    pub counts: Counts,
}

/// What a desk has learned of a group's times.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GroupTimes {
    pub group: GroupId,
    /// How many conversations that rests on.
    pub handled: f64,
    /// How long a conversation keeps its slot, and how long visitors wait before they give up.
    pub handle: Survival,
    pub patience: Survival,
    /// Conversations one more agent would have room for: what the group's agents have, in the middle.
    pub slots: u32,
    /// How often those of each priority ask at present, by the second.
    #[serde(default)]
    pub priorities: Vec<(i32, f64)>,
}

/// Who there is to serve, and what a point of priority is worth in seconds.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Staff {
    pub teams: Vec<Skills>,
    pub point: f64,
    /// What groups may have at a time, where that is bounded.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rooms: Vec<(GroupId, u32)>,
}

/// Everybody who serves exactly these groups, and the conversations they have room for together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skills {
    pub groups: Vec<GroupId>,
    pub slots: u32,
}

/// The sums of all hours that `wanted` names.
pub fn total<'a>(hours: impl IntoIterator<Item = &'a Hour>, wanted: impl Fn(&Hour) -> bool) -> Counts {
    let mut sum = Counts::default();
    hours.into_iter().filter(|hour| wanted(hour)).for_each(|hour| sum.add(&hour.counts));
    sum
}

#[cfg(test)]
mod tests;
