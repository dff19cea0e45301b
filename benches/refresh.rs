//! Refreshes 500 feeds of a server in this process with the real program: unchanged, and all changed with 20 posts each.
//!
//! Prints the time and the peak memory of each, and the time in which one plain connection receives the same bytes.
//! `cargo bench --bench refresh`.

#![allow(missing_docs, clippy::unwrap_used)] // A benchmark that cannot continue has failed.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

const FEEDS: usize = 500;
const POSTS: usize = 20;
const ROUNDS: usize = 5;

fn main() {
    // Each version of a feed has twenty posts more.
    let version = Arc::new(AtomicUsize::new(1));
    let address = serve(&version);
    let folder = tempfile::tempdir().unwrap();
    let urls: String = (0..FEEDS).map(|n| format!("http://{address}/{n}\n")).collect();
    fs::write(folder.path().join("urls"), urls).unwrap();
    run(folder.path(), &["user", "add", "john"]);
    let (first, memory) = run(folder.path(), &["import", "opml", "urls"]);
    println!("first fetch of {FEEDS} feeds: {:.2} s, {memory} MB", first.as_secs_f64());
    for (name, more) in [("unchanged", 0), ("all changed", 1)] {
        let mut found: Vec<(Duration, u64)> = Vec::new();
        let mut plain: Vec<Duration> = Vec::new();
        for _ in 0..ROUNDS {
            version.fetch_add(more, Ordering::Relaxed);
            plain.push(receive_plainly(address, version.load(Ordering::Relaxed) - more));
            make_due(folder.path());
            found.push(run(folder.path(), &["refresh"]));
        }
        found.sort();
        plain.sort();
        let (time, memory) = (found[ROUNDS / 2].0, found.iter().map(|(_, memory)| *memory).max().unwrap());
        let (time, plain) = (time.as_secs_f64(), plain[ROUNDS / 2].as_secs_f64());
        println!("refresh of {FEEDS} feeds, {name}: {time:.2} s in the median, {memory} MB at most");
        println!("    the same bytes by one plain connection: {plain:.3} s, {:.1} times as fast", time / plain);
    }
}

/// Serves the feeds on a port of its own: 304 for the version that is asked about.
fn serve(version: &Arc<AtomicUsize>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let version = Arc::clone(version);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let version = Arc::clone(&version);
            thread::spawn(move || answer(stream.unwrap(), &version));
        }
    });
    address
}

/// Answers the requests of a connection, each in one write: after two, the second would wait 40 ms for the acknowledgment of
/// the first.
fn answer(mut stream: TcpStream, version: &AtomicUsize) {
    stream.set_nodelay(true).unwrap();
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    while let Some(Ok(first)) = lines.next() {
        let version = version.load(Ordering::Relaxed);
        let tag = format!("\"{version}\"");
        let mut is_known = false;
        while let Some(Ok(line)) = lines.next() {
            if line.is_empty() {
                break;
            }
            let (name, value) = line.split_once(": ").unwrap();
            is_known |= name.eq_ignore_ascii_case("if-none-match") && value == tag;
        }
        let path = first.split(' ').nth(1).unwrap();
        let (status, body) =
            if is_known { ("304 Not Modified", String::new()) } else { ("200 OK", feed(path, version)) };
        let response = format!("HTTP/1.1 {status}\r\nETag: {tag}\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        if stream.write_all(response.as_bytes()).is_err() {
            return;
        }
    }
}

fn feed(path: &str, version: usize) -> String {
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
    format!("# nick = feed{}\n{lines}", path.trim_start_matches('/'))
}

/// Returns the time in which one connection receives all feeds, asking about a version, without reading or storing them.
fn receive_plainly(address: SocketAddr, version: usize) -> Duration {
    let started = Instant::now();
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_nodelay(true).unwrap();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    for feed in 0..FEEDS {
        let request = format!("GET /{feed} HTTP/1.1\r\nHost: {address}\r\nIf-None-Match: \"{version}\"\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let (mut line, mut length) = (String::new(), 0);
        while reader.read_line(&mut line).unwrap() > 2 {
            length = line.trim_end().strip_prefix("Content-Length: ").map_or(length, |n| n.parse().unwrap());
            line.clear();
        }
        reader.read_exact(&mut vec![0; length]).unwrap();
    }
    started.elapsed()
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
