//! Commands that write, edit, delete and restore posts, and show their edit history.

use std::env;
use std::io::{self, IsTerminal, Read};

use super::args::posts::{Delete, DetailOptions, Edit, PostArg, PostOptions};
use super::{CliError, Context, deliver};
use crate::attach::attach;
use crate::editor;
use crate::model::{Body, BodyError, NewPost, PostDetails, PostId, ScheduledId, Timestamp, UserId, case_fold};
use crate::store::Store;
use crate::text::{self, PostLimit, mentions, reply_start, restored_only_here, split};
use crate::text_recovery;

/// Maximum size of a text from standard input, in bytes.
const INPUT_LIMIT: u64 = 1 << 20;
/// How far a post may be dated ahead, in microseconds: a minute, since clocks differ.
const MAX_AHEAD: i64 = 60_000_000;

pub(super) fn post(
    context: &mut Context,
    words: &[String],
    reply_to: Option<PostId>,
    options: &PostOptions,
) -> Result<(), CliError> {
    // The text is read first, so that it can be saved even if the database cannot be opened.
    let text = text(context, words, options.editor.then_some(""), "post")?;
    let mut details = details(&options.details).map_err(|why| save_text(words, options.editor, &text, why))?;
    let text = match options.quote {
        Some(id) => {
            with_quote(context, &text, id, &mut details).map_err(|why| save_text(words, options.editor, &text, why))?
        }
        None => text,
    };
    if let Some(time) = options.when.time() {
        let scheduled = schedule(context, &text, (reply_to, time), options, &details);
        let id = scheduled.map_err(|why| save_text(words, options.editor, &text, why))?;
        return Ok(context.out.line(&format!("scheduled {id} for {}", context.out.short_time(time)))?);
    }
    let sent = send(context, &text, reply_to, options, &details);
    let (mut store, author, ids) = sent.map_err(|why| save_text(words, options.editor, &text, why))?;
    if let (Some(_), Some(first)) = (options.details.visibility, ids.first()) {
        let audience = store.origin(*first)?.audience;
        if audience != details.audience {
            context.note(&format!("{first} is {}, as the post that it replies to", audience.word()));
        }
    }
    let ids: Vec<String> = ids.iter().map(PostId::to_string).collect();
    context.out.line(&format!("posted {}", ids.join(" ")))?;
    deliver::send(context, &mut store, author)
}

/// Returns a text with a post quoted below it. The quote is shown to no more people than the post.
fn with_quote(context: &Context, text: &str, id: PostId, details: &mut PostDetails) -> Result<String, CliError> {
    let post = context.store()?.post(id)?;
    details.audience = details.audience.max(post.audience());
    Ok(format!("{}\n\n{}", text.trim_end(), text::quote(&post)))
}

/// Returns what a post has besides its text. Each file is looked at now, not when the post is sent.
fn details(options: &DetailOptions) -> Result<PostDetails, CliError> {
    let DetailOptions { visibility, anyway: _, warning, language, media, alt } = options;
    if alt.len() > media.len() {
        let (files, texts) = (media.len(), alt.len());
        return Err(CliError::Usage(format!(
            "{texts} descriptions for {files} files: give --media FILE for each --alt"
        )));
    }
    let mut details =
        PostDetails { audience: visibility.map(Into::into).unwrap_or_default(), ..PostDetails::default() };
    details.set_warning(warning.as_deref().unwrap_or_default())?;
    details.set_language(language.as_deref().unwrap_or_default())?;
    for (at, file) in media.iter().enumerate() {
        details.attachments.push(attach(file, alt.get(at).map(String::as_str))?);
    }
    Ok(details)
}

/// Checks that a time for which a post is to be scheduled is ahead.
pub(super) fn check_ahead(context: &Context, time: Option<Timestamp>) -> Result<Option<Timestamp>, CliError> {
    match time {
        Some(time) if time <= Timestamp::now() => {
            let why = format!("{} is in the past: give a time ahead, such as 2h", context.out.short_time(time));
            Err(CliError::Usage(why))
        }
        time => Ok(time),
    }
}

/// Returns how long a post of a user may be that has this content warning: what the server of an account allows, or the
/// setting.
pub(super) fn limit(
    context: &Context,
    store: &Store,
    author: UserId,
    warning: Option<&str>,
) -> Result<PostLimit, CliError> {
    let setting = || PostLimit::of_characters(context.config.settings.post_limit);
    Ok(store.account_of(author)?.map_or_else(setting, |account| PostLimit::of_account(&account, warning)))
}

/// Refuses a post that the server of the account would show to more people than it should: it did so before.
fn check_visibility(
    store: &Store,
    author: UserId,
    reply_to: Option<PostId>,
    details: &PostDetails,
) -> Result<(), CliError> {
    let Some(account) = store.account_of(author)? else { return Ok(()) };
    let parent = reply_to.map(|parent| store.post(parent)).transpose()?;
    let audience = details.audience.max(parent.map(|parent| parent.audience()).unwrap_or_default());
    if !account.widened.contains(&audience) {
        return Ok(());
    }
    let why = format!(
        "{} showed an earlier post ({}) to more people: choose another --visibility, or post it with --anyway",
        account.server,
        audience.word()
    );
    Err(CliError::Failed(why))
}

/// Returns the text of a reply with the mention of its parent's author, if it is written by an account: its server notifies
/// only those who are mentioned.
fn with_mention(store: &Store, author: UserId, reply_to: Option<PostId>, text: &str) -> Result<String, CliError> {
    let Some(parent) = reply_to else { return Ok(text.to_owned()) };
    let parent = store.post(parent)?;
    let is_mentioned = parent.author == author
        || mentions(text).iter().any(|name| case_fold(name) == case_fold(parent.nickname.as_str()));
    if is_mentioned || store.account_of(author)?.is_none() {
        return Ok(text.to_owned());
    }
    Ok(reply_start(parent.nickname.as_str()).unwrap_or_default() + text)
}

/// Schedules a post, or a thread.
fn schedule(
    context: &Context,
    text: &str,
    (reply_to, post_at): (Option<PostId>, Timestamp),
    options: &PostOptions,
    details: &PostDetails,
) -> Result<ScheduledId, CliError> {
    check_ahead(context, Some(post_at))?;
    let mut store = context.store()?;
    let author = context.actor(&store)?.id;
    if !options.details.anyway {
        check_visibility(&store, author, reply_to, details)?;
    }
    let text = with_mention(&store, author, reply_to, text)?;
    let (body, rest) = bodies(&text, &limit(context, &store, author, details.warning.as_deref())?, options.thread)?;
    let new = NewPost { author, body, created_at: post_at, reply_to, source: None };
    Ok(store.schedule_post(&new, &rest, details, post_at)?)
}

/// Returns a text as a post or, if it is split, as the posts of a thread.
pub(super) fn bodies(text: &str, limit: &PostLimit, is_thread: bool) -> Result<(Body, Vec<Body>), CliError> {
    let texts = if is_thread { split(text, limit) } else { vec![text.to_owned()] };
    let mut bodies = texts.iter().map(|text| limit.body(text));
    let body = bodies.next().unwrap_or(Err(BodyError::Blank)).map_err(|why| match why {
        BodyError::TooLong { .. } => CliError::TooLong(why),
        why => why.into(),
    })?;
    Ok((body, bodies.collect::<Result<_, _>>()?))
}

fn send(
    context: &Context,
    text: &str,
    reply_to: Option<PostId>,
    options: &PostOptions,
    details: &PostDetails,
) -> Result<(Store, UserId, Vec<PostId>), CliError> {
    let now = Timestamp::now();
    let created_at = options.at.unwrap_or(now);
    if created_at.micros() > now.micros().saturating_add(MAX_AHEAD) {
        let why = format!(
            "{} is in the future: schedule it with --in 2h or --on \"tomorrow 9:00\"",
            context.out.short_time(created_at)
        );
        return Err(CliError::Usage(why));
    }
    let mut store = context.store()?;
    let author = context.actor(&store)?.id;
    let limit = limit(context, &store, author, details.warning.as_deref())?;
    let text = &with_mention(&store, author, reply_to, text)?;
    if !options.details.anyway {
        check_visibility(&store, author, reply_to, details)?;
    }
    let (body, rest) = bodies(text, &limit, options.thread)?;
    let new = NewPost { author, body, created_at, reply_to, source: None };
    let ids = store.add_thread_with(&new, &rest, details)?;
    Ok((store, author, ids))
}

/// Saves a text that could not be posted and returns the error with its file. A text typed as an argument is not
/// saved, since the shell still has it; one from an editor or a pipe would be lost. What no post can contain is wrong
/// usage if it is an argument.
pub(super) fn save_text(words: &[String], in_editor: bool, text: &str, why: CliError) -> CliError {
    let is_argument = !in_editor && !words.is_empty() && words != ["-"];
    match why {
        CliError::Body(why @ (BodyError::Blank | BodyError::Control(_))) if is_argument => {
            return CliError::Usage(why.to_string());
        }
        why if is_argument || text.trim().is_empty() => return why,
        _ => {}
    }
    match text_recovery::save(text, &env::temp_dir()) {
        Ok(file) => CliError::NotPosted { why: why.into(), file },
        Err(_) => CliError::NotSaved { why: why.into(), text: text.trim_end().to_owned() },
    }
}

/// Reads a text from the arguments, from standard input, or from the editor, which starts with `in_editor`.
pub(super) fn text(
    context: &Context,
    words: &[String],
    in_editor: Option<&str>,
    command: &str,
) -> Result<String, CliError> {
    let joined = words.join(" ");
    if let Some(initial) = in_editor {
        let initial = if words.is_empty() { initial } else { &joined };
        let text = editor::edit(initial, &context.config.settings.editor);
        stop_on_interrupt()?;
        return Ok(text?);
    }
    if joined == "-" || (words.is_empty() && !io::stdin().is_terminal()) {
        let mut bytes = Vec::new();
        io::stdin().lock().take(INPUT_LIMIT).read_to_end(&mut bytes)?;
        let text = String::from_utf8(bytes);
        return text.map_err(|_| CliError::Failed("standard input is not UTF-8 text: convert it first".to_owned()));
    }
    if words.is_empty() {
        return Err(CliError::Usage(format!(
            "nothing to {command}: give the text, pipe it in, or use --editor; see microblog {command} --help"
        )));
    }
    Ok(joined)
}

/// Makes `^C` and `^\` end the program again, after the editor had them for itself.
fn stop_on_interrupt() -> io::Result<()> {
    #[cfg(unix)]
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGQUIT] {
        let always = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(true));
        signal_hook::flag::register_conditional_default(signal, always)?;
    }
    Ok(())
}

pub(super) fn edit(context: &mut Context, args: &Edit) -> Result<(), CliError> {
    let owner = context.actor(&context.store()?)?.id;
    edit_as(context, owner, args)
}

/// Edits a post of a user.
pub(super) fn edit_as(context: &mut Context, owner: UserId, args: &Edit) -> Result<(), CliError> {
    let mut store = context.store()?;
    let old = store.own_post(owner, args.id)?;
    let text = text(context, &args.text, args.editor.then_some(old.body.as_str()), "edit")?;
    let warning = old.origin.as_ref().and_then(|origin| origin.warning.as_deref());
    let limit = limit(context, &store, owner, warning)?;
    let mut edit = || -> Result<bool, CliError> {
        let body = limit.body(&text)?;
        store.edit_post(owner, old.id, old.edits, &body, Timestamp::now())?;
        Ok(body == old.body)
    };
    let is_unchanged = edit().map_err(|why| save_text(&args.text, args.editor, &text, why))?;
    let verb = if is_unchanged { "unchanged" } else { "edited" };
    context.out.line(&format!("{verb} {}", old.id))?;
    deliver::send(context, &mut store, owner)
}

pub(super) fn history(context: &mut Context, args: &PostArg) -> Result<(), CliError> {
    let revisions = context.store()?.history(args.id)?;
    let mut older = None;
    for (index, revision) in revisions.iter().enumerate() {
        context.out.revision(index + 1, revision, older, args.json)?;
        older = Some(revision);
    }
    Ok(())
}

pub(super) fn delete(context: &mut Context, args: &Delete) -> Result<(), CliError> {
    let mut store = context.store()?;
    let owner = context.actor(&store)?;
    let verb = if args.undo {
        store.restore_posts(owner.id, &args.ids)?;
        "restored"
    } else {
        store.delete_posts(owner.id, &args.ids, Timestamp::now())?;
        if args.now {
            store.purge_posts(&args.ids)?;
        }
        "deleted"
    };
    for id in &args.ids {
        context.out.line(&format!("{verb} {id}"))?;
    }
    if args.undo
        && let Some(server) = store.server_without(owner.id, &args.ids)?
    {
        context.note(&restored_only_here(&server));
    }
    deliver::send(context, &mut store, owner.id)
}
