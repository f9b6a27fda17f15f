//! Building what is served: widget, loader, console and the Worker.

mod assets;
mod console;
pub(crate) mod edge;
mod loader;
pub(crate) mod widget;

use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::fingerprint::{self, Stamp};
use crate::paths;
use crate::progress::{heading, skipped, step};
use crate::tools::Tools;

/// What every wasm build depends on beside its own sources.
const COMMON: [&str; 7] = [
    "Cargo.toml",
    "Cargo.lock",
    "rust-toolchain.toml",
    ".cargo",
    "package-lock.json",
    "xtask/src/build",
    "xtask/js",
];

/// Names the other files; inside the asset directory, like [`LOADER`].
const MANIFEST: &str = "manifest.json";
const LOADER: &str = "loader.js";

/// How thoroughly to build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    /// What ships: small and fast, slow to build.
    Release,
    /// What `cargo xtask dev` serves: built in seconds after a change.
    Watch,
}

impl Profile {
    fn name(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Watch => "watch",
        }
    }

    /// The directory that is served as the Worker's assets.
    pub(crate) fn dist(self) -> PathBuf {
        paths::root().join(match self {
            Self::Release => "target/dist",
            Self::Watch => "target/dist-watch",
        })
    }

    /// The directory of the Worker's own modules.
    pub(crate) fn worker(self) -> PathBuf {
        paths::root().join(match self {
            Self::Release => "target/worker",
            Self::Watch => "target/worker-watch",
        })
    }
}

/// One thing that is built by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Widget,
    Loader,
    Console,
    Edge,
}

impl Part {
    pub(crate) const ALL: [Self; 4] = [Self::Widget, Self::Loader, Self::Console, Self::Edge];

    /// The parts named on the command line; none means all.
    pub(crate) fn from_words(words: &[String]) -> Result<Vec<Self>> {
        if words.is_empty() {
            return Ok(Self::ALL.to_vec());
        }
        let find = |word: &String| Self::ALL.into_iter().find(|part| part.name() == word);
        words
            .iter()
            .map(|word| find(word).ok_or_else(|| anyhow::anyhow!("there is no part `{word}`")))
            .collect()
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Widget => "widget",
            Self::Loader => "loader",
            Self::Console => "console",
            Self::Edge => "edge",
        }
    }

    /// Sources of this part, beside [`COMMON`].
    pub(crate) fn sources(self) -> &'static [&'static str] {
        match self {
            Self::Widget => &["widget", "shared/src", "shared/Cargo.toml", "i18n"],
            Self::Loader => &["public/loader"],
            Self::Console => &["console", "Trunk.toml", "shared/src", "shared/Cargo.toml", "i18n"],
            Self::Edge => &["edge", "shared/src", "shared/Cargo.toml"],
        }
    }

    /// Where the part's result stands; when it is gone, the part is built again.
    fn output(self, profile: Profile) -> PathBuf {
        match self {
            Self::Widget => profile.dist().join(MANIFEST),
            Self::Loader => profile.dist().join(LOADER),
            Self::Console => profile.dist().join("console/index.html"),
            Self::Edge => profile.worker().join("index.js"),
        }
    }

    fn build(self, tools: &Tools, profile: Profile) -> Result<()> {
        match self {
            Self::Widget => widget::build(tools, profile),
            Self::Loader => loader::build(profile),
            Self::Console => console::build(tools, profile),
            Self::Edge => edge::build(tools, profile),
        }
    }
}

/// Builds those of `parts` whose sources changed; says whether any did.
pub(crate) fn run(tools: &Tools, profile: Profile, parts: &[Part]) -> Result<bool> {
    heading(format_args!("Build ({})", profile.name()));
    let mut changed = false;
    for &part in parts {
        let name = format!("build {}", part.name());
        let inputs = [part.sources(), &COMMON].concat();
        let stamp = Stamp::new(
            paths::scratch().join(format!("{}-{}.stamp", part.name(), profile.name())),
            fingerprint::of(&inputs, &[profile.name()])?,
        );
        if stamp.is_fresh() && part.output(profile).is_file() {
            skipped(name, "unchanged");
            continue;
        }
        stamp.clear();
        step(name, || part.build(tools, profile))?;
        if !part.output(profile).is_file() {
            bail!("building {} left no {}", part.name(), part.output(profile).display());
        }
        stamp.write()?;
        changed = true;
    }
    Ok(changed)
}
