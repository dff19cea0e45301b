//! The commands that follow and unfollow users and feeds.

use super::args::follow::{Follow, Unfollow};
use super::confirm::confirm;
use super::{CliError, Context, deliver};
use crate::model::{Nickname, Subscription, Timestamp, User, UserKind};
use crate::store::{Store, StoreError};
use crate::sync::{self, Address, Fetcher, Followed, SyncError, Tokens};
use crate::text::pluralize;

/// Whom a word names.
pub(super) enum Target {
    /// A user who is here.
    User(User),
    /// An address.
    Address(Address),
}

/// Returns whom a word names: a user here, or else an address if it looks like one.
pub(super) fn target(store: &Store, word: &str) -> Result<Target, CliError> {
    let error = match store.user(word) {
        Ok(user) => return Ok(Target::User(user)),
        Err(error) => error,
    };
    let is_typo = matches!(&error, StoreError::UnknownUser { nearest: Some(_), .. });
    let is_handle = word.trim().trim_start_matches('@').contains('@') || word.starts_with("acct:");
    let is_address = word.contains("://") || word.contains(['/', ':']) || is_handle || word.contains('.') && !is_typo;
    if !is_address {
        return Err(error.into());
    }
    let address = Address::parse(word).map_err(|why| CliError::Usage(why.to_string()))?;
    // The nickname of a user of another server is not quite their address.
    if let Address::Handle { user, host } = &address
        && let Ok(known) = store.user(Nickname::for_remote(user, host).as_str())
    {
        return Ok(Target::User(known));
    }
    Ok(Target::Address(address))
}

pub(super) fn follow(context: &mut Context, args: &Follow) -> Result<(), CliError> {
    let mut store = context.store()?;
    let actor = context.actor(&store)?;
    let mut targets = args.names.iter().map(|word| target(&store, word)).collect::<Result<Vec<_>, _>>()?;
    find_on_server(context, &mut store, &actor, &mut targets)?;
    let users: Vec<_> = targets
        .iter()
        .filter_map(|target| if let Target::User(user) = target { Some(user.id) } else { None })
        .collect();
    let changed = store.follow(actor.id, &users, Timestamp::now())?;
    let fetcher = Fetcher::new(&context.config.settings, context.args.offline)?;
    let mut failures = Vec::new();
    for target in &targets {
        let feed = match target {
            Target::User(user) => {
                let change = (format!("@{}", user.nickname), changed.contains(&user.id));
                context.out.changes([change], "followed", "is already followed")?;
                store.subscription_of(user.id)?
            }
            Target::Address(address) => match sync::follow(&mut store, &fetcher, actor.id, address, args.feed) {
                Ok(followed) => {
                    print_followed(context, &followed)?;
                    store.subscription_of(followed.user.id)?
                }
                Err(error) => {
                    failures.push(explain(context, error)?);
                    continue;
                }
            },
        };
        if let Some(feed) = feed.filter(|_| args.all)
            && let Err(error) = fetch_archives(context, &mut store, &fetcher, &feed)
        {
            failures.push(error);
        }
    }
    deliver::send(context, &mut store, actor.id)?;
    all_or_first(context, failures, targets.len())
}

/// Replaces the addresses of accounts by users, if the follower is an account and their server finds them: it then sends their
/// posts, and no feed is needed.
fn find_on_server(context: &Context, store: &mut Store, actor: &User, targets: &mut [Target]) -> Result<(), CliError> {
    let Some(account) = store.account_of(actor.id)? else { return Ok(()) };
    for target in targets {
        let Target::Address(Address::Handle { user, host }) = &*target else { continue };
        let fetcher = Fetcher::new(&context.config.settings, context.args.offline)?;
        let tokens = Tokens::beside(context.config.path.as_deref())?;
        if let Some(found) = sync::find_user(store, &fetcher, &tokens, &account, &format!("{user}@{host}"))? {
            *target = Target::User(found);
        }
    }
    Ok(())
}

/// Fetches the older posts of a feed, and says what came.
fn fetch_archives(
    context: &mut Context,
    store: &mut Store,
    fetcher: &Fetcher,
    feed: &Subscription,
) -> Result<(), CliError> {
    let archives = sync::fetch_archives(store, fetcher, feed)?;
    let (posts, count) = (pluralize(archives.stats.posts, "older post"), archives.count as u64);
    context.out.clean_line(&match count {
        0 => format!("@{} names no archive of older posts", feed.user.nickname),
        _ => format!("@{}: {posts} from {}", feed.user.nickname, pluralize(count, "archive")),
    })?;
    archives.error.map_or(Ok(()), |error| Err(error.into()))
}

/// Returns the only failure; of several it prints each, and returns how many there were.
fn all_or_first(context: &mut Context, mut failures: Vec<CliError>, all: usize) -> Result<(), CliError> {
    match failures.len() {
        0 => Ok(()),
        1 if all == 1 => Err(failures.remove(0)),
        count => {
            context.out.flush()?;
            failures.iter().for_each(|failure| context.note(&failure.to_string()));
            Err(CliError::Failed(format!("{count} of {all} could not be followed, for the reasons above")))
        }
    }
}

fn print_followed(context: &mut Context, followed: &Followed) -> Result<(), CliError> {
    let Followed { user, url, stats, was_followed } = followed;
    let line = if *was_followed {
        format!("@{} is already followed", user.nickname)
    } else if stats.posts + stats.known == 0 {
        format!("followed @{}: no posts yet at {url}", user.nickname)
    } else {
        format!("followed @{}: {} from {url}", user.nickname, pluralize(stats.posts, "post"))
    };
    Ok(context.out.clean_line(&line)?)
}

/// Lists the feeds that a page names, if there are several.
fn explain(context: &mut Context, error: SyncError) -> Result<CliError, CliError> {
    if let SyncError::SeveralFeeds { feeds, .. } = &error {
        for (number, feed) in (1..).zip(feeds) {
            let title = if feed.title.is_empty() { String::new() } else { format!("  {}", feed.title) };
            context.out.clean_line(&format!("{number}  {}{title}", feed.url))?;
        }
        context.out.flush()?;
    }
    Ok(error.into())
}

/// Returns the users whom words name; an address names the user of its feed.
pub(super) fn users(store: &Store, words: &[String]) -> Result<Vec<User>, CliError> {
    let user = |word: &String| match target(store, word)? {
        Target::User(user) => Ok(user),
        Target::Address(address) => {
            let feed = store.subscription_by_url(&address.to_string())?;
            let unknown = || CliError::Failed(format!("you follow no feed {address}: list yours with microblog feeds"));
            feed.map(|feed| feed.user).ok_or_else(unknown)
        }
    };
    words.iter().map(user).collect()
}

pub(super) fn unfollow(context: &mut Context, args: &Unfollow) -> Result<(), CliError> {
    let mut store = context.store()?;
    let actor = context.actor(&store)?;
    let users = users(&store, &args.names)?;
    if args.delete {
        check_deletable(&store, &actor, &users)?;
        let posts = pluralize(users.iter().map(|user| user.posts).sum(), "post");
        let whom: Vec<String> = users.iter().map(|user| format!("@{}", user.nickname)).collect();
        if !args.yes && !confirm(&format!("{} and {posts} will be deleted", whom.join(", ")), "--yes")? {
            return Ok(context.out.line("nothing changed")?);
        }
    }
    let ids: Vec<_> = users.iter().map(|user| user.id).collect();
    let changed = store.unfollow(actor.id, &ids)?;
    for user in &users {
        if args.delete {
            let posts = pluralize(store.delete_user(user.id)?, "post");
            context.out.clean_line(&format!("unfollowed and deleted @{}, with {posts}", user.nickname))?;
        } else {
            let change = (format!("@{}", user.nickname), changed.contains(&user.id));
            context.out.changes([change], "unfollowed", "was not followed")?;
        }
    }
    deliver::send(context, &mut store, actor.id)
}

/// Checks that only users of feeds whom nobody else here follows are deleted.
fn check_deletable(store: &Store, actor: &User, users: &[User]) -> Result<(), CliError> {
    for user in users {
        if user.kind != UserKind::Remote {
            let why = format!("@{0} writes here: delete them with microblog user delete {0}", user.nickname);
            return Err(CliError::Failed(why));
        }
        let followers = store.followers(user.id, usize::MAX)?;
        let other = followers.iter().find(|entry| entry.user.id != actor.id && entry.user.kind != UserKind::Remote);
        if let Some(other) = other {
            let why = format!("@{} is also followed by @{}: leave out --delete", user.nickname, other.user.nickname);
            return Err(CliError::Failed(why));
        }
    }
    Ok(())
}
