//! Users of X, also those that a file does not name.

use crate::model::RemoteUser;
use crate::transfer::author::person;

/// Nickname and id of the author of liked posts, whom an archive does not name.
pub(super) const UNKNOWN: &str = "unknown";
/// Nickname and id of an owner whom a single file does not name.
pub(super) const SOMEONE: &str = "someone";

/// Returns the URL of a user by their id, which does not change when they are renamed.
pub(super) fn user_url(id: &str) -> String {
    format!("https://x.com/i/user/{id}")
}

/// Returns a user by nickname and id.
pub(super) fn user(nickname: &str, id: &str) -> RemoteUser {
    person(nickname, "x.com", user_url(id))
}

/// Returns whether a user is the owner of a file that does not name its owner.
pub(in crate::transfer) fn is_unknown_owner(user: &RemoteUser) -> bool {
    user.url == user_url(SOMEONE)
}
