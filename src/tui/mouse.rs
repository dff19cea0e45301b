//! Turns mouse events into messages. `update` finds out what is at their position.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};

use super::state::Message;

/// Lines that a turn of the wheel scrolls.
const LINES: isize = 3;

/// Returns the message of a mouse event; `None` for movements and other buttons.
pub(super) fn read(event: MouseEvent) -> Option<Message> {
    let (column, row) = (event.column, event.row);
    match event.kind {
        MouseEventKind::Down(MouseButton::Left) => Some(Message::Click(column, row)),
        MouseEventKind::ScrollDown => Some(Message::Scroll(column, row, LINES)),
        MouseEventKind::ScrollUp => Some(Message::Scroll(column, row, -LINES)),
        _ => None,
    }
}
