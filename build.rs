//! Makes the release binary smaller with the linker that comes with Rust on this platform: functions that compile to the same
//! code are folded into one (half a mebibyte), and the list of addresses that are set right at start is packed (one more) where
//! the C library here can read it. Elsewhere, and while developing, nothing is asked.
#![expect(clippy::disallowed_methods, reason = "Cargo speaks to a build script by its environment")]

use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let is = |name: &str, value: &str| std::env::var(name).is_ok_and(|v| v == value);
    let target = "x86_64-unknown-linux-gnu";
    if !is("PROFILE", "release") || !is("TARGET", target) {
        return;
    }
    println!("cargo:rustc-link-arg-bins=-Wl,--icf=all");
    if is("HOST", target) && glibc().is_some_and(|version| version >= (2, 36)) {
        println!("cargo:rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
}

/// The C library of this machine, as `getconf` says it: `glibc 2.36`.
fn glibc() -> Option<(u32, u32)> {
    let said = Command::new("getconf").arg("GNU_LIBC_VERSION").output().ok()?;
    let said = String::from_utf8(said.stdout).ok()?;
    let (major, minor) = said.trim().strip_prefix("glibc ")?.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}
