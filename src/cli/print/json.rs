//! Prints posts and users as JSON Lines. Field names are stable.

use std::io;

use serde::Serialize;

use super::Printer;
use crate::model::{Audience, FollowCounts, Post, User, case_fold};
use crate::text::{mentions, tags};

impl Printer {
    pub(in crate::cli) fn user_json(&mut self, user: &User, counts: FollowCounts, active: bool) -> io::Result<()> {
        self.json(&JsonUser {
            id: user.id.0,
            nickname: user.nickname.as_str(),
            email: user.email.as_ref().map(|email| email.as_str()),
            display_name: user.display_name.as_ref().map(|name| name.as_str()),
            about_me: user.about_me.as_ref().map(|about| about.as_str()),
            created_at: user.created_at.map(|time| time.rfc3339()),
            last_seen: user.last_seen.map(|time| time.rfc3339()),
            posts: user.posts,
            following: counts.following,
            followers: counts.followers,
            active,
        })
    }

    pub(in crate::cli) fn post_json(&mut self, post: &Post) -> io::Result<()> {
        let booster = post.boost.and_then(|_| post.boosted_by.first()).map(|name| name.as_str());
        // A user who was renamed since is listed by their current nickname.
        let current = |name: String| {
            let known = post.mentions.iter().find(|mention| case_fold(&mention.name) == case_fold(&name));
            known.map_or(name, |mention| mention.nickname.to_string())
        };
        self.json(&JsonPost {
            id: post.boost.unwrap_or(post.id).0,
            author: booster.unwrap_or(post.nickname.as_str()),
            body: post.body.as_str(),
            created_at: post.key.rfc3339(),
            edited_at: post.edited_at.map(|time| time.rfc3339()),
            reply_to: post.reply_to.as_ref().map(|parent| parent.id.0),
            boost_of: post.boost.map(|_| post.id.0),
            likes: post.likes,
            boosts: post.boosts,
            replies: post.replies,
            tags: tags(post.body.as_str()),
            mentions: mentions(post.body.as_str()).into_iter().map(current).collect(),
            source: post.source.as_deref(),
            audience: post.origin.as_deref().map_or(Audience::Public, |origin| origin.audience).word(),
        })
    }
}

/// A user in JSON.
#[derive(Serialize)]
struct JsonUser<'a> {
    id: i64,
    nickname: &'a str,
    email: Option<&'a str>,
    display_name: Option<&'a str>,
    about_me: Option<&'a str>,
    created_at: Option<String>,
    last_seen: Option<String>,
    posts: u64,
    following: u64,
    followers: u64,
    active: bool,
}

/// A post in JSON. For a boost, `id`, `author` and `created_at` are those of the boost, `boost_of` is the id of the
/// boosted post, and text and counts are those of the boosted post.
#[derive(Serialize)]
struct JsonPost<'a> {
    id: i64,
    author: &'a str,
    body: &'a str,
    created_at: String,
    edited_at: Option<String>,
    reply_to: Option<i64>,
    boost_of: Option<i64>,
    likes: u64,
    boosts: u64,
    replies: u64,
    tags: Vec<String>,
    mentions: Vec<String>,
    source: Option<&'a str>,
    audience: &'static str,
}
