//! Serving a build on this machine: the Worker in plain workerd, the demo shop on an origin of its own.

mod assist;
mod config;
mod operator;
mod port;
mod shop;
mod state;
mod token;
mod webhook;
mod workerd;

use std::fs;
use std::io::BufRead as _;
use std::path::PathBuf;
use std::sync::mpsc;

use anyhow::{Context, Result, bail};
use serde_json::json;

use crate::args::Args;
use crate::build::Profile;
use crate::paths;
use crate::progress;
use crate::tools::{self, Tools};

pub(crate) use assist::Assist;
pub(crate) use config::{COMPATIBILITY_DATE, OBJECTS};
pub(crate) use operator::{SEED_SOURCES, SITE, sign_ins};
pub(crate) use port::Wanted;
pub(crate) use shop::Shop;
pub(crate) use state::clear;
pub(crate) use webhook::Webhook;
pub(crate) use workerd::Workerd;

/// The ports of a plain `cargo xtask dev`.
pub(crate) const EDGE_PORT: u16 = 8787;
pub(crate) const SHOP_PORT: u16 = 8788;

/// What to serve, and where.
#[derive(Debug, Clone)]
pub(crate) struct Options {
    pub(crate) profile: Profile,
    /// Where the objects' databases and the operator's token are kept.
    pub(crate) state: PathBuf,
    pub(crate) edge_port: Wanted,
    /// Where the demo shop is served; `None` leaves it away.
    pub(crate) shop_port: Option<Wanted>,
    /// Frames a second one conversation socket may send; `None` is the Worker's default.
    pub(crate) frames_per_second: Option<u32>,
    pub(crate) assist: Assist,
    /// An address that webhooks may reach although it is private.
    pub(crate) webhook: Option<Webhook>,
}

/// A running edge, and the demo shop before it.
#[derive(Debug)]
pub(crate) struct Served {
    pub(crate) edge: Workerd,
    pub(crate) shop: Option<Shop>,
}

impl Served {
    /// Starts both and waits until the edge answers.
    pub(crate) fn start(tools: &Tools, options: &Options) -> Result<Self> {
        let edge = Workerd::start(tools, options)?;
        let start_shop = |wanted: Wanted| -> Result<Shop> {
            let port = wanted.choose("the demo shop", "--shop-port")?;
            Shop::start(tools, edge.state(), port, &edge.url())
        };
        let shop = options.shop_port.map(start_shop).transpose()?;
        Ok(Self { edge, shop })
    }

    /// Puts the demo shop's settings, accounts and knowledge base into the edge, unless these very ones are there.
    /// Seeds the demo shop; with its plans, if they are wanted.
    pub(crate) fn seed(&self, plans: bool) -> Result<()> {
        operator::seed(&self.edge, self.shop.as_ref().map_or(SHOP_PORT, Shop::port), plans)
    }
}

/// `cargo xtask serve`: for tests, benches and one-machine hosting.
///
/// With `--json` it prints one line about what it serves and ends when its standard input does; a line `restart`
/// there kills workerd outright and starts it again on the same port and state, answered by another such line.
pub(crate) fn command(args: &mut Args) -> Result<()> {
    let json = args.flag("--json");
    progress::set_quiet(json);
    let plans = args.flag("--plans");
    let seed = args.flag("--seed") || plans;
    let profile = if args.flag("--watch-profile") { Profile::Watch } else { Profile::Release };
    let state = args.option("--state")?.map(PathBuf::from);
    let shop_port = args.number("--shop-port")?;
    let frames_per_second = args.option("--frames-per-second")?;
    let frames_per_second = frames_per_second
        .map(|frames| frames.parse().context("--frames-per-second: no number"))
        .transpose()?;
    let options = Options {
        profile,
        state: state
            .clone()
            .unwrap_or_else(|| paths::scratch().join(format!("serve-{}", std::process::id()))),
        edge_port: Wanted::new(args.number("--port")?, EDGE_PORT),
        shop_port: (seed || shop_port.is_some()).then(|| Wanted::new(shop_port, SHOP_PORT)),
        frames_per_second,
        assist: Assist::read(args)?,
        webhook: Webhook::read(args)?,
    };
    args.finish()?;
    let result = serve(&options, (seed, plans), json);
    if state.is_none() {
        let _ = fs::remove_dir_all(&options.state);
    }
    result
}

enum Event {
    Restart,
    Stop,
}

fn serve(options: &Options, (seed, plans): (bool, bool), json: bool) -> Result<()> {
    if !options.profile.worker().join("index.js").is_file() {
        bail!("nothing is built yet: run `cargo xtask build` first");
    }
    let (events, inbox) = mpsc::channel();
    let on_signal = events.clone();
    ctrlc::set_handler(move || drop(on_signal.send(Event::Stop)))?;
    let mut served = Served::start(&tools::find()?, options)?;
    if seed {
        progress::step("seed the demo shop", || served.seed(plans))?;
    }
    if !json {
        println!(
            "  edge    {}   (operator's token: {}/operator-token)",
            served.edge.url(),
            served.edge.state().display()
        );
        if let Some(shop) = &served.shop {
            println!("  shop    {}", shop.url());
        }
        println!("Ctrl-C ends.");
    } else {
        println!("{}", line(&served));
        std::thread::spawn(move || {
            for line in std::io::stdin().lock().lines() {
                if line.is_ok_and(|l| l.trim() == "restart") && events.send(Event::Restart).is_err() {
                    return;
                }
            }
            let _ = events.send(Event::Stop);
        });
    }
    while let Ok(Event::Restart) = inbox.recv() {
        served.edge.restart()?;
        println!("{}", line(&served));
    }
    Ok(())
}

fn line(served: &Served) -> serde_json::Value {
    json!({
        "edge": served.edge.url(),
        "shop": served.shop.as_ref().map(Shop::url),
        "site": SITE,
        "operator_token": served.edge.token(),
        "state": served.edge.state(),
        "pid": served.edge.pid(),
    })
}
