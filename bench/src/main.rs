//! `bench faq --data DIR --out FILE [--kb-lang xx]`: runs the FAQ engine over `DIR/kb.jsonl` and its questions, and
//! writes one prediction per question.
//!
//! The engine runs natively here. The same crate ships in the Worker as WebAssembly, where times differ; accuracy and
//! confidence do not. `bench language --data FILE` prints how many texts' languages are recognised.

mod data;
mod faq;
mod language;

use std::path::PathBuf;

use anyhow::{Context, bail};
use shared::lang::Lang;

fn main() -> anyhow::Result<()> {
    let mut args = std::env::args().skip(1);
    let command = args.next().unwrap_or_default();
    let (mut data, mut out, mut kb_lang, mut evidence) = (None, None, None, None);
    while let Some(flag) = args.next() {
        let value = args.next().with_context(|| format!("{flag} needs a value"))?;
        match flag.as_str() {
            "--data" => data = Some(PathBuf::from(value)),
            "--out" => out = Some(PathBuf::from(value)),
            "--kb-lang" => {
                kb_lang = Some(Lang::parse(&value).with_context(|| format!("unknown language {value}"))?)
            }
            "--evidence" => evidence = Some(PathBuf::from(value)),
            _ => bail!("unknown option {flag}"),
        }
    }
    let data = data.context("--data is missing")?;
    match command.as_str() {
        "faq" => faq::run(&data, &out.context("--out is missing")?, kb_lang, evidence.as_deref()),
        "language" => language::run(&data),
        _ => bail!(
            "usage: bench faq --data DIR --out FILE [--kb-lang xx] [--evidence FILE] | bench language --data FILE"
        ),
    }
}
