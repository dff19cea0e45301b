//! Numbers of many posts, as plots. The height is counted from the very lines that are drawn.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::profile;
use crate::model::Stats;
use crate::text::{
    MIN_LETTERS, clean_line, datetime, horizontal_bar, pluralize, truncate, vertical_bars, width, with_thousands,
};
use crate::tui::labels::spinner;
use crate::tui::layout;
use crate::tui::state::{Counted, State};
use crate::tui::widgets::{Theme, page, title};

/// Lines of a plot of months, and of one of hours.
const MONTHS: usize = 6;
const HOURS: usize = 4;
/// Most columns of a bar beside a word.
const BAR: usize = 24;

pub(super) fn draw(state: &State, shown: &Counted, theme: &Theme, frame: &mut Frame<'_>) {
    let whose = shown.of.as_ref().map_or_else(
        || "of everybody".to_owned(),
        |user| format!("of @{}", state.confusables.label(user.nickname.as_str())),
    );
    title::of_screen(&format!("statistics {whose}"), theme, frame);
    let area = layout::list(state.size);
    match &shown.found {
        Some(stats) => {
            let first = Rect { height: 1, ..frame.area() };
            page::draw(lines(stats, state, area.width, theme), shown.scroll, area, first, theme, frame);
        }
        None => {
            if let Some(picture) = state.spinner_frame {
                frame.render_widget(Line::styled(format!("  {} counting", spinner(picture)), theme.dim), area);
            }
        }
    }
}

/// How many lines they take in so many columns.
#[must_use]
pub fn height(stats: &Stats, state: &State, columns: u16) -> usize {
    lines(stats, state, columns, &Theme::new(false)).len()
}

fn lines(stats: &Stats, state: &State, across: u16, theme: &Theme) -> Vec<Line<'static>> {
    let room = usize::from(across).saturating_sub(4);
    let heading = |text: String| Line::styled(format!("  {}", truncate(&text, room)), theme.strong);
    let words = format!("{}, boosts not counted", pluralize(stats.posts, "post"));
    let mut lines = vec![heading(words), Line::default()];
    if stats.posts == 0 {
        return lines;
    }
    lines.extend(months(stats, room, theme, &heading));
    lines.push(heading("hours of the day".to_owned()));
    let wide = if room >= 72 { 3 } else { 1 };
    lines.extend(
        vertical_bars(&stats.hours, HOURS, wide)
            .into_iter()
            .map(|line| Line::styled(format!("  {line}"), theme.accent)),
    );
    let times = state.settings.times;
    let labels: String =
        [0, 6, 12, 18].map(|hour| format!("{:<1$}", datetime::hour(hour, times.clock), wide * 6)).concat();
    lines.extend([Line::styled(format!("  {labels}"), theme.dim), Line::default()]);
    let today = state.now.local();
    let offset = i64::from(today.offset().local_minus_utc()) * 1_000_000;
    let now = crate::model::Timestamp::from_micros(state.now.micros() + offset);
    lines.extend(profile::heat(&stats.days, (now, times.week), room, theme));
    lines.push(Line::default());
    let newest = pluralize(stats.sample_size as u64, "post");
    let bars = BAR.min(room / 3);
    let mut list = |title: String, rows: Vec<(String, u64)>| {
        if rows.is_empty() {
            return;
        }
        let most = rows.iter().map(|(_, count)| *count).max().unwrap_or(0);
        lines.push(heading(title));
        let wide = rows.iter().map(|(text, _)| width(&clean_line(text))).max().unwrap_or(0);
        let wide = wide.min(room.saturating_sub(bars + 12)).max(4);
        lines.extend(rows.into_iter().map(|(text, count)| row(&text, (count, most), (wide, bars), theme)));
        lines.push(Line::default());
    };
    list(
        format!(
            "words of {MIN_LETTERS} letters and more, by posts of the newest {}",
            with_thousands(stats.sample_size as u64)
        ),
        stats.words.clone(),
    );
    let tags = stats.tags.iter().map(|(tag, count)| (format!("#{tag}"), *count)).collect();
    list(
        if stats.of.is_some() { "tags, by posts of the newest 1,000".to_owned() } else { "tags, by posts".to_owned() },
        tags,
    );
    let name = |nickname: &crate::model::Nickname| state.confusables.label(nickname.as_str()).into_owned();
    let answers =
        stats.answers.iter().map(|(who, whom, count)| (format!("{} → {}", name(who), name(whom)), *count)).collect();
    list(format!("who answers whom, of the newest {newest}"), answers);
    lines
}

/// The months up to the last with posts, as many as there is room for, and the years below.
fn months(stats: &Stats, room: usize, theme: &Theme, heading: &dyn Fn(String) -> Line<'static>) -> Vec<Line<'static>> {
    let (Some((first, _)), Some((last, _))) = (stats.months.first(), stats.months.last()) else { return vec![] };
    let first = (*first).max(last.saturating_sub(i32::try_from(room).unwrap_or(i32::MAX) - 1));
    let counts: Vec<u64> = (first..=*last)
        .map(|month| stats.months.binary_search_by_key(&month, |(month, _)| *month).map_or(0, |at| stats.months[at].1))
        .collect();
    let wide = (room / counts.len().max(1)).clamp(1, 4);
    let mut years = String::new();
    for (at, month) in (first..=*last).enumerate() {
        let label = month.div_euclid(12).to_string();
        if (month.rem_euclid(12) == 0 || at == 0) && years.len() <= at * wide {
            years.push_str(&" ".repeat(at * wide - years.len()));
            years.push_str(&format!("{label} "));
        }
    }
    let most = counts.iter().max().copied().unwrap_or(0);
    let mut lines = vec![heading(format!("posts a month, at most {most}"))];
    lines.extend(
        vertical_bars(&counts, MONTHS, wide).into_iter().map(|line| Line::styled(format!("  {line}"), theme.accent)),
    );
    lines.extend([Line::styled(format!("  {}", truncate(years.trim_end(), room)), theme.dim), Line::default()]);
    lines
}

/// A word, how often it was counted, and that as a bar.
fn row(text: &str, (count, most): (u64, u64), (wide, bars): (usize, usize), theme: &Theme) -> Line<'static> {
    let text = clean_line(text);
    let text = truncate(&text, wide);
    let gap = " ".repeat(wide - width(&text));
    Line::from(vec![
        Span::raw(format!("  {text}{gap}")),
        Span::styled(format!("{count:>9}  "), theme.dim),
        Span::styled(horizontal_bar(count, most, bars), theme.accent),
    ])
}
