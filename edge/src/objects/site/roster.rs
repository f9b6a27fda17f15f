//! The site's roster: saved here, told to the desk.

use shared::protocol::ErrorCode;
use shared::protocol::roster::{Coverage, RosterMember, RosterPage};
use shared::protocol::stage::default_group;
use shared::roster::{Fault, Member, Roster, Team};

use super::Site;
use crate::error::Result;
use crate::objects::calls::{self, PreviewTeam, PutRoster, PutTeam, SavedRoster};
use crate::storage::accounts;
use crate::storage::roster::{self, Stored};
use crate::storage::transaction::transaction;
use crate::{clock, log};

impl Site {
    pub(super) fn roster(&self) -> Result<RosterPage> {
        self.row()?;
        let Stored { edition, roster, .. } = roster::load(&self.sql)?;
        self.page(edition, roster)
    }

    /// Saves a roster in which nothing is wrong.
    pub(super) async fn put_roster(&self, call: PutRoster) -> Result<SavedRoster> {
        self.row()?;
        let stored = roster::load(&self.sql)?;
        if call.edition.is_some_and(|edition| edition != stored.edition) {
            return Err(ErrorCode::Conflict.into());
        }
        let faults = call.roster.faults(&self.members()?, clock::now());
        if !faults.iter().all(Fault::is_notice) {
            return Ok(SavedRoster::Unsound(faults));
        }
        transaction(&self.state, || roster::save(&self.sql, &call.roster))?;
        self.tell_desk().await?;
        Ok(SavedRoster::To(self.page(stored.edition + 1, call.roster)?))
    }

    pub(super) fn preview(&self, call: PreviewTeam) -> Result<Coverage> {
        self.row()?;
        let team = Team { revision: 0, members: self.members()?, roster: call.roster };
        Ok(team.picture(call.from, call.to, clock::now()))
    }

    fn page(&self, edition: u64, roster: Roster) -> Result<RosterPage> {
        let accounts = accounts::all(&self.sql)?;
        let members = accounts
            .into_iter()
            .map(|account| RosterMember { groups: member(&account).groups, agent: account.profile.agent });
        let faults = roster.faults(&self.members()?, clock::now());
        Ok(RosterPage { edition, roster, members: members.collect(), faults })
    }

    fn members(&self) -> Result<Vec<Member>> {
        Ok(accounts::all(&self.sql)?.iter().map(member).collect())
    }

    /// Tells the desk what it does not know of the roster yet. When it cannot be reached the alarm tries again.
    pub(super) async fn tell_desk(&self) -> Result<()> {
        let Stored { revision, sent, roster, .. } = roster::load(&self.sql)?;
        if sent >= revision {
            return Ok(());
        }
        let site = self.row()?.site;
        let team = Team { revision, members: self.members()?, roster };
        let name = site.to_string();
        match calls::call(&self.env, &name, PutTeam { site, team }).await {
            Ok(()) => roster::sent(&self.sql, revision),
            Err(error) => {
                log::failure_in("roster", &name, &error.to_string());
                Ok(self.alarm.again(&self.state.storage()).await?)
            }
        }
    }
}

fn member(account: &accounts::Account) -> Member {
    let profile = &account.profile;
    let groups = if profile.groups.is_empty() { vec![default_group()] } else { profile.groups.clone() };
    Member { agent: profile.agent.id.clone(), groups, capacity: profile.capacity }
}
