//! `bench faq --data DIR --out FILE [--kb-lang xx]`: runs the FAQ engine over `DIR/kb.jsonl` and its questions, and
//! writes one prediction per question; natively here, for fitting and profiling: `cargo xtask bench faq` runs the same
//! as WebAssembly, where times differ and accuracy and confidence do not. `bench language --data FILE` prints how many
//! texts' languages are recognised, `bench mood --data FILE` how many messages' mood and urgency. `bench queue`
//! measures the wait estimates of simulated and of recorded contact centres. `bench desk` times the desk machine's events.
//!
//! `bench fanout` and `bench load` measure a server, real workerd with the real build, and need what `cargo xtask
//! bench` sets up. README.md of this folder has their flags and the frames another server must speak.

mod desk;
mod dialect;
mod fanout;
mod faq;
mod figures;
mod flags;
mod language;
mod line;
mod load;
mod mood;
#[cfg(feature = "peers")]
mod peers;
mod process;
mod queue;
mod reference;
mod shop;

use std::path::PathBuf;

use anyhow::{Context, bail};
use shared::lang::Lang;

use flags::Flags;

const USAGE: &str = "\
usage: bench faq --data DIR|--synthetic PHRASINGS --out FILE [--kb-lang xx] [--native] [--evidence FILE]
       bench language --data FILE [--lingua]
       bench mood --data FILE
       bench queue [--seeds A..B] [--scenario NAME]
       bench queue --replay EVENTS --out FILE
       bench queue --estimate-speed
       bench desk [--waiting N] [--agents N] [--events N]
       bench fanout [--quick] [--rounds N] [--case CASE] [--control] [--url ADDRESS] [--out FILE]
       bench load [--quick] [--visitors N] [--agents N] [--waves N] [--rate N] [--seconds N] [--reference]
                  [--out FILE]";

fn main() -> anyhow::Result<()> {
    let mut words = std::env::args().skip(1);
    let command = words.next().unwrap_or_default();
    let mut flags = Flags::new(words.collect());
    match command.as_str() {
        "fanout" => fanout::run(flags),
        "queue" => queue::run(flags),
        "desk" => desk::run(flags),
        "load" => load::run(flags),
        "faq" => {
            let data: Option<PathBuf> = flags.value("--data")?;
            let phrasings: Option<usize> = flags.value("--synthetic")?;
            let out: PathBuf = flags.value("--out")?.context("--out is missing")?;
            let evidence: Option<PathBuf> = flags.value("--evidence")?;
            let lang: Option<String> = flags.value("--kb-lang")?;
            let lang = lang.map(|tag| Lang::parse(&tag).with_context(|| format!("unknown language {tag}")));
            flags.has("--native");
            flags.finish()?;
            let shop = match (&data, phrasings) {
                (_, Some(phrasings)) => faq::Shop::Generated(phrasings),
                (Some(folder), None) => faq::Shop::Folder(folder),
                (None, None) => bail!("--data is missing"),
            };
            faq::run(&shop, &out, lang.transpose()?, evidence.as_deref())
        }
        #[cfg(feature = "peers")]
        "faq-peers" => {
            let data: PathBuf = flags.value("--data")?.context("--data is missing")?;
            let out: PathBuf = flags.value("--out")?.context("--out is missing")?;
            let lang: Option<String> = flags.value("--kb-lang")?;
            let lang = lang.map(|tag| Lang::parse(&tag).with_context(|| format!("unknown language {tag}")));
            flags.finish()?;
            peers::run(&data, &out, lang.transpose()?)
        }
        "language" => {
            let data: PathBuf = flags.value("--data")?.context("--data is missing")?;
            let lingua = flags.has("--lingua");
            flags.finish()?;
            language::run(&data, lingua)
        }
        "mood" => {
            let data: PathBuf = flags.value("--data")?.context("--data is missing")?;
            flags.finish()?;
            mood::run(&data)
        }
        _ => bail!("{USAGE}"),
    }
}
