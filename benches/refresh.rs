//! Refreshes 500 feeds of a server in this process with the real program: unchanged, and all changed with 20 posts each.
//!
//! Prints the time and the peak memory of each. `cargo bench --bench refresh`.

#![allow(missing_docs, clippy::unwrap_used)] // A benchmark that cannot continue has failed.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use tiny_http::{Header, Response, Server, StatusCode};

const FEEDS: usize = 500;
const POSTS: usize = 20;
const ROUNDS: usize = 5;

fn main() {
    let server = Arc::new(Server::http("127.0.0.1:0").unwrap());
    // Each version of a feed has twenty posts more.
    let version = Arc::new(AtomicUsize::new(1));
    for _ in 0..2 {
        let (server, version) = (Arc::clone(&server), Arc::clone(&version));
        thread::spawn(move || {
            while let Ok(request) = server.recv() {
                let version = version.load(Ordering::Relaxed);
                let tag = format!("\"{version}\"");
                let asked = request.headers().iter().find(|header| header.field.equiv("If-None-Match"));
                let response = if asked.is_some_and(|asked| asked.value.as_str() == tag) {
                    Response::from_data(vec![]).with_status_code(StatusCode(304))
                } else {
                    Response::from_data(feed(request.url(), version))
                };
                let header = Header::from_bytes("ETag", tag).unwrap();
                let _ = request.respond(response.with_header(header));
            }
        });
    }
    let folder = tempfile::tempdir().unwrap();
    let address = server.server_addr().to_ip().unwrap();
    let urls: String = (0..FEEDS).map(|n| format!("http://{address}/{n}\n")).collect();
    fs::write(folder.path().join("urls"), urls).unwrap();
    run(folder.path(), &["user", "add", "john"]);
    let (first, memory) = run(folder.path(), &["import", "opml", "urls"]);
    println!("first fetch of {FEEDS} feeds: {:.2} s, {memory} MB", first.as_secs_f64());
    for (name, more) in [("unchanged", 0), ("all changed", 1)] {
        let mut found: Vec<(Duration, u64)> = (0..ROUNDS)
            .map(|_| {
                version.fetch_add(more, Ordering::Relaxed);
                make_due(folder.path());
                run(folder.path(), &["refresh"])
            })
            .collect();
        found.sort();
        let (time, memory) = (found[ROUNDS / 2].0, found.iter().map(|(_, memory)| *memory).max().unwrap());
        println!("refresh of {FEEDS} feeds, {name}: {:.2} s in the median, {memory} MB at most", time.as_secs_f64());
    }
}

fn feed(path: &str, version: usize) -> Vec<u8> {
    // A feed shows its newest posts only, as most do.
    let newest = version * POSTS;
    let lines: String = (newest.saturating_sub(2 * POSTS)..newest)
        .map(|n| {
            format!(
                "2026-01-{:02}T{:02}:{:02}:00Z\tpost {n} of {path}, with a few words more\n",
                1 + n / 1440,
                n / 60 % 24,
                n % 60
            )
        })
        .collect();
    format!("# nick = feed{}\n{lines}", path.trim_start_matches('/')).into_bytes()
}

fn make_due(folder: &Path) {
    let connection = rusqlite::Connection::open(folder.join("m.db")).unwrap();
    connection.execute("UPDATE subscription SET next_at = 0", []).unwrap();
}

/// Runs the program; returns the time, and the peak of its memory in MB.
fn run(folder: &Path, args: &[&str]) -> (Duration, u64) {
    let started = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_microblog"))
        .args(args)
        .env("MICROBLOG_DB", folder.join("m.db"))
        .env("XDG_CONFIG_HOME", folder)
        .current_dir(folder)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    loop {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find(|line| line.starts_with("VmHWM:"));
        peak = line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok()).unwrap_or(peak);
        if let Some(status) = child.try_wait().unwrap() {
            assert!(status.success(), "{args:?}");
            return (started.elapsed(), peak / 1024);
        }
        thread::sleep(Duration::from_millis(2));
    }
}
