//! What the packages contain, and what the program says about its version.

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::common::Shell;

#[test]
fn version_names_sqlite_and_the_schema_and_is_short_with_v() {
    let shell = Shell::new();
    let (version, sqlite, schema) =
        (env!("CARGO_PKG_VERSION"), microblog::store::sqlite_version(), microblog::store::schema_version());
    shell.run(&["-V"]).stdout(&format!("microblog {version}\n")).check();
    let output = shell.command().arg("--version").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let (first, second) = text.split_once('\n').unwrap();
    // A packaged build adds its commit and its date.
    assert!(first == format!("microblog {version}") || first.starts_with(&format!("microblog {version} (")), "{first}");
    assert_eq!(second, format!("SQLite {sqlite}, schema version {schema}\n"));
}

#[test]
fn crate_has_what_the_program_is_built_from_and_no_tests() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    let output = command
        .args(["package", "--list", "--allow-dirty", "--offline", "--quiet"])
        .current_dir(root)
        .output()
        .unwrap();
    let list = String::from_utf8(output.stdout).unwrap();
    let files: Vec<&str> = list.lines().collect();
    assert!(files.contains(&"src/main.rs"), "{}", String::from_utf8_lossy(&output.stderr));
    for needed in
        ["build.rs", "LICENSE", "README.md", "CHANGELOG.md", "src/store/schema.sql", "assets/themes/dark.toml"]
    {
        assert!(files.contains(&needed), "{needed} is missing");
    }
    // Every file that the source includes.
    for source in files.iter().filter(|file| file.ends_with(".rs") && file.starts_with("src/")) {
        let text = fs::read_to_string(root.join(source)).unwrap();
        for include in text.split("include_str!(\"").skip(1).chain(text.split("include_bytes!(\"").skip(1)) {
            let included = root.join(source).parent().unwrap().join(include.split('"').next().unwrap());
            let included = included.canonicalize().unwrap();
            let name = included.strip_prefix(root.canonicalize().unwrap()).unwrap().to_str().unwrap();
            assert!(files.contains(&name), "{source} includes {name}, which is missing");
        }
    }
    for folder in ["tests/", "benches/", "fuzz/", "assets/screenshots/"] {
        assert!(!files.iter().any(|file| file.starts_with(folder)), "{folder}");
    }
    assert!(!files.iter().any(|file| file.ends_with(".snap")));
}
