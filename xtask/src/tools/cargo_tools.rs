//! Command-line tools from crates.io, of exactly the version this workspace was built with.

use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::command::{ask, run};
use crate::paths;
use crate::progress::{skipped, step};

struct Tool {
    package: &'static str,
    binary: &'static str,
    version: &'static str,
    /// Further arguments of `cargo install`.
    args: &'static [&'static str],
    /// How much the compiler optimises: what hardly computes is built in the quickest way.
    opt_level: &'static str,
}

/// Crates in our lock file whose version a tool must have: crate, tool, version.
pub(crate) const VERSIONS: [(&str, &str, &str); 2] =
    [("wasm-bindgen", TOOLS[0].binary, TOOLS[0].version), ("worker", TOOLS[1].binary, TOOLS[1].version)];

/// wasm-bindgen must equal the crate's version in Cargo.toml. trunk goes without its server's TLS: it only builds here.
const TOOLS: [Tool; 3] = [
    Tool {
        package: "wasm-bindgen-cli",
        binary: "wasm-bindgen",
        version: "0.2.130",
        args: &["--no-default-features"],
        opt_level: "1",
    },
    Tool {
        package: "worker-build",
        binary: "worker-build",
        version: "0.8.7",
        args: &["--locked"],
        opt_level: "0",
    },
    Tool {
        package: "trunk",
        binary: "trunk",
        version: "0.21.14",
        args: &["--locked", "--no-default-features"],
        opt_level: "0",
    },
];

/// Finds or installs each of [`TOOLS`], in their order.
pub(super) fn install() -> Result<[PathBuf; 3]> {
    let [first, second, third] = &TOOLS;
    Ok([first.find_or_install()?, second.find_or_install()?, third.find_or_install()?])
}

/// Where [`install`] puts them, whether or not they are there.
pub(super) fn expected() -> [PathBuf; 3] {
    let folder = paths::tool_folder().join("bin");
    TOOLS.each_ref().map(|tool| folder.join(paths::exe(tool.binary)))
}

impl Tool {
    fn find_or_install(&self) -> Result<PathBuf> {
        let name = format!("{} {}", self.binary, self.version);
        if let Some(found) = self.find() {
            skipped(name, "there");
            return Ok(found);
        }
        if ask("cargo", &["binstall", "-V"]).is_some() && self.binstall(&name).is_ok() {
            return self.find().with_context(|| format!("cargo binstall left no working {name}"));
        }
        step(format_args!("install {name}"), || {
            // Two clones may come here at once: the second waits and finds the first one's work.
            let folder = paths::tool_folder();
            fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
            let lock = File::create(folder.join(".lock"))?;
            lock.lock()?;
            if self.find().is_some() { Ok(()) } else { self.compile() }
        })?;
        self.find().with_context(|| format!("cargo install left no working {name}"))
    }

    /// On PATH first, then in the kept folder; another version is passed over.
    fn find(&self) -> Option<PathBuf> {
        let exe = paths::exe(self.binary);
        let path = env::var_os("PATH").unwrap_or_default();
        env::split_paths(&path)
            .chain([paths::tool_folder().join("bin")])
            .map(|folder| folder.join(&exe))
            .find(|file| file.is_file() && self.is_right(file))
    }

    fn is_right(&self, file: &Path) -> bool {
        let said = ask(file, &["--version"]).unwrap_or_default();
        said.split_whitespace().any(|word| word == self.version)
    }

    fn binstall(&self, name: &str) -> Result<()> {
        step(format_args!("fetch {name}"), || {
            run(Command::new("cargo")
                .args(["binstall", "--no-confirm", "--disable-strategies", "compile", "--root"])
                .arg(paths::tool_folder())
                .arg(format!("{}@{}", self.package, self.version)))
        })
        .map(drop)
    }

    /// cargo moves the finished program into place as its last act, and a broken-off build goes on where it was.
    fn compile(&self) -> Result<()> {
        let folder = paths::tool_folder();
        run(Command::new("cargo")
            .args(["install", &format!("{}@{}", self.package, self.version)])
            .args(self.args)
            .arg("--root")
            .arg(&folder)
            .current_dir(paths::root())
            .env("CARGO_TARGET_DIR", folder.join("build"))
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", self.opt_level)
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_DEBUG", "0")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"))
        .map(drop)
    }
}
