//! The demo shop's pages, on an origin of their own as a real shop's would be.

use std::fs;
use std::path::Path;
use std::process::Child;

use anyhow::Result;

use super::config::quoted;
use super::workerd::{addresses, launch};
use crate::paths;
use crate::tools::Tools;

/// Serves `public/shop`; the files are read at each request, so changes show at once.
const WORKER: &str = include_str!("../../js/shop.mjs");

/// The running shop; dropping it ends its process.
#[derive(Debug)]
pub(crate) struct Shop {
    port: u16,
    child: Child,
}

impl Shop {
    /// Serves on the loopback addresses; the pages' script tag is made to point to `edge`.
    pub(super) fn start(tools: &Tools, state: &Path, port: u16, edge: &str) -> Result<Self> {
        let run = state.join("shop");
        fs::create_dir_all(&run)?;
        fs::write(run.join("shop.mjs"), WORKER)?;
        fs::write(run.join("shop.capnp"), config(&addresses(port), edge))?;
        let (child, port) = launch(&tools.workerd, &run, "shop.capnp", &[], &state.join("shop.log"))?;
        Ok(Self { port, child })
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn url(&self) -> String {
        format!("http://localhost:{}", self.port)
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn config(addresses: &[String], edge: &str) -> String {
    let socket = |(n, address): (usize, &String)| {
        format!("    (name = \"http{n}\", address = {}, http = (), service = \"shop\"),\n", quoted(address))
    };
    let sockets: String = addresses.iter().enumerate().map(socket).collect();
    format!(
        r#"using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "shop", worker = .shop),
    (name = "files", disk = (path = {files})),
  ],
  sockets = [
{sockets}  ],
);

const shop :Workerd.Worker = (
  modules = [(name = "shop.mjs", esModule = embed "shop.mjs")],
  compatibilityDate = "{}",
  bindings = [(name = "FILES", service = "files"), (name = "EDGE", text = {})],
);
"#,
        super::COMPATIBILITY_DATE,
        quoted(edge),
        files = quoted(&paths::root().join("public/shop").display().to_string()),
    )
}
