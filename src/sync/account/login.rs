//! Logging in to a server.

use std::sync::Arc;

use url::Url;

use super::tokens::{TokenSource, Tokens, run};
use crate::mastodon::{ApiError, App, Client, Server};
use crate::model::{Account, NewAccount, Timestamp};
use crate::net::Secret;
use crate::store::Store;
use crate::sync::{Address, Fetcher, SyncError};

/// An address to log in to.
#[derive(Debug)]
pub struct Login {
    name: String,
    client: Client,
}

/// A login that waits for the code which the server shows.
#[derive(Debug)]
pub struct NewLogin {
    login: Login,
    app: App,
}

impl Login {
    /// Prepares to log in as `susan@mastodon.example`.
    ///
    /// # Errors
    /// When the text is not the address of an account.
    pub fn new(fetcher: &Fetcher, address: &str) -> Result<Self, SyncError> {
        let invalid = || SyncError::NotAnAccount(address.to_owned());
        let handle = format!("@{}", address.trim().trim_start_matches('@'));
        let Ok(Address::Handle { user, host }) = Address::parse(&handle) else { return Err(invalid()) };
        let server = Server::of_host(&host).ok_or_else(invalid)?;
        Ok(Self { name: user, client: Client::new(Arc::clone(fetcher.http()), server, None) })
    }

    /// Registers the program at the server, so that the user can allow it to use the account.
    ///
    /// # Errors
    /// When the server does not do that.
    pub fn register(self) -> Result<NewLogin, SyncError> {
        let app = self.client.register_app("microblog")?;
        Ok(NewLogin { login: self, app })
    }

    /// Logs in with the token that a command prints, and adds the account.
    ///
    /// # Errors
    /// When the command fails, the server does not accept the token, or the store fails.
    pub fn with_command(self, command: &str, store: &mut Store, tokens: &Tokens) -> Result<Account, SyncError> {
        let token = run(&self.address(), command)?;
        let client = Client::new(Arc::clone(self.client.http()), self.client.server().clone(), Some(token));
        self.add(&client, &TokenSource::Command(command.to_owned()), store, tokens)
    }

    fn address(&self) -> String {
        format!("{}@{}", self.name, self.client.server())
    }

    /// Adds the account that a client uses.
    fn add(
        &self,
        client: &Client,
        source: &TokenSource,
        store: &mut Store,
        tokens: &Tokens,
    ) -> Result<Account, SyncError> {
        let found = client.verify_credentials()?;
        // Some servers leave the host out, some add it.
        let name = found.acct.split('@').next().unwrap_or_default();
        if !name.eq_ignore_ascii_case(&self.name) {
            let found = format!("{name}@{}", client.server());
            return Err(SyncError::OtherAccount { asked: self.address(), found });
        }
        let instance = client.instance()?;
        let new = NewAccount {
            name: name.to_owned(),
            server: client.server().host(),
            remote_id: found.id,
            uri: found.uri,
            character_limit: instance.character_limit,
            characters_per_link: instance.characters_per_link,
        };
        // Without a token the account would be of no use, so that is stored first.
        tokens.set(&format!("{}@{}", new.name, new.server), source)?;
        Ok(store.add_account(&new, Timestamp::now())?)
    }
}

impl NewLogin {
    /// Returns the address at which the user allows the program to use the account.
    #[must_use]
    pub fn url(&self) -> Url {
        self.login.client.authorize_url(&self.app)
    }

    /// Logs in with the code that the server showed, and adds the account.
    ///
    /// # Errors
    /// When the code is wrong, it is the code of another account, or the store fails.
    pub fn finish(self, code: &str, store: &mut Store, tokens: &Tokens) -> Result<Account, SyncError> {
        let (token, client): (Secret, Client) = match self.login.client.log_in(&self.app, code) {
            Err(ApiError::Unauthorized { server } | ApiError::Refused { server, .. }) => {
                return Err(SyncError::WrongCode(server));
            }
            found => found?,
        };
        self.login.add(&client, &TokenSource::Stored(token), store, tokens)
    }
}
