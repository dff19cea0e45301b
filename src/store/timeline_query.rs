//! The SQL of timelines. Each query returns keys of posts, newest or oldest first, until the caller stops.
//!
//! Each follows an index that it names: SQLite's plans change with the size of a table, and a wrong plan sorts all of
//! it. None has a limit: the caller stops when the page is full, so that posts which a reader does not want cost a
//! step, not a page.
//!
//! Home and lists are merges: the newest post of each followed author is in the queue of a recursive query, which its `ORDER
//! BY` makes a heap; each step takes the newest key and adds that author's next one. Time for a page of 50 of a
//! million posts by 2,000 users, for a reader who follows 200 active users, 200 inactive ones, 2,000 active ones, and
//! 2,000 inactive ones:
//!
//! - this merge, with the posts themselves: 0.37 ms, 0.31 ms, 2.2 ms, 1.7 ms (at ten million: 0.4, 0.36, 2.6, 1.9);
//! - all posts newest first, skipping those of others: 1 ms, 506 ms, under 1 ms, the fourth not measured;
//! - a table of who sees what, written with each post: one index range to read, but 37 rows for each post with 37
//!   followers, and it was not filled after three minutes.

use crate::model::Timeline;

/// Returns the condition that an author is not muted by the reader; `:reader` is NULL for all posts.
fn unmuted(author: &str) -> String {
    format!("NOT EXISTS (SELECT 1 FROM mute WHERE muter = :reader AND muted = {author})")
}

/// Returns the condition that an author is in a merged timeline, and not muted: for home `:subject` or somebody whom they
/// follow, for a list one of its members.
fn includes(timeline: &Timeline, author: &str) -> String {
    let unmuted = unmuted(author);
    match timeline {
        Timeline::List(..) => {
            format!("EXISTS (SELECT 1 FROM list_member WHERE list = :subject AND user = {author}) AND {unmuted}")
        }
        _ => format!(
            "({author} = :subject OR EXISTS (SELECT 1 FROM follow WHERE follower = :subject AND followed = {author}))
             AND {unmuted}"
        ),
    }
}

/// Options of a timeline scan.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct ScanOptions {
    pub(super) oldest_first: bool,
    /// The reader's own posts are left out of home, all, mentions, tags and lists.
    pub(super) exclude_own: bool,
    /// The reader mutes somebody. If nobody is muted, rows of posts need not be read.
    pub(super) has_mutes: bool,
}

/// Returns the query of a timeline: keys from `:from` on and before `:to`, of `:subject` (a user, a tag or a list) for
/// `:reader`. Searches have queries of their own.
pub(super) fn sql(timeline: &Timeline, options: ScanOptions) -> String {
    let direction = if options.oldest_first { "ASC" } else { "DESC" };
    let filter_own = if options.exclude_own { "AND p.author IS NOT :self" } else { "" };
    let posts = |index: &str, filter: &str| {
        format!(
            "SELECT p.created_at FROM post p INDEXED BY {index}
             WHERE p.created_at >= :from AND p.created_at < :to AND {filter} ORDER BY p.created_at {direction}"
        )
    };
    let related = |table: &str, subject: &str, mutable: bool| {
        let unmuted = if options.has_mutes { format!("AND {}", unmuted("p.author")) } else { String::new() };
        let wanted = if mutable && (options.has_mutes || options.exclude_own) {
            format!("EXISTS (SELECT 1 FROM post p WHERE p.created_at = l.post_created_at {unmuted} {filter_own})")
        } else {
            "NOT EXISTS (SELECT 1 FROM deleted_post d WHERE d.created_at = l.post_created_at)".to_owned()
        };
        format!(
            "SELECT l.post_created_at FROM {table} l WHERE l.{subject} = :subject
             AND l.post_created_at >= :from AND l.post_created_at < :to AND {wanted} ORDER BY l.post_created_at {direction}"
        )
    };
    match timeline {
        Timeline::Home(_) | Timeline::List(..) => merged(timeline, options.oldest_first, filter_own),
        Timeline::All | Timeline::Search(_) => {
            posts("post_created_at", &format!("p.boost_of IS NULL AND {} {filter_own}", unmuted("p.author")))
        }
        Timeline::User(..) => posts("post_author_created_at", &format!("p.author = :subject AND {NOT_OF_THEMSELVES}")),
        Timeline::Replies(..) => posts("post_author_replies", "p.author = :subject AND p.reply_to IS NOT NULL"),
        Timeline::Likes(..) => related("liked", "user", false),
        Timeline::Bookmarks(_) => related("bookmark", "user", false),
        Timeline::Mentions(_) => related("mention", "user", true),
        Timeline::Tag(_) => related("tagged", "tag", true),
    }
}

/// Returns the query of a timeline that merges authors.
///
/// A post that is reached in several ways is listed once: at its own time if its author is included, else at the
/// first boost. Oldest first, keys are negated, so that authors without another post (NULL) come last in the queue
/// either way.
fn merged(timeline: &Timeline, oldest_first: bool, filter_own: &str) -> String {
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
    // A count without the reader's own posts must not walk through them: there may be a whole archive.
    let exclude_own = !filter_own.is_empty();
    let authors = match timeline {
        Timeline::List(..) => {
            let own = if exclude_own { "AND user IS NOT :self" } else { "" };
            format!("SELECT user FROM list_member WHERE list = :subject AND {} {own}", unmuted("user"))
        }
        _ => {
            let own = if exclude_own { "WHERE :subject IS NOT :self" } else { "" };
            let unmuted = unmuted("followed");
            format!(
                "SELECT :subject {own} UNION ALL SELECT followed FROM follow WHERE follower = :subject AND {unmuted}"
            )
        }
    };
    format!(
        "WITH RECURSIVE way (author) AS ({authors}),
         m (key, author) AS (
             SELECT {first}, w.author FROM way w
             UNION ALL
             SELECT {then}, m.author FROM m WHERE m.key IS NOT NULL
             ORDER BY 1 DESC)
         SELECT p.created_at FROM m CROSS JOIN post p ON p.created_at = {sign}m.key LEFT JOIN post o ON o.id = p.boost_of
         WHERE m.key IS NOT NULL {filter_own} AND {}",
        first_time(timeline),
    )
}

/// Returns the condition that a boost `p` of a post `o` is listed in a merged timeline: the post is not there itself, and
/// nobody included boosted it before.
fn first_time(timeline: &Timeline) -> String {
    format!(
        "(p.boost_of IS NULL OR (o.id IS NOT NULL AND {} AND NOT ({}) AND NOT EXISTS (
             SELECT 1 FROM post e INDEXED BY post_boost_of
             WHERE e.boost_of = p.boost_of AND e.created_at < p.created_at AND {})))",
        unmuted("o.author"),
        includes(timeline, "o.author"),
        includes(timeline, "e.author"),
    )
}

/// A user's boost of their own post would show it twice.
const NOT_OF_THEMSELVES: &str = "NOT EXISTS (SELECT 1 FROM post o WHERE o.id = p.boost_of AND o.author = p.author)";

/// Returns the query of the posts of a timeline that arrived with ids from `:first` to `:last`: their keys, from `:from`
/// on and before `:to`, without the reader's own posts in home, all, mentions, tags and lists. `None` for searches.
pub(super) fn by_arrival(timeline: &Timeline) -> Option<String> {
    let related = |table: &str, subject: &str, mutes: &str| {
        format!(
            "EXISTS (SELECT 1 FROM {table} l WHERE l.{subject} = :subject AND l.post_created_at = p.created_at){mutes}"
        )
    };
    let unmuted = format!(" AND {}", unmuted("p.author"));
    let of_others = format!(" AND p.author IS NOT :self{unmuted}");
    let belongs = match timeline {
        Timeline::Home(_) | Timeline::List(..) => {
            let (included, first_time) = (includes(timeline, "p.author"), first_time(timeline));
            format!("p.author IS NOT :self AND {included} AND {first_time}")
        }
        Timeline::All => format!("p.author IS NOT :self AND p.boost_of IS NULL{unmuted}"),
        Timeline::User(..) => format!("p.author = :subject AND {NOT_OF_THEMSELVES}"),
        Timeline::Replies(..) => "p.author = :subject AND p.reply_to IS NOT NULL".to_owned(),
        Timeline::Likes(..) => related("liked", "user", ""),
        Timeline::Bookmarks(_) => related("bookmark", "user", ""),
        Timeline::Mentions(_) => related("mention", "user", &of_others),
        Timeline::Tag(_) => related("tagged", "tag", &of_others),
        Timeline::Search(_) => return None,
    };
    Some(format!(
        "SELECT p.created_at FROM post p NOT INDEXED LEFT JOIN post o ON o.id = p.boost_of
         WHERE p.id BETWEEN :first AND :last AND p.created_at >= :from AND p.created_at < :to AND {belongs}
         ORDER BY p.id DESC"
    ))
}
