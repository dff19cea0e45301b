//! A thread or a profile.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::post::{self, Look};
use super::timeline::rows;
use super::{Theme, profile, title, versions};
use crate::model::{Post, PostId};
use crate::tui::list::List;
use crate::tui::state::{Detail, Pane, State};

/// Lines above a thread or a profile.
pub const TITLE_ROWS: u16 = 2;
/// Columns an answer stands to the right of what it answers.
const STEP: usize = 2;

/// How far an answer is indented: deep threads keep two thirds of the pane for the text.
#[must_use]
pub fn indent(depth: usize, columns: u16) -> u16 {
    u16::try_from(depth * STEP).unwrap_or(u16::MAX).min(columns / 3)
}

/// How many lines a post of a thread takes.
#[must_use]
pub fn thread_height(post: &Post, depth: usize, columns: u16) -> usize {
    post::height(post, columns - indent(depth, columns))
}

pub(super) fn draw(state: &State, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let below = Rect { y: area.y + TITLE_ROWS, height: area.height.saturating_sub(TITLE_ROWS), ..area };
    match &state.detail {
        Detail::Empty => {
            let middle = Rect { y: area.y + area.height / 3, height: 2, ..area }.intersection(area);
            frame.render_widget(
                Paragraph::new("Enter opens a thread here,\nu a profile.").style(theme.dim).centered(),
                middle,
            );
        }
        Detail::Thread { list, depths, of } => {
            let posts = if list.items.len() == 1 { "1 post".to_owned() } else { format!("{} posts", list.items.len()) };
            frame.render_widget(
                title(&format!("thread · {posts}"), Pane::Detail, state, theme),
                Rect { height: 1, ..area },
            );
            thread(state, (list, depths, *of), theme, below, frame);
        }
        Detail::Versions { of, versions: all, scroll } => {
            frame.render_widget(
                title(&format!("what {of} said"), Pane::Detail, state, theme),
                Rect { height: 1, ..area },
            );
            let lines = versions::lines(all, area.width, theme).into_iter().skip(*scroll);
            for (line, y) in lines.zip(below.y..below.bottom()) {
                frame.render_widget(line, Rect { y, height: 1, ..below });
            }
        }
        Detail::Profile(shown) => {
            frame.render_widget(title("profile", Pane::Detail, state, theme), Rect { height: 1, ..area });
            let lines =
                profile::lines(shown, &state.alike, state.now, area.width, theme).into_iter().skip(shown.scroll);
            for (line, y) in lines.zip(below.y..below.bottom()) {
                frame.render_widget(line, Rect { y, height: 1, ..below });
            }
        }
    }
}

fn thread(
    state: &State,
    (list, depths, of): (&List<Post>, &[usize], PostId),
    theme: &Theme,
    area: Rect,
    frame: &mut Frame<'_>,
) {
    let focused = state.focus == Pane::Detail && state.compose.is_none();
    rows(list, area, frame, |at, item| {
        let selected = at == list.cursor;
        let look = Look {
            theme,
            alike: &state.alike,
            now: state.now,
            selected,
            focused,
            absolute: item.id == of || (selected && focused),
            unread: false,
            query: None,
        };
        let left = usize::from(indent(depths.get(at).copied().unwrap_or(0), area.width));
        let guide: String = (0..left).map(|column| if column % STEP == 1 { '│' } else { ' ' }).collect();
        let lines = post::lines(item, area.width - left as u16, &look);
        let guided = |line: Line<'static>| {
            let mut spans = vec![Span::styled(guide.clone(), theme.rule)];
            spans.extend(line.spans);
            Line::from(spans)
        };
        lines.into_iter().map(guided).collect()
    });
}
