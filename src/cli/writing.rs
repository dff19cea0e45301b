//! Commands that write, edit and delete posts, and look at drafts and older versions.

use std::env;
use std::io::{self, IsTerminal, Read};

use super::social_args::{Delete, DraftCommand, Drafts, Edit, One};
use super::{CliError, Context, args};
use crate::editor;
use crate::model::{Body, BodyError, NewPost, PostId, Timestamp};
use crate::store::DraftKey;
use crate::text::split;
use crate::text_recovery;

/// The most that is read from standard input for one post, in bytes.
const INPUT_LIMIT: u64 = 1 << 20;

pub(super) fn post(context: &mut Context, post: args::Post) -> Result<(), CliError> {
    // The text comes first: if the database cannot even be opened, it must not be lost either.
    let text = text(context, &post.text, post.editor.then_some(""), "post")?;
    let sent = send(context, &post, &text);
    for id in sent.map_err(|why| keeping(&post.text, post.editor, &text, why))? {
        context.out.line(&format!("posted {id}"))?;
    }
    Ok(())
}

fn send(context: &Context, post: &args::Post, text: &str) -> Result<Vec<PostId>, CliError> {
    let mut store = context.store()?;
    let author = context.actor(&store)?.id;
    let created_at = post.at.unwrap_or_else(Timestamp::now);
    let limit = context.config.settings.post_limit;
    let texts = if post.thread { split(text, limit) } else { vec![text.to_owned()] };
    let mut bodies = texts.iter().map(|text| Body::within(limit, text));
    let body = bodies.next().unwrap_or(Err(BodyError::Blank))?;
    let rest = bodies.collect::<Result<Vec<_>, _>>()?;
    let new = NewPost { author, body, created_at, reply_to: post.reply_to, source: None };
    Ok(store.add_thread(&new, &rest)?)
}

/// Keeps a text that was not taken: what was typed on the command line is still there, but what came from an
/// editor or a pipe would be gone.
fn keeping(given: &[String], in_editor: bool, text: &str, why: CliError) -> CliError {
    let typed = !in_editor && !given.is_empty() && given != ["-"];
    if typed || text.trim().is_empty() {
        return why;
    }
    match text_recovery::save(text, &env::temp_dir()) {
        Ok(file) => CliError::NotPosted { why: why.to_string(), file },
        Err(_) => CliError::NotKept { why: why.to_string(), text: text.trim_end().to_owned() },
    }
}

/// A text: from the arguments, from standard input, or from the person's editor, which begins with what is given it.
fn text(context: &Context, given: &[String], in_editor: Option<&str>, command: &str) -> Result<String, CliError> {
    let joined = given.join(" ");
    if let Some(old) = in_editor {
        return Ok(editor::edit(if given.is_empty() { old } else { &joined }, &context.config.settings.editor)?);
    }
    if joined == "-" || (given.is_empty() && !io::stdin().is_terminal()) {
        let mut bytes = Vec::new();
        io::stdin().lock().take(INPUT_LIMIT).read_to_end(&mut bytes)?;
        let text = String::from_utf8(bytes);
        return text.map_err(|_| CliError::File("standard input is not UTF-8 text: convert it first".to_owned()));
    }
    if given.is_empty() {
        return Err(CliError::Usage(format!(
            "nothing to {command}: give the text, pipe it in, or use --editor; see microblog {command} --help"
        )));
    }
    Ok(joined)
}

pub(super) fn edit(context: &mut Context, args: &Edit) -> Result<(), CliError> {
    let mut store = context.store()?;
    let owner = context.actor(&store)?;
    let old = store.own_post(owner.id, args.id)?;
    let text = text(context, &args.text, args.editor.then_some(old.body.as_str()), "edit")?;
    let mut edit = || -> Result<bool, CliError> {
        let body = Body::within(context.config.settings.post_limit, &text)?;
        store.edit_post(owner.id, old.id, old.edits, &body, Timestamp::now())?;
        Ok(body == old.body)
    };
    let unchanged = edit().map_err(|why| keeping(&args.text, args.editor, &text, why))?;
    let said = if unchanged { "unchanged" } else { "edited" };
    Ok(context.out.line(&format!("{said} {}", old.id))?)
}

pub(super) fn history(context: &mut Context, one: &One) -> Result<(), CliError> {
    let versions = context.store()?.history(one.id)?;
    let mut older = None;
    for (at, version) in versions.iter().enumerate() {
        context.out.version(at + 1, version, older, one.json)?;
        older = Some(version);
    }
    Ok(())
}

pub(super) fn delete(context: &mut Context, args: &Delete) -> Result<(), CliError> {
    let mut store = context.store()?;
    let owner = context.actor(&store)?;
    let said = if args.undo {
        store.restore_posts(owner.id, &args.ids)?;
        "brought back"
    } else {
        store.delete_posts(owner.id, &args.ids, Timestamp::now())?;
        if args.now {
            store.purge_posts(&args.ids)?;
        }
        "deleted"
    };
    for id in &args.ids {
        context.out.line(&format!("{said} {id}"))?;
    }
    Ok(())
}

pub(super) fn drafts(context: &mut Context, args: &Drafts) -> Result<(), CliError> {
    let mut store = context.store()?;
    let user = context.actor(&store)?.id;
    match &args.command {
        None | Some(DraftCommand::List) => {
            let drafts = store.drafts(user)?;
            if drafts.is_empty() && !args.json {
                context.note("no drafts");
            }
            for draft in &drafts {
                context.out.draft(draft, args.json)?;
            }
        }
        Some(DraftCommand::Show(which)) => {
            let found = store.saved_draft(DraftKey { user, purpose: which.purpose() })?;
            if args.json {
                context.out.draft(&found, true)?;
            } else {
                context.out.text(&found.text)?;
            }
        }
        Some(DraftCommand::Delete(which)) => {
            store.discard_draft(DraftKey { user, purpose: which.purpose() })?;
            context.out.line("thrown away")?;
        }
    }
    Ok(())
}
