//! Exports and imports a whole database as JSONL records.
//!
//! Data that can be rebuilt (search indexes, counts, tags) and deleted posts are left out. It knows nothing of how a
//! record is written.

mod import;
mod known_posts;
mod posts;
mod protection;
mod user_data;
mod users;

use std::cell::Cell;
use std::collections::HashMap;

use data_encoding::BASE64;
use rusqlite::{Connection, OptionalExtension, Row};

use super::{Result, Store, StoreError, notifications, remote};
use crate::model::{
    AvatarRecord, DraftRecord, DumpEnd, DumpHeader, FilterRecord, IdsRecord, ListRecord, MentionRecord,
    NotificationRecord, Origin, PairRecord, PanesRecord, PendingRecord, PinRecord, PostDetails, PostId, PostRecord,
    ReactionRecord, ReadRecord, Record, ScheduledRecord, SearchRecord, SpanRecord, SubscriptionRecord, TabRecord,
    Timestamp, UserRecord, VersionRecord,
};

pub use import::DumpImport;

/// The version of the records.
const VERSION: u32 = 1;
/// Timelines whose name ends with the id of a user.
const OF_USERS: [&str; 3] = ["user", "replies", "likes"];
/// The name of the read mark of the detail pane.
const DETAIL: &str = "detail";

/// Nicknames by user id.
type Nicknames = HashMap<i64, String>;

impl Store {
    /// Passes every record of the database to `each`, always in the same order, all from one snapshot.
    ///
    /// # Errors
    /// As `each`, and when the store fails.
    pub fn for_each_record<E: From<StoreError>>(&self, mut each: impl FnMut(Record) -> Result<(), E>) -> Result<(), E> {
        let _snapshot = self.snapshot()?;
        let connection = &self.connection;
        let lines = Cell::new(0);
        let mut each = |line| {
            lines.set(lines.get() + 1);
            each(line)
        };
        each(Record::Microblog(head(connection)?))?;
        let mut names = Nicknames::new();
        for user in users(connection)? {
            names.insert(user.id, user.nickname.clone());
            each(Record::User(Box::new(user)))?;
        }
        for line in few(connection, &names)? {
            each(line)?;
        }
        for_each_post(connection, &names, &mut each)?;
        for (sql, read) in LISTS {
            let mut statement = connection.prepare_cached(sql).map_err(StoreError::from)?;
            let mut rows = statement.query([]).map_err(StoreError::from)?;
            while let Some(row) = rows.next().map_err(StoreError::from)? {
                if let Some(line) = read(row, &names).map_err(StoreError::from)? {
                    each(line)?;
                }
            }
        }
        each(Record::End(DumpEnd { lines: lines.get() }))
    }
}

fn head(connection: &Connection) -> Result<DumpHeader> {
    let last = |table: &str| -> Result<i64> {
        let mut statement = connection.prepare_cached("SELECT seq FROM sqlite_sequence WHERE name = ?1")?;
        Ok(statement.query_row([table], |row| row.get(0)).optional()?.unwrap_or(0))
    };
    Ok(DumpHeader { version: VERSION, last_user: last("user")?, last_post: last("post")? })
}

fn users(connection: &Connection) -> Result<Vec<UserRecord>> {
    let mut statement = connection.prepare_cached(
        "SELECT id, nickname, email, display_name, about_me, created_at, last_seen, url, kind FROM user ORDER BY id",
    )?;
    let read = |row: &Row<'_>| {
        Ok(UserRecord {
            id: row.get(0)?,
            nickname: row.get(1)?,
            email: row.get(2)?,
            display_name: row.get(3)?,
            about_me: row.get(4)?,
            created_at: maybe(row, 5)?,
            last_seen: maybe(row, 6)?,
            url: row.get(7)?,
            kind: row.get(8)?,
        })
    };
    Ok(statement.query_map([], read)?.collect::<rusqlite::Result<_>>()?)
}

/// Returns the records of which there is at most one.
fn few(connection: &Connection, names: &Nicknames) -> Result<Vec<Record>> {
    let active = connection
        .prepare_cached("SELECT user FROM active_user")?
        .query_row([], |row| named(row, 0, names).map(Record::Active))
        .optional()?;
    let panes = connection
        .prepare_cached("SELECT users, timeline FROM panes")?
        .query_row([], |row| Ok(Record::Panes(PanesRecord { users: row.get(0)?, timeline: row.get(1)? })))
        .optional()?;
    Ok(active.into_iter().chain(panes).collect())
}

fn for_each_post<E: From<StoreError>>(
    connection: &Connection,
    names: &Nicknames,
    each: &mut impl FnMut(Record) -> Result<(), E>,
) -> Result<(), E> {
    let sql = "SELECT id, author, created_at, body, reply_to, boost_of, source, edited_at, edits FROM post ORDER BY id";
    let mut statement = connection.prepare_cached(sql).map_err(StoreError::from)?;
    let mut rows = statement.query([]).map_err(StoreError::from)?;
    while let Some(row) = rows.next().map_err(StoreError::from)? {
        let mut post = post(row, names).map_err(StoreError::from)?;
        complete(connection, names, &mut post)?;
        each(Record::Post(Box::new(post)))?;
    }
    Ok(())
}

fn post(row: &Row<'_>, names: &Nicknames) -> rusqlite::Result<PostRecord> {
    Ok(PostRecord {
        id: row.get(0)?,
        author: named(row, 1, names)?,
        created_at: moment(row, 2)?,
        body: row.get(3)?,
        reply_to: row.get(4)?,
        boost_of: row.get(5)?,
        source: row.get(6)?,
        edited_at: maybe(row, 7)?,
        edits: row.get(8)?,
        versions: Vec::new(),
        mentions: Vec::new(),
        origin: None,
    })
}

/// Adds what other tables hold of a post.
fn complete(connection: &Connection, names: &Nicknames, post: &mut PostRecord) -> Result<()> {
    if post.edits > 0 || post.edited_at.is_some() {
        post.versions = connection
            .prepare_cached("SELECT version, body, written_at FROM post_version WHERE post = ?1 ORDER BY version")?
            .query_map([post.id], |row| {
                Ok(VersionRecord { version: row.get(0)?, body: row.get(1)?, written_at: moment(row, 2)? })
            })?
            .collect::<rusqlite::Result<_>>()?;
    }
    if post.body.as_ref().is_some_and(|body| body.contains('@')) {
        post.mentions = connection
            .prepare_cached(
                "SELECT name, user FROM mention INDEXED BY mention_moment WHERE post_created_at = ?1 ORDER BY user",
            )?
            .query_map([post.created_at.micros()], |row| {
                Ok(MentionRecord { name: row.get(0)?, user: named(row, 1, names)? })
            })?
            .collect::<rusqlite::Result<_>>()?;
    }
    if post.source.is_some() || remote::exists(connection, PostId(post.id))? {
        let origin = remote::read(connection, PostId(post.id))?;
        post.origin = (origin != Origin::default()).then(|| Box::new(origin));
    }
    Ok(())
}

fn named(row: &Row<'_>, at: usize, names: &Nicknames) -> rusqlite::Result<String> {
    Ok(names.get(&row.get(at)?).cloned().unwrap_or_default())
}

fn moment(row: &Row<'_>, at: usize) -> rusqlite::Result<Timestamp> {
    row.get(at).map(Timestamp::from_micros)
}

/// Reads what a post has besides its text, without files of this machine.
fn details(row: &Row<'_>, at: usize) -> rusqlite::Result<PostDetails> {
    Ok(PostDetails { attachments: Vec::new(), ..row.get(at)? })
}

fn maybe(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<Timestamp>> {
    Ok(row.get::<_, Option<i64>>(at)?.map(Timestamp::from_micros))
}

/// Makes a record of a row; `None` for a row without meaning.
type Reader = fn(&Row<'_>, &Nicknames) -> rusqlite::Result<Option<Record>>;

/// The queries of everything after the posts, and how to read their rows.
const LISTS: [(&str, Reader); 18] = [
    ("SELECT user, picture FROM avatar ORDER BY user", |row, names| {
        let picture: Vec<u8> = row.get(1)?;
        Ok(Some(Record::Avatar(AvatarRecord { user: named(row, 0, names)?, picture: BASE64.encode(&picture) })))
    }),
    ("SELECT follower, followed, since FROM follow ORDER BY follower, followed", |row, names| {
        pair(row, names).map(|pair| Some(Record::Follow(pair)))
    }),
    ("SELECT muter, muted, since FROM mute ORDER BY muter, muted", |row, names| {
        pair(row, names).map(|pair| Some(Record::Mute(pair)))
    }),
    (
        "SELECT l.user, p.id, l.liked_at FROM liked l CROSS JOIN post p INDEXED BY post_created_at ON p.created_at = l.post_created_at
         ORDER BY l.user, l.post_created_at",
        |row, names| reaction(row, names).map(|reaction| Some(Record::Like(reaction))),
    ),
    (
        "SELECT l.user, p.id, l.bookmarked_at FROM bookmark l
         CROSS JOIN post p INDEXED BY post_created_at ON p.created_at = l.post_created_at ORDER BY l.user, l.post_created_at",
        |row, names| reaction(row, names).map(|reaction| Some(Record::Bookmark(reaction))),
    ),
    ("SELECT user, kind, remote_id, reacted_at FROM pending_reaction ORDER BY remote_id, user, kind", |row, names| {
                Ok(Some(Record::Waiting(PendingRecord {
            user: named(row, 0, names)?,
            reaction: row.get(1)?,
            name: row.get(2)?,
            at: moment(row, 3)?,
        })))
    }),
    ("SELECT user, nullif(reply_to, 0), body, saved_at, slot, details FROM draft ORDER BY user, reply_to, slot", |row, names| {
        let (user, reply_to, body) = (named(row, 0, names)?, row.get(1)?, row.get(2)?);
        Ok(Some(Record::Draft(DraftRecord {
            user,
            reply_to,
            edit_of: None,
            edits: 0,
            slot: row.get(4)?,
            body,
            saved_at: moment(row, 3)?,
            details: details(row, 5)?,
        })))
    }),
    (
        "SELECT user, reply_to, body, post_at, details, (
             SELECT json_group_array(body) FROM (
                 SELECT body FROM scheduled_reply WHERE scheduled = s.id ORDER BY position))
         FROM scheduled_post s ORDER BY id",
        |row, names| {
            let (user, reply_to, body) = (named(row, 0, names)?, row.get(1)?, row.get(2)?);
            let details = details(row, 4)?;
            let rest = serde_json::from_str(row.get_ref(5)?.as_str()?).unwrap_or_default();
            Ok(Some(Record::Scheduled(ScheduledRecord { user, reply_to, body, rest, post_at: moment(row, 3)?, details })))
        },
    ),
    (
        "SELECT x.user, x.post, x.pinned_at FROM pinned_post x JOIN post p ON p.id = x.post ORDER BY x.user, x.pinned_at, x.post",
        |row, names| {
            Ok(Some(Record::Pin(PinRecord { user: named(row, 0, names)?, post: row.get(1)?, at: moment(row, 2)? })))
        },
    ),
    ("SELECT user, post, edits, body, saved_at, slot FROM edit_draft ORDER BY user, post, slot", |row, names| {
        let (user, edit_of, edits, body) = (named(row, 0, names)?, row.get(1)?, row.get(2)?, row.get(3)?);
        let (reply_to, saved_at, slot) = (None, moment(row, 4)?, row.get(5)?);
        let details = PostDetails::default();
        Ok(Some(Record::Draft(DraftRecord { user, reply_to, edit_of, edits, slot, body, saved_at, details })))
    }),
    ("SELECT user, url, nullif(fetch_url, url) FROM subscription ORDER BY user", |row, names| {
        let (user, url, fetch_url) = (named(row, 0, names)?, row.get(1)?, row.get(2)?);
        Ok(Some(Record::Subscription(SubscriptionRecord { user, url, fetch_url })))
    }),
    ("SELECT user, phrase, folded, until FROM filter ORDER BY user, phrase_key", |row, names| {
        let (user, phrase, folded) = (named(row, 0, names)?, row.get(1)?, row.get(2)?);
        Ok(Some(Record::Filter(FilterRecord { user, phrase, folded, until: maybe(row, 3)? })))
    }),
    ("SELECT user, name, query FROM saved_search ORDER BY user, name_key", |row, names| {
        Ok(Some(Record::Search(SearchRecord { user: named(row, 0, names)?, name: row.get(1)?, query: row.get(2)? })))
    }),
    (
        "SELECT user, name, (
             SELECT json_group_array(user) FROM (SELECT user FROM list_member WHERE list = l.id ORDER BY user))
         FROM list l ORDER BY user, name_key",
        |row, names| {
            let members: Vec<i64> = serde_json::from_str(row.get_ref(2)?.as_str()?).unwrap_or_default();
            let members = members.iter().filter_map(|member| names.get(member).cloned()).collect();
            Ok(Some(Record::List(ListRecord { user: named(row, 0, names)?, name: row.get(1)?, members })))
        },
    ),
    ("SELECT user, position, timeline, name FROM tab ORDER BY user, position", |row, names| {
        let Some(timeline) = with_nickname(row.get(2)?, names) else { return Ok(None) };
        let (user, position, name) = (named(row, 0, names)?, row.get(1)?, row.get(3)?);
        Ok(Some(Record::Tab(TabRecord { user, position, timeline, name })))
    }),
    (
        "SELECT user, timeline, seen, cursor, (
             SELECT json_group_array(json_array(start, arrival)) FROM (
                 SELECT start, arrival FROM read_span s WHERE s.user = m.user AND s.timeline = m.timeline ORDER BY start))
         FROM read_mark m ORDER BY user, timeline",
        |row, names| {
            let Some(timeline) = with_nickname(row.get(1)?, names) else { return Ok(None) };
            let (user, seen, place) = (named(row, 0, names)?, moment(row, 2)?, maybe(row, 3)?);
            let spans: Vec<(i64, i64)> = serde_json::from_str(row.get_ref(4)?.as_str()?).unwrap_or_default();
            let has_spans = !is_other_mark(&timeline) || !spans.is_empty();
            let spans = spans.into_iter().map(|(from, up_to)| SpanRecord { from: Timestamp::from_micros(from), up_to });
            let spans = has_spans.then(|| spans.collect());
            Ok(Some(Record::Read(ReadRecord { user, timeline, seen, place, spans })))
        },
    ),
    ("SELECT first, last FROM read_on_arrival ORDER BY first", |row, _| {
        Ok(Some(Record::ReadOnArrival(IdsRecord { first: row.get(0)?, last: row.get(1)? })))
    }),
    ("SELECT user, created_at, kind, actor, post FROM notification ORDER BY user, created_at", |row, names| {
        Ok(Some(Record::Notification(NotificationRecord {
            user: named(row, 0, names)?,
            at: moment(row, 1)?,
            kind: row.get(2)?,
            actor: named(row, 3, names)?,
            post: row.get(4)?,
        })))
    }),
];

fn pair(row: &Row<'_>, names: &Nicknames) -> rusqlite::Result<PairRecord> {
    Ok(PairRecord { user: named(row, 0, names)?, whom: named(row, 1, names)?, since: moment(row, 2)? })
}

fn reaction(row: &Row<'_>, names: &Nicknames) -> rusqlite::Result<ReactionRecord> {
    Ok(ReactionRecord { user: named(row, 0, names)?, post: row.get(1)?, at: moment(row, 2)? })
}

/// Returns whether a read mark is of something else than a timeline.
fn is_other_mark(name: &str) -> bool {
    name == DETAIL || notifications::is_mark(name)
}

/// Returns the name of a timeline with the user's nickname in place of the id; `None` if that user is deleted.
fn with_nickname(timeline: String, names: &Nicknames) -> Option<String> {
    match timeline.split_once(' ') {
        Some((kind, id)) if OF_USERS.contains(&kind) => {
            names.get(&id.parse().ok()?).map(|nickname| format!("{kind} {nickname}"))
        }
        _ => Some(timeline),
    }
}
