//! Logging in: the program registers itself, the user allows it in a browser, and the code that the server shows is
//! exchanged for a token (RFC 6749, out of band).

use url::Url;

use super::client::Client;
use super::error::ApiError;
use super::json::text;
use crate::net::{Method, Payload, Secret};

/// Makes the server show the code, so that logging in works over SSH too.
const REDIRECT: &str = "urn:ietf:wg:oauth:2.0:oob";
/// What the program may do.
const SCOPES: &str = "read write follow";

/// The program as a server knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct App {
    id: String,
    secret: Secret,
}

impl Client {
    /// Registers the program.
    ///
    /// # Errors
    /// When the call fails.
    pub fn register_app(&self, name: &str) -> Result<App, ApiError> {
        let fields =
            [("client_name", name.to_owned()), ("redirect_uris", REDIRECT.to_owned()), ("scopes", SCOPES.to_owned())];
        let json = self.change(Method::Post, &["api", "v1", "apps"], Payload::Form(&fields), None)?;
        let (id, secret) = text(&json["client_id"])
            .zip(text(&json["client_secret"]))
            .ok_or_else(|| self.unexpected("it registers no program"))?;
        Ok(App { id, secret: Secret::new(secret) })
    }

    /// Returns the address at which the user allows the program to use their account.
    #[must_use]
    pub fn authorize_url(&self, app: &App) -> Url {
        let query =
            [("response_type", "code"), ("client_id", app.id.as_str()), ("redirect_uri", REDIRECT), ("scope", SCOPES)];
        self.server().address(&["oauth", "authorize"], &query)
    }

    /// Exchanges the code that the server showed for a token; returns the token, and a client that uses it.
    ///
    /// # Errors
    /// When the call fails, or the code is wrong.
    pub fn log_in(&self, app: &App, code: &str) -> Result<(Secret, Self), ApiError> {
        let fields = [
            ("grant_type", "authorization_code".to_owned()),
            ("client_id", app.id.clone()),
            ("client_secret", app.secret.reveal().to_owned()),
            ("redirect_uri", REDIRECT.to_owned()),
            ("scope", SCOPES.to_owned()),
            ("code", code.trim().to_owned()),
        ];
        let json = self.change(Method::Post, &["oauth", "token"], Payload::Form(&fields), None)?;
        let token = text(&json["access_token"]).map(Secret::new).ok_or_else(|| self.unexpected("it has no token"))?;
        Ok((token.clone(), self.with_token(token)))
    }
}
