//! Search libraries over the same data set: SQLite's FTS5 and the `bm25` crate. Every phrasing and every answer is a
//! document; an entry ranks where its best document does.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result};
use bench_engine::data::{self, Line, Query};
use bm25::{Document, Language, SearchEngineBuilder};
use rusqlite::Connection;
use serde_json::json;
use shared::lang::Lang;

/// Documents looked at for ten entries.
const FOUND: usize = 200;

/// Writes one file of predictions for each peer beside `out`.
pub(crate) fn run(folder: &Path, out: &Path, kb_lang: Option<Lang>) -> Result<()> {
    let read = |name: &str| {
        let path = folder.join(name);
        fs::read_to_string(&path).with_context(|| path.display().to_string())
    };
    let lines = data::lines::<Line>("kb.jsonl", &read("kb.jsonl")?)?.into_iter().map(|(_, line)| line);
    let lines = lines.filter(|line| kb_lang.is_none_or(|lang| line.lang == lang));
    let documents: Vec<(String, String)> = lines
        .flat_map(|line| {
            let texts = line.questions.into_iter().chain([line.answer]);
            texts.map(move |text| (line.id.clone(), text)).collect::<Vec<_>>()
        })
        .collect();
    let queries = data::lines::<Query>("queries.jsonl", &read("queries.jsonl")?)?;
    let write = |name: &str, text: String| {
        let path = format!("{}.{name}", out.display());
        fs::write(&path, text).context(path)
    };
    write("fts5", fts5(&documents, &queries, "unicode61")?)?;
    write("fts5-trigram", fts5(&documents, &queries, "trigram")?)?;
    write("bm25", bm25(&documents, &queries)?)
}

/// One prediction per query, and the summary.
fn predictions(
    documents: &[(String, String)],
    queries: &[(usize, Query)],
    build_ms: f64,
    search: impl Fn(&str) -> Result<Vec<usize>>,
) -> Result<String> {
    let mut out = String::new();
    for (line, query) in queries {
        let start = Instant::now();
        let found = search(&query.text)?;
        let micros = start.elapsed().as_secs_f64() * 1e6;
        let mut ranked: Vec<(&str, f32)> = Vec::new();
        for document in found {
            let entry = documents.get(document).map_or("", |(entry, _)| entry.as_str());
            if ranked.len() < 10 && !ranked.iter().any(|(other, _)| *other == entry) {
                ranked.push((entry, 0.0));
            }
        }
        let prediction = json!({ "file": "queries", "line": line, "ranked": ranked, "micros": micros });
        writeln!(out, "{prediction}")?;
    }
    writeln!(out, "{}", json!({ "summary": true, "build_ms": build_ms }))?;
    Ok(out)
}

fn fts5(documents: &[(String, String)], queries: &[(usize, Query)], tokenizer: &str) -> Result<String> {
    let start = Instant::now();
    let connection = Connection::open_in_memory()?;
    connection.execute(&format!("CREATE VIRTUAL TABLE kb USING fts5(text, tokenize = '{tokenizer}')"), [])?;
    connection.execute_batch("BEGIN")?;
    for (at, (_, text)) in documents.iter().enumerate() {
        connection.execute("INSERT INTO kb (rowid, text) VALUES (?, ?)", (at as i64, text))?;
    }
    connection.execute_batch("COMMIT")?;
    let build_ms = start.elapsed().as_secs_f64() * 1e3;
    let sql = format!("SELECT rowid FROM kb WHERE kb MATCH ? ORDER BY rank LIMIT {FOUND}");
    predictions(documents, queries, build_ms, |text| {
        // Any of its words, or any three characters in a row.
        let parts: Vec<String> = if tokenizer == "trigram" {
            let characters: Vec<char> = text.chars().collect();
            characters.windows(3).map(|three| three.iter().collect()).collect()
        } else {
            text.split(|c: char| !c.is_alphanumeric())
                .filter(|word| !word.is_empty())
                .map(str::to_owned)
                .collect()
        };
        if parts.is_empty() {
            return Ok(Vec::new());
        }
        let quoted: Vec<String> =
            parts.iter().map(|part| format!("\"{}\"", part.replace('"', "\"\""))).collect();
        let mut statement = connection.prepare_cached(&sql)?;
        let rows = statement.query_map([quoted.join(" OR ")], |row| row.get::<_, i64>(0))?;
        rows.map(|row| Ok(row? as usize)).collect()
    })
}

fn bm25(documents: &[(String, String)], queries: &[(usize, Query)]) -> Result<String> {
    let start = Instant::now();
    let documents_there: Vec<Document<u32>> =
        (0u32..).zip(documents).map(|(id, (_, text))| Document { id, contents: text.clone() }).collect();
    let engine = SearchEngineBuilder::<u32>::with_documents(Language::English, documents_there).build();
    let build_ms = start.elapsed().as_secs_f64() * 1e3;
    predictions(documents, queries, build_ms, |text| {
        Ok(engine.search(text, FOUND).into_iter().map(|found| found.document.id as usize).collect())
    })
}
