//! A web site in this process, with pages that a test can change and a log of the requests.

use std::collections::BTreeMap;
use std::io::Read;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use tiny_http::{Header, Response, Server, StatusCode};

/// An answer to a request.
#[derive(Debug, Clone)]
pub struct Page {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Page {
    pub fn new(body: impl AsRef<[u8]>) -> Self {
        Self { status: 200, headers: Vec::new(), body: body.as_ref().to_vec() }
    }

    pub fn status(status: u16) -> Self {
        Self { status, ..Self::new("") }
    }

    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// A server for well-formed answers. It answers 304 by itself if a page has the `ETag` that was asked about.
pub struct Site {
    server: Arc<Server>,
    pages: Arc<Mutex<BTreeMap<String, Page>>>,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Site {
    pub fn start() -> Self {
        let server = Arc::new(Server::http("127.0.0.1:0").unwrap());
        let (pages, requests) = (Arc::<Mutex<BTreeMap<String, Page>>>::default(), Arc::<Mutex<Vec<String>>>::default());
        for _ in 0..4 {
            let (server, pages, requests) = (Arc::clone(&server), Arc::clone(&pages), Arc::clone(&requests));
            thread::spawn(move || {
                while let Ok(request) = server.recv() {
                    let headers: String = request
                        .headers()
                        .iter()
                        .map(|header| format!("\n{}: {}", header.field.as_str().as_str().to_lowercase(), header.value))
                        .collect();
                    requests.lock().unwrap().push(format!("{} {}{headers}", request.method(), request.url()));
                    let page = pages.lock().unwrap().get(request.url()).cloned().unwrap_or_else(|| Page::status(404));
                    let asked = request.headers().iter().find(|header| header.field.equiv("If-None-Match"));
                    let is_known = asked.is_some_and(|asked| page.header("ETag") == Some(asked.value.as_str()));
                    let (status, body) = if is_known { (304, Vec::new()) } else { (page.status, page.body.clone()) };
                    let mut response = Response::from_data(body).with_status_code(StatusCode(status));
                    for (name, value) in &page.headers {
                        response.add_header(Header::from_bytes(name.as_bytes(), value.as_bytes()).unwrap());
                    }
                    let _ = request.respond(response);
                }
            });
        }
        Self { server, pages, requests }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.server.server_addr().to_ip().unwrap())
    }

    /// Returns the host and port as nicknames have them.
    pub fn host(&self) -> String {
        self.server.server_addr().to_ip().unwrap().to_string().replace(':', "_")
    }

    pub fn set(&self, path: &str, page: Page) {
        self.pages.lock().unwrap().insert(path.to_owned(), page);
    }

    /// Returns the requests since this was last called: the line, and the headers.
    pub fn requests(&self) -> Vec<String> {
        std::mem::take(&mut *self.requests.lock().unwrap())
    }

    /// Returns the requests since this was last called, without headers.
    pub fn lines(&self) -> Vec<String> {
        self.requests().iter().map(|request| request.lines().next().unwrap().to_owned()).collect()
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        for _ in 0..4 {
            self.server.unblock();
        }
    }
}

/// A server that answers each request with whatever bytes a function writes, well-formed or not.
pub struct RawSite {
    address: SocketAddr,
}

impl RawSite {
    pub fn start(answer: impl Fn(&str, &mut TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let answer = Arc::new(answer);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (Ok(mut stream), answer) = (stream, Arc::clone(&answer)) else { continue };
                thread::spawn(move || {
                    let mut head = Vec::new();
                    let mut byte = [0];
                    while !head.ends_with(b"\r\n\r\n") {
                        if !matches!(stream.read(&mut byte), Ok(1)) {
                            return;
                        }
                        head.push(byte[0]);
                    }
                    answer(&String::from_utf8_lossy(&head), &mut stream);
                });
            }
        });
        Self { address }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn host(&self) -> String {
        self.address.to_string()
    }
}
