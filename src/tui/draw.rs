//! Draws a state: the panes, and the open screens over them. It decides nothing and changes nothing; `layout` says where
//! everything is.

use ratatui::Frame;
use ratatui::layout::{Alignment, Rect};
use ratatui::widgets::Paragraph;

use super::keys::{self, Action};
use super::layout::{self, Areas, SMALLEST, areas};
use super::screens::{compose, edit_history, profile, thread, timeline, users};
use super::state::{Detail, State};
use super::terminal::backend;
use super::widgets::{Theme, footer, header, title};

/// Draws the whole screen: the panes, and over them the open screens.
pub fn draw(state: &State, theme: &Theme, frame: &mut Frame<'_>) {
    // After a resize the message with the new size is on its way, and the next frame will fit.
    if (frame.area().width, frame.area().height) != state.size {
        return;
    }
    if layout::too_small(state.size) {
        return too_small(state.size, frame);
    }
    let areas = areas(state);
    let covering = state.screens.iter().rposition(|screen| screen.covers_panes());
    if covering.is_none() {
        panes(state, &areas, theme, frame);
    }
    for screen in state.screens.iter().skip(covering.unwrap_or(0)) {
        screen.draw(state, theme, frame);
    }
    footer::draw(state, theme, areas.footer, frame);
    theme.fill(frame.buffer_mut());
    backend::mark_unstable_cells(frame.buffer_mut());
}

fn panes(state: &State, areas: &Areas, theme: &Theme, frame: &mut Frame<'_>) {
    header::draw(state, theme, areas.header, frame);
    let rule = Rect { y: areas.header.bottom(), ..areas.header };
    title::rule(rule, theme, frame);
    if let Some(area) = areas.users {
        users::draw(state, theme, area, frame);
    }
    if let (Some(area), Some(tab)) = (areas.timeline, state.current()) {
        timeline::draw::draw(state, tab, theme, area, frame);
    }
    if let Some(area) = areas.detail {
        detail(state, theme, area, frame);
    }
    if let (Some(area), Some(compose)) = (areas.compose, &state.compose) {
        compose::draw::draw(state, compose, theme, area, frame);
    }
    let body = state.size.1 - 3;
    for pane in [areas.users, areas.timeline].into_iter().flatten() {
        let x = pane.right();
        if x < state.size.0 {
            for y in 2..2 + body {
                frame.buffer_mut()[(x, y)].set_char('│').set_style(theme.rule);
            }
            frame.buffer_mut()[(x, 1)].set_char('┬');
        }
    }
}

fn detail(state: &State, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    match &state.detail {
        Detail::Empty if state.detail_used => {}
        Detail::Empty => hint(state, theme, area, frame),
        Detail::Thread(shown) => thread::draw::draw(state, shown, theme, area, frame),
        Detail::Profile(shown) => profile::draw(state, shown, theme, area, frame),
        Detail::History { of, revisions, scroll } => {
            edit_history::draw(state, (*of, revisions, *scroll), theme, area, frame);
        }
    }
}

/// Says what the detail pane is for, until it was used.
fn hint(state: &State, theme: &Theme, area: Rect, frame: &mut Frame<'_>) {
    let middle = Rect { y: area.y + area.height / 3, height: 2, ..area }.intersection(area);
    let key = |action| keys::of(state, action);
    let text = format!("{} opens a thread here,\n{} opens a profile.", key(Action::Open), key(Action::Profile));
    frame.render_widget(Paragraph::new(text).style(theme.dim).centered(), middle);
}

fn too_small((width, height): (u16, u16), frame: &mut Frame<'_>) {
    let text = format!("This window is {width}×{height};\n{}×{} is needed.", SMALLEST.0, SMALLEST.1);
    let area = frame.area();
    let middle = Rect { y: area.y + area.height.saturating_sub(2) / 2, height: area.height.min(2), ..area };
    frame.render_widget(Paragraph::new(text).alignment(Alignment::Center), middle.intersection(area));
}
