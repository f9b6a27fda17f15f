//! The benchmarks as JavaScript calls them.

use shared::lang::Lang;
use wasm_bindgen::prelude::*;

#[cfg(feature = "desk")]
use crate::desk::{self, Size};
#[cfg(feature = "desk")]
use crate::estimate;
use crate::replies::{self, Files};
use crate::synthetic;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance)]
    fn now() -> f64;
}

/// The predictions of a data set's files, and the summary.
///
/// # Errors
/// A bad line, as text.
#[wasm_bindgen]
pub fn run(
    kb: String,
    queries: String,
    out_of_scope: String,
    followups: String,
    kb_lang: Option<String>,
) -> Result<String, String> {
    let lang =
        kb_lang.map(|tag| Lang::parse(&tag).ok_or_else(|| format!("unknown language {tag}"))).transpose()?;
    let files = Files { kb, questions: [queries, out_of_scope, followups] };
    let outcome = replies::run(&files, lang, false, now).map_err(|error| error.to_string())?;
    Ok(outcome.predictions)
}

/// The same of a generated shop with so many phrasings.
///
/// # Errors
/// None that is known of.
#[wasm_bindgen]
pub fn run_synthetic(phrasings: u32) -> Result<String, String> {
    let files = synthetic::shop(phrasings as usize);
    replies::run(&files, None, false, now)
        .map(|outcome| outcome.predictions)
        .map_err(|error| error.to_string())
}

/// The mood of a message, as the Worker reads it of every one.
#[wasm_bindgen]
#[must_use]
pub fn run_mood(message: &str) -> u8 {
    shared::faq::mood::read(message).mood as u8
}

/// How long the desk machine's events take.
///
/// # Errors
/// None that is known of.
#[cfg(feature = "desk")]
#[wasm_bindgen]
pub fn run_desk(waiting: u32, agents: u32, events: u32) -> Result<String, String> {
    let size = Size { waiting: waiting as usize, agents, events: events as usize };
    desk::run(size, now).map_err(|error| error.to_string())
}

/// How long one estimate takes.
///
/// # Errors
/// None that is known of.
#[cfg(feature = "desk")]
#[wasm_bindgen]
pub fn run_estimate() -> Result<String, String> {
    estimate::run(now).map_err(|error| error.to_string())
}
