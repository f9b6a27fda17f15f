//! `bench desk [--waiting N] [--agents N] [--events N]`, natively: `cargo xtask bench desk` runs it as WebAssembly.

use bench_engine::desk::{Size, run as play};

use crate::faq::clock;
use crate::flags::Flags;

pub(crate) fn run(mut flags: Flags) -> anyhow::Result<()> {
    let waiting = flags.value("--waiting")?.unwrap_or(1_000usize);
    let agents = flags.value("--agents")?.unwrap_or(200u32);
    let events = flags.value("--events")?.unwrap_or(4_000usize);
    flags.has("--native");
    flags.finish()?;
    print!("{}", play(Size { waiting, agents, events }, clock)?);
    Ok(())
}
