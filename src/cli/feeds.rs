//! The command that lists the feeds that a user follows.

use serde::Serialize;

use super::args::social::Json;
use super::{CliError, Context};
use crate::model::{FeedState, Subscription, Timestamp};

pub(super) fn feeds(context: &mut Context, args: &Json) -> Result<(), CliError> {
    let store = context.store()?;
    let actor = context.actor(&store)?;
    let feeds = store.subscriptions(Some(actor.id))?;
    if feeds.is_empty() && !args.json {
        context.note(&format!("@{} follows no feeds: follow one with microblog follow URL", actor.nickname));
    }
    for feed in &feeds {
        if args.json {
            context.out.json(&JsonFeed::of(feed))?;
        } else {
            let line = format!("@{}  {}  {}", feed.user.nickname, feed.url, state(context, feed));
            context.out.clean_line(&line)?;
        }
    }
    Ok(())
}

/// Describes the state of a feed: `unchanged, fetched 2026-03-14 15:09, next 2026-03-14 15:39`.
fn state(context: &Context, feed: &Subscription) -> String {
    let time = |at: Timestamp| context.out.short_time(at);
    let error = feed.error.as_deref().unwrap_or_default();
    let state = match (feed.state(), feed.failing_since) {
        (FeedState::Gone, _) => return format!("gone: {error}"),
        (FeedState::Failing, Some(since)) => format!("failing since {}: {error}", time(since)),
        (FeedState::New, _) => "not fetched yet".to_owned(),
        (state, _) => state.word().to_owned(),
    };
    let fetched = feed.fetched_at.map(|at| format!(", fetched {}", time(at))).unwrap_or_default();
    format!("{state}{fetched}, next {}", time(feed.next_at))
}

/// A feed in JSON. Field names are stable.
#[derive(Serialize)]
struct JsonFeed<'a> {
    user: &'a str,
    url: &'a str,
    fetch_url: &'a str,
    state: &'static str,
    last_success: Option<String>,
    next_try: Option<String>,
    failures: u32,
    failing_since: Option<String>,
    error: Option<&'a str>,
}

impl<'a> JsonFeed<'a> {
    fn of(feed: &'a Subscription) -> Self {
        Self {
            user: feed.user.nickname.as_str(),
            url: &feed.url,
            fetch_url: &feed.fetch_url,
            state: feed.state().word(),
            last_success: feed.fetched_at.map(Timestamp::rfc3339),
            next_try: (!feed.is_gone).then(|| feed.next_at.rfc3339()),
            failures: feed.failures,
            failing_since: feed.failing_since.map(Timestamp::rfc3339),
            error: feed.error.as_deref(),
        }
    }
}
