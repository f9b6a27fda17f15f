//! Learns the index of what is published, once for everybody: whoever answers loads what was learned here. Until then
//! they make an index of their own, which ranks by what needs little learning.
//!
//! A large knowledge base takes seconds of work. It is done piece by piece, by the alarm, with pauses in which others
//! get their turn; a lesson that is cut short begins anew.

use shared::faq::{self, Index, Training};
use shared::time::SECOND;

use super::{Row, Site};
use crate::clock;
use crate::error::Result;
use crate::objects::calls::LearnAgain;
use crate::storage::transaction::transaction;
use crate::storage::{index, single};

/// After a change, so that several in a row are learned together.
const SETTLED: u64 = SECOND;
/// The work of one piece: some 30 ms.
const WORK: usize = 30_000_000;
/// The pause after it.
const PAUSE: u64 = 50;

/// What is being learned.
pub(super) struct Lesson {
    /// The count of what was published.
    number: u64,
    index: Index,
    training: Option<Training>,
}

impl Row {
    /// The number of the stored index's lesson, when it is of what is published now and of this build's engine.
    pub(super) fn lesson(&self) -> Option<u64> {
        (self.learned == Some((self.published, faq::version()))).then_some(self.published)
    }
}

impl Site {
    /// Sees to it that what is published is learned.
    pub(super) async fn teach(&self) -> Result<()> {
        self.alarm.arm(&self.state.storage(), Some(clock::now().plus(SETTLED)), None).await
    }

    /// Does a piece of what is to be learned.
    pub(super) async fn learn(&self) -> Result<()> {
        let row = self.row()?;
        if row.lesson().is_some() {
            self.lesson.take();
            return Ok(());
        }
        let lesson = match self.lesson.take().filter(|lesson| lesson.number == row.published) {
            Some(lesson) => lesson.went_on(),
            None => Lesson::begun(row.published, &self.live()?.0),
        };
        if lesson.training.is_some() {
            self.lesson.replace(Some(lesson));
            return self.alarm.arm(&self.state.storage(), Some(clock::now().plus(PAUSE)), None).await;
        }
        transaction(&self.state, || {
            index::save(&self.sql, &lesson.index.store())?;
            single::save(&self.sql, &Row { learned: Some((lesson.number, faq::version())), ..row })
        })
    }

    /// Somebody could not use the stored index.
    pub(super) async fn learn_again(&self, call: &LearnAgain) -> Result<()> {
        let row = self.row()?;
        if row.lesson() == Some(call.lesson) {
            single::save(&self.sql, &Row { learned: None, ..row })?;
            self.teach().await?;
        }
        Ok(())
    }
}

impl Lesson {
    fn begun(number: u64, entries: &[faq::Entry]) -> Self {
        let index = Index::build(entries);
        Self { number, training: index.training(), index }
    }

    fn went_on(mut self) -> Self {
        if let Some(training) = &mut self.training
            && training.run(WORK)
        {
            self.index.learn(training);
            self.training = None;
        }
        self
    }
}
