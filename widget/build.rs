//! Compiles the locale files to Rust, and the components' style sheets to one small one.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn Error>> {
    i18n::compile_for_build()?;
    println!("cargo::rerun-if-changed=src/components");
    let mut sheets = Vec::new();
    collect(Path::new("src/components"), &mut sheets)?;
    sheets.sort();
    let mut all = String::new();
    for sheet in sheets {
        let _ = writeln!(all, "{}", minify(&std::fs::read_to_string(sheet)?));
    }
    std::fs::write(Path::new(&std::env::var("OUT_DIR")?).join("widget.css"), all)?;
    Ok(())
}

fn collect(dir: &Path, sheets: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for file in std::fs::read_dir(dir)? {
        let path = file?.path();
        if path.is_dir() {
            collect(&path, sheets)?;
        } else if path.extension().is_some_and(|e| e == "css") {
            sheets.push(path);
        }
    }
    Ok(())
}

/// Drops comments and the white space that means nothing. Our own sheets hold no strings with spaces to keep.
fn minify(css: &str) -> String {
    let mut bare = String::new();
    let mut rest = css;
    while let Some((before, after)) = rest.split_once("/*") {
        bare.push_str(before);
        rest = after.split_once("*/").map_or("", |(_, tail)| tail);
    }
    bare.push_str(rest);
    let mut out = bare.split_whitespace().collect::<Vec<_>>().join(" ");
    for sign in ["{", "}", ";", ",", ">", "~"] {
        out = out.replace(&format!(" {sign}"), sign).replace(&format!("{sign} "), sign);
    }
    out.replace(": ", ":").replace(";}", "}")
}
