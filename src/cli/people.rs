//! Commands about who follows and mutes whom, and about what one is told.

use serde::Serialize;

use super::social_args::{FilterCommand, Nicknames, Notifications, Own, Whose};
use super::{CliError, Context};
use crate::model::{Filter, FollowEntry, Phrase, Timeline, Timestamp, User, UserId};
use crate::store::Store;

/// So many are listed.
const ALL: usize = usize::MAX;

/// What is done to users named in a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deed {
    Follow,
    Unfollow,
    Mute,
    Unmute,
}

pub(super) fn act(context: &mut Context, deed: Deed, names: &Nicknames) -> Result<(), CliError> {
    let mut store = context.store()?;
    let actor = context.actor(&store)?;
    let users = names.nicknames.iter().map(|name| store.user(name)).collect::<Result<Vec<_>, _>>()?;
    let ids: Vec<UserId> = users.iter().map(|user| user.id).collect();
    let now = Timestamp::now();
    let said = match deed {
        Deed::Follow => store.follow(actor.id, &ids, now).map(|()| "now following"),
        Deed::Unfollow => store.unfollow(actor.id, &ids).map(|()| "no longer following"),
        Deed::Mute => store.mute(actor.id, &ids, now).map(|()| "muted"),
        Deed::Unmute => store.unmute(actor.id, &ids).map(|()| "no longer muted:"),
    }?;
    for user in &users {
        context.out.say(&format!("{said} {}", user.nickname))?;
    }
    Ok(())
}

pub(super) fn following(context: &mut Context, whose: &Whose) -> Result<(), CliError> {
    follows(context, whose, "follows nobody", Store::following)
}

pub(super) fn followers(context: &mut Context, whose: &Whose) -> Result<(), CliError> {
    follows(context, whose, "has no followers", Store::followers)
}

fn follows(
    context: &mut Context,
    whose: &Whose,
    none: &str,
    list: impl Fn(&Store, UserId, usize) -> crate::store::Result<Vec<FollowEntry>>,
) -> Result<(), CliError> {
    let store = context.store()?;
    let user = match &whose.nickname {
        Some(nickname) => store.user(nickname)?,
        None => context.actor(&store)?,
    };
    let found = list(&store, user.id, ALL)?;
    if found.is_empty() && !whose.json {
        context.note(&format!("{} {none}", user.nickname));
    }
    for followed in &found {
        if whose.json {
            json(context, &store, &followed.user)?;
        } else {
            let mutual = if followed.mutual { "  mutual" } else { "" };
            context.out.say(&format!("{}{mutual}", followed.user.nickname))?;
        }
    }
    Ok(())
}

fn json(context: &mut Context, store: &Store, user: &User) -> Result<(), CliError> {
    let active = store.active_user()?.is_some_and(|active| active.id == user.id);
    Ok(context.out.user_json(user, store.follow_counts(user.id)?, active)?)
}

/// Users, a nickname a line, or as JSON.
pub(super) fn list(context: &mut Context, store: &Store, users: &[User], as_json: bool) -> Result<(), CliError> {
    for user in users {
        if as_json {
            json(context, store, user)?;
        } else {
            context.out.say(user.nickname.as_str())?;
        }
    }
    Ok(())
}

pub(super) fn muted(context: &mut Context, own: &Own) -> Result<(), CliError> {
    let store = context.store()?;
    let actor = context.actor(&store)?;
    let users = store.muted(actor.id)?;
    if users.is_empty() && !own.json {
        context.note(&format!("{} mutes nobody", actor.nickname));
    }
    list(context, &store, &users, own.json)
}

pub(super) fn filter(context: &mut Context, command: FilterCommand) -> Result<(), CliError> {
    let mut store = context.store()?;
    let actor = context.actor(&store)?.id;
    match command {
        FilterCommand::Add { phrase, fold, until } => {
            let filter = Filter { phrase: Phrase::parse(&phrase.join(" "))?, folded: fold, until };
            store.add_filter(actor, &filter)?;
            context.out.say(&format!("{} {}", if fold { "folding" } else { "hiding" }, filter.phrase.as_str()))?;
        }
        FilterCommand::List { json } => {
            let filters = store.filters(actor)?;
            if filters.is_empty() && !json {
                context.note("no filters yet: add one with microblog filter add PHRASE");
            }
            for filter in &filters {
                context.out.filter(filter, json)?;
            }
        }
        FilterCommand::Remove { phrases } => {
            let phrases = phrases.iter().map(|phrase| Phrase::parse(phrase)).collect::<Result<Vec<_>, _>>()?;
            store.remove_filters(actor, &phrases)?;
            for phrase in &phrases {
                context.out.say(&format!("showing {} again", phrase.as_str()))?;
            }
        }
    }
    Ok(())
}

/// How much is unread of one's timelines, and of what one was told.
pub(super) fn unread(context: &mut Context, own: &Own) -> Result<(), CliError> {
    let store = context.store()?;
    let actor = context.actor(&store)?.id;
    let timelines = [Timeline::Home(actor), Timeline::All, Timeline::Mentions(actor)];
    let counts = store.unread(actor, &timelines, ALL)?;
    let told = store.unread_notifications(actor, ALL)?;
    let names = ["home", "all", "mentions", "notifications"];
    for (name, unread) in names.into_iter().zip(counts.into_iter().chain([told])) {
        if own.json {
            context.out.json(&Unread { name, unread })?;
        } else {
            context.out.line(&format!("{name:<14} {unread}"))?;
        }
    }
    Ok(())
}

#[derive(Serialize)]
struct Unread {
    name: &'static str,
    unread: usize,
}

pub(super) fn notifications(context: &mut Context, args: &Notifications) -> Result<(), CliError> {
    let mut store = context.store()?;
    let actor = context.actor(&store)?;
    let mut found = store.notifications(actor.id, args.before, args.limit)?;
    found.retain(|notification| notification.unread || !args.unread);
    if found.is_empty() && !args.json {
        context.note(if args.unread { "nothing new" } else { "nothing happened yet" });
    }
    for notification in &found {
        context.out.notification(notification, args.json)?;
    }
    if args.read {
        store.mark_notifications_read(actor.id, Timestamp::now())?;
    }
    Ok(())
}
