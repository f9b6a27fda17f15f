//! The log of a contact centre: what happened, line by line.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

/// One thing that happened. Shifts are milliseconds since the epoch.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "ev", rename_all = "snake_case")]
pub(crate) enum Event {
    Roster {
        agent: String,
        skills: Vec<String>,
        capacity: u32,
        #[serde(default)]
        shifts: Vec<(f64, f64)>,
    },
    AgentOn {
        agent: String,
    },
    AgentOff {
        agent: String,
    },
    Enqueue {
        conv: String,
        skill: String,
        #[serde(default)]
        priority: i32,
    },
    Ask {
        conv: String,
    },
    Assign {
        conv: String,
        agent: String,
    },
    End {
        conv: String,
    },
    Abandon {
        conv: String,
    },
}

#[derive(Deserialize)]
struct At {
    t: f64,
}

/// The log's lines with their times in milliseconds; an error names file and line.
pub(crate) fn read(path: &Path) -> Result<impl Iterator<Item = Result<(usize, f64, Event)>>> {
    let file = File::open(path).with_context(|| path.display().to_string())?;
    let path = path.to_owned();
    let mut before = 0.0;
    let lines = BufReader::new(file).lines().enumerate();
    Ok(lines.filter(|(_, line)| !matches!(line, Ok(line) if line.trim().is_empty())).map(move |(n, line)| {
        let parse = || -> Result<(f64, Event)> {
            let line = line?;
            let At { t } = serde_json::from_str(&line)?;
            ensure!((0.0..=9e15).contains(&t), "`t` is no time");
            ensure!(t >= before, "`t` goes back: {t} after {before}");
            before = t;
            let event: Event = serde_json::from_str(&line)?;
            check(&event)?;
            Ok((t, event))
        };
        let (t, event) = parse().with_context(|| format!("{}:{}", path.display(), n + 1))?;
        Ok((n + 1, t, event))
    }))
}

fn check(event: &Event) -> Result<()> {
    if let Event::Roster { shifts, skills, .. } = event {
        if let Some((from, to)) = shifts.iter().find(|(from, to)| from > to) {
            bail!("a shift ends at {to}, before it begins at {from}");
        }
        ensure!(!skills.is_empty(), "an agent without skills");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(name: &str, text: &str) -> Vec<Result<(usize, f64, Event)>> {
        let path = std::env::temp_dir().join(format!("edgedesk-queue-{}-{name}.jsonl", std::process::id()));
        std::fs::write(&path, text).unwrap();
        let lines = read(&path).unwrap().collect();
        std::fs::remove_file(&path).unwrap();
        lines
    }

    #[test]
    fn lines_are_read_and_unknown_fields_ignored() {
        let text = r#"{"t":0,"ev":"roster","agent":"a","skills":["s"],"capacity":2,"shifts":[[0,9]],"team":"x"}

{"ev":"enqueue","t":5,"conv":"c","skill":"s","vip":true}"#;
        let all: Vec<_> = lines("read", text).into_iter().map(Result::unwrap).collect();
        assert_eq!(all.len(), 2);
        assert_eq!(all[1], (3, 5.0, Event::Enqueue { conv: "c".into(), skill: "s".into(), priority: 0 }));
    }

    #[test]
    fn a_bad_line_is_named() {
        for (name, bad) in [
            ("json", "{"),
            ("kind", r#"{"t":6,"ev":"party"}"#),
            ("back", r#"{"t":1,"ev":"ask","conv":"c"}"#),
            ("time", r#"{"t":-1,"ev":"ask","conv":"c"}"#),
            ("field", r#"{"t":6,"ev":"ask"}"#),
            ("shift", r#"{"t":6,"ev":"roster","agent":"a","skills":["s"],"capacity":1,"shifts":[[5,1]]}"#),
        ] {
            let text = format!("{}\n{bad}\n", r#"{"t":5,"ev":"ask","conv":"c"}"#);
            let error = format!("{:#}", lines(name, &text).pop().unwrap().unwrap_err());
            assert!(error.contains(".jsonl:2"), "{name}: {error}");
        }
    }
}
