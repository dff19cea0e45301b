//! The composer: its keys, writing, sending, drafts, the completion of words, and drawing.

pub(in crate::tui) mod completion;
pub(in crate::tui) mod draft;
pub(in crate::tui) mod draw;
pub(in crate::tui) mod update;

use crate::tui::keys::{Action, Binding, KeyTable, Scope, ScreenName, key};
use crate::tui::state::pane_context;

const WRITE: &[Binding] = &[
    key("Compose", &["^S", "^Enter"], Action::Send, "send", "send"),
    key("Compose", &["^V"], Action::NextVisibility, "next visibility", "visibility"),
    key("Compose", &["^O"], Action::Edit, "open in $EDITOR", "editor"),
    key("Compose", &["^G"], Action::Show(ScreenName::POST_DETAILS), "warning, language, files", "details"),
    key("Compose", &["^T"], Action::Show(ScreenName::SCHEDULE), "schedule", "schedule"),
    key("Compose", &["Esc"], Action::Close, "close (draft saved)", "close (draft saved)"),
    key("Compose", &["^N"], Action::NextUser, "post as next user", "post as"),
    key("Compose", &["^P"], Action::PreviousUser, "post as previous user", ""),
];

const COMPLETE: &[Binding] = &[
    key("Completion", &["Tab", "Enter"], Action::Accept, "accept", "accept"),
    key("Completion", &["↓"], Action::Down, "down", ""),
    key("Completion", &["↑"], Action::Up, "up", ""),
    key("Completion", &["Esc"], Action::Close, "dismiss", "dismiss"),
];

/// The keys of the pane.
pub const KEYS: KeyTable = KeyTable { context: pane_context::COMPOSE, scope: Scope::TextField, bindings: &[WRITE] };

/// The keys while a word is completed.
pub const COMPLETION_KEYS: KeyTable =
    KeyTable { context: pane_context::COMPLETION, scope: Scope::TextField, bindings: &[COMPLETE] };
