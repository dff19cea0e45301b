//! What an action is called in the settings. A name stays as it is: people have it in their files.

use std::borrow::Cow;

use crate::tui::state::Action;

/// The name of an action.
pub(super) fn name(action: Action) -> Cow<'static, str> {
    Cow::Borrowed(match action {
        Action::Down => "down",
        Action::Up => "up",
        Action::PageDown => "page-down",
        Action::PageUp => "page-up",
        Action::Top => "top",
        Action::Bottom => "bottom",
        Action::Open => "open",
        Action::NextPane => "next-pane",
        Action::PreviousPane => "previous-pane",
        Action::Narrower => "narrower",
        Action::Wider => "wider",
        Action::NextTimeline => "next-timeline",
        Action::PreviousTimeline => "previous-timeline",
        Action::Timeline(at) => return Cow::Owned(format!("timeline-{}", at + 1)),
        Action::Profile => "profile",
        Action::SwitchUser => "switch-user",
        Action::NextUser => "next-user",
        Action::PreviousUser => "previous-user",
        Action::Compose => "write",
        Action::Reply => "answer",
        Action::Delete => "delete",
        Action::Like => "like",
        Action::Boost => "boost",
        Action::Bookmark => "bookmark",
        Action::Follow => "follow",
        Action::Mute => "mute",
        Action::Undo => "undo",
        Action::Redo => "redo",
        Action::EditPost => "edit",
        Action::Versions => "versions",
        Action::Search => "search",
        Action::MarkRead => "mark-read",
        Action::Told => "notifications",
        Action::Drafts => "drafts",
        Action::Filter => "filter",
        Action::Newest => "newest",
        Action::Refresh => "refresh",
        Action::Commands => "commands",
        Action::Help => "help",
        Action::Back => "back",
        Action::Quit => "quit",
        Action::Send => "send",
        Action::Edit => "editor",
        Action::Close => "close",
        Action::Accept => "accept",
        Action::NextField => "next-field",
    })
}
