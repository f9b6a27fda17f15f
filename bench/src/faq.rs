//! The FAQ benchmark, natively. `cargo xtask bench faq` runs it as WebAssembly.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;
use std::time::Instant;

use anyhow::{Context, Result};
use bench_engine::replies::{self, Files};
use bench_engine::synthetic;
use shared::lang::Lang;

/// What is run.
#[derive(Debug)]
pub(crate) enum Shop<'a> {
    /// A data set's folder.
    Folder(&'a Path),
    /// A generated shop with so many phrasings.
    Generated(usize),
}

pub(crate) fn clock() -> f64 {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    START.elapsed().as_secs_f64() * 1e3
}

/// Runs every question. With `evidence`, also writes what each confidence rests on, for fitting it.
pub(crate) fn run(shop: &Shop<'_>, out: &Path, kb_lang: Option<Lang>, evidence: Option<&Path>) -> Result<()> {
    let files = match shop {
        Shop::Generated(phrasings) => synthetic::shop(*phrasings),
        Shop::Folder(folder) => {
            let read = |name: &str| {
                let path = folder.join(format!("{name}.jsonl"));
                if !path.exists() {
                    return Ok(String::new());
                }
                fs::read_to_string(&path).with_context(|| path.display().to_string())
            };
            let questions = [read("queries")?, read("out_of_scope")?, read("followups")?];
            Files { kb: read("kb")?, questions }
        }
    };
    let outcome = replies::run(&files, kb_lang, evidence.is_some(), clock)?;
    fs::write(out, &outcome.predictions).with_context(|| out.display().to_string())?;
    if let Some(path) = evidence {
        fs::write(path, &outcome.evidence).with_context(|| path.display().to_string())?;
    }
    println!("{}", outcome.predictions.lines().last().unwrap_or_default());
    Ok(())
}
