//! `cargo xtask dev`: from a fresh clone to a shop one can chat in, then rebuilding what changes.

mod watch;

use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Instant;

use anyhow::{Result, bail};

use crate::args::Args;
use crate::build::{self, Part, Profile};
use crate::paths;
use crate::progress::{self, heading, seconds, step};
use crate::serve::{self, Options, Served, Wanted};
use crate::tools::{self, Tools};

pub(crate) fn command(args: &mut Args) -> Result<()> {
    let reset = args.flag("--reset");
    let watching = !args.flag("--no-watch");
    let profile = if args.flag("--release") { Profile::Release } else { Profile::Watch };
    let options = Options {
        profile,
        state: paths::root().join(".edgedesk/dev"),
        edge_port: Wanted::new(args.number("--port")?, serve::EDGE_PORT),
        shop_port: Some(Wanted::new(args.number("--shop-port")?, serve::SHOP_PORT)),
        frames_per_second: None,
        assist: serve::Assist::read(args)?,
        webhook: serve::Webhook::read(args)?,
    };
    args.finish()?;

    let start = Instant::now();
    let tools = tools::install()?;
    let watcher = watch::Watcher::new();
    build::run(&tools, profile, &Part::ALL)?;
    if reset && options.state.exists() {
        step("clear the state", || serve::clear(&options.state))?;
    }
    let (stop, stopped) = mpsc::channel();
    ctrlc::set_handler(move || {
        // Nobody listens any more: the end has begun already.
        let _ = stop.send(());
    })?;
    heading("Serve");
    let mut served = step("start workerd", || Served::start(&tools, &options))?;
    step("seed the demo shop", || served.seed(true))?;
    announce(&served, start)?;
    watch_until(&stopped, &tools, profile, &mut served, watcher, watching)
}

fn announce(served: &Served, start: Instant) -> Result<()> {
    println!("\nReady after {}.\n", seconds(start.elapsed()));
    if let Some(shop) = &served.shop {
        println!("  shop      {}/", shop.url());
    }
    println!("  console   {}/console/", served.edge.url());
    println!("  site      {}   password of all accounts: tidewater-demo", serve::SITE);
    for (email, role) in serve::sign_ins()? {
        println!("  sign in   {email} ({role})");
    }
    println!("  log       {}", served.edge.log().display());
    println!("\nState is kept in .edgedesk/dev (--reset clears it). Ctrl-C ends.");
    Ok(())
}

/// Rebuilds and restarts what changed, until somebody asks to stop. A build that fails leaves the running one alone.
fn watch_until(
    stopped: &mpsc::Receiver<()>,
    tools: &Tools,
    profile: Profile,
    served: &mut Served,
    mut watcher: watch::Watcher,
    watching: bool,
) -> Result<()> {
    loop {
        match stopped.recv_timeout(watch::PAUSE) {
            Ok(()) | Err(RecvTimeoutError::Disconnected) => {
                println!("\nStopped.");
                return Ok(());
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
        if let Some(why) = served.edge.ended() {
            bail!("{why}");
        }
        if !watching {
            continue;
        }
        let changed = watcher.changed();
        if changed.is_empty() {
            continue;
        }
        let start = Instant::now();
        println!();
        match refresh(tools, profile, served, &changed) {
            Ok(()) => println!("Served again after {}.", seconds(start.elapsed())),
            Err(error) => {
                eprintln!("{error:#}\nStill serving the build before; waiting for the next change.")
            }
        }
    }
}

fn refresh(tools: &Tools, profile: Profile, served: &mut Served, changed: &[watch::Watched]) -> Result<()> {
    let parts: Vec<Part> = changed.iter().filter_map(|c| c.part()).collect();
    if !parts.is_empty() && build::run(tools, profile, &parts)? {
        progress::step("restart workerd", || served.edge.restart())?;
    }
    progress::step("seed the demo shop", || served.seed(true))
}
