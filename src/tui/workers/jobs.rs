//! What workers do: searches, statistics, unread counts, avatars and imports.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use super::context::Context;
use super::requests::RequestSettings;
use super::{feeds, import, outbox, paths};
use crate::attach::attach;
use crate::auto_publish;
use crate::config::expand_home;
use crate::model::{Arrival, Nickname, PageStart, PostId, Timeline, Timestamp, User, UserId};
use crate::store::{Store, StoreError, UserOrder, Viewer, Window};
use crate::text::{Query, with_prefix_wildcard};
use crate::tui::images::avatars::{AvatarRequest, ImageProtocol, Thumbnail};
use crate::tui::run_effect::{export, pages, users};
use crate::tui::state::{
    Direction, FRESH_LIMIT, FeedSelection, LoadedUsers, Message, UndoableAction, Unread, UnreadRequest,
};

/// Posts in the results of a search that is being typed.
const RESULTS: usize = 50;
/// Posts of a timeline that are exported at most: all of them are in memory.
const EXPORTED: usize = 10_000;
/// Users in the results of a search.
const USER_RESULTS: usize = 8;

/// A piece of work for a worker.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::tui) enum Job {
    /// Searches posts, as a reader sees them, and users.
    Search {
        /// The reader.
        reader: Option<UserId>,
        /// The number that the results carry.
        number: u64,
        /// The query as typed.
        query: String,
    },
    /// Reads a page of the results of a search.
    Page(Option<UserId>, Timeline, PageStart),
    /// Reads the shown results of a search again.
    Reload {
        /// The reader.
        reader: Option<UserId>,
        /// The search.
        timeline: Timeline,
        /// The half-open range of keys to read.
        range: Range<Timestamp>,
        /// Counts posts that are newer than this.
        newest: Timestamp,
    },
    /// Computes statistics of a user's posts, or of all posts.
    Stats(u64, Option<User>),
    /// Counts unread posts of a reader, in the home timelines of other users, and above a key of a timeline.
    CountUnread(UnreadRequest),
    /// Loads all users in order for a reader, and finds the nicknames that can be confused.
    LoadUsers(Option<UserId>),
    /// Loads avatars.
    LoadAvatars(AvatarRequest, ImageProtocol),
    /// Completes a path.
    CompletePath(String),
    /// Checks a file that is to be attached, with the description of what it shows.
    AttachFile(String, String),
    /// Imports from a path, into a user if one is given, for a reader.
    Import(String, Option<Nickname>, Option<UserId>),
    /// Writes the newest posts of a timeline, as a reader sees them, to a Markdown file.
    ExportTimeline {
        /// The reader.
        reader: Option<UserId>,
        /// The title of the file.
        title: String,
        /// The timeline.
        timeline: Timeline,
        /// The path of the file.
        path: String,
    },
    /// Undoes or redoes an import for a user.
    ReverseImport(UserId, Direction, UndoableAction),
    /// Refreshes feeds and accounts.
    RefreshFeeds(Box<RequestSettings>, FeedSelection),
    /// Fetches the posts around a post from the server of the account that a user is.
    FetchContext(Box<RequestSettings>, UserId, PostId),
    /// Fetches the profile of another user from the server of the account that a user is.
    FetchProfile(Box<RequestSettings>, UserId, UserId),
    /// Makes a user follow an address.
    FollowAddress(Box<RequestSettings>, UserId, String),
    /// Publishes your feed.
    Publish,
    /// Sends what accounts did.
    SendOutbox(Box<RequestSettings>),
}

impl Job {
    /// Returns true when the user did not ask for the job, so that it must not interrupt one that the user asked for. All users are
    /// loaded again for each active user: while users are switched faster than results are shown, one of these large results waits.
    /// A refresh waits for the one that runs, because one at a time holds the lock on refreshing.
    pub(super) fn is_low_priority(&self) -> bool {
        matches!(self, Self::Reload { .. } | Self::LoadUsers(_) | Self::RefreshFeeds(..))
    }
}

/// Runs a job.
///
/// # Errors
/// When the store fails, or a newer job interrupted this one.
pub(super) fn run(context: &mut Context<'_>, job: Job) -> Result<Message, StoreError> {
    match job {
        Job::Search { reader, number, query } => search(context.store()?, reader, number, &query),
        Job::Page(reader, timeline, place) => pages::page(context.store()?, viewer(reader), timeline, place),
        Job::Reload { reader, timeline, range, newest } => {
            pages::reload(context.store()?, viewer(reader), timeline, range, (newest, Arrival::BEFORE_ALL))
        }
        Job::Stats(number, of) => Ok(Message::Stats(number, Box::new(context.store()?.stats(of)?))),
        Job::CountUnread(request) => Ok(Message::Unread(request.user, count_unread(context.store()?, request)?)),
        Job::LoadUsers(reader) => load_users(context.store()?, reader),
        Job::LoadAvatars(request, protocol) => Ok(Message::Avatars(load_avatars(context.store()?, request, protocol)?)),
        Job::CompletePath(typed) => {
            let (completed, names) = paths::complete(&typed);
            Ok(Message::PathCompleted { typed, completed, names })
        }
        Job::AttachFile(path, description) => {
            let attached = attach(&expand_home(Path::new(&path)), Some(&description));
            Ok(Message::FileAttached(attached.map_err(|why| why.to_string())))
        }
        Job::Import(path, import_as, reader) => Ok(Message::Imported(import::run(context, &path, import_as, reader))),
        Job::ExportTimeline { reader, title, timeline, path } => {
            let window = Window { viewer: viewer(reader), limit: EXPORTED + 1, ..Window::default() };
            let mut posts = context.store()?.timeline(&timeline, &window)?;
            let is_complete = posts.len() <= EXPORTED;
            posts.truncate(EXPORTED);
            let newest = if is_complete { "" } else { ", the newest ones: microblog export writes all" };
            let exported = export::run(title, posts, &path);
            Ok(Message::PostsExported(exported.map(|line| line + newest)))
        }
        Job::ReverseImport(user, direction, action) => import::reverse(context, user, direction, action),
        Job::RefreshFeeds(settings, selection) => feeds::refresh(context, &settings, selection),
        Job::FetchContext(settings, user, post) => feeds::fetch_context(context, &settings, user, post),
        Job::FetchProfile(settings, user, of) => feeds::fetch_profile(context, &settings, user, of),
        Job::FollowAddress(settings, user, address) => feeds::follow(context, &settings, user, &address),
        Job::SendOutbox(settings) => outbox::send(context, &settings),
        Job::Publish => Ok(Message::Published(auto_publish::run(context.db))),
    }
}

fn viewer(reader: Option<UserId>) -> Viewer {
    reader.map_or_else(Viewer::default, Viewer::of)
}

fn search(store: &Store, reader: Option<UserId>, number: u64, query: &str) -> Result<Message, StoreError> {
    let timeline = Timeline::Search(with_prefix_wildcard(query).trim().to_owned());
    let mut posts = store.timeline_page(&timeline, viewer(reader), PageStart::Newest, RESULTS + 1)?;
    let more = posts.len() > RESULTS;
    posts.truncate(RESULTS);
    let users = store.search_users(query, USER_RESULTS)?;
    let hints = store.search_hints(&Query::parse(query), reader)?;
    Ok(Message::SearchResults { number, posts, more, users, hints })
}

fn count_unread(store: &Store, request: UnreadRequest) -> Result<Unread, StoreError> {
    let UnreadRequest { user, timelines, users, above } = request;
    let above = match above {
        Some((timeline, key)) => {
            let read = store.read_state(user, &timeline)?;
            let count = store.count_unread_above(user, &timeline, &read, key, FRESH_LIMIT)?;
            Some((timeline, key, count))
        }
        None => None,
    };
    let counts = store.unread(user, &timelines, FRESH_LIMIT)?;
    let with_state = |(timeline, count)| {
        let read = store.read_state(user, &timeline)?;
        Ok((timeline, count, read))
    };
    let homes = store.unread_homes(&users, FRESH_LIMIT)?;
    Ok(Unread {
        timelines: timelines.into_iter().zip(counts).map(with_state).collect::<Result<_, StoreError>>()?,
        homes: users.into_iter().zip(homes).collect(),
        notifications: store.unread_notifications(user, FRESH_LIMIT)?,
        above,
    })
}

fn load_users(store: &Store, reader: Option<UserId>) -> Result<Message, StoreError> {
    let users = store.users(UserOrder::Nickname, false)?;
    let follows = store.followed_remote_users(reader)?.into_iter().collect();
    let loaded = LoadedUsers::ordered(users, store.active_user()?, &follows);
    let lists = users::list_rows(store, reader)?;
    Ok(Message::Users(LoadedUsers { accounts: store.accounts()?, lists, ..loaded }))
}

/// Loads avatars, and scales those that changed.
fn load_avatars(store: &Store, request: AvatarRequest, protocol: ImageProtocol) -> Result<AvatarRequest, StoreError> {
    let load = |(user, known): (UserId, Option<Arc<Thumbnail>>)| {
        let Some(picture) = store.avatar(user)? else { return Ok((user, None)) };
        let mut hasher = DefaultHasher::new();
        picture.bytes().hash(&mut hasher);
        let stamp = hasher.finish();
        let known = known.filter(|known| known.stamp == stamp);
        // A picture that cannot be decoded was damaged in the database; the user is shown without one.
        Ok((user, known.or_else(|| Thumbnail::of(&picture, stamp, protocol).ok().map(Arc::new))))
    };
    request.into_iter().map(load).collect()
}
