//! What authors do: finding, writing, publishing, undoing, trying, importing.

use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::ids::EntryId;
use shared::kb::list::Filter;
use shared::kb::questions::Cluster;
use shared::lang::Lang;
use shared::protocol::ErrorCode;
use shared::protocol::kb::{EntryAction, KbEntry, QuestionAction, SaveEntry, TestQuestion};

use super::{connections, notice, session_ended};
use crate::net::api::Failure;
use crate::net::api::kb::{self as api, ImportFile, Refusal};
use crate::net::browser;
use crate::state::kb::Form;
use crate::state::model::Model;
use crate::state::page::Page;
use crate::texts::{Text, of_error};

/// How long somebody pauses before what they typed is looked for.
const PAUSE_MS: u32 = 220;

/// Says what went wrong.
pub(super) fn failed(model: Model, failure: Failure) {
    match failure {
        Failure::Offline => notice(model, Text::ErrorOffline, true),
        Failure::Refused { code: ErrorCode::Unauthenticated, .. } => session_ended(model),
        Failure::Refused { code, .. } => notice(model, of_error(code), true),
    }
}

/// Goes to another place.
pub fn go(model: Model, page: &Page) {
    browser::go_to(&page.hash());
    show(model, page.clone());
}

/// The page's address names this place now.
pub fn show(model: Model, page: Page) {
    let former = model.page.get_untracked();
    if former == page {
        return;
    }
    model.page.set(page.clone());
    model.context_shown.set(false);
    model.kb.problems.set(Vec::new());
    match page {
        Page::Knowledge => load_list(model),
        Page::Entry(id) => open(model, id),
        Page::NewEntry(question) => begin(model, question),
        Page::Questions => {
            // Its entries to add to are all of them.
            model.kb.search.set(String::new());
            model.kb.filter.set(Filter::All);
            load_list(model);
            load_questions(model);
        }
        Page::Roster => super::roster::load(model),
        Page::Routing => super::routing::load(model),
        Page::Connections => connections::load(model),
        Page::Waits => super::waits::load(model),
        Page::Conversations | Page::Conversation(_) => {}
    }
    if model.kb.list.with_untracked(Option::is_none) && !model.page.with_untracked(Page::is_inbox) {
        load_list(model);
    }
}

/// Loads what the search and filter find.
pub fn load_list(model: Model) {
    let (search, filter) = (model.kb.search.get_untracked(), model.kb.filter.get_untracked());
    spawn_local(async move {
        match api::list(&search, filter).await {
            // A later search is on its way.
            Ok(_)
                if model.kb.search.get_untracked() != search || model.kb.filter.get_untracked() != filter => {
            }
            Ok(list) => model.kb.list.set(Some(list)),
            Err(failure) => failed(model, failure),
        }
    });
}

/// The search was typed in: looks once the typing pauses.
pub fn search(model: Model, typed: String) {
    model.kb.search.set(typed.clone());
    Timeout::new(PAUSE_MS, move || {
        if model.kb.search.get_untracked() == typed {
            load_list(model);
        }
    })
    .forget();
}

fn languages(model: Model) -> Vec<Lang> {
    model.kb.list.with_untracked(|list| list.as_ref().map(|l| l.languages.clone()).unwrap_or_default())
}

fn open(model: Model, id: EntryId) {
    model.kb.entry.set(None);
    model.kb.form.set(None);
    spawn_local(async move {
        if model.kb.list.with_untracked(Option::is_none)
            && let Ok(list) = api::list("", Filter::All).await
        {
            model.kb.list.set(Some(list));
        }
        match api::entry(&id).await {
            Ok(entry) if model.page.with_untracked(|p| *p == Page::Entry(entry.id.clone())) => {
                take(model, entry)
            }
            Ok(_) => {}
            Err(failure) => {
                failed(model, failure);
                go(model, &Page::Knowledge);
            }
        }
    });
}

/// Shows an entry as the server has it.
fn take(model: Model, entry: KbEntry) {
    let content = entry.entry.as_ref().and_then(|e| e.working().or(e.published.as_ref())).cloned();
    let form = Form::of(entry.id.as_str(), entry.newest, &content.unwrap_or_default(), &languages(model));
    model.kb.problems.set(Vec::new());
    model.kb.entry.set(Some(entry));
    model.kb.form.set(Some(form));
    ask_again(model);
}

fn begin(model: Model, question: Option<u64>) {
    model.kb.entry.set(None);
    let fresh = move || {
        let cluster = |all: &Option<Vec<Cluster>>| {
            all.iter().flatten().find(|cluster| Some(cluster.id) == question).cloned()
        };
        let cluster = model.kb.questions.with_untracked(cluster);
        model.kb.form.set(Some(Form::fresh(&languages(model), cluster.as_ref())));
    };
    let known = question.is_none() || model.kb.questions.with_untracked(Option::is_some);
    if known && model.kb.list.with_untracked(Option::is_some) {
        return fresh();
    }
    model.kb.form.set(None);
    spawn_local(async move {
        if let Ok(list) = api::list("", Filter::All).await {
            model.kb.list.set(Some(list));
        }
        if !known && let Ok(list) = api::questions().await {
            model.kb.questions.set(Some(list.clusters));
        }
        fresh();
    });
}

fn refused(model: Model, refusal: Refusal) {
    match refusal {
        Refusal::Unsound(problems) => model.kb.problems.set(problems),
        Refusal::Failed(failure) => {
            failed(model, failure);
            if matches!(failure, Failure::Refused { code: ErrorCode::Conflict, .. }) {
                look_at_theirs(model);
            }
        }
    }
}

/// Somebody else changed the entry on screen: the history shows what they did, and what is being written here stays, to be
/// saved over theirs or given up.
fn look_at_theirs(model: Model) {
    let form = model.kb.form.get_untracked().filter(|form| form.base > 0);
    let Some((form, id)) = form.and_then(|form| Some((form, form.entry_id()?))) else { return };
    spawn_local(async move {
        if let Ok(entry) = api::entry(&id).await
            && model.page.with_untracked(|page| *page == Page::Entry(entry.id.clone()))
        {
            model.kb.form.set(Some(form.rebased(entry.newest)));
            model.kb.entry.set(Some(entry));
        }
    });
}

/// Saves what is written, or publishes it.
pub fn save(model: Model, publish: bool) {
    let Some(form) = model.kb.form.get_untracked() else { return };
    let Some(id) = form.entry_id() else { return notice(model, Text::KbBadId, true) };
    let body = SaveEntry { base: form.base, content: untrack(|| form.content()), publish };
    let done = if publish { Text::KbPublished } else { Text::KbSaved };
    change(model, done, async move {
        let entry = api::save(&id, &body).await?;
        if let Some(question) = form.question {
            // The entry is there whatever becomes of this: the question can be dismissed by hand.
            let _ = api::act_on_question(question, &QuestionAction::Resolve).await;
        }
        Ok(entry)
    });
}

/// Does something else to the entry on screen.
pub fn act(model: Model, action: EntryAction, done: Text) {
    let Some(id) = model.kb.entry.with_untracked(|e| e.as_ref().map(|e| e.id.clone())) else { return };
    change(model, done, async move { api::act(&id, &action).await });
}

fn change(model: Model, done: Text, work: impl Future<Output = Result<KbEntry, Refusal>> + 'static) {
    if model.kb.busy.get_untracked() {
        return;
    }
    model.kb.busy.set(true);
    spawn_local(async move {
        match work.await {
            Ok(entry) => {
                let page = Page::Entry(entry.id.clone());
                browser::go_to(&page.hash());
                model.page.set(page);
                take(model, entry);
                notice(model, done, false);
                load_list(model);
            }
            Err(refusal) => refused(model, refusal),
        }
        model.kb.busy.set(false);
    });
}

/// Publishes everything that waits.
pub fn publish_all(model: Model) {
    let Some(revision) = model.kb.list.with_untracked(|l| l.as_ref().map(|l| l.revision)) else { return };
    if model.kb.busy.get_untracked() {
        return;
    }
    model.kb.busy.set(true);
    spawn_local(async move {
        match api::publish_all(revision).await {
            Ok(_) => notice(model, Text::KbPublishedAll, false),
            Err(failure) => failed(model, failure),
        }
        model.kb.busy.set(false);
        load_list(model);
        if let Page::Entry(id) = model.page.get_untracked() {
            open(model, id);
        }
    });
}

/// A test question was typed: asks the engine once the typing pauses.
pub fn ask(model: Model, typed: String) {
    model.kb.test.set(typed);
    let turn = model.kb.turn.try_update(|turn| {
        *turn += 1;
        *turn
    });
    Timeout::new(PAUSE_MS, move || {
        if model.kb.turn.try_get_untracked() == turn {
            ask_now(model);
        }
    })
    .forget();
}

/// The drafts changed, or other ones are asked.
pub fn ask_again(model: Model) {
    ask(model, model.kb.test.get_untracked());
}

fn ask_now(model: Model) {
    let (text, draft) = (model.kb.test.get_untracked(), model.kb.test_draft.get_untracked());
    if text.trim().is_empty() {
        model.kb.test_reply.set(None);
        return;
    }
    let before = model.kb.test_before.with_untracked(|said| {
        said.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
    });
    let turn = model.kb.turn.get_untracked();
    spawn_local(async move {
        let reply = api::test(&TestQuestion { text, before, draft }).await;
        match reply {
            _ if model.kb.turn.get_untracked() != turn => {}
            Ok(reply) => model.kb.test_reply.set(Some(reply)),
            Err(failure) => failed(model, failure),
        }
    });
}

/// Previews the file that was chosen, or lets it in.
pub fn import(model: Model, confirm: Option<bool>) {
    let import = model.kb.import;
    let revision = import.preview.with_untracked(|p| p.as_ref().map(|p| p.revision));
    let file = ImportFile {
        name: import.name.get_untracked(),
        text: import.text.get_untracked(),
        format: import.format.get_untracked(),
        mode: import.mode.get_untracked(),
        lang: import.lang.get_untracked(),
        confirm: confirm.and_then(|publish| revision.map(|revision| (revision, publish))),
    };
    if file.text.trim().is_empty() || model.kb.busy.get_untracked() {
        return;
    }
    model.kb.busy.set(true);
    spawn_local(async move {
        match api::import(file).await {
            Ok(preview) if preview.imported => {
                import.shown.set(false);
                notice(model, Text::KbImported, false);
                load_list(model);
            }
            Ok(preview) => import.preview.set(Some(preview)),
            Err(failure) => {
                // Whatever was previewed is not what would happen now.
                import.preview.set(None);
                failed(model, failure);
            }
        }
        model.kb.busy.set(false);
    });
}

/// A file was chosen or dropped.
pub fn choose_file(model: Model, file: web_sys::File) {
    let import = model.kb.import;
    spawn_local(async move {
        import.name.set(file.name());
        import.text.set(browser::read_file(&file).await.unwrap_or_default());
        import.preview.set(None);
        self::import(model, None);
    });
}

/// Loads the unanswered questions.
pub fn load_questions(model: Model) {
    spawn_local(async move {
        match api::questions().await {
            Ok(list) => model.kb.questions.set(Some(list.clusters)),
            Err(failure) => failed(model, failure),
        }
    });
}

/// Does something about an unanswered question; it goes from the list at once.
pub fn act_on_question(model: Model, id: u64, action: QuestionAction, done: Text) {
    spawn_local(async move {
        match api::act_on_question(id, &action).await {
            Ok(()) => notice(model, done, false),
            Err(failure) => failed(model, failure),
        }
        load_questions(model);
        load_list(model);
    });
    model.kb.questions.update(|all| {
        if let Some(all) = all {
            all.retain(|cluster| cluster.id != id);
        }
    });
}
