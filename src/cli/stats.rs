//! The command that counts posts.

use chrono::{Days, NaiveDate};
use serde::Serialize;

use super::social_args::Counted;
use super::{CliError, Context};
use crate::model::Stats;
use crate::text::{MIN_LETTERS, horizontal_bar, pluralize, width, with_thousands};

/// Columns of a bar.
const BAR: usize = 30;

#[derive(Serialize)]
struct JsonStats<'s> {
    user: Option<&'s str>,
    posts: u64,
    months: Vec<Named<String>>,
    days: Vec<Named<String>>,
    hours: [u64; 24],
    words: Vec<Named<&'s str>>,
    tags: Vec<Named<&'s str>>,
    answers: Vec<JsonAnswers<'s>>,
    looked_at: usize,
}

#[derive(Serialize)]
struct Named<T> {
    name: T,
    posts: u64,
}

#[derive(Serialize)]
struct JsonAnswers<'s> {
    author: &'s str,
    to: &'s str,
    posts: u64,
}

pub(super) fn stats(context: &mut Context, whose: &Counted) -> Result<(), CliError> {
    let store = context.store()?;
    let of = whose.nickname.as_ref().map(|nickname| store.user(nickname)).transpose()?;
    let stats = store.stats(of)?;
    if whose.json { as_json(context, &stats) } else { as_text(context, &stats) }
}

/// A month as people write it: `2026-03`.
fn month(month: i32) -> String {
    format!("{:04}-{:02}", month.div_euclid(12), month.rem_euclid(12) + 1)
}

/// A day, counted from 1970, as people write it.
fn day(day: i64) -> String {
    let epoch = NaiveDate::default();
    let days = Days::new(day.unsigned_abs());
    let date = if day < 0 { epoch.checked_sub_days(days) } else { epoch.checked_add_days(days) };
    date.map_or_else(|| day.to_string(), |date| date.to_string())
}

fn as_json(context: &mut Context, stats: &Stats) -> Result<(), CliError> {
    let answers = stats.answers.iter();
    Ok(context.out.json(&JsonStats {
        user: stats.of.as_ref().map(|user| user.nickname.as_str()),
        posts: stats.posts,
        months: stats.months.iter().map(|(at, posts)| Named { name: month(*at), posts: *posts }).collect(),
        days: stats.days.iter().map(|(at, posts)| Named { name: day(*at), posts: u64::from(*posts) }).collect(),
        hours: stats.hours,
        words: stats.words.iter().map(|(name, posts)| Named { name: name.as_str(), posts: *posts }).collect(),
        tags: stats.tags.iter().map(|(name, posts)| Named { name: name.as_str(), posts: *posts }).collect(),
        answers: answers
            .map(|(author, to, posts)| JsonAnswers { author: author.as_str(), to: to.as_str(), posts: *posts })
            .collect(),
        looked_at: stats.sample_size,
    })?)
}

fn as_text(context: &mut Context, stats: &Stats) -> Result<(), CliError> {
    context.out.say(&format!("{}, boosts not counted", pluralize(stats.posts, "post")))?;
    let months: Vec<_> = stats.months.iter().map(|(at, posts)| (month(*at), *posts)).collect();
    let hours: Vec<_> = stats.hours.iter().enumerate().map(|(hour, posts)| (format!("{hour:02} h"), *posts)).collect();
    let tags: Vec<_> = stats.tags.iter().map(|(tag, posts)| (format!("#{tag}"), *posts)).collect();
    let answers: Vec<_> = stats.answers.iter().map(|(who, whom, posts)| (format!("{who} → {whom}"), *posts)).collect();
    let newest = pluralize(stats.sample_size as u64, "post");
    table(context, "posts a month", &months)?;
    table(context, "hours of the day", if stats.posts == 0 { &[] } else { &hours })?;
    table(
        context,
        &format!(
            "words of {MIN_LETTERS} letters and more, by posts of the newest {}",
            with_thousands(stats.sample_size as u64)
        ),
        &stats.words,
    )?;
    table(context, if stats.of.is_some() { "tags, by posts of the newest 1,000" } else { "tags, by posts" }, &tags)?;
    table(context, &format!("who answers whom, of the newest {newest}"), &answers)
}

fn table(context: &mut Context, title: &str, rows: &[(String, u64)]) -> Result<(), CliError> {
    if rows.is_empty() {
        return Ok(());
    }
    context.out.line("")?;
    context.out.line(title)?;
    let rows: Vec<_> = rows.iter().map(|(name, count)| (context.out.shown(name), *count)).collect();
    let wide = rows.iter().map(|(name, _)| width(name)).max().unwrap_or(0);
    let most = rows.iter().map(|(_, count)| *count).max().unwrap_or(0);
    for (name, count) in rows {
        let gap = " ".repeat(wide.saturating_sub(width(&name)));
        let line = format!("  {name}{gap} {count:>9}  {}", horizontal_bar(count, most, BAR));
        context.out.line(line.trim_end())?;
    }
    Ok(())
}
