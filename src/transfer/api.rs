//! Reads what the API of a server returns: accounts, statuses and their earlier versions.

use serde_json::Value;

use super::html;
use super::mastodon::{moment, status};
use crate::model::{Body, RemotePost, RemoteUser, Revision};

/// Returns the user who is an account; none if it has no address.
#[must_use]
pub fn user(account: &Value) -> Option<RemoteUser> {
    status::author(account)
}

/// Returns a status as a post. A boost names the boosted post by its remote id.
///
/// # Errors
/// When it has no id, no plausible date, or no text; says what is missing.
pub fn post(json: &Value) -> Result<RemotePost, String> {
    let mut post = status::post(json, "status")?;
    post.author = status::author(&json["account"]).map(|author| author.url);
    Ok(post)
}

/// Returns the earlier texts of an edited status, the oldest first. `versions` are all of them, the current one last.
#[must_use]
pub fn revisions(versions: &[Value]) -> Vec<Revision> {
    let earlier = versions.split_last().map_or(&[][..], |(_, earlier)| earlier);
    let read = |version: &Value| {
        let text = html::read(version["content"].as_str()?, None).text;
        Some(Revision { body: Body::imported(&text).ok()?, written_at: moment(&version["created_at"]).ok()? })
    };
    earlier.iter().filter_map(read).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn status() -> Value {
        json!({
            "id": "1", "uri": "https://a.example/users/ada/statuses/1", "url": "https://a.example/@ada/1",
            "created_at": "2026-03-14T15:09:26.535Z", "content": "<p>Hi <a href=\"https://b.example/@bob\">@bob</a></p>",
            "visibility": "private", "spoiler_text": "cats", "language": "en",
            "account": {"id": "7", "acct": "ada", "username": "ada", "url": "https://a.example/@ada",
                "uri": "https://a.example/users/ada", "display_name": "Ada"},
            "mentions": [{"acct": "bob@b.example", "url": "https://b.example/@bob"}],
            "poll": {"options": [{"title": "tea", "votes_count": 3}, {"title": "mate", "votes_count": null}]},
            "quote": {"state": "accepted", "quoted_status": {"uri": "https://c.example/9", "url": "https://c.example/@eve/9"}},
        })
    }

    #[test]
    fn status_becomes_post_with_poll_and_quote_as_text() {
        let post = post(&status()).unwrap();
        assert_eq!(post.author.as_deref(), Some("https://a.example/users/ada"));
        assert_eq!(post.body.as_str(), "Hi @bob@b.example\n- tea (3)\n- mate\n\nRE: https://c.example/@eve/9");
        assert_eq!(post.mentions, [("bob@b.example".to_owned(), "https://b.example/@bob".to_owned())]);
        assert_eq!(post.origin.warning.as_deref(), Some("cats"));
        assert!(post.origin.audience.is_private());
    }

    #[test]
    fn fields_of_another_kind_are_as_if_absent() {
        let mut hostile = status();
        for name in ["mentions", "poll", "quote", "media_attachments", "spoiler_text", "language", "url"] {
            hostile[name] = json!({"a": [1, null]});
        }
        assert_eq!(post(&hostile).unwrap().body.as_str(), "Hi @bob");
        hostile["created_at"] = json!(7);
        assert!(post(&hostile).is_err());
    }

    #[test]
    fn current_version_is_no_revision() {
        let versions =
            [json!({"content": "<p>one</p>", "created_at": "2026-03-14T15:09:26Z"}), json!({"content": "<p>two</p>"})];
        let texts: Vec<_> = revisions(&versions).iter().map(|revision| revision.body.as_str().to_owned()).collect();
        assert_eq!(texts, ["one"]);
    }
}
