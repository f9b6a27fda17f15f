//! The knowledge base on screen: the list, the entry being written, the test box, an import.

use leptos::prelude::*;
use shared::faq::EntryText;
use shared::ids::EntryId;
use shared::kb::check::Problem;
use shared::kb::exchange::Format;
use shared::kb::list::Filter;
use shared::kb::questions::Cluster;
use shared::kb::{Content, Slot, SlotKind, Variant, Window};
use shared::lang::Lang;
use shared::protocol::kb::{ImportMode, ImportPreview, KbEntry, KbList, TestReply};
use shared::time::Millis;

/// Everything the pages of the knowledge base show.
#[derive(Debug, Clone, Copy, Default)]
pub struct Kb {
    pub list: RwSignal<Option<KbList>>,
    pub search: RwSignal<String>,
    pub filter: RwSignal<Filter>,
    /// The entry on screen as the server has it; `None` while it loads or when it is new.
    pub entry: RwSignal<Option<KbEntry>>,
    /// The entry on screen as it is being written.
    pub form: RwSignal<Option<Form>>,
    pub problems: RwSignal<Vec<Problem>>,
    /// Something is on its way to the server: buttons wait.
    pub busy: RwSignal<bool>,
    pub test: RwSignal<String>,
    /// What the shopper is supposed to have said before, one message a line.
    pub test_before: RwSignal<String>,
    pub test_draft: RwSignal<bool>,
    pub test_reply: RwSignal<Option<TestReply>>,
    pub import: Import,
    pub questions: RwSignal<Option<Vec<Cluster>>>,
    /// Whether what is added on the questions' page is published at once.
    pub at_once: RwSignal<bool>,
    /// Counts what was asked of the server, so that late answers are known as such.
    pub turn: RwSignal<u32>,
}

impl Kb {
    /// Somebody else may sign in next.
    pub fn forget(&self) {
        self.list.set(None);
        self.entry.set(None);
        self.form.set(None);
        self.problems.set(Vec::new());
        self.search.set(String::new());
        self.test.set(String::new());
        self.test_before.set(String::new());
        self.test_reply.set(None);
        self.questions.set(None);
        self.import.text.set(String::new());
        self.import.preview.set(None);
        self.import.shown.set(false);
    }
}

/// A file on its way in.
#[derive(Debug, Clone, Copy, Default)]
pub struct Import {
    pub shown: RwSignal<bool>,
    pub name: RwSignal<String>,
    pub text: RwSignal<String>,
    /// `None`: guessed from the file.
    pub format: RwSignal<Option<Format>>,
    pub mode: RwSignal<ImportMode>,
    pub lang: RwSignal<Option<Lang>>,
    pub preview: RwSignal<Option<ImportPreview>>,
}

/// An entry as it is being written.
#[derive(Debug, Clone, Copy)]
pub struct Form {
    /// Fixed once the entry exists.
    pub id: RwSignal<String>,
    pub base: u64,
    pub topic: RwSignal<String>,
    pub tags: RwSignal<String>,
    pub texts: RwSignal<Vec<TextForm>>,
    pub from: RwSignal<Option<Millis>>,
    pub until: RwSignal<Option<Millis>>,
    pub variants: RwSignal<Vec<VariantForm>>,
    pub ask: RwSignal<Vec<SlotForm>>,
    /// The entry as it came.
    kept: StoredValue<Content>,
    /// The unanswered question that this entry is to answer.
    pub question: Option<u64>,
}

/// An entry in one language.
#[derive(Debug, Clone, Copy)]
pub struct TextForm {
    pub lang: Lang,
    /// One phrasing a line.
    pub questions: RwSignal<String>,
    pub answer: RwSignal<String>,
}

/// A scheduled answer.
#[derive(Debug, Clone, Copy)]
pub struct VariantForm {
    pub number: u32,
    pub name: RwSignal<String>,
    pub from: RwSignal<Option<Millis>>,
    pub until: RwSignal<Option<Millis>>,
    pub answers: RwSignal<Vec<(Lang, RwSignal<String>)>>,
}

/// Something to ask for first.
#[derive(Debug, Clone, Copy)]
pub struct SlotForm {
    pub number: u32,
    pub name: RwSignal<String>,
    pub kind: RwSignal<SlotKind>,
    pub prompts: RwSignal<Vec<(Lang, RwSignal<String>)>>,
}

impl SlotForm {
    /// The form of a slot, with a prompt for each of these languages.
    #[must_use]
    pub fn of(number: u32, slot: &Slot, languages: &[Lang]) -> Self {
        let prompt =
            |lang: &Lang| (*lang, RwSignal::new(slot.prompts.get(lang).cloned().unwrap_or_default()));
        Self {
            number,
            name: RwSignal::new(slot.name.clone()),
            kind: RwSignal::new(slot.kind),
            prompts: RwSignal::new(languages.iter().map(prompt).collect()),
        }
    }

    fn slot(&self) -> Slot {
        let prompts = self.prompts.with(|prompts| {
            let prompts = prompts.iter().map(|(lang, text)| (*lang, text.with(|t| t.trim().to_owned())));
            prompts.filter(|(_, text)| !text.is_empty()).collect()
        });
        Slot { name: self.name.with(|name| name.trim().to_owned()), kind: self.kind.get(), prompts }
    }
}

impl TextForm {
    /// An empty text.
    #[must_use]
    pub fn new(lang: Lang) -> Self {
        Self { lang, questions: RwSignal::default(), answer: RwSignal::default() }
    }
}

impl VariantForm {
    /// An empty scheduled answer in these languages.
    #[must_use]
    pub fn new(number: u32, languages: &[Lang]) -> Self {
        let answers = languages.iter().map(|lang| (*lang, RwSignal::default())).collect();
        Self {
            number,
            name: RwSignal::default(),
            from: RwSignal::default(),
            until: RwSignal::default(),
            answers: RwSignal::new(answers),
        }
    }
}

impl Form {
    /// The form of an entry that says `content` at version `base`. Of `languages`, those of the site, those it lacks
    /// are there to be filled in.
    #[must_use]
    pub fn of(id: &str, base: u64, content: &Content, languages: &[Lang]) -> Self {
        let mut order: Vec<Lang> = languages.to_vec();
        order.extend(content.texts.keys().copied().filter(|lang| !languages.contains(lang)));
        let text = |lang: &Lang| {
            let form = TextForm::new(*lang);
            if let Some(text) = content.texts.get(lang) {
                form.questions.set(text.questions.join("\n"));
                form.answer.set(text.answer.clone());
            }
            form
        };
        let variant = |(number, variant): (u32, &Variant)| {
            let form = VariantForm::new(number, &order);
            form.name.set(variant.name.clone());
            form.from.set(variant.valid.from);
            form.until.set(variant.valid.until);
            form.answers.with_untracked(|answers| {
                for (lang, answer) in answers {
                    answer.set(variant.answers.get(lang).cloned().unwrap_or_default());
                }
            });
            form
        };
        Self {
            id: RwSignal::new(id.to_owned()),
            base,
            topic: RwSignal::new(content.topic.clone()),
            tags: RwSignal::new(content.tags.join(", ")),
            texts: RwSignal::new(order.iter().map(text).collect()),
            from: RwSignal::new(content.valid.from),
            until: RwSignal::new(content.valid.until),
            variants: RwSignal::new((0..).zip(&content.variants).map(variant).collect()),
            ask: RwSignal::new(
                (0..).zip(&content.ask).map(|(n, slot)| SlotForm::of(n, slot, &order)).collect(),
            ),
            kept: StoredValue::new(content.clone()),
            question: None,
        }
    }

    /// The same, to be saved over version `base`.
    #[must_use]
    pub const fn rebased(self, base: u64) -> Self {
        Self { base, ..self }
    }

    /// The form of an entry that is not there yet.
    #[must_use]
    pub fn fresh(languages: &[Lang], question: Option<&Cluster>) -> Self {
        let mut content = Content::default();
        let mut id = String::new();
        if let Some(cluster) = question {
            let lang = languages.iter().copied().find(|l| l.is_kin(cluster.lang)).unwrap_or(cluster.lang);
            let text = EntryText { questions: cluster.wordings.clone(), answer: String::new() };
            content.texts.insert(lang, text);
            id = suggested_id(cluster.wordings.first().map_or("", String::as_str));
        }
        Self { question: question.map(|cluster| cluster.id), ..Self::of(&id, 0, &content, languages) }
    }

    /// What is written. Languages in which nothing is said are left out.
    #[must_use]
    pub fn content(&self) -> Content {
        let said = |text: &TextForm| {
            let questions: Vec<String> = text.questions.with(|all| {
                all.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
            });
            let answer = text.answer.get();
            let empty = questions.is_empty() && answer.trim().is_empty();
            (!empty).then_some((text.lang, EntryText { questions, answer }))
        };
        let variant = |form: &VariantForm| {
            let answers = form.answers.with(|answers| {
                let answers = answers.iter().map(|(lang, text)| (*lang, text.get()));
                answers.filter(|(_, text)| !text.trim().is_empty()).collect()
            });
            let valid = Window { from: form.from.get(), until: form.until.get() };
            Variant { name: form.name.get().trim().to_owned(), valid, answers }
        };
        let mut content = self.kept.get_value();
        content.topic = self.topic.get().trim().to_owned();
        let tags = self.tags.get();
        content.tags = tags.split(',').map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned).collect();
        content.texts = self.texts.with(|texts| texts.iter().filter_map(said).collect());
        content.valid = Window { from: self.from.get(), until: self.until.get() };
        content.variants = self.variants.with(|variants| variants.iter().map(variant).collect());
        content.ask = self.ask.with(|slots| slots.iter().map(SlotForm::slot).collect());
        content
    }

    /// Whether something was written that is not saved.
    #[must_use]
    pub fn changed(&self) -> bool {
        self.content() != self.kept.get_value()
    }

    /// The id, when it is one.
    #[must_use]
    pub fn entry_id(&self) -> Option<EntryId> {
        EntryId::new(self.id.get().trim()).ok()
    }
}

/// An id from a title in plain letters; nothing from other scripts, in which authors name their entries themselves.
#[must_use]
pub fn suggested_id(title: &str) -> String {
    let mut id = String::new();
    for c in title.chars().take(80) {
        let c = c.to_ascii_lowercase();
        if c.is_ascii_alphanumeric() && id.len() < 48 {
            id.push(c);
        } else if !id.is_empty() && !id.ends_with('-') && c != '\'' {
            id.push('-');
        }
    }
    id.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_suggested_from_titles() {
        for (title, id) in
            [("How long can I return?", "how-long-can-i-return"), ("Don't!", "dont"), ("多久", "")]
        {
            assert_eq!(suggested_id(title), id);
        }
    }

    #[test]
    fn a_form_says_what_it_was_made_of() {
        let owner = Owner::new();
        owner.with(|| {
            let text = EntryText { questions: vec!["q".into(), "r".into()], answer: "a".into() };
            let variant = Variant {
                name: "618".into(),
                valid: Window { from: Some(Millis(1)), until: None },
                answers: [(Lang::Ja, "7".into())].into(),
            };
            let content = Content {
                topic: "t".into(),
                tags: vec!["x".into(), "y".into()],
                texts: [(Lang::Ja, text)].into(),
                variants: vec![variant],
                ask: vec![Slot {
                    name: "order".into(),
                    kind: SlotKind::Email,
                    prompts: [(Lang::Ja, "?".into())].into(),
                }],
                ..Content::default()
            };
            let form = Form::of("a", 3, &content, &[Lang::En, Lang::Ja]);
            assert_eq!(form.content(), content);
            assert!(!form.changed());
            form.texts.with_untracked(|texts| texts[0].answer.set("now English".into()));
            assert!(form.changed() && form.content().texts.contains_key(&Lang::En));
        });
    }
}
