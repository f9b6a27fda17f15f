//! The loader: the few bytes that every shop page fetches.

use anyhow::{Context, Result};

use super::{Profile, assets};
use crate::command::run;
use crate::paths;
use crate::tools::Tools;

/// The name under which the site's configuration reaches the loader.
const CONFIG: &str = "$c";

/// Bundles `public/loader/loader.ts`, whose default export takes the configuration, into one expression
/// `(function($c){…})`: the Worker appends `(` + JSON + `)`.
pub(super) fn build(tools: &Tools, profile: Profile) -> Result<()> {
    let entry = paths::scratch().join("loader-entry.ts");
    let source = paths::root().join("public/loader/loader.ts");
    let import = serde_json::to_string(&source.display().to_string())?;
    assets::write(&entry, format!("import boot from {import};\nboot({CONFIG});\n").as_bytes())?;
    let bundle = run(tools.command(&tools.esbuild).arg(&entry).args([
        "--bundle",
        "--format=iife",
        "--minify",
        "--target=es2020",
        "--log-level=warning",
        "--legal-comments=none",
    ]))?;
    let body = bundle.trim().trim_end_matches(';');
    let body =
        body.strip_prefix("\"use strict\";").context("the loader's bundle begins otherwise than expected")?;
    let path = profile.dist().join("loader.js");
    assets::write(&path, format!("(function({CONFIG}){{\"use strict\";{body}}})").as_bytes())
}
