//! What can be counted of posts.

use super::{Nickname, User};

/// Numbers of one user's posts or of all; boosts are no posts. Months, days and hours are those of the reader's zone.
#[derive(Debug, Clone, PartialEq)]
pub struct Stats {
    /// Whose posts; none for everybody's.
    pub of: Option<User>,
    /// All of them.
    pub posts: u64,
    /// Posts of each month, counted from January of the year 0; months without are left out.
    pub months: Vec<(i32, u64)>,
    /// Posts of each hour of the day.
    pub hours: [u64; 24],
    /// Posts of each day, counted from 1970; days without are left out.
    pub days: Vec<(i64, u32)>,
    /// The words used most and in how many posts, of the newest [`sample_size`](Self::sample_size).
    pub words: Vec<(String, u64)>,
    /// The tags used most and in how many posts, of all where they are everybody's, else of the newest.
    pub tags: Vec<(String, u64)>,
    /// Who answered whom most and how often, of the newest; oneself does not count.
    pub answers: Vec<(Nickname, Nickname, u64)>,
    /// So many of the newest posts were looked at for what cannot be counted over all of them in a moment.
    pub sample_size: usize,
}
