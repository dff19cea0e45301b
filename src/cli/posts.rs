//! Commands about posts.

use std::io::{self, IsTerminal, Read};

use super::args::{self, Which};
use super::{CliError, Context};
use crate::editor;
use crate::model::{Body, NewPost, PostId, Timeline, Timestamp};
use crate::store::{Viewer, Window};

/// The most that is read from standard input for one post, in bytes.
const INPUT_LIMIT: u64 = 1 << 20;

pub(super) fn post(context: &mut Context, post: args::Post) -> Result<(), CliError> {
    let mut store = context.store()?;
    let author = context.actor(&store)?;
    let body = Body::written(&text(&post)?)?;
    let created_at = post.at.unwrap_or_else(Timestamp::now);
    let new = NewPost { author: author.id, body, created_at, reply_to: post.reply_to, source: None };
    let id = store.add_post(&new)?;
    Ok(context.out.line(&format!("posted {id}"))?)
}

/// The text of a post: from the arguments, from standard input, or from the person's editor.
fn text(post: &args::Post) -> Result<String, CliError> {
    let given = post.text.join(" ");
    if post.editor {
        return Ok(editor::edit(&given)?);
    }
    if given == "-" || (post.text.is_empty() && !io::stdin().is_terminal()) {
        let mut bytes = Vec::new();
        io::stdin().lock().take(INPUT_LIMIT).read_to_end(&mut bytes)?;
        let text = String::from_utf8(bytes);
        return text.map_err(|_| CliError::File("standard input is not UTF-8 text: convert it first".to_owned()));
    }
    if post.text.is_empty() {
        let hint = "nothing to post: give the text, pipe it in, or use --editor; see microblog post --help";
        return Err(CliError::Usage(hint.to_owned()));
    }
    Ok(given)
}

pub(super) fn show(context: &mut Context, id: PostId, json: bool) -> Result<(), CliError> {
    let post = context.store()?.post(id)?;
    if json {
        context.out.post_json(&post)?
    } else {
        context.out.post(&post, 0)?
    }
    Ok(())
}

pub(super) fn delete(context: &mut Context, ids: &[PostId]) -> Result<(), CliError> {
    let mut store = context.store()?;
    let owner = context.actor(&store)?;
    store.delete_posts(owner.id, ids, Timestamp::now())?;
    for id in ids {
        context.out.line(&format!("deleted {id}"))?;
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
    let timeline = match &args.which {
        None | Some(Which::All) => Timeline::All,
        Some(Which::User { nickname }) => {
            let user = store.user(nickname)?;
            Timeline::User(user.id, user.nickname)
        }
    };
    let before = args.before.map(|id| store.post(id)).transpose()?.map(|post| post.created_at);
    let window = Window {
        viewer: Viewer::default(),
        before,
        since: args.since,
        until: args.until,
        reverse: args.reverse,
        limit: args.limit,
    };
    let posts = store.read(&timeline, &window)?;
    if posts.is_empty() && context.out.terminal && !args.json {
        context.note("no posts here");
    }
    for post in &posts {
        if args.json {
            context.out.post_json(post)?;
        } else {
            context.out.post(post, 0)?;
        }
    }
    Ok(())
}

pub(super) fn thread(context: &mut Context, id: PostId, json: bool) -> Result<(), CliError> {
    for threaded in context.store()?.thread(id)? {
        if json {
            context.out.post_json(&threaded.post)?;
        } else {
            context.out.post(&threaded.post, threaded.depth)?;
        }
    }
    Ok(())
}
