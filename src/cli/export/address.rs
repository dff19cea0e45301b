//! URLs of exported feeds, and their file names in a folder.

use std::collections::HashMap;

use crate::cli::CliError;
use crate::model::{User, UserId};
use crate::output_file;
use crate::store::{Store, UserOrder};

/// Returns whether a text is a URL at which others could find a feed.
pub(super) fn is_url(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else { return false };
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
        && !rest.is_empty()
        && !text.contains(|c: char| c.is_whitespace() || c.is_control() || "<>\"{}|\\^`".contains(c))
}

/// Returns the file name of a user's feed.
pub(super) fn feed_file_name(user: &User) -> String {
    output_file::file_name(user.nickname.as_str(), user.id.0, "txt")
}

/// URLs of twtxt feeds.
pub(super) struct FeedUrls {
    /// The feed of each user whose URL is known.
    pub(super) by_user: HashMap<UserId, String>,
    /// The feed being exported.
    pub(super) own: Option<String>,
}

impl FeedUrls {
    /// Finds the URL of every user's feed: where it was imported from, or where this export will be published.
    ///
    /// `base` is the URL given on the command line; `in_folder` means that it is the URL of a folder, which holds the
    /// feeds of `exported` users, or of all users if `all_users` is set.
    pub(super) fn find(
        store: &Store,
        base: Option<&str>,
        exported: &[User],
        in_folder: bool,
        all_users: bool,
    ) -> Result<Self, CliError> {
        let mut urls = Self { by_user: HashMap::new(), own: base.map(str::to_owned) };
        for user in store.users(UserOrder::Nickname, false)? {
            let is_exported = exported.iter().any(|exported| exported.id == user.id);
            let is_in_folder = in_folder && (all_users || is_exported);
            let url = match base {
                Some(base) if is_in_folder => Some(format!("{}/{}", base.trim_end_matches('/'), feed_file_name(&user))),
                Some(base) if is_exported => Some(base.to_owned()),
                _ => user.url.clone(),
            };
            if is_exported {
                urls.own.clone_from(&url);
            }
            urls.by_user.extend(url.map(|url| (user.id, url)));
        }
        Ok(urls)
    }
}
