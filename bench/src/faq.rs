//! The FAQ benchmark.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, ensure};
use serde_json::json;
use shared::faq::{Decision, Index, Question, entries_from_lines};
use shared::lang::Lang;
use shared::protocol::http::KbLine;

use crate::data::{self, Line, Names, Query};

/// Runs every question of a data set. With `evidence`, also writes what each confidence rests on, for fitting it.
pub(crate) fn run(
    dir: &Path,
    out: &Path,
    kb_lang: Option<Lang>,
    evidence: Option<&Path>,
) -> anyhow::Result<()> {
    let kb = dir.join("kb.jsonl");
    let mut names = Names::default();
    let lines = data::lines::<Line>(&kb)?.into_iter().map(|(_, line)| line);
    let lines: Vec<KbLine> = lines
        .filter(|l| kb_lang.is_none_or(|lang| l.lang == lang))
        .map(|line| names.kb_line(line))
        .collect::<anyhow::Result<_>>()?;
    ensure!(!lines.is_empty(), "{} has no such lines", kb.display());
    let phrasings: usize = lines.iter().map(|l| l.questions.len()).sum();
    let entries = entries_from_lines(lines);
    // Building once more measures without what the process does only once.
    drop(Index::build(&entries));
    let start = Instant::now();
    let mut index = Index::build(&entries);
    if let Some(mut training) = index.training() {
        training.run(usize::MAX);
        index.learn(&training);
    }
    let build_ms = start.elapsed().as_secs_f64() * 1e3;
    let changed: Vec<f64> = entries
        .iter()
        .take(20)
        .map(|entry| {
            let start = Instant::now();
            index.put(entry);
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    let update_one_ms = changed.iter().sum::<f64>() / changed.len() as f64;
    let bytes = index.store();
    let start = Instant::now();
    let index = Index::load(&bytes)?;
    let load_ms = start.elapsed().as_secs_f64() * 1e3;

    let mut file = BufWriter::new(File::create(out).with_context(|| out.display().to_string())?);
    let mut evidence = evidence.map(File::create).transpose()?.map(BufWriter::new);
    let mut times = Vec::new();
    for name in ["queries", "out_of_scope", "followups"] {
        for (line, query) in data::lines::<Query>(&dir.join(format!("{name}.jsonl")))? {
            let context = names.turns(&query)?;
            let question = Question { text: &query.text, context: &context, languages: &[] };
            let start = Instant::now();
            let reply = index.reply(&question);
            let micros = start.elapsed().as_secs_f64() * 1e6;
            times.push(micros);
            let ranked: Vec<_> = reply.ranked.iter().map(|r| (names.name(&r.entry), r.confidence)).collect();
            let decision = match reply.decision {
                Decision::Answer => "answer",
                Decision::Offer | Decision::Social(_) => "offer",
                Decision::Handoff => "handoff",
            };
            let confidence = reply.ranked.first().map_or(0.0, |r| r.confidence);
            let prediction = json!({
                "file": name, "line": line, "ranked": ranked, "confidence": confidence, "decision": decision,
                "micros": (micros * 10.0).round() / 10.0,
            });
            writeln!(file, "{prediction}")?;
            if let Some(file) = &mut evidence {
                let (first, evidence) = index.evidence(&question).context("no entries")?;
                let first = names.name(&first);
                let evidence = json!({"file": name, "line": line, "first": first, "evidence": evidence});
                writeln!(file, "{evidence}")?;
            }
        }
    }
    times.sort_by(f64::total_cmp);
    let quantile = |q: f64| times.get((times.len() as f64 * q) as usize).copied().unwrap_or_default();
    let summary = json!({
        "summary": true, "entries": index.len(), "phrasings": phrasings, "build_ms": build_ms,
        "update_one_ms": update_one_ms, "index_bytes": bytes.len(), "load_ms": load_ms,
        "p50_micros": quantile(0.5), "p99_micros": quantile(0.99),
    });
    writeln!(file, "{summary}")?;
    file.flush().context("writing the predictions")
}
