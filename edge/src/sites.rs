//! Sites as this isolate knows them: settings, token key and FAQ index, at most [`FRESH`] old.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use shared::faq::{Damaged, Index};
use shared::ids::{EntryId, SiteKey};
use shared::kb::topics::Extra;
use shared::kb::{Slot, reindexed};
use shared::protocol::{Availability, ErrorCode};
use shared::security::from_base64url;
use shared::security::secrets::Secrets;
use shared::site::Settings;
use shared::time::{Millis, SECOND};
use worker::Env;

use crate::error::{Error, Result};
use crate::objects::calls::{self, GetAvailability, GetSnapshot, LearnAgain, Snapshot};
use crate::{clock, log};

/// A change of a site is visible everywhere within this time (SPEC.md R-96); where it was made, at once: [`changed`].
const FRESH: u64 = 3 * SECOND;
/// A first webhook is heard of everywhere within this time; where it was made, at once.
const FOLLOWED_FRESH: u64 = 30 * SECOND;
/// Sites kept per isolate.
const KEPT: usize = 64;

/// One site's published state.
#[derive(Debug, Clone)]
pub(crate) struct Site {
    pub key: SiteKey,
    version: u64,
    pub settings: Settings,
    pub token_key: Vec<u8>,
    /// What the shop signs its customers' identities with.
    pub identity: Secrets,
    pub index: Index,
    /// The lesson in which the site object learned that index; without one it was made here.
    lesson: Option<u64>,
    followed: bool,
    /// Topics and slots of the entries that have any.
    pub extras: Vec<Extra>,
}

impl Site {
    /// Counts what shoppers notice of the site's changes.
    pub(crate) fn version(&self) -> u64 {
        self.version
    }

    /// What the entry asks for before it answers.
    pub(crate) fn asks(&self, entry: &EntryId) -> &[Slot] {
        self.extras.iter().find(|extra| extra.id == *entry).map_or(&[], |extra| &extra.ask)
    }
}

struct Kept {
    site: Rc<Site>,
    checked: Millis,
    availability: Option<(Millis, Availability)>,
}

thread_local! {
    static SITES: RefCell<BTreeMap<SiteKey, Kept>> = const { RefCell::new(BTreeMap::new()) };
}

/// The site, or `unknown_site`.
pub(crate) async fn get(env: &Env, key: &SiteKey) -> Result<Rc<Site>> {
    let now = clock::now();
    let known = SITES.with_borrow(|sites| {
        let kept = sites.get(key)?;
        Some((kept.site.clone(), kept.checked))
    });
    if let Some((site, checked)) = &known
        && now.since(*checked) < FRESH
    {
        return Ok(site.clone());
    }
    let have = known.as_ref().map(|(site, _)| site.version);
    let lesson = known.as_ref().and_then(|(site, _)| site.lesson);
    let snapshot = match calls::call(env, key.as_str(), GetSnapshot { have, lesson }).await {
        Err(Error::Refused { code: ErrorCode::UnknownSite, .. }) => {
            SITES.with_borrow_mut(|sites| sites.remove(key));
            return Err(ErrorCode::UnknownSite.into());
        }
        Ok(snapshot) => snapshot,
        Err(error) => {
            // What was true a moment ago serves better than nothing.
            let Some((site, _)) = known else { return Err(error) };
            log::failure_in("site_refresh", key.as_str(), &error.to_string());
            SITES.with_borrow_mut(|sites| {
                if let Some(kept) = sites.get_mut(key) {
                    kept.checked = now;
                }
            });
            return Ok(site);
        }
    };
    let new = match (snapshot, known) {
        (None, Some((site, _))) => {
            SITES.with_borrow_mut(|sites| {
                if let Some(kept) = sites.get_mut(key) {
                    kept.checked = now;
                }
            });
            return Ok(site);
        }
        (None, None) => return Err(ErrorCode::Internal.into()),
        (Some(new), known) => {
            let (index, lesson) = index(env, key, &new, known.map(|(site, _)| site)).await;
            Site {
                key: key.clone(),
                version: new.version,
                settings: new.settings,
                extras: new.extras,
                token_key: from_base64url(&new.key).unwrap_or_default(),
                identity: new.identity,
                followed: new.followed,
                index,
                lesson,
            }
        }
    };
    let site = Rc::new(new);
    SITES.with_borrow_mut(|sites| {
        if sites.len() >= KEPT && !sites.contains_key(key) {
            let oldest = sites.iter().min_by_key(|(_, kept)| kept.checked).map(|(key, _)| key.clone());
            oldest.map(|key| sites.remove(&key));
        }
        let availability = sites.get(key).and_then(|kept| kept.availability.clone());
        sites.insert(key.clone(), Kept { site: site.clone(), checked: now, availability });
    });
    Ok(site)
}

/// The index of what is published, and in which lesson the site object learned it; without one it was made here.
async fn index(env: &Env, key: &SiteKey, new: &Snapshot, known: Option<Rc<Site>>) -> (Index, Option<u64>) {
    let same = known.as_ref().filter(|site| site.index.entries() == new.entries);
    if let Some(site) = same.filter(|site| new.lesson.is_none() || site.lesson == new.lesson) {
        return (site.index.clone(), site.lesson);
    }
    if let Some(lesson) = new.lesson {
        match load(env, key, lesson).await {
            Ok(Some(index)) if index.entries() == new.entries => return (index, new.lesson),
            // Something was published in between, which the next look tells.
            Ok(_) => {}
            Err(error) => log::failure_in("index", key.as_str(), &error.to_string()),
        }
    }
    match known {
        Some(site) => (reindexed(&site.index, &new.entries), None),
        None => (Index::build(&new.entries), None),
    }
}

/// The index as the site object learned it, when it is of use.
async fn load(env: &Env, key: &SiteKey, lesson: u64) -> Result<Option<Index>> {
    match Index::load(&calls::index(env, key.as_str()).await?) {
        Ok(index) => Ok(Some(index)),
        // While a new build takes over from the one before, each makes its own.
        Err(Damaged::Version) => Ok(None),
        Err(damaged) => {
            log::failure_in("index", key.as_str(), &damaged.to_string());
            calls::call(env, key.as_str(), LearnAgain { lesson }).await.map(|()| None)
        }
    }
}

/// Something of the site was changed through this isolate: it asks again before it answers anybody.
pub(crate) fn changed(key: &SiteKey) {
    SITES.with_borrow_mut(|sites| {
        if let Some(kept) = sites.get_mut(key) {
            kept.checked = Millis(0);
            kept.availability = None;
        }
    });
}

/// Whether anybody elsewhere is to be told what happens at this site, if that is known here.
pub(crate) fn known_followed(key: &SiteKey, now: Millis) -> Option<bool> {
    SITES.with_borrow(|sites| {
        let kept = sites.get(key)?;
        (now.since(kept.checked) < FOLLOWED_FRESH).then_some(kept.site.followed)
    })
}

/// Whether anybody elsewhere is to be told what happens at this site, at most [`FOLLOWED_FRESH`] old.
pub(crate) async fn followed(env: &Env, key: &SiteKey) -> Result<bool> {
    match known_followed(key, clock::now()) {
        Some(followed) => Ok(followed),
        None => Ok(get(env, key).await?.followed),
    }
}

/// Whether the site's humans can be reached, at most [`FRESH`] old.
pub(crate) async fn availability(env: &Env, key: &SiteKey) -> Result<Availability> {
    let now = clock::now();
    let known = SITES.with_borrow(|sites| sites.get(key).and_then(|kept| kept.availability.clone()));
    if let Some((at, availability)) = known
        && now.since(at) < FRESH
    {
        return Ok(availability);
    }
    let availability = calls::call(env, key.as_str(), GetAvailability {}).await?;
    SITES.with_borrow_mut(|sites| {
        if let Some(kept) = sites.get_mut(key) {
            kept.availability = Some((now, availability.clone()));
        }
    });
    Ok(availability)
}
