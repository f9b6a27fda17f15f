//! How states, actions and problems of the knowledge base are said.

use shared::kb::Action;
use shared::kb::check::{Field, Problem, Why};
use shared::kb::list::{EntryState, Waiting};

use crate::state::model::Model;
use crate::texts::Text;

/// A state's name, and the class of its chip.
#[must_use]
pub const fn of_state(state: EntryState) -> (Text, &'static str) {
    match state {
        EntryState::Draft => (Text::KbStateDraft, "chip"),
        EntryState::Live => (Text::KbStateLive, "chip good"),
        EntryState::Scheduled => (Text::KbStateScheduled, "chip warm"),
        EntryState::Expired => (Text::KbStateExpired, "chip"),
    }
}

/// What waits to be published.
#[must_use]
pub const fn of_waiting(waiting: Waiting) -> Text {
    match waiting {
        Waiting::Change => Text::KbWaitingChange,
        Waiting::Removal => Text::KbWaitingRemoval,
    }
}

/// What a version came from.
#[must_use]
pub fn of_action(model: Model, action: Action) -> String {
    let text = match action {
        Action::Saved => Text::KbDidSave,
        Action::Published => Text::KbDidPublish,
        Action::Imported { .. } => Text::KbDidImport,
        Action::Reverted { to, .. } => return model.fill(Text::KbDidRevert, &[("n", &to.to_string())]),
        Action::Removed { published: true } => Text::KbDidRemove,
        Action::Removed { published: false } => Text::KbDidMark,
    };
    model.t(text).to_owned()
}

/// A part's name.
#[must_use]
pub const fn of_field(field: Field) -> Text {
    match field {
        Field::File => Text::KbFile,
        Field::Id => Text::KbId,
        Field::Lang => Text::Language,
        Field::Topic => Text::KbTopic,
        Field::Tags => Text::KbTags,
        Field::Questions => Text::KbPhrasings,
        Field::Answer => Text::KbAnswer,
        Field::Valid => Text::KbValidity,
        Field::Variant => Text::KbVariants,
        Field::Ask => Text::KbAsks,
    }
}

/// Where a problem is: "Line 12 · zorb · Answer (English)".
#[must_use]
pub fn place(model: Model, problem: &Problem) -> String {
    let mut parts = Vec::new();
    if let Some(line) = problem.line {
        parts.push(model.fill(Text::KbLine, &[("n", &line.to_string())]));
    }
    parts.extend(problem.entry.clone().filter(|id| !id.is_empty()));
    let field = model.t(of_field(problem.field));
    parts.push(match problem.lang {
        Some(lang) => format!("{field} ({})", lang.own_name()),
        None => field.to_owned(),
    });
    parts.join(" · ")
}

/// What is wrong.
#[must_use]
pub fn of_why(model: Model, why: &Why) -> String {
    let (text, pairs): (Text, Vec<(&str, String)>) = match why {
        Why::Syntax { detail } => (Text::KbWhySyntax, vec![("detail", detail.clone())]),
        Why::UnclosedQuote => (Text::KbWhyUnclosedQuote, vec![]),
        Why::UnknownColumn { name } => (Text::KbWhyUnknownColumn, vec![("name", name.clone())]),
        Why::MissingColumn { name } => (Text::KbWhyMissingColumn, vec![("name", name.clone())]),
        Why::Missing => (Text::KbWhyMissing, vec![]),
        Why::BadId => (Text::KbBadId, vec![]),
        Why::UnknownLanguage { tag } => (Text::KbWhyUnknownLanguage, vec![("name", tag.clone())]),
        Why::Empty => (Text::KbWhyEmpty, vec![]),
        Why::TooLong { most } => (Text::KbWhyTooLong, vec![("n", most.to_string())]),
        Why::TooMany { most } => (Text::KbWhyTooMany, vec![("n", most.to_string())]),
        Why::ControlCharacter { code } => (Text::KbWhyControl, vec![("code", format!("U+{code:04X}"))]),
        Why::Duplicate { line } => (Text::KbWhyDuplicate, vec![("n", line.to_string())]),
        Why::Contradicts { line } => (Text::KbWhyContradicts, vec![("n", line.to_string())]),
        Why::BadTime => (Text::KbWhyTime, vec![]),
        Why::BadWindow => (Text::KbWhyWindow, vec![]),
        Why::Overlap { name } => (Text::KbWhyOverlap, vec![("name", name.clone())]),
        Why::NoText => (Text::KbWhyNoText, vec![]),
        Why::BadSlot => (Text::KbWhySlot, vec![]),
        Why::BadSlotName { name } => (Text::KbWhySlotName, vec![("name", name.clone())]),
        Why::NoPrompt { name } => (Text::KbWhyNoPrompt, vec![("name", name.clone())]),
        Why::NameTwice { name } => (Text::KbWhyNameTwice, vec![("name", name.clone())]),
        Why::Repeated => (Text::KbWhyRepeated, vec![]),
        Why::AlsoIn { entry } => (Text::KbWhyAlsoIn, vec![("name", entry.clone())]),
        Why::NotOffered => (Text::KbWhyNotOffered, vec![]),
    };
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
    model.fill(text, &pairs)
}
