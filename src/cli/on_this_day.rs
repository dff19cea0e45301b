//! The command that lists posts of the same day in earlier years.

use chrono::{Datelike, Days, NaiveDate};

use super::args::posts::OnThisDay;
use super::{CliError, Context};
use crate::model::{PageStart, Timeline, Timestamp};
use crate::store::Window;
use crate::text::pluralize;

pub(super) fn on_this_day(context: &mut Context, args: &OnThisDay) -> Result<(), CliError> {
    let store = context.store()?;
    let viewer = context.viewer(&store, false)?;
    let timeline = match viewer.user {
        Some(user) if !args.all => Timeline::Home(user),
        _ => Timeline::All,
    };
    let day = args.day.unwrap_or_else(Timestamp::now).local().date_naive();
    let oldest = store.timeline_page(&timeline, viewer, PageStart::Oldest, 1)?;
    let Some(oldest) = oldest.first() else {
        context.note("no posts");
        return Ok(());
    };
    let mut count = 0;
    for year in (oldest.key.local().year()..day.year()).rev() {
        // The 29th of February is only in some years.
        let Some(then) = day.with_year(year) else { continue };
        let (since, until) = (start_of(then), then.checked_add_days(Days::new(1)).and_then(start_of));
        let posts = store.timeline(&timeline, &Window { viewer, since, until, reverse: true, limit: args.limit })?;
        count += posts.len();
        if !posts.is_empty() && !args.json {
            let ago = pluralize(u64::from(day.year().abs_diff(year)), "year");
            context.out.heading(&format!("{then}, {ago} ago"))?;
        }
        for post in &posts {
            if args.json {
                context.out.post_json(post)?;
            } else {
                context.out.post(post, 1)?;
            }
        }
    }
    if count == 0 && !args.json {
        context.note("no posts on this day in earlier years");
    }
    Ok(())
}

/// Returns the start of a local day.
fn start_of(day: NaiveDate) -> Option<Timestamp> {
    Timestamp::parse(&day.to_string()).ok()
}
