//! Statistics of a user's posts, or of all posts, as plots. The height is counted from the very lines that are drawn.

use std::ops::ControlFlow;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::registration::Registration;
use crate::model::{Nickname, Stats, Timestamp, User};
use crate::text::{
    MIN_LETTERS, clean_line, datetime, horizontal_bar, pluralize, truncate, vertical_bars, width, with_thousands,
};
use crate::tui::keys::{Action, Context, KeyTable, LIST_CLOSE, LIST_ENDS, LIST_SCROLL, Opening, Scope, ScreenName};
use crate::tui::labels::spinner;
use crate::tui::layout;
use crate::tui::state::{Detail, Effect, Message, Outcome, Pane, Screen, State, WorkerEffect};
use crate::tui::update::movement;
use crate::tui::widgets::{Theme, activity, page, title};

/// Lines of the plot of months.
const MONTH_LINES: usize = 6;
/// Lines of the plot of hours.
const HOUR_LINES: usize = 4;
/// Most columns of a bar beside a word.
const BAR_COLUMNS: usize = 24;

/// The statistics screen.
#[derive(Debug, Clone, PartialEq)]
pub struct Statistics {
    /// The number of the request, by which its answer is known.
    pub number: u64,
    /// The author of the posts; `None` for all posts.
    pub of: Option<User>,
    /// The statistics, once they are counted.
    pub found: Option<Stats>,
    /// How many lines are scrolled off the top.
    pub scroll: usize,
}

/// Shows counted statistics, unless others were asked for since.
fn receive(state: &mut State, message: Message) -> ControlFlow<Vec<Effect>, Message> {
    let Message::Stats(number, found) = message else { return ControlFlow::Continue(message) };
    if let Some(shown) = state.screen_mut::<Statistics>().filter(|shown| shown.number == number) {
        shown.found = Some(*found);
    }
    ControlFlow::Break(vec![])
}

/// The name of the screen and of the action that opens it.
pub const NAME: ScreenName = ScreenName("stats");

/// The screen in the registry.
pub const SCREEN: Registration = Registration {
    keys: &[KeyTable {
        context: Context("stats"),
        scope: Scope::Screen,
        bindings: &[LIST_SCROLL, LIST_ENDS, LIST_CLOSE],
    }],
    opened_by: &[Opening::anywhere("Timelines", &["S"], NAME, "statistics", "")],
    open: Some(open),
    receive: Some(receive),
    ..Registration::named(NAME)
};

/// Asks for the statistics of the user under the cursor; elsewhere for those of all posts.
fn open(state: &mut State) -> Vec<Effect> {
    let of = match (state.focus, &state.detail) {
        (Pane::Users, _) => state.selected_user().cloned(),
        (Pane::Detail, Detail::Profile(profile)) => Some(profile.user.clone()),
        _ => None,
    };
    state.searches += 1;
    let number = state.searches;
    state.show(Statistics { number, of: of.clone(), found: None, scroll: 0 });
    vec![Effect::Worker(WorkerEffect::LoadStats { number, of })]
}

impl Screen for Statistics {
    fn name(&self) -> ScreenName {
        NAME
    }

    fn context(&self, _state: &State) -> Context {
        Context("stats")
    }

    fn act(&mut self, state: &mut State, action: Action) -> Outcome {
        if matches!(action, Action::Close | Action::Accept) {
            return Outcome::close(vec![]);
        }
        let area = layout::text(state.size);
        let all = self.found.as_ref().map_or(0, |found| lines(found, state, area.width, &Theme::new(false)).len());
        self.scroll = movement::scrolled(self.scroll, action, usize::from(area.height), all);
        Outcome::stay(vec![])
    }

    fn draw(&self, state: &State, theme: &Theme, frame: &mut Frame<'_>) {
        let whose = match &self.of {
            Some(user) => format!("of @{}", state.confusables.label(user.nickname.as_str())),
            None => "of all users".to_owned(),
        };
        title::of_screen(&format!("statistics {whose}"), theme, frame);
        let area = layout::text(state.size);
        match &self.found {
            Some(stats) => {
                let title = Rect { height: 1, ..frame.area() };
                page::draw(lines(stats, state, area.width, theme), self.scroll, area, title, theme, frame);
            }
            None => {
                if let Some(at) = state.spinner_frame {
                    frame.render_widget(Line::styled(format!("  {} counting", spinner(at)), theme.dim), area);
                }
            }
        }
    }
}

fn lines(stats: &Stats, state: &State, across: u16, theme: &Theme) -> Vec<Line<'static>> {
    let room = usize::from(across).saturating_sub(4);
    let heading = |text: String| Line::styled(format!("  {}", truncate(&text, room)), theme.strong);
    let mut lines = vec![heading(format!("{}, boosts not counted", pluralize(stats.posts, "post"))), Line::default()];
    if stats.posts == 0 {
        return lines;
    }
    lines.extend(months(stats, room, theme, &heading));
    lines.push(heading("hours of the day".to_owned()));
    lines.extend(hours(stats, state, room, theme));
    let today = state.now.local();
    let offset = i64::from(today.offset().local_minus_utc()) * 1_000_000;
    let now = Timestamp::from_micros(state.now.micros() + offset);
    lines.extend(activity::lines(&stats.days, (now, state.settings.times.week), room, theme));
    lines.push(Line::default());
    lines.extend(tables(stats, state, room, theme, &heading));
    lines
}

/// Returns the plot of the hours of the day and its labels.
fn hours(stats: &Stats, state: &State, room: usize, theme: &Theme) -> Vec<Line<'static>> {
    let wide = if room >= 72 { 3 } else { 1 };
    let plot = vertical_bars(&stats.hours, HOUR_LINES, wide).into_iter();
    let mut lines: Vec<_> = plot.map(|line| Line::styled(format!("  {line}"), theme.accent)).collect();
    let clock = state.settings.times.clock;
    let labels: String = [0, 6, 12, 18].map(|hour| format!("{:<1$}", datetime::hour(hour, clock), wide * 6)).concat();
    lines.extend([Line::styled(format!("  {labels}"), theme.dim), Line::default()]);
    lines
}

/// Returns the words, tags and pairs of users, each with its count as a bar.
fn tables(
    stats: &Stats,
    state: &State,
    room: usize,
    theme: &Theme,
    heading: &dyn Fn(String) -> Line<'static>,
) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    let bars = BAR_COLUMNS.min(room / 3);
    let mut table = |title: String, rows: Vec<(String, u64)>| {
        if rows.is_empty() {
            return;
        }
        let most = rows.iter().map(|(_, count)| *count).max().unwrap_or(0);
        lines.push(heading(title));
        let wide = rows.iter().map(|(text, _)| width(&clean_line(text))).max().unwrap_or(0);
        let counts = (with_thousands(most).len() + 2).max(9);
        let wide = wide.min(room.saturating_sub(bars + counts + 3)).max(4);
        lines.extend(rows.into_iter().map(|(text, count)| row(&text, (count, most), (wide, counts, bars), theme)));
        lines.push(Line::default());
    };
    let sample = with_thousands(stats.sample_size as u64);
    table(format!("words of {MIN_LETTERS} letters or more, in the newest {sample} posts"), stats.words.clone());
    let tags = stats.tags.iter().map(|(tag, count)| (format!("#{tag}"), *count)).collect();
    table(if stats.of.is_some() { "tags, in the newest 1,000 posts".to_owned() } else { "tags".to_owned() }, tags);
    let name = |nickname: &Nickname| state.confusables.label(nickname.as_str()).into_owned();
    let replies = stats.replies.iter().map(|(from, to, count)| (format!("{} → {}", name(from), name(to)), *count));
    table(format!("replies, in the newest {}", pluralize(stats.sample_size as u64, "post")), replies.collect());
    lines
}

/// Returns the plot of the months up to the last with posts, as many as fit, and the years below it.
fn months(stats: &Stats, room: usize, theme: &Theme, heading: &dyn Fn(String) -> Line<'static>) -> Vec<Line<'static>> {
    let (Some((first, _)), Some((last, _))) = (stats.months.first(), stats.months.last()) else { return vec![] };
    let all = *first;
    let first = all.max(last.saturating_sub(i32::try_from(room).unwrap_or(i32::MAX) - 1));
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
    let from = if first > all { format!(" from {} on", first.div_euclid(12)) } else { String::new() };
    let mut lines = vec![heading(format!("posts per month{from} (highest: {})", with_thousands(most)))];
    let plot = vertical_bars(&counts, MONTH_LINES, wide).into_iter();
    lines.extend(plot.map(|line| Line::styled(format!("  {line}"), theme.accent)));
    lines.extend([Line::styled(format!("  {}", truncate(years.trim_end(), room)), theme.dim), Line::default()]);
    lines
}

/// Returns a word, its count, and that as a bar.
fn row(
    text: &str,
    (count, most): (u64, u64),
    (wide, counts, bars): (usize, usize, usize),
    theme: &Theme,
) -> Line<'static> {
    let text = clean_line(text);
    let text = truncate(&text, wide);
    let gap = " ".repeat(wide - width(&text));
    Line::from(vec![
        Span::raw(format!("  {text}{gap}")),
        Span::styled(format!("{:>counts$}  ", with_thousands(count)), theme.dim),
        Span::styled(horizontal_bar(count, most, bars), theme.accent),
    ])
}
