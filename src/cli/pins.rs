//! The commands on posts that are pinned to profiles.

use super::args::social::{PostArgs, UserArg};
use super::{CliError, Context};
use crate::model::Timestamp;

pub(super) fn pin(context: &mut Context, args: &PostArgs) -> Result<(), CliError> {
    let mut store = context.store()?;
    let user = context.actor(&store)?.id;
    let targets = args.ids.iter().map(|id| Ok(store.post(*id)?.id)).collect::<Result<Vec<_>, CliError>>()?;
    let changed = store.pin_posts(user, &args.ids, Timestamp::now())?;
    Ok(context.out.changes(targets.iter().map(|id| (id, changed.contains(id))), "pinned", "is already pinned")?)
}

pub(super) fn unpin(context: &mut Context, args: &PostArgs) -> Result<(), CliError> {
    let mut store = context.store()?;
    let user = context.actor(&store)?.id;
    let targets = args.ids.iter().map(|id| Ok(store.post(*id)?.id)).collect::<Result<Vec<_>, CliError>>()?;
    let changed = store.unpin_posts(user, &args.ids)?;
    Ok(context.out.changes(targets.iter().map(|id| (id, changed.contains(id))), "unpinned", "was not pinned")?)
}

pub(super) fn pinned(context: &mut Context, args: &UserArg) -> Result<(), CliError> {
    let store = context.store()?;
    let user = match &args.nickname {
        Some(nickname) => store.user(nickname)?,
        None => context.actor(&store)?,
    };
    let reader = context.viewer(&store, false)?.user;
    let posts = store.pinned_posts(user.id, reader)?;
    if posts.is_empty() && !args.json {
        context.note(&format!("@{} has not pinned any posts", user.nickname));
    }
    Ok(context.out.posts(&posts, args.json)?)
}
