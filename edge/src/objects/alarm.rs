//! An object's one alarm.

use std::cell::Cell;
use std::rc::Rc;

use shared::time::{Millis, SECOND};
use worker::{ScheduledTime, Storage};

use crate::clock;
use crate::error::Result;

/// The outbox is drained at once after every event, so also when people reconnect after a crash; the alarm is for when
/// that was cut short and nothing happens afterwards. An alarm costs as much as several messages, so that one is to do
/// for several items.
const OUTBOX_GRACE: u64 = 60 * SECOND;

/// How much later than it could an alarm may go off that is set already: setting it anew would cost more than that.
const SLACK: u64 = 250;

/// When an alarm whose work failed goes off again.
const AGAIN: u64 = 10 * SECOND;

/// When the alarm is known to be set for; unknown after a start or eviction.
#[derive(Debug, Clone, Default)]
pub(crate) struct Alarm(Rc<Cell<Option<Millis>>>);

impl Alarm {
    /// The alarm went off: the platform has none set any more.
    pub(crate) fn fired(&self) {
        self.0.set(None);
    }

    /// Whether it is set for then, for earlier, or for so little later that it does not matter.
    pub(crate) fn is_set_for(&self, due: Millis) -> bool {
        self.0.get().is_some_and(|armed| armed <= due.plus(SLACK))
    }

    /// Sets the alarm when something is due earlier than it. An alarm that comes too early does no harm.
    pub(crate) async fn arm(
        &self,
        storage: &Storage,
        machine: Option<Millis>,
        outbox: Option<Millis>,
    ) -> Result<()> {
        // Most events leave the alarm as it is.
        if outbox.is_none() && machine.is_none_or(|due| self.is_set_for(due)) {
            return Ok(());
        }
        let now = clock::now();
        let machine = machine.map(|due| due.max(now.plus(1)));
        let outbox = outbox.map(|due| if due > now { due } else { now.plus(OUTBOX_GRACE) });
        let Some(due) = [machine, outbox].into_iter().flatten().min() else { return Ok(()) };
        if self.is_set_for(due) { Ok(()) } else { Ok(self.set(storage, due).await?) }
    }

    /// What the alarm was for has failed: once more, later. An error of this is the platform's to repeat.
    pub(crate) async fn again(&self, storage: &Storage) -> worker::Result<()> {
        self.set(storage, clock::now().plus(AGAIN)).await
    }

    async fn set(&self, storage: &Storage, due: Millis) -> worker::Result<()> {
        let date = js_sys::Date::new(&(due.0 as f64).into());
        // The platform takes the time at once; until it says that it failed, others need not set it too.
        let before = self.0.replace(Some(due));
        let set = storage.set_alarm(ScheduledTime::new(date)).await;
        if set.is_err() {
            self.0.set(before);
        }
        set
    }
}
