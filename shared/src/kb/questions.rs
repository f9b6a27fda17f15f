//! Questions the knowledge base did not answer, or not well, gathered by what they ask.
//!
//! Similar wordings become one cluster; clusters are shown most frequent first. What is kept is bounded
//! (`limits::QUESTION_CLUSTERS`), and texts were masked (`security::mask`) before they left their conversation.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::exchange::{Miss, Unanswered};
use crate::ids::EntryId;
use crate::lang::Lang;
use crate::limits;
use crate::protocol::conversation::Reason;
use crate::text::normalize::normalize;
use crate::text::tokens::{self, Kind};
use crate::time::Millis;

/// How alike two wordings are that ask the same: twice what they share over what they have together.
const ALIKE: f32 = 0.6;
/// Comments remembered of one cluster.
const COMMENTS: usize = 5;
/// Entries remembered that came near, of one cluster.
const NEAREST: usize = 3;

/// Questions that ask the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cluster {
    pub id: u64,
    pub lang: Lang,
    /// The first wording, then the newest others.
    pub wordings: Vec<String>,
    /// How often it was asked.
    pub count: u32,
    /// Of these: answers that were marked as not helpful.
    pub unhelpful: u32,
    /// Of these: those who asked for a human after the answer.
    pub handoffs: u32,
    /// Why answers did not help, as often as it was told.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub reasons: BTreeMap<Reason, u32>,
    /// The same in visitors' own words, the newest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub comments: Vec<String>,
    pub first: Millis,
    pub last: Millis,
    /// Entries that came near or answered badly, the newest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub nearest: Vec<EntryId>,
    /// Nobody wants to see it again; it is only kept so that it is recognised.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub dismissed: bool,
}

/// What must be stored after a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    Put(u64),
    Delete(u64),
}

/// All clusters of a site.
#[derive(Debug, Clone, Default)]
pub struct Clusters {
    all: BTreeMap<u64, Kept>,
}

#[derive(Debug, Clone)]
struct Kept {
    cluster: Cluster,
    /// What each wording is made of.
    features: Vec<BTreeSet<u64>>,
}

impl Clusters {
    /// The clusters as they were stored.
    #[must_use]
    pub fn restore(stored: impl IntoIterator<Item = Cluster>) -> Self {
        let kept = |cluster: Cluster| {
            let features = cluster.wordings.iter().map(|text| features(text)).collect();
            (cluster.id, Kept { cluster, features })
        };
        Self { all: stored.into_iter().map(kept).collect() }
    }

    /// One cluster.
    #[must_use]
    pub fn get(&self, id: u64) -> Option<&Cluster> {
        self.all.get(&id).map(|kept| &kept.cluster)
    }

    /// What is shown: most frequent first, of equal ones the newest.
    #[must_use]
    pub fn open(&self) -> Vec<&Cluster> {
        let mut open: Vec<&Cluster> =
            self.all.values().map(|kept| &kept.cluster).filter(|c| !c.dismissed).collect();
        open.sort_by_key(|c| std::cmp::Reverse((c.count, c.last, c.id)));
        open
    }

    /// A question comes in: it joins the cluster it is most like, or begins one. Texts that ask nothing are left out.
    pub fn absorb(&mut self, question: &Unanswered) -> Vec<Change> {
        let text: String = question.text.trim().chars().take(limits::KB_PHRASING_CHARS).collect();
        let own = features(&text);
        if own.is_empty() {
            return Vec::new();
        }
        let likeness = |kept: &Kept| kept.features.iter().map(|f| alike(f, &own)).fold(0.0, f32::max);
        let kin = self.all.values().filter(|kept| kept.cluster.lang.is_kin(question.lang));
        let best = kin.map(|kept| (likeness(kept), kept.cluster.id)).max_by(|a, b| a.0.total_cmp(&b.0));
        let id = match best {
            Some((likeness, id)) if likeness >= ALIKE => id,
            _ => self.begin(question),
        };
        let Some(kept) = self.all.get_mut(&id) else { return Vec::new() };
        let cluster = &mut kept.cluster;
        // A reason follows what was counted already.
        let more = question.reason.is_some() || question.comment.is_some();
        let counts = u32::from(!more || cluster.count == 0);
        cluster.count = cluster.count.saturating_add(counts);
        let unhelpful = if question.miss == Miss::Unhelpful { counts } else { 0 };
        cluster.unhelpful = cluster.unhelpful.saturating_add(unhelpful);
        if let Some(reason) = question.reason {
            *cluster.reasons.entry(reason).or_default() += 1;
        }
        if let Some(comment) = &question.comment {
            cluster.comments.insert(0, comment.clone());
            cluster.comments.truncate(COMMENTS);
        }
        cluster.handoffs = cluster.handoffs.saturating_add(u32::from(question.miss == Miss::Handoff));
        cluster.last = cluster.last.max(question.at);
        if let Some(entry) = &question.entry {
            cluster.nearest.retain(|known| known != entry);
            cluster.nearest.insert(0, entry.clone());
            cluster.nearest.truncate(NEAREST);
        }
        if !cluster.wordings.contains(&text) {
            if cluster.wordings.len() >= limits::QUESTION_WORDINGS {
                cluster.wordings.remove(1);
                kept.features.remove(1);
            }
            cluster.wordings.push(text);
            kept.features.push(own);
        }
        let mut changes = vec![Change::Put(id)];
        changes.extend(self.forget_surplus(id));
        changes
    }

    fn begin(&mut self, question: &Unanswered) -> u64 {
        // Numbers are never used twice, so that a click on a cluster that is gone meets no other one.
        let id = self.all.keys().next_back().map_or(1, |last| last + 1).max(question.at.0);
        let cluster = Cluster {
            id,
            lang: question.lang,
            wordings: Vec::new(),
            count: 0,
            unhelpful: 0,
            handoffs: 0,
            reasons: BTreeMap::new(),
            comments: Vec::new(),
            first: question.at,
            last: question.at,
            nearest: Vec::new(),
            dismissed: false,
        };
        self.all.insert(id, Kept { cluster, features: Vec::new() });
        id
    }

    /// Of the open clusters the least frequent goes, of the dismissed ones the one not asked for longest.
    fn forget_surplus(&mut self, newest: u64) -> Option<Change> {
        let clusters = || self.all.values().map(|kept| &kept.cluster);
        let most = |dismissed| match dismissed {
            true => limits::QUESTION_CLUSTERS_DISMISSED,
            false => limits::QUESTION_CLUSTERS,
        };
        let full = [false, true]
            .into_iter()
            .find(|dismissed| clusters().filter(|c| c.dismissed == *dismissed).count() > most(*dismissed))?;
        let others = clusters().filter(|c| c.dismissed == full && c.id != newest);
        let least = others.min_by_key(|c| (if full { 0 } else { c.count }, c.last, c.id))?.id;
        self.all.remove(&least);
        Some(Change::Delete(least))
    }

    /// Nobody wants to see the cluster again. Nothing happens when it is gone already.
    pub fn dismiss(&mut self, id: u64) -> Vec<Change> {
        let Some(kept) = self.all.get_mut(&id) else { return Vec::new() };
        kept.cluster.dismissed = true;
        let mut changes = vec![Change::Put(id)];
        changes.extend(self.forget_surplus(id));
        changes
    }

    /// The knowledge base answers it now. Asked again in vain, it begins anew.
    pub fn resolve(&mut self, id: u64) -> Vec<Change> {
        self.all.remove(&id).map(|_| vec![Change::Delete(id)]).unwrap_or_default()
    }
}

/// What a text is made of: stems of its words, its characters and their pairs where there are no spaces.
fn features(text: &str) -> BTreeSet<u64> {
    let mut found = BTreeSet::new();
    tokens::for_each(&normalize(text, limits::KB_PHRASING_CHARS), |kind, token| {
        if matches!(kind, Kind::Word | Kind::Single | Kind::Double) {
            found.insert(tokens::hash(token));
        }
    });
    found
}

fn alike(a: &BTreeSet<u64>, b: &BTreeSet<u64>) -> f32 {
    let shared = a.intersection(b).count();
    2.0 * shared as f32 / (a.len() + b.len()).max(1) as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn asked(text: &str, lang: Lang, at: u64) -> Unanswered {
        Unanswered {
            at: Millis(at),
            lang,
            text: text.into(),
            miss: Miss::Nothing,
            entry: None,
            reason: None,
            comment: None,
        }
    }

    fn absorb(texts: &[&str], lang: Lang) -> Clusters {
        let mut clusters = Clusters::default();
        for (at, text) in (1..).zip(texts) {
            clusters.absorb(&asked(text, lang, at));
        }
        clusters
    }

    fn counts(clusters: &Clusters) -> Vec<u32> {
        clusters.open().iter().map(|c| c.count).collect()
    }

    #[test]
    fn r_86_wordings_of_one_question_become_one_cluster() {
        let zh =
            ["怎么开发票", "发票怎么开", "怎么开发票？", "可以货到付款吗", "能货到付款吗", "你们有实体店吗"];
        assert_eq!(counts(&absorb(&zh, Lang::ZhCn)), [3, 2, 1]);
        let en = [
            "Do you sell gift cards?",
            "sell gift card",
            "Can I buy a gift card",
            "Is there a store in Leeds?",
        ];
        assert_eq!(counts(&absorb(&en, Lang::En)), [3, 1]);
        let ja = ["領収書は発行できますか", "領収書を発行してください", "実店舗はありますか"];
        assert_eq!(counts(&absorb(&ja, Lang::Ja)).len(), 2);
    }

    #[test]
    fn languages_do_not_mix_and_nothing_asked_is_nothing_kept() {
        let mut clusters = absorb(&["gift card", "?!", "😀", ""], Lang::En);
        clusters.absorb(&asked("gift card", Lang::De, 9));
        assert_eq!(counts(&clusters), [1, 1]);
    }

    #[test]
    fn what_went_wrong_is_counted() {
        let mut clusters = Clusters::default();
        let entry = EntryId::new("gift").ok();
        for miss in [Miss::Unhelpful, Miss::Handoff, Miss::Offered] {
            clusters.absorb(&Unanswered { miss, entry: entry.clone(), ..asked("gift card", Lang::En, 5) });
        }
        let cluster = clusters.open()[0];
        assert_eq!((cluster.count, cluster.unhelpful, cluster.handoffs), (3, 1, 1));
        assert_eq!(cluster.nearest, entry.into_iter().collect::<Vec<_>>());
    }

    #[test]
    fn a_dismissed_cluster_takes_its_like_in_silently_and_a_resolved_one_begins_anew() {
        let mut clusters = absorb(&["gift card", "store in Leeds"], Lang::En);
        let ids: Vec<u64> = clusters.open().iter().map(|c| c.id).collect();
        assert_eq!(clusters.dismiss(ids[0]), [Change::Put(ids[0])]);
        assert_eq!(clusters.resolve(ids[1]), [Change::Delete(ids[1])]);
        assert_eq!((clusters.dismiss(77), clusters.resolve(77)), (vec![], vec![]));
        assert_eq!(counts(&clusters), [] as [u32; 0]);
        clusters.absorb(&asked("a store in Leeds", Lang::En, 50));
        clusters.absorb(&asked("gift cards", Lang::En, 51));
        assert_eq!(counts(&clusters), [1]);
        assert!(!ids.contains(&clusters.open()[0].id));
    }

    #[test]
    fn past_the_limit_the_least_frequent_is_forgotten() {
        let mut clusters = Clusters::default();
        let text = |n: u64| format!("word{n} thing{n}");
        for n in 0..=limits::QUESTION_CLUSTERS as u64 {
            let mut changes = clusters.absorb(&asked(&text(n), Lang::En, n + 1));
            if n == limits::QUESTION_CLUSTERS as u64 {
                // The first one was asked twice, so the second one goes.
                assert_eq!(changes.pop(), Some(Change::Delete(2)));
            }
            if n == 0 {
                clusters.absorb(&asked(&text(n), Lang::En, 1));
            }
        }
        assert_eq!(clusters.open().len(), limits::QUESTION_CLUSTERS);
        assert!(clusters.get(1).is_some());
    }

    proptest! {
        #[test]
        fn whatever_is_asked_what_is_stored_restores(texts in proptest::collection::vec("\\PC{0,12}|[a-d ]{1,12}", 0..30)) {
            let mut clusters = Clusters::default();
            let mut stored: BTreeMap<u64, Cluster> = BTreeMap::new();
            for (at, text) in (1..).zip(&texts) {
                for change in clusters.absorb(&asked(text, Lang::En, at)) {
                    match change {
                        Change::Put(id) => drop(stored.insert(id, clusters.get(id).unwrap().clone())),
                        Change::Delete(id) => drop(stored.remove(&id)),
                    }
                }
            }
            let restored = Clusters::restore(stored.into_values());
            prop_assert_eq!(restored.open(), clusters.open());
            prop_assert!(clusters.open().iter().all(|c| c.wordings.len() <= limits::QUESTION_WORDINGS));
        }
    }

    #[test]
    fn r_66_a_reason_adds_to_its_question_and_is_not_counted_again() {
        let mut clusters = Clusters::default();
        let miss = Miss::Unhelpful;
        let question = || Unanswered { miss, ..asked("gift card balance", Lang::En, 5) };
        clusters.absorb(&question());
        clusters.absorb(&Unanswered { reason: Some(Reason::Outdated), ..question() });
        clusters.absorb(&Unanswered { comment: Some("it moved".into()), ..question() });
        let open = clusters.open();
        assert_eq!((open.len(), open[0].count, open[0].unhelpful), (1, 1, 1));
        assert_eq!(
            (open[0].reasons.get(&Reason::Outdated), open[0].comments.as_slice()),
            (Some(&1), &["it moved".to_owned()][..])
        );
    }
}
