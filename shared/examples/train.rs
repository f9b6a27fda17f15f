//! Makes what the engine ships with of its sources and writes it where the engine has it from: `cargo xtask train`.
//! First Chinese characters and Latin words (`train characters`); then, by a build that has these, the
//! lexicons (`train lexicons`); then, by one that has these too, the bank of intents.

use std::path::Path;

fn main() -> std::io::Result<()> {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (folder, files) = match std::env::args().nth(1).as_deref() {
        Some("characters") => {
            ("text", vec![("han", shared::text::han::pack()), ("latin", shared::text::language::pack())])
        }
        Some("lexicons") => ("faq", shared::faq::pack_lexicons()),
        _ => ("faq", vec![("bank", shared::faq::learn_bank())]),
    };
    for (name, bytes) in files {
        println!("{name}: {} bytes", bytes.len());
        std::fs::write(sources.join(folder).join(name).with_extension("bin"), bytes)?;
    }
    Ok(())
}
