//! What is brought in: where it lies, how far it is, what came of it.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Block, BorderType, Clear, Paragraph, Wrap};

use super::{Theme, bars};
use crate::text::{clean_line, truncate, wrap};
use crate::tui::layout;
use crate::tui::state::{Brought, Import, Importing, State};

/// What can be brought in.
const KINDS: &str = "a twtxt, JSON, RSS or Atom feed, an archive of Mastodon or X, an app.db";

pub(super) fn draw(state: &State, shown: &Import, theme: &Theme, frame: &mut Frame<'_>) {
    let all = frame.area();
    let notes = shown.done.as_ref().and_then(|done| done.as_ref().ok()).map_or(0, |brought| brought.notes.len());
    let height = 7 + u16::try_from(notes).unwrap_or(u16::MAX).min(all.height);
    let area = layout::centered(Rect { height: all.height.saturating_sub(1), ..all }, 78, height);
    frame.render_widget(Clear, area);
    let title = Line::styled(" bring in ", theme.accent.patch(theme.strong));
    let block = Block::bordered().border_type(BorderType::Rounded).border_style(theme.rule).title(title);
    let inside = block.inner(area);
    frame.render_widget(block, area);
    let inside = Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), ..inside };
    match (&state.importing, &shown.done) {
        (Some(importing), _) => under_way(importing, theme, inside, frame),
        (None, Some(Ok(brought))) => done(brought, theme, inside, frame),
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
    frame.render_widget(Line::styled("›", theme.accent), row(area, 0, 1));
    let field = row(area, 0, 1);
    frame.render_widget(&shown.path.0, Rect { x: field.x + 2, width: field.width.saturating_sub(2), ..field });
    let room = usize::from(area.width);
    frame.render_widget(Line::styled(truncate(KINDS, room).into_owned(), theme.dim), row(area, 1, 1));
    let whose = match &state.active {
        Some(user) if shown.own => format!("as posts of {}", state.alike.shown(user.nickname.as_str())),
        _ => "as posts of a user of their own, name@host".to_owned(),
    };
    frame.render_widget(Line::raw(truncate(&whose, room).into_owned()), row(area, 3, 1));
    if let Some(why) = wrong {
        let text = Paragraph::new(clean_line(why).into_owned()).style(theme.error).wrap(Wrap { trim: true });
        frame.render_widget(text, row(area, 4, 2));
    }
}

/// How far it is, in one line. How much is still to come is not known before all of it was read.
pub(super) fn progress(importing: &Importing) -> String {
    let what = if importing.stopping { "stopping" } else { "bringing in" };
    let posts = if importing.posts == 1 { "1 post".to_owned() } else { format!("{} posts", importing.posts) };
    format!("{} {what}: {posts}", bars::spinner(importing.picture))
}

fn under_way(importing: &Importing, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let room = usize::from(area.width);
    frame.render_widget(Line::raw(truncate(&clean_line(&importing.path), room).into_owned()), row(area, 0, 1));
    frame.render_widget(Line::styled(progress(importing), theme.accent), row(area, 2, 1));
    let note = "Until it is done nothing of it shows; stopped, nothing of it stays.";
    frame.render_widget(Line::styled(truncate(note, room).into_owned(), theme.dim), row(area, 4, 1));
}

fn done(brought: &Brought, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let room = usize::from(area.width);
    let summary = clean_line(&brought.summary);
    let summary = wrap(&summary, room).into_iter().map(|line| Line::styled(summary[line].to_owned(), theme.strong));
    let notes =
        brought.notes.iter().map(|note| Line::styled(truncate(&clean_line(note), room).into_owned(), theme.dim));
    let lines = summary.chain([Line::default()]).chain(notes);
    for (at, line) in (0..area.height).zip(lines) {
        frame.render_widget(line, row(area, at, 1));
    }
}
