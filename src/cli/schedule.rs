//! The commands on scheduled posts.

use super::args::posts::{Schedule, ScheduleCommand, ScheduleEdit};
use super::{CliError, Context, deliver, posts, publish};
use crate::model::{Body, Timestamp, UserId};
use crate::store::{BusyTimeout, DatabaseError, Store, StoreError};

pub(super) fn schedule(context: &mut Context, args: &Schedule) -> Result<(), CliError> {
    let mut store = context.store()?;
    let user = context.actor(&store)?.id;
    match &args.command {
        None | Some(ScheduleCommand::List) => {
            let scheduled = store.scheduled_posts(user)?;
            if scheduled.is_empty() && !args.json {
                context.note("no scheduled posts: schedule one with microblog post --in 2h TEXT");
            }
            for post in &scheduled {
                context.out.scheduled_post(post, args.json)?;
            }
        }
        Some(ScheduleCommand::Edit(args)) => edit(context, &mut store, user, args)?,
        Some(ScheduleCommand::Delete { ids }) => {
            store.delete_scheduled_posts(user, ids)?;
            for id in ids {
                context.out.line(&format!("deleted {id} from the schedule"))?;
            }
        }
        Some(ScheduleCommand::Now { ids }) => {
            let posted = store.post_scheduled_now(user, ids, Timestamp::now())?;
            let ids: Vec<String> = posted.iter().map(ToString::to_string).collect();
            context.out.line(&format!("posted {}", ids.join(" ")))?;
            context.scheduled_authors.borrow_mut().insert(user);
        }
    }
    Ok(())
}

fn edit(context: &mut Context, store: &mut Store, user: UserId, args: &ScheduleEdit) -> Result<(), CliError> {
    let old = store.scheduled_post(user, args.id)?;
    let post_at = posts::check_ahead(context, args.after.or(args.on))?.unwrap_or(old.post_at);
    let is_thread = !old.rest.is_empty();
    let (body, rest) = if args.text.is_empty() && !args.editor {
        (old.body, old.rest)
    } else {
        let before = [&old.body].into_iter().chain(&old.rest).map(Body::as_str).collect::<Vec<_>>().join("\n\n");
        let text = posts::text(context, &args.text, args.editor.then_some(before.as_str()), "schedule edit")?;
        let limit = posts::limit(context, store, user, old.details.warning.as_deref())?;
        let bodies = posts::bodies(&text, &limit, is_thread);
        bodies.map_err(|why| posts::save_text(&args.text, args.editor, &text, why))?
    };
    store.edit_scheduled_post(user, args.id, (&body, &rest), post_at)?;
    Ok(context.out.line(&format!("scheduled {} for {}", args.id, context.out.short_time(post_at)))?)
}

/// Posts the scheduled posts that are due. If another process writes at that time, the next command does it.
pub(super) fn post_due(context: &Context, store: &mut Store) {
    let posted = store.with_busy_timeout(BusyTimeout::Background, |store| store.post_due(Timestamp::now()));
    let posted = match posted {
        Ok(posted) => posted,
        Err(StoreError::Database(DatabaseError::Busy)) => return,
        Err(why) => return context.note(&format!("scheduled posts are not posted: {why}")),
    };
    context.scheduled_authors.borrow_mut().extend(posted.iter().map(|(scheduled, _)| scheduled.author));
    for (scheduled, ids) in posted {
        let ids = ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        context.note(&format!("posted {ids}, scheduled for {}", context.out.short_time(scheduled.post_at)));
    }
}

/// Sends the scheduled posts of accounts that the command has posted, and publishes the feed of their author. What fails is a
/// note: the command itself is done.
pub(super) fn deliver(context: &mut Context) -> Result<(), CliError> {
    let authors = context.scheduled_authors.take();
    if authors.is_empty() {
        return Ok(());
    }
    let mut store = context.open()?.0;
    for author in authors {
        if let Err(why) = deliver::send(context, &mut store, author) {
            context.note(&why.to_string());
        }
        publish::after_change_by(context, &store, &store.user_by_id(author)?.nickname)?;
    }
    Ok(())
}
