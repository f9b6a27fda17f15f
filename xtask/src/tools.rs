//! What building needs, installed where missing.

mod cargo_tools;
pub(crate) mod npm;
mod prerequisites;

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::paths;
use crate::progress::heading;

pub(crate) use cargo_tools::VERSIONS;
pub(crate) use prerequisites::{node_version, wasm_target as install_target};

/// The installed tools' places.
#[derive(Debug, Clone)]
pub(crate) struct Tools {
    pub(crate) wasm_bindgen: PathBuf,
    pub(crate) worker_build: PathBuf,
    pub(crate) trunk: PathBuf,
    pub(crate) wasm_opt: PathBuf,
    pub(crate) esbuild: PathBuf,
    pub(crate) workerd: PathBuf,
}

/// Checks the prerequisites and installs everything that is missing.
pub(crate) fn install() -> Result<Tools> {
    heading("Tools");
    prerequisites::check()?;
    prerequisites::wasm_target()?;
    npm::install(&paths::root(), "npm packages")?;
    tools(cargo_tools::install()?)
}

/// The tools as installed, for commands that build nothing.
pub(crate) fn find() -> Result<Tools> {
    npm::install(&paths::root(), "npm packages")?;
    tools(cargo_tools::expected())
}

fn tools([wasm_bindgen, worker_build, trunk]: [PathBuf; 3]) -> Result<Tools> {
    let modules = paths::root().join("node_modules");
    Ok(Tools {
        wasm_bindgen,
        worker_build,
        trunk,
        wasm_opt: npm::script(&modules, "wasm-opt"),
        esbuild: npm::binary(&modules, "@esbuild", "esbuild"),
        workerd: npm::binary(&modules, "@cloudflare", "workerd"),
    })
}

impl Tools {
    /// A command that finds these tools by name and by the variables that worker-build reads.
    pub(crate) fn command(&self, program: &std::path::Path) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(paths::root())
            .env("PATH", self.path())
            .env("WASM_BINDGEN_BIN", &self.wasm_bindgen)
            .env("WASM_OPT_BIN", &self.wasm_opt)
            .env("ESBUILD_BIN", &self.esbuild);
        command
    }

    /// The user's PATH with the folders of these tools before it.
    fn path(&self) -> OsString {
        let ours = [&self.wasm_bindgen, &self.wasm_opt, &self.esbuild];
        let ours = ours.into_iter().filter_map(|tool| tool.parent()).map(PathBuf::from);
        let users = env::var_os("PATH").unwrap_or_default();
        env::join_paths(ours.chain(env::split_paths(&users))).unwrap_or(users)
    }
}
