//! Draws a state. It decides nothing and changes nothing; `layout` says where everything is.

mod compose;
mod detail;
mod profile;
mod revisions;
mod thread;
mod timeline;
pub mod users;

use ratatui::Frame;
use ratatui::layout::{Alignment, Rect};
use ratatui::widgets::Paragraph;

use super::layout::{self, Areas, SMALLEST, areas};
use super::state::State;
use super::terminal::backend;
use super::widgets::{footer, header, title};

pub use super::widgets::Theme;

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
        timeline::draw(state, tab, theme, area, frame);
    }
    if let Some(area) = areas.detail {
        detail::draw(state, theme, area, frame);
    }
    if let (Some(area), Some(compose)) = (areas.compose, &state.compose) {
        compose::draw(state, compose, theme, area, frame);
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

fn too_small((width, height): (u16, u16), frame: &mut Frame<'_>) {
    let text = format!("This window is {width}×{height};\nmicroblog needs {}×{}.", SMALLEST.0, SMALLEST.1);
    let area = frame.area();
    let middle = Rect { y: area.y + area.height.saturating_sub(2) / 2, height: area.height.min(2), ..area };
    frame.render_widget(Paragraph::new(text).alignment(Alignment::Center), middle.intersection(area));
}

#[cfg(test)]
mod tests;
