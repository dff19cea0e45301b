//! Commands that show posts: timelines, threads, single posts.

use super::args::posts::{Timeline as TimelineArgs, TimelineName};
use super::{CliError, Context};
use crate::model::{PostId, Timeline};
use crate::store::{Store, UserOrder, Window};
use crate::text::{poll_state, server_counts};

pub(super) fn show(context: &mut Context, id: PostId, json: bool) -> Result<(), CliError> {
    let store = context.store()?;
    let mut post = store.post(id)?;
    // A post that is asked for by its id is never collapsed.
    post.collapsed = None;
    context.out.posts(&[post], json)?;
    let account = context.viewer(&store, false)?.user.map(|user| store.account_of(user)).transpose()?.flatten();
    let Some(account) = account.filter(|_| !json) else { return Ok(()) };
    let Some(status) = store.server_status(account.user.id, id)? else { return Ok(()) };
    if let Some(counts) = server_counts(&account.server, &status) {
        context.out.clean_line(&counts)?;
    }
    let poll = status.poll.map(|poll| poll_state(&poll)).filter(|state| !state.is_empty());
    if let Some(state) = poll {
        context.out.clean_line(&format!("poll: {state}"))?;
    }
    Ok(())
}

pub(super) fn timeline(context: &mut Context, args: &TimelineArgs) -> Result<(), CliError> {
    if let (Some(since), Some(until)) = (args.since, args.until)
        && since >= until
    {
        let why = "--since must be earlier than --until: swap them, or leave one out";
        return Err(CliError::Usage(why.to_owned()));
    }
    let store = context.store()?;
    let viewer = context.viewer(&store, args.muted)?;
    let timeline = find(context, &store, args.which.as_ref())?;
    let before = args.before.map(|id| store.post(id)).transpose()?.map(|post| post.key);
    let (since, until) = (args.since, args.until.into_iter().chain(before).min());
    let posts = if args.unread {
        store.unread_page(context.actor(&store)?.id, &timeline, until, args.limit)?
    } else {
        store.timeline(&timeline, &Window { viewer, since, until, reverse: args.reverse, limit: args.limit })?
    };
    if posts.is_empty() && !args.json {
        context.note(why_empty(&store, &timeline, args)?);
    }
    Ok(context.out.posts(&posts, args.json)?)
}

/// Says why a timeline has no posts to list, and what to do next where that is known.
fn why_empty(store: &Store, timeline: &Timeline, args: &TimelineArgs) -> Result<&'static str, CliError> {
    let is_whole = !args.unread && args.since.is_none() && args.until.is_none() && args.before.is_none();
    Ok(match timeline {
        _ if args.unread => "no unread posts",
        Timeline::Home(_) | Timeline::All if is_whole => match store.users(UserOrder::Nickname, false)?.is_empty() {
            true => "no users yet: add one with microblog user add NICK",
            false => "no posts yet: write one with microblog post TEXT, or follow others with microblog follow NICK",
        },
        _ => "no posts",
    })
}

/// Returns the timeline that is named. Without a name it is the home timeline, or everyone's posts while there is no
/// active user.
pub(super) fn find(context: &Context, store: &Store, name: Option<&TimelineName>) -> Result<Timeline, CliError> {
    let owner = || context.actor(store);
    Ok(match name {
        None => match context.viewer(store, false)?.user {
            Some(user) => Timeline::Home(user),
            None => Timeline::All,
        },
        Some(TimelineName::All) => Timeline::All,
        Some(TimelineName::Home) => Timeline::Home(owner()?.id),
        Some(TimelineName::Mentions) => Timeline::Mentions(owner()?.id),
        Some(TimelineName::Bookmarks) => Timeline::Bookmarks(owner()?.id),
        Some(TimelineName::Likes) => {
            let owner = owner()?;
            Timeline::Likes(owner.id, owner.nickname)
        }
        Some(TimelineName::Tag { tag }) => Timeline::Tag(tag.trim_start_matches('#').to_owned()),
        Some(TimelineName::List { list }) => {
            let owner = owner()?.id;
            Timeline::List(owner, store.list(owner, list)?.name)
        }
        Some(TimelineName::Saved { name }) => Timeline::Search(store.saved_search(owner()?.id, name)?.query),
        Some(TimelineName::User { nickname, replies, likes }) => {
            let user = store.user(nickname)?;
            match (replies, likes) {
                (true, _) => Timeline::Replies(user.id, user.nickname),
                (_, true) => Timeline::Likes(user.id, user.nickname),
                _ => Timeline::User(user.id, user.nickname),
            }
        }
    })
}

pub(super) fn thread(context: &mut Context, id: PostId, json: bool) -> Result<(), CliError> {
    for node in context.store()?.thread(id)? {
        match &node.post {
            Some(post) if json => context.out.post_json(post)?,
            Some(post) => context.out.post(post, node.depth)?,
            None if json => {}
            None => context.out.deleted_post(node.id, node.depth)?,
        }
    }
    Ok(())
}
