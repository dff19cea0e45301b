//! Builds the program anew when a migration changes: they are compiled into it, and cargo does not see them.

fn main() {
    println!("cargo::rerun-if-changed=migrations");
}
