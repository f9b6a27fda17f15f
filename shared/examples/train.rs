//! Learns the bank of intents from its sources and writes it where the engine has it from: `cargo xtask train`.

use std::path::Path;

fn main() -> std::io::Result<()> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/faq/bank.bin");
    let bytes = shared::faq::learn_bank();
    println!("{} bytes", bytes.len());
    std::fs::write(path, bytes)
}
