//! Statuses, which are called posts here.

use serde_json::Value;

use super::account::Account;
use super::json::{id, text};
use super::poll;
use crate::model::{Poll, ServerStatus};

/// A status of a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// The id that this server uses. It is another one on each server, and some change it: posts are known by `uri`.
    pub id: String,
    /// The address that identifies the post everywhere.
    pub uri: String,
    /// Its author.
    pub account: Account,
    /// The boosted status, if this is a boost.
    pub boost_of: Option<Box<Status>>,
    /// The id of the status that it replies to.
    pub in_reply_to_id: Option<String>,
    /// Its text as HTML.
    pub content: String,
    /// Its content warning.
    pub warning: Option<String>,
    /// `public`, `unlisted`, `private` or `direct`, as the server stores it. It may differ from what was asked for.
    pub visibility: Option<String>,
    /// When it was written, as RFC 3339.
    pub created_at: Option<String>,
    /// The counts of the server.
    pub counts: Counts,
    /// Whether your account likes it, if the server says.
    pub is_liked: Option<bool>,
    /// Whether your account boosted it, if the server says.
    pub is_boosted: Option<bool>,
    /// Whether your account bookmarked it, if the server says.
    pub is_bookmarked: Option<bool>,
    /// When it was edited last, as RFC 3339.
    pub edited_at: Option<String>,
    /// Its poll, as your account sees it.
    pub poll: Option<Poll>,
    /// The answer as it was received.
    pub json: Value,
}

/// The counts of a status on its server.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Likes.
    pub likes: u64,
    /// Boosts.
    pub boosts: u64,
    /// Replies.
    pub replies: u64,
}

impl Status {
    /// Reads a status; none without an id, an address and an author. Snac wraps a post that somebody boosted in a boost by its own
    /// author with the same id: that is the post itself.
    pub(super) fn read(json: &Value) -> Option<Self> {
        let (status, boost_of) = (Self::without_boost(json)?, Self::without_boost(&json["reblog"]));
        match boost_of {
            Some(post) if post.id == status.id && post.account.uri == status.account.uri => Some(post),
            boost_of => Some(Self { boost_of: boost_of.map(Box::new), ..status }),
        }
    }

    /// Returns what the server says about it, to store.
    #[must_use]
    pub fn on_server(&self) -> ServerStatus {
        let Counts { likes, boosts, replies } = self.counts;
        ServerStatus { id: self.id.clone(), likes, boosts, replies, poll: self.poll.clone().map(Box::new) }
    }

    fn without_boost(json: &Value) -> Option<Self> {
        let count = |name: &str| json[name].as_u64().unwrap_or(0);
        Some(Self {
            id: id(&json["id"])?,
            uri: id(&json["uri"])?,
            account: Account::read(&json["account"])?,
            boost_of: None,
            in_reply_to_id: id(&json["in_reply_to_id"]),
            content: text(&json["content"]).unwrap_or_default(),
            warning: text(&json["spoiler_text"]),
            visibility: text(&json["visibility"]),
            created_at: text(&json["created_at"]),
            counts: Counts {
                likes: count("favourites_count"),
                boosts: count("reblogs_count"),
                replies: count("replies_count"),
            },
            is_liked: json["favourited"].as_bool(),
            is_boosted: json["reblogged"].as_bool(),
            is_bookmarked: json["bookmarked"].as_bool(),
            edited_at: text(&json["edited_at"]),
            poll: poll::read(&json["poll"]),
            json: json.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn boost_by_the_author_with_the_id_of_the_post_is_the_post() {
        let account = |name: &str| json!({"id": name, "uri": format!("https://a.example/{name}"), "acct": name});
        let post = json!({"id": "1", "uri": "https://a.example/p/1", "account": account("susan"), "content": "text"});
        let boost = |id: &str, name: &str| {
            let uri = format!("https://a.example/d/{id}/Announce");
            let json = json!({"id": id, "uri": uri, "account": account(name), "content": "", "reblog": post});
            let status = Status::read(&json).unwrap();
            (status.content, status.boost_of.is_some())
        };
        assert_eq!(boost("1", "susan"), ("text".to_owned(), false));
        assert_eq!(boost("1", "hal"), (String::new(), true));
        assert_eq!(boost("2", "susan"), (String::new(), true));
    }
}
