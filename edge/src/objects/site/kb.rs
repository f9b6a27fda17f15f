//! The site's knowledge base: what authors do to it, and what switches by itself.

use std::collections::BTreeMap;

use shared::faq;
use shared::ids::EntryId;
use shared::kb::diff::changes;
use shared::kb::edit::{self, Before, Edit, EditError, with_phrasing};
use shared::kb::exchange::fitted;
use shared::kb::list::{Search, row};
use shared::kb::topics::Extra;
use shared::kb::{Content, Entry, Stamp, Version, live_entries, next_switch};
use shared::limits;
use shared::protocol::kb::{EntryAction, ImportMode, KbEntry, KbList, PublishedAll, VersionRow};
use shared::protocol::{AgentCard, ErrorCode};
use shared::time::Millis;

use super::{Row, Site};
use crate::clock;
use crate::error::Result;
use crate::objects::calls::{
    ActOnEntry, Changed, Confirm, Drafts, ExportEntries, GetDrafts, GetVersion, ImportEntries, Imported,
    ListEntries, PublishEntries, PutEntry,
};
use crate::storage::transaction::transaction;
use crate::storage::{kb, single};

/// An entry before a change, with what [`Before`] borrows.
struct Known {
    entry: Option<Entry>,
    newest: u64,
}

impl Known {
    fn before<'a>(&'a self, id: &'a EntryId) -> Before<'a> {
        Before { id, entry: self.entry.as_ref(), newest: self.newest }
    }
}

/// Now, by this agent, or by the operator's script.
fn stamp(by: Option<AgentCard>) -> Stamp {
    Stamp { at: clock::now(), by }
}

impl Site {
    /// What shoppers get now.
    pub(super) fn live(&self) -> Result<(Vec<faq::Entry>, Vec<Extra>)> {
        let (published, now) = (kb::published(&self.sql)?, clock::now());
        let more = |content: &Content| !content.topic.is_empty() || !content.ask.is_empty();
        let extras = published.iter().filter(|(_, content)| content.valid.contains(now) && more(content));
        let extras = extras.map(|(id, Content { topic, ask, .. })| Extra {
            id: id.clone(),
            topic: topic.clone(),
            ask: ask.clone(),
        });
        let extras = extras.collect();
        Ok((live_entries(published.iter().map(|(id, content)| (id, content)), now), extras))
    }

    /// What was to switch by now has: shoppers' version goes up, and the alarm is set for the next switch.
    pub(super) async fn switch(&self) -> Result<()> {
        let row = self.row()?;
        let now = clock::now();
        let Some(due) = row.next_switch else { return Ok(()) };
        if due <= now {
            transaction(&self.state, || {
                let (version, published) = (row.version + 1, row.published + 1);
                let row = Row { version, published, next_switch: self.next_switch(now)?, ..row };
                single::save(&self.sql, &row)
            })?;
        }
        let next = self.row()?.next_switch;
        self.alarm.arm(&self.state.storage(), next, None).await
    }

    fn next_switch(&self, now: Millis) -> Result<Option<Millis>> {
        let timed = kb::timed(&self.sql)?;
        Ok(next_switch(timed.iter().map(|(_, content)| content), now))
    }

    pub(super) fn list(&self, call: &ListEntries) -> Result<KbList> {
        let site = self.row()?;
        let (now, search) = (clock::now(), Search::new(&call.search));
        let entries = kb::entries(&self.sql)?;
        let found: Vec<&Entry> =
            entries.iter().filter(|entry| call.filter.keeps(entry) && search.finds(entry)).collect();
        let offset = usize::try_from(call.offset).unwrap_or(usize::MAX);
        let page = found.iter().skip(offset).take(limits::KB_PAGE);
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Ok(KbList {
            revision: site.revision,
            total: count(entries.len()),
            unpublished: count(entries.iter().filter(|entry| entry.pending.is_some()).count()),
            found: count(found.len()),
            entries: page.map(|entry| row(entry, &site.settings.languages, now)).collect(),
            languages: site.settings.languages,
        })
    }

    pub(super) fn entry(&self, id: &EntryId) -> Result<KbEntry> {
        self.row()?;
        let versions = kb::versions(&self.sql, id)?;
        let newest = versions.first().map_or(0, |v| v.version);
        if newest == 0 {
            return Err(ErrorCode::NotFound.into());
        }
        let rows = versions.into_iter().map(|Version { version, stamp, action, .. }| VersionRow {
            version,
            stamp,
            action,
        });
        Ok(KbEntry { id: id.clone(), entry: kb::entry(&self.sql, id)?, newest, versions: rows.collect() })
    }

    pub(super) fn version(&self, call: &GetVersion) -> Result<Version> {
        self.row()?;
        kb::version(&self.sql, &call.id, call.version)?.ok_or_else(|| ErrorCode::NotFound.into())
    }

    pub(super) async fn put_entry(&self, call: PutEntry) -> Result<Changed> {
        let PutEntry { id, save, by } = call;
        let known = self.known(&id)?;
        let edit = edit::save(known.before(&id), save.base, save.content, save.publish, stamp(Some(by)));
        self.change(&id, edit).await
    }

    pub(super) async fn act_on(&self, call: ActOnEntry) -> Result<Changed> {
        let ActOnEntry { id, action, by } = call;
        let known = self.known(&id)?;
        let (before, stamp) = (known.before(&id), stamp(Some(by)));
        let edit = match action {
            EntryAction::Publish { base } => edit::publish(before, base, stamp),
            EntryAction::Remove { base, publish } => edit::remove(before, base, publish, stamp),
            EntryAction::Revert { base, to, publish } => {
                let to = kb::version(&self.sql, &id, to)?.ok_or(ErrorCode::NotFound)?;
                edit::revert(before, base, &to, publish, stamp)
            }
            EntryAction::AddPhrasing { lang, phrasing, publish } => {
                let entry = known.entry.as_ref().ok_or(ErrorCode::NotFound)?;
                match with_phrasing(entry, lang, &phrasing) {
                    Some(content) => edit::save(before, known.newest, content, publish, stamp),
                    None => return Ok(Changed::To(self.entry(&id)?)),
                }
            }
        };
        self.change(&id, edit).await
    }

    fn known(&self, id: &EntryId) -> Result<Known> {
        self.row()?;
        Ok(Known { entry: kb::entry(&self.sql, id)?, newest: kb::newest(&self.sql, id)? })
    }

    async fn change(&self, id: &EntryId, edit: std::result::Result<Edit, EditError>) -> Result<Changed> {
        let edit = match edit {
            Ok(edit) => edit,
            Err(EditError::Conflict) => return Err(ErrorCode::Conflict.into()),
            Err(EditError::NotFound) => return Err(ErrorCode::NotFound.into()),
            Err(EditError::Unsound(problems)) => return Ok(Changed::Unsound(problems)),
        };
        self.write(vec![(id.clone(), edit, None)]).await?;
        Ok(Changed::To(self.entry(id)?))
    }

    /// Writes changes, all or none, and everything that follows from them.
    async fn write(&self, edits: Vec<(EntryId, Edit, Option<u64>)>) -> Result<u64> {
        let row = self.row()?;
        let now = clock::now();
        let revision = row.revision + 1;
        transaction(&self.state, || {
            for (id, Edit { entry, version }, place) in &edits {
                match entry {
                    Some(entry) => kb::put(&self.sql, entry, *place)?,
                    None => kb::delete(&self.sql, id)?,
                }
                kb::record(&self.sql, id, version)?;
            }
            kb::forget_gone(&self.sql, now)?;
            let (entries, bytes) = kb::size(&self.sql)?;
            if entries > limits::KB_ENTRIES as u64 || bytes > limits::KB_BYTES {
                return Err(ErrorCode::Full.into());
            }
            let public = u64::from(edits.iter().any(|(_, edit, _)| edit.version.action.is_public()));
            let (version, published) = (row.version + public, row.published + public);
            let next_switch = self.next_switch(now)?;
            single::save(&self.sql, &Row { version, published, revision, next_switch, ..row })
        })?;
        self.switch().await?;
        self.teach().await?;
        Ok(revision)
    }

    pub(super) async fn publish_all(&self, call: PublishEntries) -> Result<PublishedAll> {
        if self.row()?.revision != call.publish.revision {
            return Err(ErrorCode::Conflict.into());
        }
        let mut edits = Vec::new();
        for entry in kb::entries(&self.sql)?.into_iter().filter(|entry| entry.pending.is_some()) {
            let (id, newest) = (entry.id.clone(), entry.version);
            let before = Before { id: &id, entry: Some(&entry), newest };
            // What was saved was sound then; limits that shrank since are no reason to hold up the others.
            if let Ok(edit) = edit::publish(before, newest, stamp(Some(call.by.clone()))) {
                edits.push((id, edit, None));
            }
        }
        let entries = u32::try_from(edits.len()).unwrap_or(u32::MAX);
        if entries > 0 {
            self.write(edits).await?;
        }
        Ok(PublishedAll { entries })
    }

    pub(super) async fn import(&self, call: ImportEntries) -> Result<Imported> {
        let row = self.row()?;
        let known: BTreeMap<EntryId, Entry> =
            kb::entries(&self.sql)?.into_iter().map(|entry| (entry.id.clone(), entry)).collect();
        let working: BTreeMap<EntryId, Content> =
            known.iter().filter_map(|(id, entry)| Some((id.clone(), entry.working()?.clone()))).collect();
        let entries = fitted(call.format, &working, call.entries);
        let replace = call.mode == ImportMode::Replace;
        let changes = changes(&working, &entries, replace);
        match call.confirm {
            Confirm::Preview => return Ok(Imported { revision: row.revision, changes }),
            Confirm::At(revision) if revision != row.revision => return Err(ErrorCode::Conflict.into()),
            Confirm::At(_) | Confirm::Anyway => {}
        }
        let mut edits = Vec::new();
        let kept: std::collections::BTreeSet<EntryId> = entries.iter().map(|(id, _)| id.clone()).collect();
        for (place, (id, content)) in (1u64..).zip(entries) {
            let entry = known.get(&id);
            // An entry that is as the file says already, and published if that is wanted, stays untouched.
            let published = |entry: &&Entry| !call.publish || entry.published.as_ref() == Some(&content);
            if entry.filter(published).is_some_and(|entry| entry.working() == Some(&content)) {
                continue;
            }
            let newest = kb::newest(&self.sql, &id)?;
            let before = Before { id: &id, entry, newest };
            let edit = edit::import(before, content, call.publish, stamp(call.by.clone()));
            let edit = edit.map_err(|_| ErrorCode::BadValue)?;
            edits.push((id, edit, replace.then_some(place)));
        }
        for (id, entry) in known.iter().filter(|(id, _)| replace && !kept.contains(id)) {
            if entry.working().is_some() || call.publish {
                let before = Before { id, entry: Some(entry), newest: entry.version };
                let edit = edit::remove(before, entry.version, call.publish, stamp(call.by.clone()));
                edits.push((id.clone(), edit.map_err(|_| ErrorCode::NotFound)?, None));
            }
        }
        let revision = if edits.is_empty() { row.revision } else { self.write(edits).await? };
        Ok(Imported { revision, changes })
    }

    pub(super) fn export(&self, call: &ExportEntries) -> Result<Vec<(EntryId, Content)>> {
        self.row()?;
        if !call.draft {
            return kb::published(&self.sql);
        }
        let working = |entry: Entry| Some((entry.id.clone(), entry.working()?.clone()));
        Ok(kb::entries(&self.sql)?.into_iter().filter_map(working).collect())
    }

    pub(super) fn drafts(&self, call: &GetDrafts) -> Result<Option<Drafts>> {
        let row = self.row()?;
        if call.have == Some(row.revision) {
            return Ok(None);
        }
        let entries = kb::entries(&self.sql)?;
        let working = entries.iter().filter_map(|entry| Some((&entry.id, entry.working()?)));
        Ok(Some(Drafts { revision: row.revision, entries: live_entries(working, clock::now()) }))
    }
}
