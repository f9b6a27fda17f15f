//! Plants mistakes one by one into a copy of `shared`, and shows that the simulation or the unit tests find each.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Output};
use std::time::Instant;

use anyhow::{Context, Result, bail};

use super::BUILD;
use super::edits::{EDITS, Edit, SHELL};
use crate::command::last_lines;
use crate::paths;
use crate::progress::seconds;

/// A copy of `shared` in a workspace of its own, with a target folder of its own: to cargo the copy's crate is the
/// repository's, and a mutant must never end up in what the repository builds.
struct Copy {
    root: PathBuf,
}

/// Who noticed.
enum Verdict {
    Simulation(String),
    UnitTests(String),
    Nobody,
}

pub(super) fn command(seeds: &str, names: &[String]) -> Result<ExitCode> {
    let wanted = |name: &str| names.is_empty() || names.iter().any(|part| name.contains(part.as_str()));
    let start = Instant::now();
    let copy = Copy::make()?;
    for edit in EDITS {
        edit.apply(&copy.original(edit)?)?;
    }
    println!("without a mistake");
    let program = copy.build()?;
    let sound = run(&program, seeds, &[])?;
    if !sound.status.success() {
        bail!("the simulation fails by itself:\n{}", last_line(&sound.stdout));
    }
    println!("  {}", last_line(&sound.stdout));
    let (mut caught, mut missed) = (0u32, Vec::new());
    let mut tell = |name: &'static str, verdict: &Verdict| match verdict {
        Verdict::Simulation(what) => {
            caught += 1;
            println!("  simulation  {name}\n              {what}");
        }
        Verdict::UnitTests(what) => {
            caught += 1;
            println!("  unit tests  {name}\n              {what}");
        }
        Verdict::Nobody => {
            missed.push(name);
            println!("  MISSED      {name}");
        }
    };
    println!("mistakes of the shell around the machines");
    for (bug, name) in SHELL.iter().filter(|(_, name)| wanted(name)) {
        tell(name, &simulated(&program, seeds, &["--bug", bug])?.unwrap_or(Verdict::Nobody));
    }
    println!("mistakes inside the machines");
    for edit in EDITS.iter().filter(|edit| wanted(edit.name)) {
        tell(edit.name, &copy.try_out(edit, seeds)?);
    }
    println!("{caught} caught, {} missed, {}", missed.len(), seconds(start.elapsed()));
    Ok(if missed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

impl Copy {
    fn make() -> Result<Self> {
        let root = paths::root().join("target/mutants");
        fs::create_dir_all(&root)?;
        let _ = fs::remove_dir_all(root.join("shared"));
        copy_folder(&paths::root().join("shared"), &root.join("shared"))?;
        // The unit tests read the demo shop's knowledge base.
        let _ = fs::remove_dir_all(root.join("data"));
        copy_folder(&paths::root().join("data"), &root.join("data"))?;
        let workspace = fs::read_to_string(paths::root().join("Cargo.toml"))?;
        let ours = |line: &&str| !line.starts_with("members = ") && !line.starts_with("default-members = ");
        let kept: Vec<&str> = workspace.lines().filter(ours).collect();
        let text = kept.join("\n").replacen("[workspace]", "[workspace]\nmembers = [\"shared\"]", 1);
        fs::write(root.join("Cargo.toml"), text)?;
        fs::copy(paths::root().join("Cargo.lock"), root.join("Cargo.lock"))?;
        Ok(Self { root })
    }

    fn target(&self) -> PathBuf {
        self.root.join("target")
    }

    fn original(&self, edit: &Edit) -> Result<String> {
        let path = self.root.join("shared/src").join(edit.file);
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
    }

    fn cargo(&self, args: &[&str]) -> Result<Output> {
        let mut cargo = Command::new("cargo");
        cargo.args(args).current_dir(&self.root).env("CARGO_TARGET_DIR", self.target());
        cargo.output().context("cannot start cargo")
    }

    /// Builds the simulation as the copy is now.
    fn build(&self) -> Result<PathBuf> {
        let output = self.cargo(&[&["build"], &BUILD[..], &["sim"]].concat())?;
        if !output.status.success() {
            bail!("does not compile:\n{}", last_lines(&String::from_utf8_lossy(&output.stderr)));
        }
        Ok(self.target().join("sim/examples").join(paths::exe("sim")))
    }

    fn try_out(&self, edit: &Edit, seeds: &str) -> Result<Verdict> {
        let path = self.root.join("shared/src").join(edit.file);
        let original = self.original(edit)?;
        fs::write(&path, edit.apply(&original)?)?;
        let verdict = self.verdict(seeds).with_context(|| edit.name);
        fs::write(&path, original)?;
        verdict
    }

    fn verdict(&self, seeds: &str) -> Result<Verdict> {
        let program = self.build()?;
        if let Some(verdict) = simulated(&program, seeds, &[])? {
            return Ok(verdict);
        }
        let tests = self.cargo(&["test", "--quiet", "--profile", "sim", "--package", "shared", "--lib"])?;
        let said = String::from_utf8_lossy(&tests.stdout).into_owned();
        let failed = |line: &&str| line.starts_with("---- ") && line.ends_with(" stdout ----");
        match said.lines().find(failed) {
            Some(line) => {
                let name = line.trim_matches(['-', ' ']).trim_end_matches(" stdout");
                Ok(Verdict::UnitTests(name.to_owned()))
            }
            None if tests.status.success() => Ok(Verdict::Nobody),
            None => bail!("the tests do not run:\n{}", last_lines(&String::from_utf8_lossy(&tests.stderr))),
        }
    }
}

/// What the simulation finds, if it finds anything.
fn simulated(program: &Path, seeds: &str, args: &[&str]) -> Result<Option<Verdict>> {
    let output = run(program, seeds, &[args, &["--first"]].concat())?;
    let said = String::from_utf8_lossy(&output.stdout);
    let what = said.lines().next().unwrap_or("ended without a word");
    if output.status.success() {
        return Ok(None);
    }
    // Not a failed seed but a simulation that does not run.
    if !what.starts_with("seed ") {
        bail!("{what}\n{}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(Some(Verdict::Simulation(what.chars().take(100).collect())))
}

fn run(program: &Path, seeds: &str, args: &[&str]) -> Result<Output> {
    let mut command = Command::new(program);
    command.arg(seeds).args(args).output().with_context(|| format!("cannot start {}", program.display()))
}

fn last_line(output: &[u8]) -> String {
    String::from_utf8_lossy(output).lines().last().unwrap_or_default().to_owned()
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
