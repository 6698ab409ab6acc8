//! Files that are embedded by macros: Cargo must build again when they change.
use std::io::Write;

fn main() -> std::io::Result<()> {
    let mut out = std::io::stdout();
    for folder in ["build.rs", "migrations", "templates"] {
        writeln!(out, "cargo::rerun-if-changed={folder}")?;
    }
    Ok(())
}
