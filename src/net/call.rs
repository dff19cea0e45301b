//! Calls of an API: methods that change something, with a body and an access token.
//!
//! The limits of [`Client`] hold. A status that means an error is an answer like any other here, because the words of the
//! server are in its body.

use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::time::{Duration, Instant, SystemTime};

use ureq::http::{self, HeaderMap, header};
use ureq::{Agent, AsSendBody, Body};
use url::{Url, form_urlencoded};

use super::client::{Client, REDIRECTS, host};
use super::{NetError, retry_after};

/// A text that must not be printed, such as an access token. Its `Debug` output hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a text.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Returns the text, to send it or to store it in a file that only its owner can read.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The method of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Adds, or acts.
    Post,
    /// Replaces.
    Put,
    /// Deletes.
    Delete,
}

/// The body of a call.
#[derive(Debug, Clone)]
pub enum Payload<'a> {
    /// None.
    Empty,
    /// Names and values, as a form sends them.
    Form(&'a [(&'a str, String)]),
    /// JSON, already written as text.
    Json(&'a str),
    /// A file, and names and values beside it.
    Multipart(&'a [(&'a str, String)], &'a Upload),
}

/// A file to upload.
#[derive(Clone, PartialEq, Eq)]
pub struct Upload {
    /// The name of its form field.
    pub field: String,
    /// Its name, without a path.
    pub file_name: String,
    /// Its media type, such as `image/png`.
    pub media_type: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Upload({}, {}, {} bytes)", self.file_name, self.media_type, self.bytes.len())
    }
}

/// A call of an API.
#[derive(Debug, Clone)]
pub struct Call<'a> {
    /// The method.
    pub method: Method,
    /// The address, with its query.
    pub url: &'a Url,
    /// The body.
    pub payload: Payload<'a>,
    /// The access token, sent as `Authorization: Bearer`.
    pub token: Option<&'a Secret>,
    /// The `Idempotency-Key` header: a server that knows it carries out a repeated call once.
    pub idempotency_key: Option<&'a str>,
}

/// The answer to a call, whatever its status.
#[derive(Clone)]
pub struct Answer {
    /// The address that answered.
    pub url: Url,
    /// The status code.
    pub status: u16,
    /// The body, decompressed.
    pub body: Vec<u8>,
    headers: HeaderMap,
}

impl Answer {
    /// Returns a header as text; none if it is absent or not ASCII.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Returns how long the server asks to wait (`Retry-After`), at most a day.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.header("retry-after").and_then(|wait| retry_after(wait, SystemTime::now()))
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HTTP {}, {} bytes", self.status, self.body.len())
    }
}

impl Client {
    /// Calls an API. A redirect is followed only when reading, and only within the server that has the token.
    ///
    /// # Errors
    /// When no request may be sent, the server cannot be reached, or breaks a limit. For a call that changes something it
    /// is then unknown whether the server carried it out, unless no connection was made.
    pub fn call(&self, call: &Call<'_>) -> Result<Answer, NetError> {
        if self.offline {
            return Err(NetError::Offline);
        }
        let end = Instant::now() + self.limits.total;
        let mut url = call.url.clone();
        for _ in 0..=REDIRECTS {
            let answer = match self.send_call(call, &url, end) {
                // The server had closed a connection that was kept open. Reading again changes nothing.
                Err(NetError::Closed(_)) if call.method == Method::Get => self.send_call(call, &url, end)?,
                answer => answer?,
            };
            let is_redirect = matches!(answer.status, 301 | 302 | 303 | 307 | 308);
            let Some(location) = answer.header("location").filter(|_| is_redirect && call.method == Method::Get) else {
                return Ok(answer);
            };
            let next = url.join(location).map_err(|_| NetError::BadRedirect(location.to_owned()))?;
            if next.origin() != url.origin() {
                return Err(NetError::OtherServer(next.to_string()));
            }
            url = next;
        }
        Err(NetError::TooManyRedirects(REDIRECTS))
    }

    fn send_call(&self, call: &Call<'_>, url: &Url, end: Instant) -> Result<Answer, NetError> {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(NetError::Timeout(host(url)));
        }
        let (media_type, body) = encode(&call.payload);
        let mut builder = http::Request::builder()
            .method(match call.method {
                Method::Get => http::Method::GET,
                Method::Post => http::Method::POST,
                Method::Put => http::Method::PUT,
                Method::Delete => http::Method::DELETE,
            })
            .uri(url.as_str())
            .header(header::ACCEPT, "application/json");
        if let Some(token) = call.token {
            builder = builder.header(header::AUTHORIZATION, format!("Bearer {}", token.reveal()));
        }
        if let Some(key) = call.idempotency_key {
            builder = builder.header("Idempotency-Key", key);
        }
        if let Some(media_type) = media_type {
            builder = builder.header(header::CONTENT_TYPE, media_type);
        }
        let invalid = |why: http::Error| NetError::Protocol { host: host(url), why: why.to_string() };
        let explain = |error| self.explain(url, error);
        let agent = if call.method == Method::Get { &self.anywhere } else { &self.fresh };
        let mut response = if matches!(call.method, Method::Get | Method::Delete) {
            run(agent, builder.body(()).map_err(invalid)?, left).map_err(explain)?
        } else {
            run(agent, builder.body(body).map_err(invalid)?, left).map_err(explain)?
        };
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = self.read(url, response.body_mut())?;
        Ok(Answer { url: url.clone(), status, body, headers })
    }
}

/// Sends a request that may take this long.
fn run(
    agent: &Agent,
    request: http::Request<impl AsSendBody>,
    left: Duration,
) -> Result<http::Response<Body>, ureq::Error> {
    agent.run(agent.configure_request(request).timeout_global(Some(left)).build())
}

/// Returns the media type and the bytes of a body.
fn encode(payload: &Payload<'_>) -> (Option<String>, Vec<u8>) {
    match payload {
        Payload::Empty => (None, Vec::new()),
        Payload::Json(text) => (Some("application/json".to_owned()), text.as_bytes().to_vec()),
        Payload::Form(fields) => {
            let pairs = fields.iter().map(|(name, value)| (*name, value.as_str()));
            let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
            (Some("application/x-www-form-urlencoded".to_owned()), body.into_bytes())
        }
        Payload::Multipart(fields, upload) => {
            let boundary = format!("microblog-{:016x}", RandomState::new().hash_one(upload.bytes.len()));
            (Some(format!("multipart/form-data; boundary={boundary}")), multipart(fields, upload, &boundary))
        }
    }
}

/// Writes fields and a file as `multipart/form-data` (RFC 7578).
fn multipart(fields: &[(&str, String)], upload: &Upload, boundary: &str) -> Vec<u8> {
    // These would end the quoted name or the line.
    let quoted = |name: &str| name.replace(['"', '\r', '\n', '\\'], "_");
    let mut body = Vec::new();
    for (name, value) in fields {
        let head = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"\r\n\r\n", quoted(name));
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(value.as_bytes());
        body.extend_from_slice(b"\r\n");
    }
    let head = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"; filename=\"{}\"\r\nContent-Type: {}\r\n\r\n",
        quoted(&upload.field),
        quoted(&upload.file_name),
        quoted(&upload.media_type),
    );
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(&upload.bytes);
    body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secret_is_hidden_in_debug_output() {
        let secret = Secret::new("ada_token");
        assert_eq!(format!("{secret:?}"), "Secret(…)");
        assert_eq!(secret.reveal(), "ada_token");
    }

    #[test]
    fn file_name_with_quotes_stays_one_field() {
        let upload = Upload {
            field: "file".to_owned(),
            file_name: "a\"; name=\"b.png".to_owned(),
            media_type: "image/png".to_owned(),
            bytes: b"PNG".to_vec(),
        };
        let body = String::from_utf8(multipart(&[("description", "a cat".to_owned())], &upload, "x")).unwrap();
        assert_eq!(
            body,
            "--x\r\nContent-Disposition: form-data; name=\"description\"\r\n\r\na cat\r\n--x\r\nContent-Disposition: \
             form-data; name=\"file\"; filename=\"a_; name=_b.png\"\r\nContent-Type: image/png\r\n\r\nPNG\r\n--x--\r\n"
        );
    }

    #[test]
    fn form_is_percent_encoded() {
        let (media_type, body) = encode(&Payload::Form(&[("status", "a & b\n".to_owned())]));
        assert_eq!(media_type.as_deref(), Some("application/x-www-form-urlencoded"));
        assert_eq!(body, b"status=a+%26+b%0A");
    }
}
