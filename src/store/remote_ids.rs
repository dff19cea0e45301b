//! Buffers the remote ids of an import, and inserts them in key order.
//!
//! They arrive in no order; inserted one by one, each would change a page of its own.

use std::collections::hash_map::Entry;

use foldhash::HashMap;
use rusqlite::{Connection, params};

use super::row_buffer::RowBuffer;
use super::{Result, remote};
use crate::model::{Origin, PostId};

/// How many ids are buffered: then several of them share each page that they change.
const CAPACITY: usize = if cfg!(test) { 3 } else { 100_000 };

const WRITE: &str = "INSERT OR IGNORE INTO other_name (name, post)";

/// Remote ids that are not inserted yet.
#[derive(Debug, Default)]
pub(super) struct RemoteIdBuffer {
    pending: HashMap<String, PostId>,
}

impl RemoteIdBuffer {
    /// Adds the remote ids of a post.
    pub(super) fn add(&mut self, connection: &Connection, post: PostId, origin: &Origin) -> Result<()> {
        let write = |post: PostId, name: &str| {
            connection.prepare_cached(&format!("{WRITE} VALUES (?1, ?2)"))?.execute(params![name, post.0])
        };
        for name in &origin.aliases {
            match self.pending.entry(name.clone()) {
                // A placeholder for a boost is replaced when its post arrives.
                Entry::Vacant(_) if origin.boost_of.is_some() => {}
                Entry::Vacant(free) => {
                    free.insert(post);
                    continue;
                }
                // The first post with an id is the one that is found by it, which only the database knows once
                // both are stored.
                Entry::Occupied(first) => {
                    write(first.remove(), name)?;
                }
            }
            write(post, name)?;
        }
        if self.pending.len() >= CAPACITY { self.flush(connection) } else { Ok(()) }
    }

    /// Like [`remote::post_by_remote_id`], including buffered ids.
    pub(super) fn post_by_remote_id(&self, connection: &Connection, name: &str) -> Result<Option<PostId>> {
        let buffered = || -> Result<Option<PostId>> {
            let Some(post) = self.pending.get(name) else { return Ok(None) };
            let mut author = connection.prepare_cached("SELECT author FROM post WHERE id = ?1")?;
            let author = author.query_row([post], |row| row.get(0))?;
            Ok(remote::may_name(connection, author, name)?.then_some(*post))
        };
        remote::post_by_remote_id(connection, name)?.map_or_else(buffered, |post| Ok(Some(post)))
    }

    /// Returns the post to which a buffered id belongs.
    pub(super) fn buffered(&self, name: &str) -> Option<PostId> {
        self.pending.get(name).copied()
    }

    /// Inserts all buffered ids.
    pub(super) fn flush(&mut self, connection: &Connection) -> Result<()> {
        let mut sorted: Vec<_> = self.pending.drain().collect();
        sorted.sort_unstable();
        let mut rows = RowBuffer::new(WRITE.to_owned(), 2);
        for (name, post) in sorted {
            rows.add(connection, [name.into(), post.0.into()])?;
        }
        rows.flush(connection)
    }
}
