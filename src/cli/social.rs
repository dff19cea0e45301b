//! Commands on follows and mutes, unread counts and notifications.

use serde::Serialize;

use super::args::social::{Json, NicknameArgs, Notifications, UserArg};
use super::{CliError, Context, deliver, users};
use crate::model::{FollowEntry, Notification, NotificationKind, Timeline, Timestamp, UserId};
use crate::store::Store;

/// No limit for lists and counts.
const ALL: usize = usize::MAX;

/// What is done to the users named in a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SocialAction {
    Mute,
    Unmute,
}

pub(super) fn act(context: &mut Context, action: SocialAction, args: &NicknameArgs) -> Result<(), CliError> {
    let mut store = context.store()?;
    let actor = context.actor(&store)?;
    let users = args.nicknames.iter().map(|name| store.user(name)).collect::<Result<Vec<_>, _>>()?;
    let ids: Vec<UserId> = users.iter().map(|user| user.id).collect();
    let now = Timestamp::now();
    let (changed, done, otherwise) = match action {
        SocialAction::Mute => (store.mute(actor.id, &ids, now)?, "muted", "is already muted"),
        SocialAction::Unmute => (store.unmute(actor.id, &ids)?, "unmuted", "was not muted"),
    };
    let changes = users.iter().map(|user| (format!("@{}", user.nickname), changed.contains(&user.id)));
    context.out.changes(changes, done, otherwise)?;
    deliver::send(context, &mut store, actor.id)
}

pub(super) fn following(context: &mut Context, args: &UserArg) -> Result<(), CliError> {
    follows(context, args, "does not follow anyone", Store::following)
}

pub(super) fn followers(context: &mut Context, args: &UserArg) -> Result<(), CliError> {
    follows(context, args, "has no followers", Store::followers)
}

fn follows(
    context: &mut Context,
    args: &UserArg,
    if_none: &str,
    list: impl Fn(&Store, UserId, usize) -> crate::store::Result<Vec<FollowEntry>>,
) -> Result<(), CliError> {
    let store = context.store()?;
    let user = match &args.nickname {
        Some(nickname) => store.user(nickname)?,
        None => context.actor(&store)?,
    };
    let found = list(&store, user.id, ALL)?;
    if found.is_empty() && !args.json {
        context.note(&format!("@{} {if_none}", user.nickname));
    }
    for entry in &found {
        if args.json {
            users::print_json(context, &store, &entry.user)?;
        } else {
            let mutual = if entry.mutual { "  mutual" } else { "" };
            context.out.clean_line(&format!("{}{mutual}", entry.user.nickname))?;
        }
    }
    Ok(())
}

pub(super) fn muted(context: &mut Context, args: &Json) -> Result<(), CliError> {
    let store = context.store()?;
    let actor = context.actor(&store)?;
    let found = store.muted(actor.id)?;
    if found.is_empty() && !args.json {
        context.note(&format!("@{} has not muted anyone", actor.nickname));
    }
    users::print(context, &store, &found, args.json)
}

/// Prints how many posts of the active user's timelines and how many notifications are unread.
pub(super) fn unread(context: &mut Context, args: &Json) -> Result<(), CliError> {
    let store = context.store()?;
    let actor = context.actor(&store)?.id;
    let timelines = [Timeline::Home(actor), Timeline::All, Timeline::Mentions(actor)];
    let counts = store.unread(actor, &timelines, ALL)?;
    let notifications = store.unread_notifications(actor, ALL)?;
    let names = ["home", "all", "mentions", "notifications"];
    for (name, unread) in names.into_iter().zip(counts.into_iter().chain([notifications])) {
        if args.json {
            context.out.json(&JsonUnread { name, unread })?;
        } else {
            context.out.line(&format!("{name:<14} {unread}"))?;
        }
    }
    Ok(())
}

#[derive(Serialize)]
struct JsonUnread {
    name: &'static str,
    unread: usize,
}

/// Returns the newest notifications that are asked for: pages are read until there are enough.
fn find_notifications(store: &Store, user: UserId, args: &Notifications) -> Result<Vec<Notification>, CliError> {
    const PAGE: usize = 500;
    let is_wanted = |notification: &Notification| {
        (notification.unread || !args.unread)
            && (args.kind.is_empty() || args.kind.iter().any(|name| name.kind() == notification.kind))
    };
    let mut found = Vec::new();
    let mut before = args.before;
    while found.len() < args.limit {
        let page = store.notifications(user, before, PAGE.max(args.limit))?;
        let Some(last) = page.last() else { break };
        before = Some(last.at);
        found.extend(page.into_iter().filter(is_wanted));
    }
    found.truncate(args.limit);
    Ok(found)
}

pub(super) fn notifications(context: &mut Context, args: &Notifications) -> Result<(), CliError> {
    let mut store = context.store()?;
    let actor = context.actor(&store)?;
    let found = find_notifications(&store, actor.id, args)?;
    if found.is_empty() && !args.json {
        context.note(match (args.unread, args.kind.is_empty()) {
            (true, _) => "no unread notifications",
            (_, true) => "no notifications yet",
            (_, false) => "no notifications of this kind",
        });
    }
    for notification in &found {
        context.out.notification(notification, args.json)?;
    }
    if args.read {
        let kinds: Vec<_> = args.kind.iter().map(|name| name.kind()).collect();
        let kinds = if kinds.is_empty() { &NotificationKind::ALL[..] } else { &kinds };
        store.mark_notifications_read(actor.id, kinds, Timestamp::now())?;
    }
    Ok(())
}
