//! The commands on the outbox.

use serde::Serialize;

use super::args::outbox::{Outbox, OutboxCommand};
use super::args::posts::Edit;
use super::deliver::send;
use super::{CliError, Context, posts};
use crate::model::{Nickname, OutboxAction, OutboxEntry, OutboxId, OutboxState, Timestamp};
use crate::store::Store;
use crate::text::truncate;

/// Columns of a text in the list.
const COLUMNS: usize = 50;

pub(super) fn run(context: &mut Context, args: &Outbox) -> Result<(), CliError> {
    match &args.command {
        None | Some(OutboxCommand::List) => list(context, args.json),
        Some(OutboxCommand::Send) => send_all(context),
        Some(OutboxCommand::Retry { ids }) => retry(context, ids),
        Some(OutboxCommand::Discard { ids }) => discard(context, ids),
        Some(OutboxCommand::Edit { id, text, editor }) => edit(context, *id, text, *editor),
    }
}

fn list(context: &mut Context, json: bool) -> Result<(), CliError> {
    let entries = context.store()?.outbox(None)?;
    if entries.is_empty() && !json {
        context.note("nothing to send: your accounts' servers have everything");
    }
    for entry in &entries {
        if json {
            context.out.json(&JsonEntry::of(entry))?;
        } else {
            let (state, text) = (state(context, entry), text(entry));
            context.out.clean_line(&format!(
                "{}  @{}  {}  {state}{text}",
                entry.id.0,
                entry.nickname,
                entry.subject()
            ))?;
        }
    }
    Ok(())
}

fn state(context: &Context, entry: &OutboxEntry) -> String {
    let why = entry.error.as_deref().unwrap_or_default();
    match entry.state {
        OutboxState::Failed => format!("not sent: {why}"),
        OutboxState::Unsure => format!("perhaps sent: {why}"),
        OutboxState::Sending if why.is_empty() => "sending".to_owned(),
        _ if why.is_empty() => "pending".to_owned(),
        OutboxState::Sending | OutboxState::Pending | OutboxState::Withdrawn => {
            format!("pending until {}: {why}", context.out.short_time(entry.due_at))
        }
    }
}

fn text(entry: &OutboxEntry) -> String {
    let line = entry.text.as_deref().unwrap_or_default().lines().next().unwrap_or_default();
    if line.is_empty() { String::new() } else { format!("  {}", truncate(line, COLUMNS)) }
}

fn retry(context: &mut Context, ids: &[i64]) -> Result<(), CliError> {
    let mut store = context.store()?;
    for id in ids {
        let entry = store.retry_outbox_entry(OutboxId(*id), Timestamp::now())?;
        context.out.clean_line(&format!("queued again: {}", entry.subject()))?;
    }
    send_all_of(context, &mut store)
}

fn discard(context: &mut Context, ids: &[i64]) -> Result<(), CliError> {
    let mut store = context.store()?;
    for id in ids {
        let entry = store.discard_outbox_entry(OutboxId(*id), Timestamp::now())?;
        let restorable = match (entry.action, entry.post) {
            (OutboxAction::Post, Some(post)) => format!("; restore it with microblog delete --undo {post}"),
            _ => String::new(),
        };
        context.out.clean_line(&format!("discarded: {}{restorable}", entry.subject()))?;
    }
    Ok(())
}

fn edit(context: &mut Context, id: i64, text: &[String], editor: bool) -> Result<(), CliError> {
    let entry = context.store()?.outbox_entry(OutboxId(id))?;
    let Some(post) = entry.post.filter(|_| matches!(entry.action, OutboxAction::Post | OutboxAction::Edit)) else {
        let why = format!("entry {id} is not a post but: {}", entry.subject());
        return Err(CliError::Failed(why));
    };
    posts::edit_as(context, entry.account, &Edit { id: post, text: text.to_vec(), editor })
}

/// Sends what all accounts have queued.
fn send_all(context: &mut Context) -> Result<(), CliError> {
    let mut store = context.store()?;
    if store.accounts_to_send()?.is_empty() {
        context.note("nothing to send");
    }
    send_all_of(context, &mut store)
}

fn send_all_of(context: &mut Context, store: &mut Store) -> Result<(), CliError> {
    for user in store.accounts_to_send()? {
        send(context, store, user)?;
    }
    Ok(())
}

/// An entry in JSON. Field names are stable.
#[derive(Serialize)]
struct JsonEntry<'a> {
    id: i64,
    account: &'a str,
    action: &'static str,
    post: Option<i64>,
    user: Option<&'a str>,
    text: Option<&'a str>,
    state: &'static str,
    queued_at: String,
    next_try: Option<String>,
    attempts: u32,
    error: Option<&'a str>,
}

impl<'a> JsonEntry<'a> {
    fn of(entry: &'a OutboxEntry) -> Self {
        Self {
            id: entry.id.0,
            account: entry.nickname.as_str(),
            action: entry.action.word(),
            post: entry.post.map(|post| post.0),
            user: entry.target.as_ref().map(Nickname::as_str),
            text: entry.text.as_deref(),
            state: entry.state.word(),
            queued_at: entry.queued_at.rfc3339(),
            next_try: (!entry.state.needs_decision()).then(|| entry.due_at.rfc3339()),
            attempts: entry.attempts,
            error: entry.error.as_deref(),
        }
    }
}
