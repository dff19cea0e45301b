//! Decides whose a source is, and for whom it may speak.
//!
//! A file is identified by what it says of itself. What was fetched from an address is identified by that address,
//! whatever it says: any feed can name another one as itself.

use super::{Import, SourceIdentity};
use crate::model::{Nickname, RemoteUser, UserId, UserKind};
use crate::store::authority::{is_of_other_account, may_change_user};
use crate::store::remote::site;
use crate::store::{Result, users};

impl Import<'_> {
    /// Returns the user to whom the source is bound, added if necessary; `None` for a file.
    pub(super) fn bound_owner(&mut self, claimed: &RemoteUser) -> Result<Option<UserId>> {
        let id = match &self.options.identity {
            SourceIdentity::Claimed | SourceIdentity::Server(_) => return Ok(None),
            SourceIdentity::User(id) => *id,
            SourceIdentity::Address(address) => {
                self.site = site(address);
                let person = self.at_address(claimed, address);
                self.person(&person)?
            }
        };
        let user = users::by_id(self.connection, id)?;
        self.site = user.url.as_deref().and_then(site);
        self.trusted.insert(id);
        self.update_profile(id, user.kind, claimed)?;
        Ok(Some(id))
    }

    /// Returns the owner of a source as the user of its address, with the nickname that it gives itself.
    fn at_address(&self, claimed: &RemoteUser, address: &str) -> RemoteUser {
        let local = claimed.nickname.as_str().split('@').next().unwrap_or_default();
        let host = self.site.as_deref().unwrap_or("feed");
        RemoteUser {
            url: address.to_owned(),
            nickname: Nickname::for_remote(local, host),
            kind: UserKind::Remote,
            email: None,
            ..claimed.clone()
        }
    }

    /// Returns a user as this source may name them: the authors that a fetched feed names are users of its own site.
    pub(super) fn named_by_source(&self, person: &RemoteUser) -> RemoteUser {
        let (Some(site), Some(name)) = (&self.site, person.url.strip_prefix("author:")) else { return person.clone() };
        let name = name.split_once('/').map_or(name, |(_, name)| name);
        let local = person.nickname.as_str().split('@').next().unwrap_or_default();
        RemoteUser {
            url: format!("author:{site}/{name}"),
            nickname: Nickname::for_remote(local, site),
            ..person.clone()
        }
    }

    /// Returns whether the posts of a user come from a feed that is followed, and from nowhere else: what a file says of
    /// itself does not show that it is theirs, and a server knows a feed only by the account whose feed it is.
    pub(super) fn is_followed_feed(&self, id: UserId) -> Result<bool> {
        let sql = match &self.options.identity {
            SourceIdentity::Claimed => "SELECT 1 FROM subscription WHERE user = ?1",
            SourceIdentity::Server(_) => {
                "SELECT 1 FROM subscription s CROSS JOIN user u ON u.id = s.user WHERE s.user = ?1 AND u.url = s.url"
            }
            SourceIdentity::Address(_) | SourceIdentity::User(_) => return Ok(false),
        };
        Ok(self.connection.prepare_cached(sql)?.exists([id])?)
    }

    /// Returns whether the source may change the profile of a user whose posts it may add.
    pub(super) fn may_change_profile(&self, id: UserId, person: &RemoteUser) -> Result<bool> {
        match &self.options.identity {
            SourceIdentity::Server(server) => may_change_user(self.connection, server, id, &person.url),
            SourceIdentity::Claimed | SourceIdentity::Address(_) | SourceIdentity::User(_) => Ok(true),
        }
    }

    /// Returns whether the source may say which address an account has that is known only by its name.
    pub(super) fn may_name_account(&self, person: &RemoteUser) -> Result<bool> {
        match &self.options.identity {
            SourceIdentity::Server(server) => Ok(!is_of_other_account(self.connection, server, &person.url)?),
            SourceIdentity::Claimed | SourceIdentity::Address(_) | SourceIdentity::User(_) => Ok(true),
        }
    }

    /// Returns whether the source may add posts to a user and complete their profile. A file may claim any URL, so it
    /// adds nothing to users of this database without the option that claims them; a fetched feed speaks for its site.
    pub(super) fn is_trusted(&self, kind: UserKind, person: &RemoteUser) -> bool {
        let is_of_its_site = match (&self.site, site(&person.url)) {
            (Some(own), Some(found)) => *own == found,
            (Some(own), None) => person.url.starts_with(&format!("author:{own}/")),
            (None, _) => true,
        };
        is_of_its_site && (kind == UserKind::Remote || kind == person.kind)
    }
}
