//! One workerd process and its state.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::port::has_ipv6;
use super::{Options, config, state, token};
use crate::command::last_lines;
use crate::tools::Tools;

/// How long a start may take before it counts as failed.
const START: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(50);

/// A running workerd; dropping it ends the process.
#[derive(Debug)]
pub(crate) struct Workerd {
    program: PathBuf,
    /// What was asked for, with the state directory's full path.
    options: Options,
    token: String,
    port: u16,
    child: Child,
    /// Held while this runs.
    _lock: File,
}

impl Workerd {
    pub(super) fn start(tools: &Tools, options: &Options) -> Result<Self> {
        let lock = state::lock(&options.state)?;
        let options = Options { state: fs::canonicalize(&options.state)?, ..options.clone() };
        let token = token::read_or_make(&options.state)?;
        let wanted = options.edge_port.choose("the edge", "--port")?;
        let (child, port) = spawn(&tools.workerd, &options, &token, wanted)?;
        let this = Self { program: tools.workerd.clone(), options, token, port, child, _lock: lock };
        this.wait_until_healthy()?;
        Ok(this)
    }

    /// Kills the process without warning and starts the newest build on the same port and state.
    pub(crate) fn restart(&mut self) -> Result<()> {
        self.kill();
        let (child, port) = spawn(&self.program, &self.options, &self.token, self.port)?;
        (self.child, self.port) = (child, port);
        self.wait_until_healthy()
    }

    pub(crate) fn url(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    pub(crate) fn state(&self) -> &Path {
        &self.options.state
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn log(&self) -> PathBuf {
        self.options.state.join("edge.log")
    }

    /// Why the process ended, if it did.
    pub(crate) fn ended(&mut self) -> Option<String> {
        let status = self.child.try_wait().ok().flatten()?;
        Some(format!("workerd ended with {status}\n{}", tail(&self.log())))
    }

    fn wait_until_healthy(&self) -> Result<()> {
        let url = format!("{}/healthz", self.url());
        let start = Instant::now();
        loop {
            let error = match ureq::get(&url).call() {
                Ok(_) => return Ok(()),
                Err(error) => error,
            };
            if start.elapsed() > START {
                bail!("the edge does not answer {url}: {error}\n{}", tail(&self.log()));
            }
            std::thread::sleep(PAUSE);
        }
    }

    fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Workerd {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Starts workerd on a copy of the Worker's modules, so that a build meanwhile does not disturb it.
fn spawn(program: &Path, options: &Options, token: &str, port: u16) -> Result<(Child, u16)> {
    let Options { profile, state, frames_per_second, assist, webhook, .. } = options;
    let run = state.join("run");
    let objects = state.join("objects");
    fs::create_dir_all(&run)?;
    fs::create_dir_all(&objects)?;
    let modules = copy_modules(&profile.worker(), &run)?;
    let (dist, addresses, webhook) = (profile.dist(), addresses(port), webhook.as_ref());
    let config = config::text(&modules, &dist, &objects, &addresses, *frames_per_second, assist, webhook);
    fs::write(run.join("edge.capnp"), config)?;
    launch(program, &run, "edge.capnp", &[("OPERATOR_TOKEN", token)], &state.join("edge.log"))
}

/// The loopback addresses to listen on.
pub(super) fn addresses(port: u16) -> Vec<String> {
    let mut addresses = vec![format!("127.0.0.1:{port}")];
    if port != 0 && has_ipv6() {
        addresses.push(format!("[::1]:{port}"));
    }
    addresses
}

/// Runs workerd in `folder` with the configuration there; returns once it listens, with the port of its first socket.
pub(super) fn launch(
    program: &Path,
    folder: &Path,
    config: &str,
    env: &[(&str, &str)],
    log: &Path,
) -> Result<(Child, u16)> {
    let mut log_file = File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
    let mut child = Command::new(program)
        .args(["serve", config, "--control-fd=1"])
        .current_dir(folder)
        .envs(env.iter().copied())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(log_file.try_clone()?)
        .spawn()
        .with_context(|| format!("cannot start {}", program.display()))?;

    // workerd tells on its standard output where it listens; what the Worker logs there goes to the log.
    let (listening, heard) = mpsc::channel();
    let stdout = child.stdout.take().context("workerd's output is missing")?;
    std::thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            match listened_port(&line) {
                Some(port) => drop(listening.send(port)),
                None => drop(writeln!(log_file, "{line}")),
            }
        }
    });
    match heard.recv_timeout(START) {
        Ok(port) => Ok((child, port)),
        Err(_) => {
            let _ = child.kill();
            let status = child.wait()?;
            bail!("workerd did not start ({status})\n{}", tail(log));
        }
    }
}

fn copy_modules(from: &Path, to: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".js") || name.ends_with(".wasm") {
            fs::copy(entry.path(), to.join(&name))?;
            names.push(name);
        }
    }
    // workerd starts the first module.
    names.sort_by_key(|name| (name != "index.js", name.clone()));
    Ok(names)
}

/// The port in `{"event":"listen","socket":"http0","port":8787}`.
fn listened_port(line: &str) -> Option<u16> {
    let event: Value = line.starts_with('{').then(|| serde_json::from_str(line).ok())??;
    let is_ours = event["event"] == "listen" && event["socket"] == "http0";
    is_ours.then(|| event["port"].as_u64()?.try_into().ok())?
}

fn tail(log: &Path) -> String {
    last_lines(&fs::read_to_string(log).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hears_where_workerd_listens() {
        let check = |line, port| assert_eq!(listened_port(line), port, "{line}");
        check(r#"{"event":"listen","socket":"http0","port":41234}"#, Some(41234));
        check(r#"{"event":"listen","socket":"http1","port":41234}"#, None);
        check(r#"{"event":"listen","socket":"http0","port":99999}"#, None);
        check("hello", None);
    }
}
