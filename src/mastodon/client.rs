//! Calls of a server with a token.

use std::sync::Arc;

use serde_json::Value;
use url::Url;

use super::error::ApiError;
use super::page::{Page, Paging};
use super::server::Server;
use crate::model::Timestamp;
use crate::net::{self, Answer, Call, Method, Payload, Secret};

/// Calls one server, as one account if there is a token. It may be shared by threads.
#[derive(Debug, Clone)]
pub struct Client {
    http: Arc<net::Client>,
    server: Server,
    token: Option<Secret>,
}

impl Client {
    /// Makes a client of a server.
    #[must_use]
    pub fn new(http: Arc<net::Client>, server: Server, token: Option<Secret>) -> Self {
        Self { http, server, token }
    }

    /// Returns the server.
    #[must_use]
    pub fn server(&self) -> &Server {
        &self.server
    }

    /// Returns what sends the requests.
    #[must_use]
    pub fn http(&self) -> &Arc<net::Client> {
        &self.http
    }

    /// Makes a client of the same server with another token.
    pub(super) fn with_token(&self, token: Secret) -> Self {
        Self { token: Some(token), ..self.clone() }
    }

    /// Reads an answer as JSON.
    pub(super) fn get(&self, path: &[&str], query: &[(&str, &str)]) -> Result<Value, ApiError> {
        let answer = self.send(Method::Get, &self.server.address(path, query), Payload::Empty, None)?;
        self.json(&answer)
    }

    /// Reads a page of a list.
    pub(super) fn page<T>(
        &self,
        path: &[&str],
        paging: Paging<'_>,
        read: impl Fn(&Value) -> Option<T>,
        id: impl Fn(&T) -> &str,
    ) -> Result<Page<T>, ApiError> {
        let query = paging.query();
        let query: Vec<(&str, &str)> = query.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = self.send(Method::Get, &self.server.address(path, &query), Payload::Empty, None)?;
        let Value::Array(elements) = self.json(&answer)? else { return Err(self.unexpected("it is no list")) };
        Ok(Page::new(&answer, elements.iter().filter_map(read).collect(), id))
    }

    /// Calls a method that changes something; returns the answer as JSON.
    pub(super) fn change(
        &self,
        method: Method,
        path: &[&str],
        payload: Payload<'_>,
        idempotency_key: Option<&str>,
    ) -> Result<Value, ApiError> {
        let answer = self.send(method, &self.server.address(path, &[]), payload, idempotency_key)?;
        self.json(&answer)
    }

    fn send(
        &self,
        method: Method,
        url: &Url,
        payload: Payload<'_>,
        idempotency_key: Option<&str>,
    ) -> Result<Answer, ApiError> {
        let answer = self.http.call(&Call { method, url, payload, token: self.token.as_ref(), idempotency_key })?;
        match answer.status {
            200..=299 => Ok(answer),
            _ => Err(ApiError::of_answer(self.server.host(), &answer, Timestamp::now())),
        }
    }

    fn json(&self, answer: &Answer) -> Result<Value, ApiError> {
        serde_json::from_slice(&answer.body).map_err(|error| self.unexpected(&format!("it is no JSON: {error}")))
    }

    /// Returns the error about an answer that the API does not allow.
    pub(super) fn unexpected(&self, what: &str) -> ApiError {
        ApiError::Unexpected { server: self.server.host(), what: what.to_owned() }
    }
}
