//! The timeline: its keys, moving through its posts, loading them by pages, what is read, and drawing.

pub(in crate::tui) mod draw;
pub(in crate::tui) mod pages;
pub(in crate::tui) mod reading;
pub(in crate::tui) mod unread;
pub(in crate::tui) mod unread_only;
pub(in crate::tui) mod update;

use crate::tui::keys::{KeyTable, OPEN_THREAD, PANE, PANE_SCROLL, POST, Scope};
use crate::tui::state::pane_context;

/// The keys of the pane.
pub const KEYS: KeyTable = KeyTable {
    context: pane_context::TIMELINE,
    scope: Scope::PostPane,
    bindings: &[PANE_SCROLL, OPEN_THREAD, PANE, POST],
};
