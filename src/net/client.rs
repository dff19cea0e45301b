//! Requests: conditional, bounded in time and size, with redirects followed by rules of our own.

use std::collections::HashSet;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime};

use ureq::http::header::{self, HeaderMap, HeaderName};
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::unversioned::transport::DefaultConnector;
use ureq::{Agent, Body, Timeout};
use url::Url;

use super::reach::{PrivateAddress, Resolve, names_private_address};
use super::{NetError, Reach, fresh_for, retry_after};

/// Most redirects that one request follows.
pub(super) const REDIRECTS: usize = 5;

/// Connections that are kept open for further requests.
const IDLE: usize = 8;

/// What a request may cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Time to connect.
    pub connect: Duration,
    /// Time for the whole request, its redirects included.
    pub total: Duration,
    /// Size of the body in bytes, counted after decompression.
    pub body: u64,
    /// Size of the headers in bytes.
    pub headers: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            total: Duration::from_secs(30),
            body: 16 * 1024 * 1024,
            headers: 64 * 1024,
        }
    }
}

/// How a client sends its requests.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The name that servers see.
    pub user_agent: String,
    /// What a request may cost.
    pub limits: Limits,
    /// No request is sent.
    pub offline: bool,
    /// A file of PEM certificates to trust in place of the built-in ones (`SSL_CERT_FILE`).
    pub certificates: Option<PathBuf>,
}

/// What a server gave to distinguish two versions of a resource; sent back verbatim (RFC 9110, 8.8).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Validators {
    /// The `ETag` header.
    pub etag: Option<String>,
    /// The `Last-Modified` header.
    pub last_modified: Option<String>,
}

/// A request for a resource.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    /// The address.
    pub url: &'a Url,
    /// What is known of the version that was fetched last.
    pub validators: &'a Validators,
    /// The `Accept` header.
    pub accept: &'a str,
    /// Which hosts may be reached.
    pub reach: Reach,
    /// The name that the server sees, in place of the usual one.
    pub user_agent: Option<&'a str>,
    /// Tighter limits than those of the client, for what is only an ornament.
    pub at_most: Option<AtMost>,
}

/// Limits of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AtMost {
    /// Time for the whole request, its redirects included.
    pub time: Duration,
    /// Size of the body in bytes, counted after decompression.
    pub body: u64,
}

/// The answer to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched {
    /// The resource is as it was (304).
    Unchanged {
        /// The address to ask from now on, where permanent redirects (301, 308) alone led there.
        moved_to: Option<Url>,
        /// For how long the server calls it fresh.
        fresh_for: Option<Duration>,
    },
    /// The resource.
    Body(Response),
}

/// A resource as it was received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The address that answered, after all redirects.
    pub url: Url,
    /// The address to ask from now on, where permanent redirects (301, 308) alone led there.
    pub moved_to: Option<Url>,
    /// The `Content-Type` header.
    pub content_type: Option<String>,
    /// What to send with the next request.
    pub validators: Validators,
    /// For how long the server calls it fresh.
    pub fresh_for: Option<Duration>,
    /// The body, decompressed.
    pub body: Vec<u8>,
}

/// Sends requests. It may be shared by threads.
#[derive(Debug)]
pub struct Client {
    pub(super) anywhere: Agent,
    /// Makes a connection for each request. One that was kept open may be closed by the server just when a request is sent
    /// over it, and then it is unknown whether that was carried out.
    pub(super) fresh: Agent,
    public: Agent,
    pub(super) limits: Limits,
    pub(super) offline: bool,
}

impl Client {
    /// Makes a client. Proxies are taken from `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`.
    ///
    /// # Errors
    /// When the file of certificates cannot be read, or holds none.
    pub fn new(options: Options) -> io::Result<Self> {
        let roots = options.certificates.as_ref().map(read_certificates).transpose()?;
        let agent = |reach, idle| {
            let tls = TlsConfig::builder().root_certs(roots.clone().unwrap_or(RootCerts::WebPki)).build();
            let config = Agent::config_builder()
                .user_agent(options.user_agent.as_str())
                .timeout_connect(Some(options.limits.connect))
                .max_response_header_size(options.limits.headers)
                .max_redirects(0)
                .max_idle_connections(idle)
                .max_idle_connections_per_host(idle)
                .max_redirects_will_error(false)
                .http_status_as_error(false)
                .tls_config(tls)
                .build();
            Agent::with_parts(config, DefaultConnector::default(), Resolve::new(reach))
        };
        let (anywhere, public, fresh) = (agent(Reach::Any, IDLE), agent(Reach::Public, IDLE), agent(Reach::Any, 0));
        Ok(Self { anywhere, public, fresh, limits: options.limits, offline: options.offline })
    }

    /// Fetches a resource, following at most five redirects.
    ///
    /// # Errors
    /// When no request may be sent, the server cannot be reached, answers with an error, or breaks a limit.
    pub fn get(&self, request: &Request<'_>) -> Result<Fetched, NetError> {
        if self.offline {
            return Err(NetError::Offline);
        }
        let AtMost { time, body: max_body } = self.at_most(request);
        let end = Instant::now() + time;
        let mut hop = Hop { url: request.url.clone(), reach: request.reach, permanent: true };
        let mut visited = HashSet::from([hop.url.clone()]);
        loop {
            let mut response = self.send(request, &hop, end)?;
            let status = response.status().as_u16();
            match status {
                304 => {
                    let fresh_for = lifetime(response.headers());
                    return Ok(Fetched::Unchanged { moved_to: hop.moved_from(request.url), fresh_for });
                }
                301 | 302 | 303 | 307 | 308 => {
                    hop = hop.next(status, text(response.headers(), header::LOCATION))?;
                    if !visited.insert(hop.url.clone()) {
                        return Err(NetError::RedirectLoop(hop.url.to_string()));
                    }
                    if visited.len() > REDIRECTS + 1 {
                        return Err(NetError::TooManyRedirects(REDIRECTS));
                    }
                }
                200..=299 => {
                    let body = self.read_at_most(&hop.url, response.body_mut(), max_body)?;
                    return Ok(Fetched::Body(received(request, hop, response.headers(), body)));
                }
                code => {
                    let wait = text(response.headers(), header::RETRY_AFTER);
                    let retry_after = wait.and_then(|wait| retry_after(&wait, SystemTime::now()));
                    return Err(NetError::Status { code, retry_after });
                }
            }
        }
    }

    fn send(&self, request: &Request<'_>, hop: &Hop, end: Instant) -> Result<ureq::http::Response<Body>, NetError> {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(NetError::Timeout(host(&hop.url)));
        }
        if hop.reach == Reach::Public && names_private_address(&hop.url) {
            return Err(NetError::PrivateAddress(hop.url.to_string()));
        }
        let agent = if hop.reach == Reach::Public { &self.public } else { &self.anywhere };
        let mut sent = agent.get(hop.url.as_str()).header(header::ACCEPT, request.accept);
        if let Some(user_agent) = request.user_agent {
            sent = sent.header(header::USER_AGENT, user_agent);
        }
        if let Some(etag) = &request.validators.etag {
            sent = sent.header(header::IF_NONE_MATCH, etag);
        }
        if let Some(date) = &request.validators.last_modified {
            sent = sent.header(header::IF_MODIFIED_SINCE, date);
        }
        sent.config().timeout_global(Some(left)).build().call().map_err(|error| self.explain(&hop.url, error))
    }

    /// Returns the limits of a request.
    fn at_most(&self, request: &Request<'_>) -> AtMost {
        let AtMost { time, body } = request.at_most.unwrap_or(AtMost { time: Duration::MAX, body: u64::MAX });
        AtMost { time: time.min(self.limits.total), body: body.min(self.limits.body) }
    }

    pub(super) fn read(&self, url: &Url, body: &mut Body) -> Result<Vec<u8>, NetError> {
        self.read_at_most(url, body, self.limits.body)
    }

    fn read_at_most(&self, url: &Url, body: &mut Body, max: u64) -> Result<Vec<u8>, NetError> {
        body.with_config().limit(max).read_to_vec().map_err(|error| self.explain(url, error))
    }

    pub(super) fn explain(&self, url: &Url, error: ureq::Error) -> NetError {
        let host = host(url);
        match error {
            ureq::Error::HostNotFound => NetError::HostNotFound(host),
            ureq::Error::Timeout(Timeout::Connect | Timeout::Resolve) => {
                NetError::Connect { host, why: ErrorKind::TimedOut.into() }
            }
            ureq::Error::Timeout(_) => NetError::Timeout(host),
            ureq::Error::BodyExceedsLimit(limit) => NetError::TooLarge(limit),
            ureq::Error::LargeResponseHeader(..) => NetError::HeadersTooLarge(self.limits.headers),
            ureq::Error::Tls(why) => NetError::Tls { host, why: why.to_owned() },
            ureq::Error::Rustls(why) => NetError::Tls { host, why: explain_tls(&why.to_string()) },
            ureq::Error::Other(why) if why.is::<PrivateAddress>() => NetError::PrivateAddress(url.to_string()),
            ureq::Error::Io(why) => explain_io(url, host, why),
            why => NetError::Protocol { host, why: why.to_string() },
        }
    }
}

fn explain_io(url: &Url, host: String, why: io::Error) -> NetError {
    match why.kind() {
        ErrorKind::UnexpectedEof
        | ErrorKind::ConnectionReset
        | ErrorKind::ConnectionAborted
        | ErrorKind::BrokenPipe => NetError::Closed(host),
        ErrorKind::TimedOut | ErrorKind::WouldBlock => NetError::Timeout(host),
        // Whatever rustls rejects arrives as invalid data.
        ErrorKind::InvalidData if url.scheme() == "https" => NetError::Tls { host, why: explain_tls(&why.to_string()) },
        ErrorKind::InvalidData | ErrorKind::InvalidInput => NetError::Protocol { host, why: why.to_string() },
        // The answers of name servers have no kind of their own.
        _ if why.to_string().contains("lookup address") => NetError::HostNotFound(host),
        _ => NetError::Connect { host, why },
    }
}

/// Returns why a secure connection failed, in words; what rustls says where they are not known.
fn explain_tls(why: &str) -> String {
    let words = [
        ("certificate expired", "its certificate has expired"),
        ("not valid yet", "its certificate is not valid yet: is the clock of this machine right?"),
        ("not valid for name", "its certificate is for another host"),
        (
            "UnknownIssuer",
            "its certificate is from an unknown authority; SSL_CERT_FILE can name the authority of your network",
        ),
        ("BadSignature", "its certificate is forged"),
        ("Revoked", "its certificate was revoked"),
        ("InvalidContentType", "it speaks plain HTTP: type the address with http://"),
    ];
    words.iter().find(|(part, _)| why.contains(part)).map_or_else(|| why.to_owned(), |(_, words)| (*words).to_owned())
}

/// One request of a chain of redirects.
struct Hop {
    url: Url,
    reach: Reach,
    /// Only permanent redirects led here.
    permanent: bool,
}

impl Hop {
    /// Returns the address that replaces the one asked for, if only permanent redirects led here.
    fn moved_from(&self, asked: &Url) -> Option<Url> {
        (self.permanent && self.url != *asked).then(|| self.url.clone())
    }

    fn next(self, status: u16, location: Option<String>) -> Result<Self, NetError> {
        let location = location.unwrap_or_default();
        let bad = || NetError::BadRedirect(location.clone());
        let mut url = self.url.join(&location).map_err(|_| bad())?;
        if location.is_empty() || !matches!(url.scheme(), "http" | "https") || !url.has_host() {
            return Err(bad());
        }
        if self.url.scheme() == "https" && url.scheme() == "http" {
            return Err(NetError::Downgrade(url.to_string()));
        }
        url.set_fragment(None);
        let reach = self.reach.named_by(&self.url);
        Ok(Self { url, reach, permanent: self.permanent && matches!(status, 301 | 308) })
    }
}

fn received(request: &Request<'_>, hop: Hop, headers: &HeaderMap, body: Vec<u8>) -> Response {
    let validators =
        Validators { etag: text(headers, header::ETAG), last_modified: text(headers, header::LAST_MODIFIED) };
    Response {
        moved_to: hop.moved_from(request.url),
        url: hop.url,
        content_type: text(headers, header::CONTENT_TYPE),
        validators,
        fresh_for: lifetime(headers),
        body,
    }
}

fn lifetime(headers: &HeaderMap) -> Option<Duration> {
    text(headers, header::CACHE_CONTROL).as_deref().and_then(fresh_for)
}

/// A header as text; none if it is absent or not ASCII.
fn text(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

/// The host with its port, as errors show it.
pub(super) fn host(url: &Url) -> String {
    let name = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| name.to_owned(), |port| format!("{name}:{port}"))
}

fn read_certificates(file: &PathBuf) -> io::Result<RootCerts> {
    let pem = fs::read(file)?;
    let mut found = Vec::new();
    for item in parse_pem(&pem) {
        if let PemItem::Certificate(certificate) = item.map_err(ureq::Error::into_io)? {
            found.push(certificate);
        }
    }
    if found.is_empty() {
        return Err(io::Error::new(ErrorKind::InvalidData, format!("{} holds no certificate", file.display())));
    }
    Ok(RootCerts::from(found))
}

#[cfg(test)]
mod tests;
