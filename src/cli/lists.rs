//! The commands that import and export lists of feeds: OPML and its relatives.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::args::transfer::{Export, Import};
use super::export::files::{Files, Target};
use super::{CliError, Context, refresh};
use crate::import::{SourceFormat, Sources};
use crate::model::{Nickname, Skipped, Timestamp, User, UserId};
use crate::store::{NewSubscription, Store};
use crate::sync::{self, Address, Fetcher, Selection, SyncError};
use crate::text::pluralize;
use crate::transfer::subscriptions::{
    ListFormat, Subscription, SubscriptionList, detect_list, read_list, refusal, write_list,
};

/// Maximum size of a list, in bytes.
const MAX_BYTES: u64 = 16 << 20;

/// Returns whether a path is a list of feeds, and not something that posts can be imported from.
pub(super) fn is_list(paths: &[PathBuf]) -> bool {
    let is_known = |path: &Path| Sources::open(SourceFormat::Auto, &[path.to_owned()]).is_ok();
    let is_list = |path: &Path| read(path).is_ok_and(|bytes| detect_list(&bytes).is_some());
    matches!(paths, [path] if path.is_file() && is_list(path) && !is_known(path))
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let input: Box<dyn Read> =
        if path.as_os_str() == "-" { Box::new(io::stdin()) } else { Box::new(File::open(path)?) };
    input.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(io::Error::other("it is larger than 16 MB, which is no list of feeds"));
    }
    Ok(bytes)
}

/// Reads the lists of files as one.
fn read_lists(paths: &[PathBuf]) -> Result<SubscriptionList, CliError> {
    let mut list = SubscriptionList::default();
    for path in paths {
        let name = path.display();
        let bytes = read(path).map_err(|error| CliError::Failed(format!("cannot read {name}: {error}")))?;
        let file_name = path.file_name().unwrap_or_default().to_string_lossy();
        if let Some(why) = refusal(&file_name, &bytes) {
            let advice = "of the lists of an account, import following_accounts.csv";
            return Err(CliError::Failed(format!("{name} is no list to follow, because {why}: {advice}")));
        }
        let Some(found) = read_list(&bytes) else {
            let formats = "OPML, a following_accounts.csv, the configuration of twtxt, or an address per line";
            return Err(CliError::Failed(format!("{name} is no list of feeds: import {formats}")));
        };
        list.subscriptions.extend(found.subscriptions);
        list.skipped.extend(found.skipped);
    }
    Ok(list)
}

/// Follows everything that the lists contain, and fetches what is new.
pub(super) fn import(context: &mut Context, args: &Import) -> Result<(), CliError> {
    let list = read_lists(&args.paths)?;
    let mut store = context.store()?;
    let actor = context.actor(&store)?;
    let skipped = list.skipped.len();
    for skipped in list.skipped {
        context.note(&skipped.notice());
    }
    if args.dry_run {
        let feeds = pluralize(list.subscriptions.len() as u64, "feed");
        return Ok(context.out.line(&format!("would follow {feeds}{}", and_skipped(skipped)))?);
    }
    let (urls, accounts): (Vec<_>, Vec<_>) = list.subscriptions.into_iter().partition(|entry| !entry.is_account());
    let (mut new, mut known, mut failed) = (Vec::new(), 0, skipped);
    for entry in &urls {
        match add(&mut store, &actor, entry)? {
            Ok(Some(user)) => new.push(user),
            Ok(None) => known += 1,
            Err(why) => {
                failed += 1;
                context.note(&Skipped { place: entry.address.clone(), why, imported: false }.notice());
            }
        }
    }
    let fetcher = Arc::new(Fetcher::new(&context.config.settings, context.args.offline)?);
    let mut followed = new.len();
    for entry in &accounts {
        let address = Address::parse(&format!("@{}", entry.address.trim_start_matches('@')));
        let found = address.map_err(SyncError::from);
        match found.and_then(|address| sync::follow(&mut store, &fetcher, actor.id, &address, None)) {
            Ok(found) if found.was_followed => known += 1,
            Ok(_) => followed += 1,
            Err(error) => {
                failed += 1;
                context
                    .note(&Skipped { place: entry.address.clone(), why: error.to_string(), imported: false }.notice());
            }
        }
    }
    let before = if known > 0 { format!(", {known} followed before") } else { String::new() };
    let feeds = pluralize(followed as u64, "feed");
    context.out.line(&format!("followed {feeds}{before}{}", and_skipped(failed)))?;
    context.out.flush()?;
    if context.args.offline || context.config.settings.feeds.offline || new.is_empty() {
        return Ok(());
    }
    refresh::run(context, &mut store, &fetcher, &Selection::Users(new), Timestamp::now())
}

fn and_skipped(count: usize) -> String {
    if count > 0 { format!(", {count} skipped") } else { String::new() }
}

/// Follows a feed; returns its user if it is new to the follower, or why it cannot be followed.
fn add(store: &mut Store, actor: &User, entry: &Subscription) -> Result<Result<Option<UserId>, String>, CliError> {
    let url = match Address::parse(&entry.address) {
        Ok(Address::Url(url)) => url,
        Ok(handle @ Address::Handle { .. }) => return Ok(Err(format!("{handle} is not the address of a feed"))),
        Err(error) => return Ok(Err(error.to_string())),
    };
    let nickname: Nickname = sync::nickname(&url, entry.title.as_deref());
    let new = NewSubscription { url: url.to_string(), nickname };
    let is_new = match store.add_subscription(actor.id, &new, Timestamp::now()) {
        Ok(is_new) => is_new,
        Err(error @ crate::store::StoreError::OwnFeed { .. }) => return Ok(Err(error.to_string())),
        Err(error) => return Err(error.into()),
    };
    let feed = store.subscription_by_url(&new.url)?;
    Ok(Ok(feed.filter(|_| is_new).map(|feed| feed.user.id)))
}

/// Writes the feeds that a user follows.
pub(super) fn export(context: &mut Context, args: &Export) -> Result<(), CliError> {
    if args.user.len() > 1 {
        return Err(CliError::Usage("opml lists the feeds of one user: name one with --user NICK".to_owned()));
    }
    let store = context.store()?;
    let user = match args.user.first() {
        Some(nickname) => store.user(nickname)?,
        None => context.actor(&store)?,
    };
    let feeds: Vec<Subscription> = store.subscriptions(Some(user.id))?.iter().map(entry).collect();
    let target = Target::of(args.path.as_deref())?;
    super::export::check_target(&target, args, 1)?;
    if !super::export::may_replace(context, &target, args)? {
        return Ok(context.out.line("nothing changed")?);
    }
    let is_table = args.path.as_deref().is_some_and(|path| path.extension().is_some_and(|ext| ext == "csv"));
    let format = if is_table { ListFormat::Accounts } else { ListFormat::Opml };
    let mut files = Files::new(&target, &context.path()?, context.out.terminal)?;
    let mut file = files.create(target.path())?;
    file.write(|out: &mut dyn Write| write_list(out, format, &format!("Feeds of {}", user.nickname), &feeds))?;
    files.finish(file)?;
    files.persist()?;
    if let (true, Some(path)) = (target.is_file(), &args.path) {
        let feeds = pluralize(feeds.len() as u64, "feed");
        context.out.clean_line(&format!("exported {feeds} to {}", path.display()))?;
    }
    Ok(())
}

fn entry(feed: &crate::model::Subscription) -> Subscription {
    let name = feed.user.display_name.as_ref().map_or(feed.user.nickname.as_str(), |name| name.as_str());
    Subscription { address: feed.url.clone(), title: Some(name.to_owned()), ..Subscription::default() }
}
