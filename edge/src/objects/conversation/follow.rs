//! Tells the site's hooks what happened, from the log.
//!
//! Nothing is written for it: the log holds what is to be told, and the hooks object how far it was. So a message costs
//! nothing more where nobody follows, and one that was told twice is known by its sequence. What a crash cut short is
//! told by the alarm, or with whatever happens next.

use std::cell::Cell;
use std::rc::Rc;

use shared::hooks::HookEvent;
use shared::hooks::event::{begins_after, is_told};
use shared::ids::{ConversationId, SiteKey};
use shared::limits;
use shared::time::{MINUTE, Millis, SECOND};
use worker::{Env, SqlStorage};

use super::shell::Shell;
use crate::error::Result;
use crate::objects::calls::{self, Follow};
use crate::storage::messages;
use crate::{clock, log, sites};

/// The longest pause after a failure.
const LONGEST_PAUSE: u64 = 5 * MINUTE;
/// Pages told at a time; the rest follows with the alarm.
const PAGES: usize = 500;

/// How far this conversation was told.
#[derive(Debug, Default)]
pub(super) struct Follower(Rc<Progress>);

#[derive(Debug, Default)]
struct Progress {
    /// The sequence; unknown after waking.
    told: Cell<Option<u64>>,
    busy: Cell<bool>,
    failed: Cell<u32>,
    again: Cell<Millis>,
}

/// Something to tell.
pub(super) struct Untold {
    site: SiteKey,
    conversation: ConversationId,
    /// Whether it is known that somebody follows.
    followed: bool,
}

impl Follower {
    /// When to see to it that it was told. As long as it is not known whether anybody follows, nothing is set for it.
    pub(super) fn due(&self, untold: &Untold) -> Option<Millis> {
        untold.followed.then(|| self.0.again.get().max(clock::now()))
    }
}

impl Shell {
    /// What is to be told, as far as that is known without asking.
    pub(super) fn untold(&self) -> Option<Untold> {
        let machine = self.machine.borrow();
        let state = machine.as_ref()?.state();
        let progress = &self.follower.0;
        if !is_told(state) || progress.told.get() == Some(state.last) {
            return None;
        }
        let about = state.about.as_ref()?;
        let followed = sites::known_followed(&about.site, self.now.get());
        if followed == Some(false) {
            progress.told.set(Some(state.last));
            return None;
        }
        let (site, conversation) = (about.site.clone(), about.conversation.clone());
        Some(Untold { site, conversation, followed: followed.is_some() })
    }

    /// Tells it, in the background: whoever caused it does not wait.
    pub(super) fn tell(&self, untold: Untold) {
        let progress = self.follower.0.clone();
        if progress.again.get() > clock::now() || progress.busy.replace(true) {
            return;
        }
        let (env, sql, name) = (self.env.clone(), self.sql.clone(), self.name());
        let (alarm, storage) = (self.alarm.clone(), self.state.storage());
        self.state.wait_until(async move {
            let outcome = tell(&env, &sql, &untold, &progress).await;
            progress.busy.set(false);
            let Err(error) = outcome else {
                progress.failed.set(0);
                return;
            };
            log::failure_in("follow", &name, &error.to_string());
            let pause = (SECOND << progress.failed.get().min(10)).min(LONGEST_PAUSE);
            progress.failed.set(progress.failed.get().saturating_add(1));
            progress.again.set(clock::now().plus(pause));
            if let Err(error) = alarm.arm(&storage, None, Some(progress.again.get())).await {
                log::failure_in("follow_alarm", &name, &error.to_string());
            }
        });
    }
}

async fn tell(env: &Env, sql: &SqlStorage, untold: &Untold, progress: &Progress) -> Result<()> {
    let Untold { site, conversation, .. } = untold;
    let follow = |after, upto, events| {
        let conversation = conversation.clone();
        calls::call(env, site.as_str(), Follow { conversation, after, upto, events })
    };
    for _ in 0..PAGES {
        if !sites::followed(env, site).await? {
            progress.told.set(Some(messages::newest(sql)?));
            return Ok(());
        }
        let after = match progress.told.get() {
            Some(told) => told,
            None => match follow(0, 0, Vec::new()).await? {
                0 => beginning(sql)?,
                told => told,
            },
        };
        let page = messages::after(sql, after, limits::PAGE_MESSAGES)?;
        let Some(upto) = page.last().map(|message| message.seq) else {
            progress.told.set(Some(after));
            return Ok(());
        };
        let events = page.iter().filter_map(|message| HookEvent::of(site, conversation, message)).collect();
        progress.told.set(Some(follow(after, upto, events).await?));
    }
    Ok(())
}

/// The sequence after which telling begins.
fn beginning(sql: &SqlStorage) -> Result<u64> {
    let mut after = 0;
    loop {
        let page = messages::after(sql, after, limits::PAGE_MESSAGES)?;
        let Some(last) = page.last() else { return Ok(after) };
        if let Some(begins) = page.iter().find_map(begins_after) {
            return Ok(begins);
        }
        after = last.seq;
    }
}
