//! What lies over the panes: the welcome, the choice of a user, the help.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Wrap};

use super::users;
use crate::text::{clean_line, width};
use crate::tui::state::{Editor, Filtering, Help, Picker, State, Welcome};
use crate::tui::widgets::{Theme, frame as window, page, rows};
use crate::tui::{keys, layout};

/// The first screen on an empty database.
pub(super) fn welcome(welcome: &Welcome, theme: &Theme, frame: &mut Frame<'_>) {
    let all = frame.area();
    let body = Rect { height: all.height - 1, ..all };
    let area = layout::centered(body, 56, 9);
    let mut y = area.y;
    let mut row = |skip: u16| {
        let row = Rect { y: y.min(area.bottom() - 1), height: 1, ..area };
        y += 1 + skip;
        row
    };
    frame.render_widget(Line::styled("Welcome to microblog.", theme.accent.patch(theme.strong)), row(0));
    frame.render_widget(Line::styled("Short posts, all kept in one file.", theme.dim), row(1));
    field("nickname", &welcome.nickname, !welcome.in_email, "", theme, row(0), frame);
    field("email", &welcome.email, welcome.in_email, "may stay empty", theme, row(1), frame);
    if let Some(error) = &welcome.error {
        let at = row(0);
        let lines = Rect { height: 2.min(body.bottom().saturating_sub(at.y)), ..at };
        let text = Paragraph::new(clean_line(error).into_owned()).style(theme.error).wrap(Wrap { trim: true });
        frame.render_widget(text, lines);
    }
}

fn field(name: &str, editor: &Editor, here: bool, hint: &str, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let label = Span::styled(format!("{name:<10}"), if here { theme.strong } else { theme.dim });
    frame.render_widget(Line::from(vec![Span::styled(if here { "▌ " } else { "  " }, theme.accent), label]), area);
    let text = Rect { x: area.x + 12, width: area.width.saturating_sub(12), ..area };
    let value = editor.text();
    if here {
        frame.render_widget(&editor.0, text);
    } else if value.is_empty() {
        frame.render_widget(Line::styled(hint.to_owned(), theme.dim), text);
    } else {
        frame.render_widget(Line::raw(clean_line(&value).into_owned()), text);
    }
}

/// The choice of a user to switch to.
pub(super) fn picker(picker: &Picker, state: &State, theme: &Theme, frame: &mut Frame<'_>) {
    let area = layout::picker(state);
    let inside = window::draw("write as", area, theme, frame);
    let query = Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), height: 1, ..inside };
    frame.render_widget(Line::styled("›", theme.accent), Rect { width: 1, ..query });
    frame.render_widget(&picker.query.0, Rect { x: query.x + 2, width: query.width.saturating_sub(2), ..query });
    let below = layout::picker_list(state);
    if picker.found.items.is_empty() {
        return frame.render_widget(Line::styled(" nobody of that name", theme.dim), below);
    }
    rows::draw(&picker.found, below, frame, |at, user| {
        let active = state.active.as_ref().is_some_and(|active| active.id == user.id);
        vec![users::row(user, usize::from(below.width) - 1, active, at == picker.found.cursor, 0, state, theme)]
    });
}

/// The phrase that is to be filtered.
pub(super) fn filter(shown: &Filtering, theme: &Theme, frame: &mut Frame<'_>) {
    let all = frame.area();
    let area = layout::centered(Rect { height: all.height.saturating_sub(1), ..all }, 44, 5);
    let inside = window::draw("filter posts with", area, theme, frame);
    let line = Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), height: inside.height.min(1), ..inside };
    frame.render_widget(&shown.phrase.0, line);
    let what = if shown.folded { "they are folded into one line" } else { "they are hidden" };
    frame.render_widget(Line::styled(what, theme.dim), Rect { y: line.y + 2, ..line }.intersection(inside));
}

/// How many lines the help takes, with what is looked for.
#[must_use]
pub fn help_height(state: &State, word: &str) -> usize {
    help_lines(state, word, &Theme::new(false)).len()
}

/// All keys; those that work on the screen behind are lit.
pub(super) fn help(state: &State, shown: &Help, theme: &Theme, frame: &mut Frame<'_>) {
    let all = frame.area();
    let first = Rect { height: 1, ..all };
    match &shown.query {
        Some(query) => {
            frame.render_widget(Line::styled(" /", theme.accent), first);
            frame.render_widget(&query.0, Rect { x: 3, width: first.width.saturating_sub(4), ..first });
        }
        None => frame.render_widget(Line::styled(" keys", theme.accent.patch(theme.strong)), first),
    }
    let rows = u16::try_from(layout::help_rows(state.size)).unwrap_or(u16::MAX);
    let area = Rect { y: 1, height: rows, ..all };
    let lines = help_lines(state, &shown.word(), theme);
    if lines.is_empty() {
        return frame.render_widget(Line::styled("  no key has that", theme.dim), Rect { height: 1, ..area });
    }
    page::draw(lines, shown.scroll, area, first, theme, frame);
}

fn help_lines(state: &State, word: &str, theme: &Theme) -> Vec<Line<'static>> {
    let groups = keys::help(state, word);
    let keys = groups.iter().flat_map(|(_, rows)| rows).map(|told| width(&told.keys)).max().unwrap_or(0);
    let mut lines = Vec::new();
    for (group, rows) in groups {
        lines.push(Line::styled(format!("  {group}"), theme.accent.patch(theme.strong)));
        for told in rows {
            let gap = " ".repeat(keys - width(&told.keys) + 3);
            let (key, what) = if told.here { (theme.strong, Style::new()) } else { (theme.dim, theme.dim) };
            let key = Span::styled(format!("    {}", told.keys), key);
            lines.push(Line::from(vec![key, Span::raw(gap), Span::styled(told.what, what)]));
        }
        lines.push(Line::default());
    }
    lines
}
