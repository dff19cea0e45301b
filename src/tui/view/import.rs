//! What is brought in: where it lies, how far it is, what came of it.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Paragraph, Wrap};

use crate::text::{clean_line, truncate, wrap};
use crate::tui::labels::import_progress;
use crate::tui::layout;
use crate::tui::state::{Import, ImportSummary, Importing, State};
use crate::tui::widgets::{Theme, frame as window};

/// The columns of the window, its border included.
const WIDE: u16 = 78;

/// What can be brought in.
const KINDS: &str = "a twtxt, JSON, RSS or Atom feed, an archive of Mastodon or X, an app.db";

pub(super) fn draw(state: &State, shown: &Import, theme: &Theme, frame: &mut Frame<'_>) {
    let all = frame.area();
    let room = usize::from(all.width.min(WIDE).saturating_sub(4));
    let told = match (&state.importing, &shown.done) {
        (None, Some(Ok(brought))) => told(brought, room, theme),
        _ => vec![],
    };
    let rows = if told.is_empty() { 6 } else { u16::try_from(told.len()).unwrap_or(u16::MAX).min(all.height) };
    let area = layout::centered(Rect { height: all.height.saturating_sub(1), ..all }, WIDE, rows + 2);
    let inside = window::draw("bring in", area, theme, frame);
    let inside = Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), ..inside };
    match (&state.importing, &shown.done) {
        (Some(importing), _) => under_way(importing, theme, inside, frame),
        (None, Some(Ok(_))) => told.into_iter().zip(0..inside.height).for_each(|(line, at)| {
            frame.render_widget(line, row(inside, at, 1));
        }),
        (None, failed) => {
            form(state, shown, failed.as_ref().and_then(|done| done.as_ref().err()), theme, inside, frame)
        }
    }
}

/// The row of an area, as far as there is one.
fn row(area: Rect, at: u16, height: u16) -> Rect {
    Rect { y: area.y + at, height, ..area }.intersection(area)
}

fn form(state: &State, shown: &Import, wrong: Option<&String>, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    frame.render_widget(Line::styled("›", theme.accent), Rect { width: 1, ..row(area, 0, 1) });
    let field = row(area, 0, 1);
    frame.render_widget(&shown.path.0, Rect { x: field.x + 2, width: field.width.saturating_sub(2), ..field });
    let room = usize::from(area.width);
    for (line, at) in wrap(KINDS, room).into_iter().zip(1..3) {
        frame.render_widget(Line::styled(&KINDS[line], theme.dim), row(area, at, 1));
    }
    let whose = match &state.active {
        Some(user) if shown.own => format!("as posts of {}", state.confusables.label(user.nickname.as_str())),
        _ => "as posts of a user of their own, name@host".to_owned(),
    };
    frame.render_widget(Line::raw(truncate(&whose, room).into_owned()), row(area, 3, 1));
    if let Some(why) = wrong {
        let text = Paragraph::new(clean_line(why).into_owned()).style(theme.error).wrap(Wrap { trim: true });
        frame.render_widget(text, row(area, 4, 2));
    }
}

fn under_way(importing: &Importing, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let room = usize::from(area.width);
    frame.render_widget(Line::raw(truncate(&clean_line(&importing.path), room).into_owned()), row(area, 0, 1));
    frame.render_widget(Line::styled(import_progress(importing), theme.accent), row(area, 2, 1));
    let note = "Until it is done nothing of it shows; stopped, nothing of it stays.";
    frame.render_widget(Line::styled(truncate(note, room).into_owned(), theme.dim), row(area, 4, 1));
}

/// What was brought in, and what there is to say of the rest.
fn told(brought: &ImportSummary, room: usize, theme: &Theme) -> Vec<Line<'static>> {
    let wrapped = |text: &str, style| {
        let text = clean_line(text);
        wrap(&text, room).into_iter().map(|line| Line::styled(text[line].to_owned(), style)).collect::<Vec<_>>()
    };
    let notes = brought.notes.iter().flat_map(|note| wrapped(note, theme.dim));
    let gap = (!brought.notes.is_empty()).then(Line::default);
    wrapped(&brought.summary, theme.strong).into_iter().chain(gap).chain(notes).collect()
}
