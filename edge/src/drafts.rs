//! The knowledge base as its authors see it, made ready for test questions. One site's, as authors are few and it is
//! built again for every change.

use std::cell::RefCell;
use std::rc::Rc;

use shared::faq::Index;
use shared::ids::SiteKey;
use shared::kb::reindexed;
use worker::Env;

use crate::error::Result;
use crate::objects::calls::{self, GetDrafts};
use crate::sites;

struct Kept {
    site: SiteKey,
    revision: u64,
    index: Rc<Index>,
}

thread_local! {
    static KEPT: RefCell<Option<Kept>> = const { RefCell::new(None) };
}

/// The index of what would be published.
pub(crate) async fn index(env: &Env, site: &SiteKey) -> Result<Rc<Index>> {
    let known = KEPT.with_borrow(|kept| {
        let kept = kept.as_ref().filter(|kept| kept.site == *site)?;
        Some((kept.revision, kept.index.clone()))
    });
    let have = known.as_ref().map(|(revision, _)| *revision);
    match (calls::call(env, site.as_str(), GetDrafts { have }).await?, known) {
        (None, Some((_, index))) => Ok(index),
        (None, None) => Ok(Rc::new(Index::build(&[]))),
        (Some(drafts), known) => {
            let index = match known {
                Some((_, index)) => reindexed(&index, &drafts.entries),
                // Most of it is published, and learned already.
                None => reindexed(&sites::get(env, site).await?.index, &drafts.entries),
            };
            let index = Rc::new(index);
            let kept = Kept { site: site.clone(), revision: drafts.revision, index: index.clone() };
            KEPT.set(Some(kept));
            Ok(index)
        }
    }
}
