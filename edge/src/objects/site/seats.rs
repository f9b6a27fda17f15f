//! Sessions and the sockets they have open: who is signed out is closed everywhere.

use futures_util::future::join_all;
use shared::ids::{AgentId, SiteKey};
use shared::protocol::ErrorCode;
use shared::security::pass::Pass;
use shared::site::Role;
use shared::time::SECOND;

use super::{Site, me, secret_hash, unauthenticated};
use crate::error::Result;
use crate::objects::calls::{self, Admit, CloseSession, EndSockets, EndWindows, GetSession, SignedIn};
use crate::storage::accounts;
use crate::storage::seats::{self, Ended};
use crate::storage::transaction::transaction;
use crate::{clock, log};

/// Places told at a time.
const AT_ONCE: usize = 16;
/// A place is told once more after this time: a socket may still be on its way there.
const ONCE_MORE: u64 = 10 * SECOND;
/// The place that is no conversation.
const DESK: &str = "";

impl Site {
    pub(super) fn session(&self, call: &GetSession) -> Result<SignedIn> {
        let row = self.row().map_err(unauthenticated)?;
        let account = accounts::by_session(&self.sql, &secret_hash(&call.secret), clock::now())?;
        let account = account.ok_or(ErrorCode::Unauthenticated)?;
        Ok(SignedIn { me: me(&row, &account), profile: account.profile })
    }

    /// Who opens a socket, and where: that is remembered for as long as the socket is good.
    pub(super) fn admit(&self, call: &Admit) -> Result<(SignedIn, Pass)> {
        let secret = call.secret.clone();
        let signed_in = self.session(&GetSession { secret })?;
        let now = clock::now();
        let pass = accounts::pass(&self.sql, &secret_hash(&call.secret), now)?;
        let pass = pass.ok_or(ErrorCode::Unauthenticated)?;
        let place = call.conversation.as_ref().map_or(DESK, |id| id.as_str());
        transaction(&self.state, || seats::take(&self.sql, place, pass.session, pass.until(), now))?;
        Ok((signed_in, pass))
    }

    pub(super) async fn close_session(&self, call: &CloseSession) -> Result<()> {
        self.row()?;
        transaction(&self.state, || {
            accounts::close_session(&self.sql, &secret_hash(&call.secret), clock::now())
        })?;
        self.close_seats().await
    }

    /// Whether the account loses rights by becoming this: then it is signed out everywhere.
    pub(super) fn is_lowered(&self, id: &AgentId, role: Role) -> Result<bool> {
        let former = accounts::all(&self.sql)?.into_iter().find(|account| account.profile.agent.id == *id);
        Ok(former.is_some_and(|former| former.profile.role > role))
    }

    /// Tells everybody who holds a socket of a session that has ended. What cannot be reached is told by the alarm, until
    /// the socket would be of no use anyway.
    pub(super) async fn close_seats(&self) -> Result<()> {
        let now = clock::now();
        let places: Vec<_> = seats::ended(&self.sql, now)?.into_iter().collect();
        if !places.is_empty() {
            let site = self.row()?.site;
            // Before the first call: this may be cut short at any of them.
            self.alarm.arm(&self.state.storage(), Some(now.plus(ONCE_MORE)), None).await?;
            for some in places.chunks(AT_ONCE) {
                let told = join_all(some.iter().map(|(place, ended)| self.tell(&site, place, ended))).await;
                let again = clock::now().plus(ONCE_MORE);
                for (reached, (place, ended)) in told.into_iter().zip(some) {
                    seats::told(&self.sql, place, ended, reached, again)?;
                }
            }
        }
        self.alarm.arm(&self.state.storage(), seats::next_due(&self.sql)?, None).await
    }

    async fn tell(&self, site: &SiteKey, place: &str, ended: &[Ended]) -> bool {
        let sessions = ended.iter().map(|ended| ended.session).collect();
        let told = match place {
            DESK => calls::call_in_time(&self.env, site.as_str(), EndWindows { sessions }).await,
            place => calls::call_in_time(&self.env, place, EndSockets { sessions }).await,
        };
        told.inspect_err(|error| log::failure_in("sign_out", place, &error.to_string())).is_ok()
    }
}
