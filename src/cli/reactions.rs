//! Commands that like, boost and bookmark posts, and list who did.

use super::args::posts::PostArg;
use super::args::social::PostArgs;
use super::{CliError, Context, deliver, users};
use crate::model::{PostId, Timestamp};

/// What is done to the posts named in a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reaction {
    Like,
    Unlike,
    Boost,
    Unboost,
    Bookmark,
    Unbookmark,
}

pub(super) fn react(context: &mut Context, reaction: Reaction, args: &PostArgs) -> Result<(), CliError> {
    let mut store = context.store()?;
    let actor = context.actor(&store)?.id;
    let (ids, now) = (&args.ids, Timestamp::now());
    let targets = ids.iter().map(|id| Ok(store.post(*id)?.id)).collect::<Result<Vec<PostId>, CliError>>()?;
    let (changed, done, otherwise) = match reaction {
        Reaction::Like => (store.like(actor, ids, now)?, "liked", "is already liked"),
        Reaction::Unlike => (store.unlike(actor, ids)?, "unliked", "was not liked"),
        Reaction::Boost => (store.boost(actor, ids, now)?, "boosted", "is already boosted"),
        Reaction::Unboost => {
            let boosts = store.unboost(actor, ids, now)?;
            (boosts.into_iter().map(|(post, _)| post).collect(), "unboosted", "was not boosted")
        }
        Reaction::Bookmark => (store.bookmark(actor, ids, now)?, "bookmarked", "is already bookmarked"),
        Reaction::Unbookmark => (store.unbookmark(actor, ids)?, "unbookmarked", "was not bookmarked"),
    };
    context.out.changes(targets.iter().map(|id| (id, changed.contains(id))), done, otherwise)?;
    deliver::send(context, &mut store, actor)
}

pub(super) fn liked_by(context: &mut Context, args: &PostArg) -> Result<(), CliError> {
    let store = context.store()?;
    let found = store.liked_by(args.id, usize::MAX)?;
    if found.is_empty() && !args.json {
        context.note("no likes yet");
    }
    users::print(context, &store, &found, args.json)
}

pub(super) fn boosted_by(context: &mut Context, args: &PostArg) -> Result<(), CliError> {
    let store = context.store()?;
    let found = store.boosted_by(args.id, usize::MAX)?;
    if found.is_empty() && !args.json {
        context.note("no boosts yet");
    }
    users::print(context, &store, &found, args.json)
}
