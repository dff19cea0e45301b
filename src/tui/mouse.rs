//! What the mouse means. Where it points to is for `update` to find out.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};

use super::state::Msg;

/// So many lines go by with each step of the wheel.
const STEP: isize = 3;

/// What an event of the mouse means; movements and other buttons say nothing.
pub(super) fn read(event: MouseEvent) -> Option<Msg> {
    let (column, row) = (event.column, event.row);
    match event.kind {
        MouseEventKind::Down(MouseButton::Left) => Some(Msg::Click(column, row)),
        MouseEventKind::ScrollDown => Some(Msg::Wheel(column, row, STEP)),
        MouseEventKind::ScrollUp => Some(Msg::Wheel(column, row, -STEP)),
        _ => None,
    }
}
