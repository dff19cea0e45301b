//! Requests against servers in this process: well-formed answers, and everything else that a socket can say.

mod certificates;

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use super::*;

/// A server that answers each request with the bytes that a function makes of it.
struct Server {
    at: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn start(answer: impl Fn(&str, &mut TcpStream) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let at = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let Some(head) = read_head(&mut stream) else { continue };
                seen.lock().unwrap().push(head.clone());
                answer(&head, &mut stream);
            }
        });
        Self { at, requests }
    }

    fn fixed(answer: impl Into<Vec<u8>>) -> Self {
        let answer = answer.into();
        Self::start(move |_, stream| {
            let _ = stream.write_all(&answer);
        })
    }

    fn url(&self, path: &str) -> Url {
        Url::parse(&format!("{}{path}", self.at)).unwrap()
    }

    fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

fn read_head(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte).ok()? == 0 {
            return None;
        }
        head.push(byte[0]);
    }
    Some(String::from_utf8(head).unwrap())
}

fn quick() -> Limits {
    Limits { connect: Duration::from_secs(5), total: Duration::from_secs(20), body: 1_000, headers: 4_096 }
}

fn client(limits: Limits) -> Client {
    Client::new(Options { user_agent: "microblog-test".to_owned(), limits, ..Options::default() }).unwrap()
}

fn fetch_with(limits: Limits, url: &Url, validators: &Validators, reach: Reach) -> Result<Fetched, NetError> {
    client(limits).get(&Request { url, validators, accept: "*/*", reach, user_agent: None, at_most: None })
}

fn fetch(url: &Url) -> Result<Fetched, NetError> {
    fetch_with(quick(), url, &Validators::default(), Reach::Any)
}

#[track_caller]
fn body(fetched: Result<Fetched, NetError>) -> Response {
    match fetched {
        Ok(Fetched::Body(response)) => response,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn fails(url: &Url, expected: &str) {
    assert_eq!(fetch(url).unwrap_err().to_string().replace(&host(url), "HOST"), expected);
}

fn ok(headers: &str, body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nConnection: close\r\n{headers}Content-Length: {}\r\n\r\n{body}", body.len())
}

#[test]
fn response_carries_validators_type_and_lifetime() {
    let headers =
        "ETag: W/\"a b\"\r\nLast-Modified: yesterday\r\nContent-Type: text/xml\r\nCache-Control: max-age=60\r\n";
    let server = Server::fixed(ok(headers, "hello"));
    let url = server.url("/feed");
    let response = body(fetch(&url));
    assert_eq!(
        response,
        Response {
            url,
            moved_to: None,
            content_type: Some("text/xml".to_owned()),
            validators: Validators { etag: Some("W/\"a b\"".to_owned()), last_modified: Some("yesterday".to_owned()) },
            fresh_for: Some(Duration::from_secs(60)),
            body: b"hello".to_vec(),
        }
    );
}

#[test]
fn validators_are_sent_back_verbatim() {
    let server = Server::fixed("HTTP/1.1 304 Not Modified\r\nConnection: close\r\nCache-Control: max-age=9\r\n\r\n");
    let validators = Validators { etag: Some("W/\"x\"".to_owned()), last_modified: Some("once".to_owned()) };
    let fetched = fetch_with(quick(), &server.url("/"), &validators, Reach::Any).unwrap();
    assert_eq!(fetched, Fetched::Unchanged { moved_to: None, fresh_for: Some(Duration::from_secs(9)) });
    let head = server.requests()[0].to_lowercase();
    assert!(head.contains("if-none-match: w/\"x\"\r\n"), "{head}");
    assert!(head.contains("if-modified-since: once\r\n"), "{head}");
    assert!(head.contains("user-agent: microblog-test\r\n"), "{head}");
}

#[test]
fn offline_client_sends_nothing() {
    let server = Server::fixed(ok("", ""));
    let offline = Client::new(Options { offline: true, ..Options::default() }).unwrap();
    let validators = Validators::default();
    let url = server.url("/");
    let request = Request {
        url: &url,
        validators: &validators,
        accept: "*/*",
        reach: Reach::Any,
        user_agent: None,
        at_most: None,
    };
    assert!(matches!(offline.get(&request), Err(NetError::Offline)));
    assert_eq!(server.requests(), Vec::<String>::new());
}

/// A server where `/301/…` and its kin redirect to what follows the code, and everything else is found.
fn redirecting() -> Server {
    Server::start(|head, stream| {
        let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
        let answer = match path[1..].split_once('/') {
            Some((code, to)) if code.parse::<u16>().is_ok() => {
                format!("HTTP/1.1 {code} Moved\r\nConnection: close\r\nLocation: /{to}\r\nContent-Length: 0\r\n\r\n")
            }
            _ => ok("", "found"),
        };
        let _ = stream.write_all(answer.as_bytes());
    })
}

#[test]
fn only_permanent_redirects_move_an_address() {
    let server = redirecting();
    for (path, moved) in [
        ("/feed", false),
        ("/301/feed", true),
        ("/308/301/feed", true),
        ("/302/feed", false),
        ("/303/feed", false),
        ("/307/feed", false),
        ("/301/302/feed", false),
        ("/302/301/feed", false),
    ] {
        let response = body(fetch(&server.url(path)));
        assert_eq!(response.url, server.url("/feed"), "{path}");
        assert_eq!(response.moved_to, moved.then(|| server.url("/feed")), "{path}");
    }
}

#[test]
fn at_most_five_redirects_are_followed() {
    let server = redirecting();
    body(fetch(&server.url("/301/302/303/307/308/feed")));
    fails(&server.url("/301/302/303/307/308/301/feed"), "redirected more than 5 times");
}

#[test]
fn redirects_to_elsewhere_are_refused() {
    let redirect =
        |to: &str| Server::fixed(format!("HTTP/1.1 301 Moved\r\nConnection: close\r\n{to}Content-Length: 0\r\n\r\n"));
    let server = redirect("Location: /\r\n");
    fails(&server.url("/"), "redirected in a circle, back to http://HOST/");
    fails(
        &redirect("Location: ftp://example.org/\r\n").url("/"),
        "redirected to \"ftp://example.org/\", which is not an http or https address",
    );
    fails(
        &redirect("Location: file:///etc/passwd\r\n").url("/"),
        "redirected to \"file:///etc/passwd\", which is not an http or https address",
    );
    fails(&redirect("").url("/"), "redirected to \"\", which is not an http or https address");
}

#[test]
fn redirect_from_https_to_http_is_refused() {
    let hop = Hop { url: Url::parse("https://a.example/").unwrap(), reach: Reach::Public, permanent: true };
    let next = hop.next(301, Some("http://a.example/feed".to_owned()));
    assert!(matches!(next, Err(NetError::Downgrade(to)) if to == "http://a.example/feed"));
}

#[test]
fn public_server_cannot_lead_to_a_private_address() {
    let hop = Hop { url: Url::parse("http://1.1.1.1/").unwrap(), reach: Reach::Any, permanent: true };
    assert_eq!(hop.next(302, Some("http://127.0.0.1/".to_owned())).unwrap().reach, Reach::Public);
    let hop = Hop { url: Url::parse("http://127.0.0.1/").unwrap(), reach: Reach::Any, permanent: true };
    assert_eq!(hop.next(302, Some("http://127.0.0.1/x".to_owned())).unwrap().reach, Reach::Any);

    let server = Server::fixed(ok("", "secret"));
    let fetch = |url: &Url| fetch_with(quick(), url, &Validators::default(), Reach::Public);
    assert!(matches!(fetch(&server.url("/")), Err(NetError::PrivateAddress(_))));
    let port = server.url("/").port().unwrap();
    for host in ["localhost", "sub.localhost", "[::1]", "[::ffff:127.0.0.1]", "0x7f.1", "2130706433"] {
        let url = Url::parse(&format!("http://{host}:{port}/")).unwrap();
        assert!(matches!(fetch(&url), Err(NetError::PrivateAddress(_))), "{host}");
    }
    assert_eq!(server.requests(), Vec::<String>::new());
}

#[test]
fn errors_name_status_and_wait() {
    for (code, headers, expected) in [
        (404, "", "HTTP 404: not found"),
        (410, "", "HTTP 410: gone"),
        (418, "", "HTTP 418"),
        (429, "Retry-After: 120\r\n", "HTTP 429: too many requests"),
        (503, "Retry-After: 99999999\r\n", "HTTP 503: the server has a problem"),
    ] {
        let server =
            Server::fixed(format!("HTTP/1.1 {code} X\r\nConnection: close\r\n{headers}Content-Length: 0\r\n\r\n"));
        let error = fetch(&server.url("/")).unwrap_err();
        assert_eq!(error.to_string(), expected);
        let wait = error.retry_after().map(|wait| wait.as_secs());
        assert_eq!(
            wait,
            match code {
                429 => Some(120),
                503 => Some(86_400),
                _ => None,
            },
            "{code}"
        );
        assert_eq!(error.is_gone(), code == 410);
    }
}

#[test]
fn plain_server_at_a_secure_address_is_named() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = Url::parse(&format!("https://{}/", listener.local_addr().unwrap())).unwrap();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        let _ = stream.read(&mut [0; 4_096]);
    });
    fails(&url, "no secure connection to HOST: it speaks plain HTTP: type the address with http://");
}

#[test]
fn body_is_limited_after_decompression() {
    body(fetch(&Server::fixed(ok("", &"a".repeat(1_000))).url("/")));
    fails(&Server::fixed(ok("", &"a".repeat(1_001))).url("/"), "the response is larger than 0 MiB");

    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(&vec![0; 10_000_000]).unwrap();
    let bomb = gzip.finish().unwrap();
    let mut answer = format!(
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
        bomb.len()
    )
    .into_bytes();
    answer.extend(bomb);
    fails(&Server::fixed(answer).url("/"), "the response is larger than 0 MiB");
}

#[test]
fn endless_body_ends_at_the_limit() {
    let server = Server::start(|_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
        while stream.write_all(&[b'a'; 4_096]).is_ok() {}
    });
    fails(&server.url("/"), "the response is larger than 0 MiB");
}

#[test]
fn headers_are_limited() {
    let server = Server::fixed(ok(&format!("X-Long: {}\r\n", "a".repeat(1_000_000)), "hello"));
    fails(&server.url("/"), "the headers of the response are larger than 4 KiB");
}

#[test]
fn broken_answers_are_failures_and_never_bodies() {
    for (answer, expected) in [
        ("", "HOST closed the connection before the response was complete"),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
            "HOST closed the connection before the response was complete",
        ),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffff\r\nshort",
            "HOST closed the connection before the response was complete",
        ),
    ] {
        let server = Server::fixed(answer);
        fails(&server.url("/"), expected);
    }
    for answer in [
        "<html>this is HTTP/0.9</html>",
        "HTTP/1.1 200 OK\r\nContent-Length: ten\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n",
        "SSH-2.0-OpenSSH_9.2\r\n",
    ] {
        let server = Server::fixed(answer);
        let error = fetch(&server.url("/")).unwrap_err();
        assert!(matches!(error, NetError::Protocol { .. } | NetError::Closed(_)), "{answer:?}: {error:?}");
    }
}

#[test]
fn slow_server_ends_at_the_time_limit() {
    let limits = Limits { total: Duration::from_millis(300), ..quick() };
    // One byte at a time keeps each single read short: only the limit of the whole request ends it.
    let server = Server::start(|_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
        let (wait, _keep) = std::sync::mpsc::channel::<()>();
        drop(wait);
        while stream.write_all(b"a").and_then(|()| stream.flush()).is_ok() {
            thread::park_timeout(Duration::from_millis(20));
        }
    });
    let error = fetch_with(limits, &server.url("/"), &Validators::default(), Reach::Any).unwrap_err();
    assert!(matches!(error, NetError::Timeout(_)), "{error:?}");
}

#[test]
fn refused_connection_and_unknown_host_are_distinguished() {
    let unused = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let error = fetch(&Url::parse(&format!("http://{unused}/")).unwrap()).unwrap_err();
    assert!(matches!(&error, NetError::Connect { .. }), "{error:?}");
    let error = fetch(&Url::parse("http://does-not-exist.invalid/").unwrap()).unwrap_err();
    assert!(matches!(&error, NetError::HostNotFound(host) if host == "does-not-exist.invalid"), "{error:?}");
}
