//! The key tables of the panes.

use crate::tui::keys::{Action, Binding, KeyTable, OPEN_THREAD, PANE, PANE_SCROLL, POST, Scope, USER, key};
use crate::tui::state::pane_context;

/// Keys of a thread.
const TREE: &[Binding] = &[
    key("Posts", &["-"], Action::CollapseReplies, "collapse replies", ""),
    key("Posts", &["+", "="], Action::ExpandReplies, "expand replies", ""),
];

/// Keys of the composer.
const WRITE: &[Binding] = &[
    key("Compose", &["^S", "^Enter"], Action::Send, "send", "send"),
    key("Compose", &["^O"], Action::Edit, "open in $EDITOR", "editor"),
    key("Compose", &["Esc"], Action::Close, "close (draft saved)", "close (draft saved)"),
    key("Compose", &["^N"], Action::NextUser, "post as next user", "post as"),
    key("Compose", &["^P"], Action::PreviousUser, "post as previous user", ""),
];

/// Keys of the completion of a word.
const COMPLETE: &[Binding] = &[
    key("Completion", &["Tab", "Enter"], Action::Accept, "accept", "accept"),
    key("Completion", &["↓"], Action::Down, "down", ""),
    key("Completion", &["↑"], Action::Up, "up", ""),
    key("Completion", &["Esc"], Action::Close, "dismiss", "dismiss"),
];

/// The timeline.
pub const TIMELINE: KeyTable = KeyTable {
    context: pane_context::TIMELINE,
    scope: Scope::PostPane,
    bindings: &[PANE_SCROLL, OPEN_THREAD, PANE, POST],
};

/// A thread.
pub const THREAD: KeyTable = KeyTable {
    context: pane_context::THREAD,
    scope: Scope::PostPane,
    bindings: &[PANE_SCROLL, OPEN_THREAD, TREE, PANE, POST],
};

/// The list of users.
pub const USERS: KeyTable =
    KeyTable { context: pane_context::USERS, scope: Scope::Pane, bindings: &[PANE_SCROLL, USER, PANE] };

/// A profile.
pub const PROFILE: KeyTable =
    KeyTable { context: pane_context::PROFILE, scope: Scope::Pane, bindings: &[PANE_SCROLL, USER, PANE] };

/// The edit history of a post.
pub const HISTORY: KeyTable =
    KeyTable { context: pane_context::HISTORY, scope: Scope::Pane, bindings: &[PANE_SCROLL, PANE] };

/// The composer.
pub const COMPOSE: KeyTable = KeyTable { context: pane_context::COMPOSE, scope: Scope::TextField, bindings: &[WRITE] };

/// The completion of a word in the composer.
pub const COMPLETION: KeyTable =
    KeyTable { context: pane_context::COMPLETION, scope: Scope::TextField, bindings: &[COMPLETE] };
