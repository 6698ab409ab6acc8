//! Functions that compile to the same code are folded into one by the linker that comes with Rust on this platform: half a
//! mebibyte of the binary. Elsewhere, and while developing, nothing is asked.
#[expect(clippy::disallowed_methods, reason = "Cargo speaks to a build script by its environment")]
fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let is = |name: &str, value: &str| std::env::var(name).is_ok_and(|v| v == value);
    if is("PROFILE", "release") && is("TARGET", "x86_64-unknown-linux-gnu") {
        println!("cargo:rustc-link-arg-bins=-Wl,--icf=all");
    }
}
