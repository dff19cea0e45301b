//! What the mouse means. Where it points to is for `update` to find out.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};

use super::state::Message;

/// So many lines go by with each step of the wheel.
const STEP: isize = 3;

/// What an event of the mouse means; movements and other buttons say nothing.
pub(super) fn read(event: MouseEvent) -> Option<Message> {
    let (column, row) = (event.column, event.row);
    match event.kind {
        MouseEventKind::Down(MouseButton::Left) => Some(Message::Click(column, row)),
        MouseEventKind::ScrollDown => Some(Message::Scroll(column, row, STEP)),
        MouseEventKind::ScrollUp => Some(Message::Scroll(column, row, -STEP)),
        _ => None,
    }
}
