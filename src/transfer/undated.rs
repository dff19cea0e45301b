//! Dates for posts of a feed that have none: they are placed beside their neighbors, in the order of the feed.

use super::Stopped;
use crate::model::{RemotePost, Timestamp};

/// Posts without a date that may wait for the first one that has one.
const MOST_PENDING: usize = 10_000;

/// Receives posts.
type PostSink<'a> = dyn FnMut(RemotePost) -> Result<(), Stopped> + 'a;

/// Passes on the posts of a feed, and dates those that have no date.
#[derive(Debug)]
pub(super) struct DateFiller {
    /// The date of the feed.
    feed: Option<Timestamp>,
    last: Option<Timestamp>,
    /// Whether newer posts follow older ones; feeds mostly have it the other way round.
    ascending: bool,
    /// Posts before the first date.
    pending: Vec<RemotePost>,
    /// Posts without a date since the last date.
    run: i64,
}

impl DateFiller {
    pub(super) fn new(feed: Option<Timestamp>) -> Self {
        Self { feed, last: None, ascending: false, pending: Vec::new(), run: 0 }
    }

    /// Passes on a post that has a date.
    ///
    /// # Errors
    /// If the sink wants no more.
    pub(super) fn dated(&mut self, post: RemotePost, emit: &mut PostSink<'_>) -> Result<(), Stopped> {
        self.flush(post.created_at, emit)?;
        if let Some(last) = self.last {
            self.ascending = post.created_at > last;
        }
        self.last = Some(post.created_at);
        self.run = 0;
        emit(post)
    }

    /// Passes on a post that has no date, or keeps it until one is known.
    ///
    /// # Errors
    /// If the sink wants no more.
    pub(super) fn undated(&mut self, mut post: RemotePost, emit: &mut PostSink<'_>) -> Result<(), Stopped> {
        let Some(last) = self.last else {
            self.pending.push(post);
            return if self.pending.len() < MOST_PENDING { Ok(()) } else { self.finish(emit) };
        };
        self.run += 1;
        post.created_at = moved(last, if self.ascending { self.run } else { -self.run });
        emit(post)
    }

    /// Passes on the posts of a feed without any date: they get the date of the feed, or the current time.
    ///
    /// # Errors
    /// If the sink wants no more.
    pub(super) fn finish(&mut self, emit: &mut PostSink<'_>) -> Result<(), Stopped> {
        let newest = self.feed.unwrap_or_else(Timestamp::now);
        let count = i64::try_from(self.pending.len()).unwrap_or(0);
        let first = self.last.is_none();
        self.flush(moved(newest, -count), emit)?;
        if first {
            self.last = Some(moved(newest, -count));
        }
        Ok(())
    }

    /// Passes on the posts before the first date: the feed starts with its newest post.
    fn flush(&mut self, next: Timestamp, emit: &mut PostSink<'_>) -> Result<(), Stopped> {
        let count = self.pending.len();
        for (at, mut post) in std::mem::take(&mut self.pending).into_iter().enumerate() {
            post.created_at = moved(next, i64::try_from(count - at).unwrap_or(0));
            emit(post)?;
        }
        Ok(())
    }
}

/// Moves a time by microseconds, the smallest difference between posts.
fn moved(time: Timestamp, micros: i64) -> Timestamp {
    Timestamp::from_micros(time.micros().saturating_add(micros))
}
