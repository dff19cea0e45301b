//! Commands that like, boost and keep posts, and tell who did.

use super::social_args::{Ids, One};
use super::{CliError, Context, people};
use crate::model::{PostId, Timestamp};

/// What is done to posts named in a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reaction {
    Like,
    Unlike,
    Boost,
    Unboost,
    Bookmark,
    Unbookmark,
}

pub(super) fn react(context: &mut Context, reaction: Reaction, ids: &Ids) -> Result<(), CliError> {
    let mut store = context.store()?;
    let actor = context.actor(&store)?.id;
    let (ids, now) = (&ids.ids, Timestamp::now());
    let targets = ids.iter().map(|id| Ok(store.post(*id)?.id)).collect::<Result<Vec<PostId>, CliError>>()?;
    let said = match reaction {
        Reaction::Like => store.like(actor, ids, now).map(|_| "liked"),
        Reaction::Unlike => store.unlike(actor, ids).map(|_| "no longer liked:"),
        Reaction::Boost => store.boost(actor, ids, now).map(|_| "boosted"),
        Reaction::Unboost => store.unboost(actor, ids, now).map(|_| "no longer boosted:"),
        Reaction::Bookmark => store.bookmark(actor, ids, now).map(|_| "bookmarked"),
        Reaction::Unbookmark => store.unbookmark(actor, ids).map(|_| "no longer bookmarked:"),
    }?;
    for id in targets {
        context.out.line(&format!("{said} {id}"))?;
    }
    Ok(())
}

pub(super) fn liked_by(context: &mut Context, one: &One) -> Result<(), CliError> {
    let store = context.store()?;
    let users = store.liked_by(one.id, usize::MAX)?;
    if users.is_empty() && !one.json {
        context.note("nobody likes it yet");
    }
    people::list(context, &store, &users, one.json)
}

pub(super) fn boosted_by(context: &mut Context, one: &One) -> Result<(), CliError> {
    let store = context.store()?;
    let users = store.boosted_by(one.id, usize::MAX)?;
    if users.is_empty() && !one.json {
        context.note("nobody boosted it yet");
    }
    people::list(context, &store, &users, one.json)
}
