//! A connection between the program and a server that a test makes slow, or cuts.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// How a connection behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// As it is.
    Good,
    /// Each part arrives late, in pieces of a few bytes.
    Slow,
    /// It is cut before a request that changes something is complete.
    CutRequest,
    /// It is cut when the server has received such a request, before it answers.
    CutResponse,
}

/// Listens on a port of its own and passes everything on to a server.
pub struct Proxy {
    host: String,
    line: Arc<Mutex<Line>>,
    is_closed: Arc<AtomicBool>,
    cuts: Arc<AtomicUsize>,
}

impl Proxy {
    pub fn start(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let proxy = Self {
            host: listener.local_addr().unwrap().to_string(),
            line: Arc::new(Mutex::new(Line::Good)),
            is_closed: Arc::default(),
            cuts: Arc::default(),
        };
        let (server, line, is_closed) = (server.to_owned(), Arc::clone(&proxy.line), Arc::clone(&proxy.is_closed));
        let cuts = Arc::clone(&proxy.cuts);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                if is_closed.load(Ordering::Relaxed) {
                    break;
                }
                let (server, line, cuts) = (server.clone(), Arc::clone(&line), Arc::clone(&cuts));
                thread::spawn(move || connect(client, &server, &line, &cuts));
            }
        });
        proxy
    }

    pub fn host(&self) -> &str {
        &self.host
    }

    /// Changes how connections behave from now on.
    pub fn set(&self, line: Line) {
        *self.line.lock().unwrap() = line;
    }

    /// Returns how many connections were cut.
    pub fn cuts(&self) -> usize {
        self.cuts.load(Ordering::Relaxed)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.is_closed.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(&self.host);
    }
}

/// Passes on what both sides send, until one of them closes, or the connection is cut.
fn connect(mut client: TcpStream, server: &str, line: &Arc<Mutex<Line>>, cuts: &AtomicUsize) {
    let Ok(mut upstream) = TcpStream::connect(server) else { return };
    let (Ok(client_end), Ok(server_end)) = (client.try_clone(), upstream.try_clone()) else { return };
    let answers = {
        let line = Arc::clone(line);
        thread::spawn(move || pass_on(server_end, client_end, &line))
    };
    let mut buffer = [0; 16_384];
    while let Ok(count @ 1..) = client.read(&mut buffer) {
        let line = *line.lock().unwrap();
        let posts = buffer.starts_with(b"POST /api/v1/statuses");
        let sent = match line {
            Line::CutRequest if posts => {
                let _ = upstream.write_all(&buffer[..count / 2]);
                false
            }
            Line::CutResponse if posts => {
                // What follows the headers may come in a part of its own.
                let mut all = buffer[..count].to_vec();
                let _ = client.set_read_timeout(Some(Duration::from_millis(50)));
                if let Ok(more @ 1..) = client.read(&mut buffer) {
                    all.extend(&buffer[..more]);
                }
                let _ = client.shutdown(Shutdown::Both);
                let _ = upstream.write_all(&all);
                thread::sleep(Duration::from_millis(300));
                false
            }
            _ => write(&mut upstream, &buffer[..count], line),
        };
        if !sent {
            cuts.fetch_add(1, Ordering::Relaxed);
            break;
        }
    }
    let _ = client.shutdown(Shutdown::Both);
    let _ = upstream.shutdown(Shutdown::Both);
    let _ = answers.join();
}

fn pass_on(mut from: TcpStream, mut to: TcpStream, line: &Mutex<Line>) {
    let mut buffer = [0; 16_384];
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        let line = *line.lock().unwrap();
        if !write(&mut to, &buffer[..count], line) {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
}

/// Writes bytes; returns whether the other side took them.
fn write(to: &mut TcpStream, bytes: &[u8], line: Line) -> bool {
    if line != Line::Slow {
        return to.write_all(bytes).is_ok();
    }
    bytes.chunks(bytes.len().div_ceil(4).max(1)).all(|part| {
        thread::sleep(Duration::from_millis(5));
        to.write_all(part).is_ok()
    })
}
