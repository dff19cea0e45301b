//! Short texts that several screens show: names of timelines, capped counts, progress.

use super::state::{FRESH_LIMIT, Importing, Tab};
use crate::model::{Collapse, FeedState, OutboxEntry, OutboxState, Subscription, Timeline, Timestamp, UserId};
use crate::text::{clean_line, datetime, pluralize, truncate};

/// Returns a count, or `999+` where counting stopped.
#[must_use]
pub fn capped_count(count: usize) -> String {
    if count >= FRESH_LIMIT { format!("{FRESH_LIMIT}+") } else { count.to_string() }
}

/// Returns the name of a timeline as `reader` sees it.
#[must_use]
pub fn timeline_label(timeline: &Timeline, reader: Option<UserId>) -> String {
    let short = |text: &str| truncate(&clean_line(text), 16).into_owned();
    match timeline {
        Timeline::Home(_) => "home".to_owned(),
        Timeline::All => "all".to_owned(),
        Timeline::Mentions(_) => "mentions".to_owned(),
        Timeline::Likes(id, _) if Some(*id) == reader => "likes".to_owned(),
        Timeline::Likes(_, nickname) => format!("@{} likes", short(nickname.as_str())),
        Timeline::Bookmarks(_) => "bookmarks".to_owned(),
        Timeline::User(_, nickname) => format!("@{}", short(nickname.as_str())),
        Timeline::Replies(_, nickname) => format!("@{} replies", short(nickname.as_str())),
        Timeline::List(_, name) => short(name),
        Timeline::Tag(tag) => format!("#{}", short(tag)),
        // The star that a search adds while it is typed is not part of what was typed.
        Timeline::Search(query) => format!("/{}", short(query.strip_suffix('*').unwrap_or(query))),
    }
}

/// Returns a frame of the spinner; each is shown for a tenth of a second.
#[must_use]
pub fn spinner(frame: u128) -> char {
    const FRAMES: [char; 10] = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
    FRAMES[(frame % FRAMES.len() as u128) as usize]
}

/// Returns the progress of an import in one line.
#[must_use]
pub fn import_progress(importing: &Importing) -> String {
    let what = if importing.stopping { "canceling" } else { "importing" };
    if importing.undoes {
        return format!("{} {}", spinner(importing.spinner_frame), importing.path);
    }
    format!("{} {what}: {}", spinner(importing.spinner_frame), pluralize(importing.posts, "post"))
}

/// Returns the name that the user gave an opened timeline, or else its usual one.
#[must_use]
pub fn tab_label(tab: &Tab, reader: Option<UserId>) -> String {
    tab.name.as_ref().map_or_else(|| timeline_label(&tab.timeline, reader), |name| clean_line(name).into_owned())
}

/// Describes the state of a feed in a few words.
#[must_use]
pub fn feed_state(feed: &Subscription, now: Timestamp) -> String {
    match (feed_failure(feed, now), feed.fetched_at) {
        (Some((state, reason)), _) => format!("{state}: {reason}"),
        (None, Some(fetched)) => format!("fetched {}", datetime::relative(fetched, now)),
        (None, None) => "not fetched yet".to_owned(),
    }
}

/// Returns that a feed is gone, or since when it fails, and the reason; `None` for other feeds.
#[must_use]
pub fn feed_failure(feed: &Subscription, now: Timestamp) -> Option<(String, String)> {
    let reason = clean_line(feed.error.as_deref().unwrap_or_default()).into_owned();
    match (feed.state(), feed.failing_since) {
        (FeedState::Gone, _) => Some(("gone".to_owned(), reason)),
        (FeedState::Failing, Some(since)) => Some((format!("failing ({})", datetime::relative(since, now)), reason)),
        _ => None,
    }
}

/// Describes how far an entry of the outbox is.
#[must_use]
pub fn outbox_state(entry: &OutboxEntry) -> String {
    match (entry.state, &entry.error) {
        (OutboxState::Pending, None) => "pending".to_owned(),
        (state, error) => delivery_state(state, error.as_deref()),
    }
}

/// Describes how far it is that the server of an account gets a post; empty if it gets nothing.
#[must_use]
pub fn delivery_state(state: OutboxState, error: Option<&str>) -> String {
    let word = delivery_word(state, error.is_some());
    match (state, error) {
        (OutboxState::Withdrawn, _) | (OutboxState::Pending | OutboxState::Sending, None) => word.to_owned(),
        (_, Some(error)) => format!("{word}: {}", clean_line(error)),
        (OutboxState::Failed | OutboxState::Unsure, None) => format!("{word}: see microblog outbox"),
    }
}

/// Describes in a word or two how far it is that the server of an account gets a post.
#[must_use]
pub fn delivery_word(state: OutboxState, has_error: bool) -> &'static str {
    match state {
        OutboxState::Withdrawn => "",
        OutboxState::Pending | OutboxState::Sending if has_error => "pending",
        OutboxState::Pending | OutboxState::Sending => "sending",
        OutboxState::Failed => "not sent",
        OutboxState::Unsure => "perhaps sent",
    }
}

/// Says why a post is collapsed.
#[must_use]
pub fn collapse_reason(reason: &Collapse) -> String {
    match reason {
        Collapse::Filter(phrase) => format!("filtered: {}", clean_line(phrase)),
        Collapse::Warning(warning) => format!("content warning: {}", clean_line(warning)),
    }
}
