//! `--replay EVENTS --out FILE`: answers every `ask` of a log, from the lines before it.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use shared::protocol::WaitShown;

use super::events::{self, Event};
use super::floor::{Answer, Floor};

pub(crate) fn run(log: &Path, out: &Path) -> Result<()> {
    let mut file = BufWriter::new(File::create(out).with_context(|| out.display().to_string())?);
    let mut floor = Floor::default();
    for line in events::read(log)? {
        let (number, t, event) = line?;
        let place = || format!("{}:{number}", log.display());
        if let Event::Ask { conv } = &event {
            let answer = floor.ask(t, conv).with_context(place)?;
            writeln!(file, "{}", describe(t, conv, answer))?;
        } else {
            floor.happen(t, &event).with_context(place)?;
        }
    }
    file.flush().with_context(|| out.display().to_string())
}

fn describe(t: f64, conv: &str, answer: Answer) -> Value {
    let t = t as u64;
    let round = |secs: f64| (secs * 10.0).round() / 10.0;
    match answer {
        Answer::Offline => json!({"t": t, "conv": conv, "offline": true}),
        Answer::Gone => json!({"t": t, "conv": conv, "gone": true}),
        Answer::Wait { position, forecast, shown, shown_position } => {
            let q = forecast.quantiles.map(round);
            let shown = match shown {
                WaitShown::Range { low_min, high_min } => {
                    json!({"position": shown_position, "low_min": low_min, "high_min": high_min})
                }
                WaitShown::Over { min } => json!({"position": shown_position, "over_min": min}),
                WaitShown::Unknown => json!({"position": shown_position}),
            };
            json!({
                "t": t, "conv": conv, "position": position, "mean_s": round(forecast.mean),
                "q10_s": q[0], "q20_s": q[1], "q50_s": q[2], "q80_s": q[3], "q90_s": q[4], "shown": shown,
            })
        }
    }
}
