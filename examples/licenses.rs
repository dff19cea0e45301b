//! Prints the license texts of all libraries that are part of the program, for its packages.
//!
//! `cargo run --example licenses > licenses.txt`. It fails if a library has no text and no other library has the text of
//! its license.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde::Deserialize;

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    version: String,
    license: Option<String>,
    manifest_path: String,
}

#[derive(Deserialize)]
struct Resolve {
    root: String,
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    pkg: String,
    dep_kinds: Vec<Kind>,
}

#[derive(Deserialize)]
struct Kind {
    kind: Option<String>,
}

fn main() -> Result<(), Box<dyn Error>> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let target = Command::new("rustc").arg("-vV").output()?.stdout;
    let target = String::from_utf8(target)?;
    let host = target.lines().find_map(|line| line.strip_prefix("host: ")).ok_or("rustc names no host")?;
    let output =
        Command::new(cargo).args(["metadata", "--format-version=1", "--locked", "--filter-platform", host]).output()?;
    let metadata: Metadata = serde_json::from_slice(&output.stdout)?;
    let used = used(&metadata.resolve);
    // Libraries of one text are listed together.
    let mut texts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut without = Vec::new();
    for package in metadata.packages.iter().filter(|package| used.contains(package.id.as_str())) {
        let license = package.license.as_deref().unwrap_or("see the text");
        let title = format!("{} {} ({license})", package.name, package.version);
        let found = license_texts(Path::new(&package.manifest_path).parent().ok_or("no folder")?)?;
        if found.is_empty() {
            eprintln!("{title} comes without a text");
            without.push(title.clone());
        }
        for text in found {
            texts.entry(text).or_default().insert(title.clone());
        }
    }
    for title in without {
        // A license of two names is the user's choice: that with the text that names no owner comes first.
        let first_lines = [("Apache-2.0", "Apache License"), ("MIT", "Permission is hereby granted")];
        let known = first_lines.iter().find(|(name, _)| title.contains(name)).map(|(_, line)| *line);
        let same = texts.iter_mut().find(|(text, _)| known.is_some_and(|line| text.trim_start().contains(line)));
        same.ok_or_else(|| format!("no license text for {title}"))?.1.insert(title);
    }
    println!("microblog contains these libraries. Their license texts follow, each after the libraries that have it.");
    for (text, titles) in texts {
        println!("\n{}\n", "=".repeat(80));
        for title in titles {
            println!("{title}");
        }
        println!("\n{}", text.trim_matches('\n'));
    }
    Ok(())
}

/// Returns the ids of the libraries that are linked into the program.
fn used(resolve: &Resolve) -> BTreeSet<&str> {
    let mut used = BTreeSet::new();
    let mut open = vec![resolve.root.as_str()];
    while let Some(id) = open.pop() {
        for node in resolve.nodes.iter().filter(|node| node.id == id) {
            for dependency in &node.deps {
                let is_linked = dependency.dep_kinds.iter().any(|kind| kind.kind.is_none());
                if is_linked && used.insert(dependency.pkg.as_str()) {
                    open.push(&dependency.pkg);
                }
            }
        }
    }
    used
}

/// Returns the texts of the files about the license in a folder, without trailing white space.
fn license_texts(folder: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_uppercase();
        let is_about_license = ["LICEN", "COPYING", "NOTICE", "UNLICENSE"].iter().any(|word| name.starts_with(word));
        if is_about_license && path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    let mut texts = Vec::new();
    for file in files {
        let text = fs::read_to_string(file)?;
        texts.push(text.lines().map(|line| line.trim_end().to_owned() + "\n").collect());
    }
    Ok(texts)
}
