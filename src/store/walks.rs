//! The queries of timelines: each walks the keys of its posts, newest or oldest first, for as long as it is asked.
//!
//! Every walk goes along an index that is named in the query: SQLite's plans flip with the size of a table, and
//! the wrong one sorts it whole. None has a limit: whoever walks stops when the page is full, so that posts which
//! a reader does not want cost a step, not a page.
//!
//! Home is a merge: the newest post of each followed author waits in the queue of a recursive query, which its
//! `ORDER BY` makes a heap; each step takes the newest key and puts that author's next one in. MEASURE

use crate::model::Timeline;

/// Posts of those whom the reader mutes are left out; `:reader` is NULL for all posts.
macro_rules! unmuted {
    ($author:literal) => {
        concat!("NOT EXISTS (SELECT 1 FROM mute WHERE muter = :reader AND muted = ", $author, ")")
    };
}

/// Somebody is `:subject`, or followed by them, and not muted by the reader.
macro_rules! known {
    ($author:literal) => {
        concat!(
            "(",
            $author,
            " = :subject OR EXISTS (SELECT 1 FROM follow WHERE follower = :subject AND followed = ",
            $author,
            ")) AND ",
            unmuted!($author)
        )
    };
}

/// The walk of a timeline: keys from `:from` on and before `:to`, of `:subject` (a user or a tag) for `:reader`. With
/// `others`, the reader's own posts are left out. Searches have walks of their own.
pub(super) fn sql(timeline: &Timeline, oldest_first: bool, others: bool) -> String {
    let direction = if oldest_first { "ASC" } else { "DESC" };
    let others = if others { "AND p.author IS NOT :self" } else { "" };
    let plain = |from: &str, key: &str, filter: &str| {
        format!(
            "SELECT {key} FROM {from} WHERE {key} >= :from AND {key} < :to AND {filter} {others} ORDER BY {key} {direction}"
        )
    };
    match timeline {
        Timeline::Home(_) => home(oldest_first, others),
        Timeline::All | Timeline::Search(_) => {
            let filter = concat!("p.boost_of IS NULL AND ", unmuted!("p.author"));
            plain("post p INDEXED BY post_created_at", "p.created_at", filter)
        }
        // A user's boost of their own post would show it twice.
        Timeline::User(..) => plain(
            "post p INDEXED BY post_author_created_at",
            "p.created_at",
            "p.author = :subject AND NOT EXISTS (SELECT 1 FROM post o WHERE o.id = p.boost_of AND o.author = p.author)",
        ),
        Timeline::Replies(..) => plain(
            "post p INDEXED BY post_author_replies",
            "p.created_at",
            "p.author = :subject AND p.reply_to IS NOT NULL",
        ),
        Timeline::Likes(..) => {
            plain("liked l CROSS JOIN post p ON p.created_at = l.moment", "l.moment", "l.user = :subject")
        }
        Timeline::Bookmarks(_) => {
            plain("bookmark l CROSS JOIN post p ON p.created_at = l.moment", "l.moment", "l.user = :subject")
        }
        Timeline::Mentions(_) => plain(
            "mention l CROSS JOIN post p ON p.created_at = l.moment",
            "l.moment",
            concat!("l.user = :subject AND ", unmuted!("p.author")),
        ),
        Timeline::Tag(_) => plain(
            "tagged l CROSS JOIN post p ON p.created_at = l.moment",
            "l.moment",
            concat!("l.tag = :subject AND ", unmuted!("p.author")),
        ),
    }
}

/// A post that is reached by two ways stands where it was reached first: its own place if its author is followed,
/// else that of the first boost. Oldest first, keys are negated, so that authors without another post (NULL) come last
/// in the queue either way.
fn home(oldest_first: bool, others: &str) -> String {
    let (sign, best, beyond) = if oldest_first { ("-", "min", ">") } else { ("", "max", "<") };
    let next = |author: &str, bound: &str| {
        format!(
            "(SELECT {sign}{best}(created_at) FROM post INDEXED BY post_author_created_at
              WHERE author = {author} AND created_at {bound})"
        )
    };
    let first = next("w.author", ">= :from AND created_at < :to");
    let limit = if oldest_first { "AND created_at < :to" } else { "AND created_at >= :from" };
    let then = next("m.author", &format!("{beyond} {sign}m.key {limit}"));
    format!(
        "WITH RECURSIVE way (author) AS (
             SELECT :subject UNION ALL SELECT followed FROM follow WHERE follower = :subject
             AND {unmuted}),
         m (key, author) AS (
             SELECT {first}, w.author FROM way w
             UNION ALL
             SELECT {then}, m.author FROM m WHERE m.key IS NOT NULL
             ORDER BY 1 DESC)
         SELECT p.created_at FROM m CROSS JOIN post p ON p.created_at = {sign}m.key LEFT JOIN post o ON o.id = p.boost_of
         WHERE m.key IS NOT NULL {others} AND (p.boost_of IS NULL OR (
             o.id IS NOT NULL AND {author_unmuted} AND NOT ({author_known})
             AND NOT EXISTS (SELECT 1 FROM post e INDEXED BY post_boost_of
                 WHERE e.boost_of = p.boost_of AND e.created_at < p.created_at AND {booster_known})))",
        unmuted = unmuted!("followed"),
        author_unmuted = unmuted!("o.author"),
        author_known = known!("o.author"),
        booster_known = known!("e.author"),
    )
}
