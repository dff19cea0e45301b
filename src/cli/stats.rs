//! The command that prints statistics.

use chrono::{Days, NaiveDate};
use serde::Serialize;

use super::args::social::StatsOf;
use super::{CliError, Context};
use crate::model::{ReadingStats, Stats};
use crate::text::{MIN_LETTERS, horizontal_bar, pluralize, width, with_thousands};

/// How many of the newest posts are looked at to count what was read.
const READ_LIMIT: usize = 20_000;
/// Maximum width of a bar, in columns.
const BAR_COLUMNS: usize = 30;

#[derive(Serialize)]
struct JsonStats<'s> {
    user: Option<&'s str>,
    posts: u64,
    months: Vec<JsonCount<String>>,
    days: Vec<JsonCount<String>>,
    hours: [u64; 24],
    words: Vec<JsonCount<&'s str>>,
    tags: Vec<JsonCount<&'s str>>,
    answers: Vec<JsonReplies<'s>>,
    looked_at: usize,
}

#[derive(Serialize)]
struct JsonCount<T> {
    name: T,
    posts: u64,
}

#[derive(Serialize)]
struct JsonReplies<'s> {
    author: &'s str,
    to: &'s str,
    posts: u64,
}

pub(super) fn stats(context: &mut Context, args: &StatsOf) -> Result<(), CliError> {
    let store = context.store()?;
    if args.reading {
        let stats = store.reading_stats(context.actor(&store)?.id, READ_LIMIT)?;
        return if args.json { print_reading_json(context, &stats) } else { print_reading(context, &stats) };
    }
    let user = args.nickname.as_ref().map(|nickname| store.user(nickname)).transpose()?;
    let stats = store.stats(user)?;
    if args.json { print_json(context, &stats) } else { print(context, &stats) }
}

/// Formats a month, counted from January of the year 0: `2026-03`.
fn month(month: i32) -> String {
    format!("{:04}-{:02}", month.div_euclid(12), month.rem_euclid(12) + 1)
}

/// Formats a day, counted from 1970-01-01: `2026-03-14`.
fn day(day: i64) -> String {
    let epoch = NaiveDate::default();
    let days = Days::new(day.unsigned_abs());
    let date = if day < 0 { epoch.checked_sub_days(days) } else { epoch.checked_add_days(days) };
    date.map_or_else(|| day.to_string(), |date| date.to_string())
}

fn print_json(context: &mut Context, stats: &Stats) -> Result<(), CliError> {
    let replies = stats.replies.iter();
    Ok(context.out.json(&JsonStats {
        user: stats.of.as_ref().map(|user| user.nickname.as_str()),
        posts: stats.posts,
        months: stats.months.iter().map(|(at, posts)| JsonCount { name: month(*at), posts: *posts }).collect(),
        days: stats.days.iter().map(|(at, posts)| JsonCount { name: day(*at), posts: u64::from(*posts) }).collect(),
        hours: stats.hours,
        words: stats.words.iter().map(|(name, posts)| JsonCount { name: name.as_str(), posts: *posts }).collect(),
        tags: stats.tags.iter().map(|(name, posts)| JsonCount { name: name.as_str(), posts: *posts }).collect(),
        answers: replies
            .map(|(author, to, posts)| JsonReplies { author: author.as_str(), to: to.as_str(), posts: *posts })
            .collect(),
        looked_at: stats.sample_size,
    })?)
}

#[derive(Serialize)]
struct JsonReading<'s> {
    read: u64,
    posts: u64,
    authors: Vec<JsonRead<&'s str>>,
    days: Vec<JsonRead<String>>,
}

#[derive(Serialize)]
struct JsonRead<T> {
    name: T,
    read: u64,
    posts: u64,
}

fn print_reading_json(context: &mut Context, stats: &ReadingStats) -> Result<(), CliError> {
    let authors = stats.authors.iter();
    let days = stats.days.iter().map(|(at, count)| JsonRead { name: day(*at), read: count.read, posts: count.posts });
    Ok(context.out.json(&JsonReading {
        read: stats.all.read,
        posts: stats.all.posts,
        authors: authors
            .map(|(name, count)| JsonRead { name: name.as_str(), read: count.read, posts: count.posts })
            .collect(),
        days: days.collect(),
    })?)
}

fn print_reading(context: &mut Context, stats: &ReadingStats) -> Result<(), CliError> {
    let (read, posts) = (with_thousands(stats.all.read), pluralize(stats.all.posts, "post"));
    context.out.line(&format!("read {read} of the newest {posts} by others at home"))?;
    let authors: Vec<_> =
        stats.authors.iter().map(|(name, count)| (format!("{name} (of {})", count.posts), count.read)).collect();
    table(context, "Read by author", &authors)?;
    let days: Vec<_> =
        stats.days.iter().map(|(at, count)| (format!("{} (of {})", day(*at), count.posts), count.read)).collect();
    table(context, "Read by the day on which it was posted", &days)
}

fn print(context: &mut Context, stats: &Stats) -> Result<(), CliError> {
    context.out.clean_line(&format!("{}, not counting boosts", pluralize(stats.posts, "post")))?;
    let months: Vec<_> = stats.months.iter().map(|(at, posts)| (month(*at), *posts)).collect();
    let hours: Vec<_> = stats.hours.iter().enumerate().map(|(hour, posts)| (format!("{hour:02} h"), *posts)).collect();
    let tags: Vec<_> = stats.tags.iter().map(|(tag, posts)| (format!("#{tag}"), *posts)).collect();
    let replies: Vec<_> =
        stats.replies.iter().map(|(author, to, posts)| (format!("{author} → {to}"), *posts)).collect();
    let sample = with_thousands(stats.sample_size as u64);
    table(context, "Posts per month", &months)?;
    table(context, "Posts per hour of the day", if stats.posts == 0 { &[] } else { &hours })?;
    let words = format!("Words of at least {MIN_LETTERS} letters, by number of posts (newest {sample})");
    table(context, &words, &stats.words)?;
    let of_one_user = stats.of.is_some();
    table(
        context,
        if of_one_user { "Tags, by number of posts (newest 1,000)" } else { "Tags, by number of posts" },
        &tags,
    )?;
    let newest = pluralize(stats.sample_size as u64, "post");
    table(context, &format!("Replies between users (newest {newest})"), &replies)
}

fn table(context: &mut Context, title: &str, rows: &[(String, u64)]) -> Result<(), CliError> {
    if rows.is_empty() {
        return Ok(());
    }
    context.out.line("")?;
    context.out.line(title)?;
    let rows: Vec<_> = rows.iter().map(|(name, count)| (context.out.cleaned(name), *count)).collect();
    let widest = rows.iter().map(|(name, _)| width(name)).max().unwrap_or(0);
    let maximum = rows.iter().map(|(_, count)| *count).max().unwrap_or(0);
    for (name, count) in rows {
        let gap = " ".repeat(widest.saturating_sub(width(&name)));
        let line = format!("  {name}{gap} {count:>9}  {}", horizontal_bar(count, maximum, BAR_COLUMNS));
        context.out.line(line.trim_end())?;
    }
    Ok(())
}
