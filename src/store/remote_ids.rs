//! Names by which posts are answered that are still coming in. They are in no order, and written one by one each of
//! them would change a page of its own; so many are kept aside, and then written in theirs.

use std::collections::hash_map::Entry;

use foldhash::HashMap;
use rusqlite::{Connection, params};

use super::{Result, remote};
use crate::model::{Origin, PostId};

/// So many are kept aside: of each page that they change, several then belong to it.
const CAPACITY: usize = if cfg!(test) { 3 } else { 100_000 };

const WRITE: &str = "INSERT OR IGNORE INTO other_name (name, post) VALUES (?1, ?2)";

/// Names that were not written yet.
#[derive(Debug, Default)]
pub(super) struct RemoteIdBuffer {
    pending: HashMap<String, PostId>,
}

impl RemoteIdBuffer {
    /// Keeps the names of a post.
    pub(super) fn add(&mut self, connection: &Connection, post: PostId, origin: &Origin) -> Result<()> {
        let write = |post: PostId, name: &str| connection.prepare_cached(WRITE)?.execute(params![name, post.0]);
        for name in &origin.aliases {
            match self.pending.entry(name.clone()) {
                // What stands for a boost goes when that comes.
                Entry::Vacant(_) if origin.boost_of.is_some() => {}
                Entry::Vacant(free) => {
                    free.insert(post);
                    continue;
                }
                // Of two posts of one name the first is meant, which can be told where both are written.
                Entry::Occupied(first) => {
                    write(first.remove(), name)?;
                }
            }
            write(post, name)?;
        }
        if self.pending.len() >= CAPACITY { self.flush(connection) } else { Ok(()) }
    }

    /// As [`remote::named`], with those that were not written yet.
    pub(super) fn post_by_remote_id(&self, connection: &Connection, name: &str) -> Result<Option<PostId>> {
        Ok(remote::post_by_remote_id(connection, name)?.or_else(|| self.pending.get(name).copied()))
    }

    /// Writes all of them.
    pub(super) fn flush(&mut self, connection: &Connection) -> Result<()> {
        let mut sorted: Vec<_> = self.pending.drain().collect();
        sorted.sort_unstable();
        let mut write = connection.prepare_cached(WRITE)?;
        for (name, post) in &sorted {
            write.execute(params![name, post.0])?;
        }
        Ok(())
    }
}
