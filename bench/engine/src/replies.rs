//! One prediction per question of a data set, and a summary.

use std::fmt::Write;

use serde_json::json;
use shared::faq::{Decision, Entry, Index, Question, entries_from_lines};
use shared::lang::Lang;
use shared::protocol::http::KbLine;

use crate::Clock;
use crate::data::{self, BadData, Line, Names, Query};

/// Entries whose change is timed.
const CHANGED: usize = 20;

/// The texts of a data set's files.
#[derive(Debug, Default)]
pub struct Files {
    pub kb: String,
    /// `queries`, `out_of_scope` and `followups`; empty where there is none.
    pub questions: [String; 3],
}

/// What the run makes.
#[derive(Debug, Default)]
pub struct Outcome {
    /// One line per question, and the summary.
    pub predictions: String,
    /// What each confidence rests on, one line per question, when that was asked for.
    pub evidence: String,
}

/// An index as it is published: built, trained, stored and loaded again, with what each of these took.
struct Published {
    index: Index,
    wake_ms: f64,
    build_ms: f64,
    train_ms: f64,
    update_one_ms: f64,
    load_ms: f64,
    bytes: usize,
}

impl Published {
    fn new(entries: &[Entry], clock: Clock) -> Self {
        let timed = |work: &mut dyn FnMut()| {
            let start = clock();
            work();
            clock() - start
        };
        // What the process does only once: unpacking what the engine knows beforehand.
        let wake_ms = timed(&mut || drop(Index::build(&entries[..entries.len().min(1)])));
        let mut index = Index::build(&[]);
        let build_ms = timed(&mut || index = Index::build(entries));
        let train_ms = timed(&mut || {
            if let Some(mut training) = index.training() {
                training.run(usize::MAX);
                index.learn(&training);
            }
        });
        let bytes = index.store();
        // A change must not change what is measured afterwards: it happens to a copy.
        let mut copy = Index::build(&[]);
        let load = |copy: &mut Index| *copy = Index::load(&bytes).unwrap_or_else(|_| Index::build(entries));
        let mut loads: Vec<f64> = (0..5).map(|_| timed(&mut || load(&mut copy))).collect();
        let mut updates: Vec<f64> =
            entries.iter().take(CHANGED).map(|entry| timed(&mut || copy.put(entry))).collect();
        load(&mut index);
        let (load_ms, update_one_ms) = (quantile(&mut loads, 0.5), quantile(&mut updates, 0.5));
        Self { index, wake_ms, build_ms, train_ms, update_one_ms, load_ms, bytes: bytes.len() }
    }
}

fn quantile(values: &mut [f64], part: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get((values.len() as f64 * part) as usize).copied().unwrap_or_default()
}

/// Runs every question. `kb_lang`: only the knowledge base's lines of that language are used.
pub fn run(files: &Files, kb_lang: Option<Lang>, evidence: bool, clock: Clock) -> Result<Outcome, BadData> {
    let mut names = Names::default();
    let lines = data::lines::<Line>("kb.jsonl", &files.kb)?.into_iter().map(|(_, line)| line);
    let lines: Vec<KbLine> = lines
        .filter(|line| kb_lang.is_none_or(|lang| line.lang == lang))
        .filter_map(|line| names.kb_line(line))
        .collect();
    if lines.is_empty() {
        return Err(BadData::Empty("kb.jsonl".to_owned()));
    }
    let phrasings: usize = lines.iter().map(|line| line.questions.len()).sum();
    let entries = entries_from_lines(lines);
    let published = Published::new(&entries, clock);
    let index = &published.index;
    let mut outcome = Outcome::default();
    let mut times = Vec::new();
    for (file, text) in ["queries", "out_of_scope", "followups"].into_iter().zip(&files.questions) {
        for (line, query) in data::lines::<Query>(&format!("{file}.jsonl"), text)? {
            let context = names.turns(&query);
            let question = Question { text: &query.text, context: &context, languages: &[] };
            let start = clock();
            let reply = index.reply(&question);
            let micros = (clock() - start) * 1e3;
            times.push(micros);
            let ranked: Vec<_> = reply.ranked.iter().map(|r| (names.name(&r.entry), r.confidence)).collect();
            let decision = match reply.decision {
                Decision::Answer => "answer",
                Decision::Offer | Decision::Social(_) => "offer",
                Decision::Handoff => "handoff",
            };
            let confidence = reply.ranked.first().map_or(0.0, |r| r.confidence);
            let prediction = json!({
                "file": file, "line": line, "ranked": ranked, "confidence": confidence, "decision": decision,
                "micros": (micros * 10.0).round() / 10.0,
            });
            // Writing to a string does not fail.
            let _ = writeln!(outcome.predictions, "{prediction}");
            if let Some((first, evidence)) = evidence.then(|| index.evidence(&question)).flatten() {
                let line =
                    json!({"file": file, "line": line, "first": names.name(&first), "evidence": evidence});
                let _ = writeln!(outcome.evidence, "{line}");
            }
        }
    }
    let summary = json!({
        "summary": true, "entries": index.len(), "phrasings": phrasings, "wake_ms": published.wake_ms, "build_ms": published.build_ms,
        "train_ms": published.train_ms, "update_one_ms": published.update_one_ms,
        "load_ms": published.load_ms, "index_bytes": published.bytes,
        "p50_micros": quantile(&mut times, 0.5), "p99_micros": quantile(&mut times, 0.99),
    });
    let _ = writeln!(outcome.predictions, "{summary}");
    Ok(outcome)
}
