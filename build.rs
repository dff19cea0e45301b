//! Rebuilds the program when a migration changes, and gives it the commit and the date of a packaged build.
//!
//! Migrations are compiled into the program, and cargo does not track them.

use std::env;
use std::fs;

fn main() {
    println!("cargo::rerun-if-changed=migrations");
    println!("cargo::rustc-env=MICROBLOG_BUILD={}", build());
    let target = |part: &str| env::var(format!("CARGO_CFG_TARGET_{part}")).unwrap_or_default();
    // Packed relocations take 13 kB of the program instead of 0.9 MB. Other linkers do not support them.
    if (target("OS"), target("ENV")) == ("linux".to_owned(), "gnu".to_owned()) {
        println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
}

/// Returns the commit and the date of a packaged build, such as `0123abc 2026-11-28`.
///
/// They come from the command that builds the packages. A crate from the registry knows its commit; a build in a
/// checkout knows neither, so that it need not be built again for each commit.
fn build() -> String {
    let variable = |name: &str| {
        println!("cargo::rerun-if-env-changed={name}");
        env::var(name).ok().filter(|value| !value.is_empty())
    };
    let commit = variable("MICROBLOG_COMMIT").or_else(published_commit);
    let commit = commit.map(|commit| commit.chars().take(12).collect());
    [commit, variable("MICROBLOG_DATE")].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// Returns the commit that `cargo package` records in the crate.
fn published_commit() -> Option<String> {
    println!("cargo::rerun-if-changed=Cargo.toml");
    let text = fs::read_to_string(".cargo_vcs_info.json").ok()?;
    Some(text.split_once("\"sha1\"")?.1.split('"').nth(1)?.to_owned())
}
