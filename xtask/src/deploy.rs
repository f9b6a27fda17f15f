//! `cargo xtask deploy`: to the owner's Cloudflare account, with wrangler.

pub(crate) mod sizes;
pub(crate) mod wrangler;

use anyhow::Result;

use crate::args::Args;
use crate::build::{self, Part, Profile};
use crate::progress::{heading, step};
use crate::tools;

pub(crate) fn command(args: &mut Args) -> Result<()> {
    let dry_run = args.flag("--dry-run");
    args.finish()?;
    let tools = tools::install()?;
    build::run(&tools, Profile::Release, &Part::ALL)?;
    heading("Sizes");
    sizes::check()?;
    heading(if dry_run { "Deploy (dry run)" } else { "Deploy" });
    let wrangler = wrangler::install()?;
    if dry_run {
        return step("wrangler deploy --dry-run", || wrangler.dry_run());
    }
    wrangler.deploy()?;
    println!(
        "\nThe first time, give the Worker its operator's token (any long random text; keep it):\n  \
         {}\nThen create your site, its agents and its knowledge base: see README.md.",
        wrangler.describe(&["secret", "put", "OPERATOR_TOKEN"])
    );
    Ok(())
}
