//! Posts of the same day in earlier years.

use chrono::{Datelike, Days, NaiveDate};

use super::{Result, Store, Viewer, Window};
use crate::model::{PageStart, Post, Timeline, Timestamp, UserId};

/// So many years are read at most, so that a post with a date of long ago does not make them many.
const YEARS: usize = 100;

impl Store {
    /// Returns what a reader sees of a timeline from the local day of a time in earlier years, the latest year first: of
    /// each year at most `limit` posts, the oldest first.
    ///
    /// # Errors
    /// When the store fails.
    pub fn on_this_day(
        &self,
        reader: Option<UserId>,
        timeline: &Timeline,
        day: Timestamp,
        limit: usize,
    ) -> Result<Vec<Post>> {
        let viewer = Viewer { user: reader, include_muted: false };
        let day = day.local().date_naive();
        let oldest = self.timeline_page(timeline, viewer, PageStart::Oldest, 1)?;
        let first_year = oldest.first().map_or(day.year(), |post| post.key.local().year());
        let mut found = Vec::new();
        for year in (first_year..day.year()).rev().take(YEARS) {
            // The 29th of February is only in some years.
            let Some(then) = day.with_year(year) else { continue };
            let (since, until) = (start_of(then), then.checked_add_days(Days::new(1)).and_then(start_of));
            found.extend(self.timeline(timeline, &Window { viewer, since, until, reverse: true, limit })?);
        }
        Ok(found)
    }
}

/// Returns the start of a local day.
fn start_of(day: NaiveDate) -> Option<Timestamp> {
    Timestamp::parse(&day.to_string()).ok()
}
