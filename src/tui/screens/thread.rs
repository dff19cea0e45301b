//! A thread: its keys, moving through its posts, collapsing replies, and drawing it as a tree.

pub(in crate::tui) mod draw;
pub(in crate::tui) mod update;

use crate::tui::keys::{Action, Binding, KeyTable, OPEN_THREAD, PANE, PANE_SCROLL, POST, Scope, key};
use crate::tui::state::pane_context;

const TREE: &[Binding] = &[
    key("Move", &["]"], Action::NextSibling, "next reply to the same post", ""),
    key("Move", &["["], Action::PreviousSibling, "previous reply to the same post", ""),
    key("Move", &["P"], Action::Parent, "parent post", ""),
    key("Move", &["^"], Action::Root, "first post of the thread", ""),
    key("Posts", &["-"], Action::CollapseReplies, "collapse replies", ""),
    key("Posts", &["+", "="], Action::ExpandReplies, "expand replies", ""),
];

/// The keys of the pane.
pub const KEYS: KeyTable = KeyTable {
    context: pane_context::THREAD,
    scope: Scope::PostPane,
    bindings: &[PANE_SCROLL, OPEN_THREAD, TREE, PANE, POST],
};
