//! The command that lists posts of the same day in earlier years.

use chrono::Datelike;

use super::args::posts::OnThisDay;
use super::{CliError, Context};
use crate::model::{Timeline, Timestamp};
use crate::text::pluralize;

pub(super) fn on_this_day(context: &mut Context, args: &OnThisDay) -> Result<(), CliError> {
    let store = context.store()?;
    let viewer = context.viewer(&store, false)?;
    let timeline = match viewer.user {
        Some(user) if !args.all => Timeline::Home(user),
        _ => Timeline::All,
    };
    let day = args.day.unwrap_or_else(Timestamp::now);
    let posts = store.on_this_day(viewer.user, &timeline, day, args.limit)?;
    if args.json {
        return posts.iter().try_for_each(|post| context.out.post_json(post)).map_err(CliError::from);
    }
    for of_a_year in posts.chunk_by(|one, next| one.key.local().year() == next.key.local().year()) {
        let then = of_a_year[0].key.local();
        let ago = pluralize(u64::from(day.local().year().abs_diff(then.year())), "year");
        context.out.heading(&format!("{}, {ago} ago", then.date_naive()))?;
        for post in of_a_year {
            context.out.post(post, 1)?;
        }
    }
    if posts.is_empty() {
        context.note("no posts on this day in earlier years");
    }
    Ok(())
}
