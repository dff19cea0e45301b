//! Commands that read posts.

use super::args::{self, Which};
use super::{CliError, Context};
use crate::model::{Post, PostId, Timeline};
use crate::store::{Store, Window};

pub(super) fn show(context: &mut Context, id: PostId, json: bool) -> Result<(), CliError> {
    let mut post = context.store()?.post(id)?;
    // Who asks for one post wants to read it.
    post.folded = None;
    if json {
        context.out.post_json(&post)?
    } else {
        context.out.post(&post, 0)?
    }
    Ok(())
}

pub(super) fn timeline(context: &mut Context, args: &args::Timeline) -> Result<(), CliError> {
    if let (Some(since), Some(until)) = (args.since, args.until)
        && since >= until
    {
        let why = "--since must be earlier than --until: swap them, or leave one out";
        return Err(CliError::Usage(why.to_owned()));
    }
    let store = context.store()?;
    let viewer = context.viewer(&store, args.muted)?;
    let timeline = which(context, &store, args.which.as_ref())?;
    let before = args.before.map(|id| store.post(id)).transpose()?.map(|post| post.key);
    let (since, until) = (args.since, args.until.into_iter().chain(before).min());
    let window = Window { viewer, since, until, reverse: args.reverse, limit: args.limit };
    let posts = store.timeline(&timeline, &window)?;
    if posts.is_empty() && context.out.terminal && !args.json {
        context.note("no posts here");
    }
    print(context, &posts, args.json)
}

fn which(context: &Context, store: &Store, which: Option<&Which>) -> Result<Timeline, CliError> {
    let owner = || context.actor(store);
    Ok(match which {
        None | Some(Which::All) => Timeline::All,
        Some(Which::Home) => Timeline::Home(owner()?.id),
        Some(Which::Mentions) => Timeline::Mentions(owner()?.id),
        Some(Which::Bookmarks) => Timeline::Bookmarks(owner()?.id),
        Some(Which::Likes) => {
            let owner = owner()?;
            Timeline::Likes(owner.id, owner.nickname)
        }
        Some(Which::Tag { tag }) => Timeline::Tag(tag.trim_start_matches('#').to_owned()),
        Some(Which::Saved { name }) => Timeline::Search(store.saved_search(owner()?.id, name)?.query),
        Some(Which::User { nickname, replies, likes }) => {
            let user = store.user(nickname)?;
            match (replies, likes) {
                (true, _) => Timeline::Replies(user.id, user.nickname),
                (_, true) => Timeline::Likes(user.id, user.nickname),
                _ => Timeline::User(user.id, user.nickname),
            }
        }
    })
}

/// Prints posts one after the other.
pub(super) fn print(context: &mut Context, posts: &[Post], json: bool) -> Result<(), CliError> {
    for post in posts {
        if json {
            context.out.post_json(post)?;
        } else {
            context.out.post(post, 0)?;
        }
    }
    Ok(())
}

pub(super) fn thread(context: &mut Context, id: PostId, json: bool) -> Result<(), CliError> {
    for threaded in context.store()?.thread(id)? {
        match &threaded.post {
            Some(post) if json => context.out.post_json(post)?,
            Some(post) => context.out.post(post, threaded.depth)?,
            None if json => {}
            None => context.out.gone(threaded.id, threaded.depth)?,
        }
    }
    Ok(())
}
