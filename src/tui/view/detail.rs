//! A thread or a profile.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::widgets::Paragraph;

use super::{profile, revisions, thread};
use crate::text::pluralize;
use crate::tui::keys;
use crate::tui::keys::Action;
use crate::tui::layout::TITLE_ROWS;
use crate::tui::state::{Detail, Pane, State};
use crate::tui::widgets::{Theme, page, title};

pub(super) fn draw(state: &State, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let first = Rect { height: 1, ..area };
    let below = Rect { y: area.y + TITLE_ROWS, height: area.height.saturating_sub(TITLE_ROWS), ..area };
    match &state.detail {
        Detail::Empty if state.detail_used => {}
        Detail::Empty => {
            let middle = Rect { y: area.y + area.height / 3, height: 2, ..area }.intersection(area);
            let key = |action| keys::of(state, action);
            let text = format!("{} opens a thread here,\n{} a profile.", key(Action::Open), key(Action::Profile));
            frame.render_widget(Paragraph::new(text).style(theme.dim).centered(), middle);
        }
        Detail::Thread(shown) => {
            let posts = pluralize(shown.posts() as u64, "post");
            frame.render_widget(title::of_pane(&format!("thread · {posts}"), Pane::Detail, state, theme), first);
            thread::draw(state, shown, theme, below, frame);
        }
        Detail::History { of, revisions: all, scroll } => {
            frame.render_widget(title::of_pane(&format!("edit history of {of}"), Pane::Detail, state, theme), first);
            let lines = revisions::lines(all, state.settings.times.clock, area.width, theme);
            page::draw(lines, *scroll, below, first, theme, frame);
        }
        Detail::Profile(shown) => {
            frame.render_widget(title::of_pane("profile", Pane::Detail, state, theme), first);
            let times = (state.now, state.settings.times);
            let open = keys::key_of(state, Action::Open);
            let faces = (&state.confusables, &state.avatars);
            let lines = profile::lines(shown, faces, times, area.width, open.as_deref(), theme);
            page::draw(lines, shown.scroll, below, first, theme, frame);
        }
    }
}
