//! Rebuilds the program when a migration changes: migrations are compiled into it, and cargo does not track them.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=migrations");
    let target = |part: &str| env::var(format!("CARGO_CFG_TARGET_{part}")).unwrap_or_default();
    // Packed relocations take 13 kB of the program instead of 0.9 MB. Other linkers do not support them.
    if (target("OS"), target("ENV")) == ("linux".to_owned(), "gnu".to_owned()) {
        println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
}
