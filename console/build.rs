//! Compiles the locale files.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    i18n::compile_for_build()
}
