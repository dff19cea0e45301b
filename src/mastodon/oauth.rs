//! Logging in: the program registers itself, the user allows it in a browser, and the code that the server shows is
//! exchanged for a token (RFC 6749, out of band). Where the server knows it, a code is of no use to others (RFC 7636, PKCE).

use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};
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
    /// A secret of this login, of which the server gets a hash with the first request and the whole with the last.
    verifier: Option<Secret>,
}

/// Makes a random verifier: 43 characters.
fn verifier() -> Option<Secret> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).ok()?;
    Some(Secret::new(BASE64URL_NOPAD.encode(&bytes)))
}

/// Returns the hash of a verifier, by the method `S256`.
fn challenge(verifier: &Secret) -> String {
    BASE64URL_NOPAD.encode(&Sha256::digest(verifier.reveal()))
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
        let verifier = if self.knows_pkce()? { verifier() } else { None };
        Ok(App { id, secret: Secret::new(secret), verifier })
    }

    /// Returns whether the server says that it knows PKCE with the method `S256` (RFC 8414); many say nothing.
    fn knows_pkce(&self) -> Result<bool, ApiError> {
        match self.get(&[".well-known", "oauth-authorization-server"], &[]) {
            Ok(json) => {
                let methods = json["code_challenge_methods_supported"].as_array();
                Ok(methods.is_some_and(|methods| methods.iter().any(|method| method == "S256")))
            }
            Err(ApiError::Net(error)) => Err(ApiError::Net(error)),
            Err(_) => Ok(false),
        }
    }

    /// Returns the address at which the user allows the program to use their account.
    #[must_use]
    pub fn authorize_url(&self, app: &App) -> Url {
        let mut query = vec![
            ("response_type", "code"),
            ("client_id", app.id.as_str()),
            ("redirect_uri", REDIRECT),
            ("scope", SCOPES),
        ];
        let challenge = app.verifier.as_ref().map(challenge);
        if let Some(challenge) = &challenge {
            query.extend([("code_challenge", challenge.as_str()), ("code_challenge_method", "S256")]);
        }
        self.server().address(&["oauth", "authorize"], &query)
    }

    /// Exchanges the code that the server showed for a token; returns the token, and a client that uses it.
    ///
    /// # Errors
    /// When the call fails, or the code is wrong.
    pub fn log_in(&self, app: &App, code: &str) -> Result<(Secret, Self), ApiError> {
        let mut fields = vec![
            ("grant_type", "authorization_code".to_owned()),
            ("client_id", app.id.clone()),
            ("client_secret", app.secret.reveal().to_owned()),
            ("redirect_uri", REDIRECT.to_owned()),
            ("scope", SCOPES.to_owned()),
            ("code", code.trim().to_owned()),
        ];
        fields.extend(app.verifier.as_ref().map(|verifier| ("code_verifier", verifier.reveal().to_owned())));
        let json = self.change(Method::Post, &["oauth", "token"], Payload::Form(&fields), None)?;
        let token = text(&json["access_token"]).map(Secret::new).ok_or_else(|| self.unexpected("it has no token"))?;
        Ok((token.clone(), self.with_token(token)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn challenge_is_that_of_the_example_in_the_standard() {
        let verifier = Secret::new("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert_eq!(challenge(&verifier), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn verifiers_are_long_and_different() {
        let (one, other) = (verifier().unwrap(), verifier().unwrap());
        assert_eq!(one.reveal().len(), 43);
        assert_ne!(one.reveal(), other.reveal());
    }
}
