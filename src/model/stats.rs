//! Statistics.

use super::{Nickname, User};

/// Statistics of one user's posts or of all posts, without boosts.
///
/// Months, days and hours are in the local time zone.
#[derive(Debug, Clone, PartialEq)]
pub struct Stats {
    /// The user; `None` for all users.
    pub of: Option<User>,
    /// Number of posts.
    pub posts: u64,
    /// Posts per month, as (month counted from January of the year 0, posts); months without posts are left out.
    pub months: Vec<(i32, u64)>,
    /// Posts per hour of the day.
    pub hours: [u64; 24],
    /// Posts per day, as (day counted from 1970-01-01, posts); days without posts are left out.
    pub days: Vec<(i64, u32)>,
    /// The most used words with their number of posts, among the newest [`sample_size`](Self::sample_size).
    pub words: Vec<(String, u64)>,
    /// The most used tags with their number of posts: among all posts, or among the newest posts of one user.
    pub tags: Vec<(String, u64)>,
    /// Who replied to whom most often, among the newest posts; replies to their own posts are not counted.
    pub replies: Vec<(Nickname, Nickname, u64)>,
    /// Number of newest posts examined for what is too slow to count over all posts.
    pub sample_size: usize,
}

/// How many posts there are, and how many of them a user has read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ReadCount {
    /// The posts that were read.
    pub read: u64,
    /// All posts.
    pub posts: u64,
}

/// What a user has read of the newest posts of others in their home timeline.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadingStats {
    /// All of these posts.
    pub all: ReadCount,
    /// By author, those first of whom most was read; for boosts, by the user who boosted.
    pub authors: Vec<(Nickname, ReadCount)>,
    /// By the day on which they were posted, counted from 1970, the newest first.
    pub days: Vec<(i64, ReadCount)>,
}
