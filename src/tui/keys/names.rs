//! Names of actions and key sections in the settings. Earlier names stay valid as aliases: users have them in their
//! files.

use std::borrow::Cow;

use super::action::Action;

/// Earlier names of actions, each with the name of today.
const ACTION_ALIASES: &[(&str, &str)] = &[
    ("answer", "reply"),
    ("fold", "collapse"),
    ("other-timelines", "go-to"),
    ("refresh", "reload"),
    ("unfold", "expand"),
    ("versions", "edit-history"),
    ("warned", "content-warning"),
    ("write", "new-post"),
];

/// Earlier names of sections of `[keys]`, each with the name of today.
const SECTION_ALIASES: &[(&str, &str)] = &[("choice", "picker"), ("writing", "compose")];

/// Returns the current name of an action that has been renamed.
pub(super) fn renamed_action(name: &str) -> Option<&'static str> {
    ACTION_ALIASES.iter().find(|(old, _)| *old == name).map(|(_, new)| *new)
}

/// Returns the current name of a section that has been renamed.
pub(super) fn renamed_section(name: &str) -> Option<&'static str> {
    SECTION_ALIASES.iter().find(|(old, _)| *old == name).map(|(_, new)| *new)
}

/// Returns the name of an action in the settings.
pub(super) fn name(action: Action) -> Cow<'static, str> {
    Cow::Borrowed(match action {
        Action::Down => "down",
        Action::Up => "up",
        Action::PageDown => "page-down",
        Action::PageUp => "page-up",
        Action::Top => "top",
        Action::Bottom => "bottom",
        Action::Show(screen) => screen.0,
        Action::Open => "open",
        Action::NextPane => "next-pane",
        Action::PreviousPane => "previous-pane",
        Action::ZoomPane => "zoom",
        Action::NextSibling => "next-sibling",
        Action::PreviousSibling => "previous-sibling",
        Action::Parent => "parent",
        Action::Root => "root",
        Action::NarrowPane => "narrower",
        Action::WidenPane => "wider",
        Action::NextTimeline => "next-timeline",
        Action::PreviousTimeline => "previous-timeline",
        Action::Timeline(at) => return Cow::Owned(format!("timeline-{}", at + 1)),
        Action::PinTab => "pin-tab",
        Action::MoveTabLeft => "tab-left",
        Action::MoveTabRight => "tab-right",
        Action::Profile => "profile",
        Action::ToggleHiddenUsers => "hidden-users",
        Action::NextUser => "next-user",
        Action::PreviousUser => "previous-user",
        Action::OpenLink => "open-link",
        Action::Copy => "copy",
        Action::CopyMenu => "copy-menu",
        Action::CollapseReplies => "collapse",
        Action::ExpandReplies => "expand",
        Action::Compose => "new-post",
        Action::Reply => "reply",
        Action::NextVisibility => "visibility",
        Action::Quote => "quote",
        Action::Delete => "delete",
        Action::Like => "like",
        Action::Boost => "boost",
        Action::Bookmark => "bookmark",
        Action::PinPost => "pin-post",
        Action::Follow => "follow",
        Action::Mute => "mute",
        Action::ToggleMark => "mark",
        Action::MarkRange => "mark-range",
        Action::MarkAuthor => "mark-author",
        Action::Undo => "undo",
        Action::Redo => "redo",
        Action::Replace => "replace",
        Action::Append => "join",
        Action::EditPost => "edit",
        Action::EditHistory => "edit-history",
        Action::OpenResults => "open-results",
        Action::SaveSearch => "save-search",
        Action::GoToTimeline => "go-to",
        Action::MarkRead => "mark-read",
        Action::ToggleUnreadOnly => "unread-only",
        Action::NextUnread => "next-unread",
        Action::ToggleWarning => "content-warning",
        Action::Newest => "newest",
        Action::Reload => "reload",
        Action::Back => "back",
        Action::Escape => "escape",
        Action::FollowAuthor => "follow-author",
        Action::AddUser => "add-user",
        Action::PreviewThread => "preview-thread",
        Action::Leave => "leave",
        Action::Quit => "quit",
        Action::EditSettings => "settings",
        Action::Redraw => "redraw",
        Action::Suspend => "suspend",
        Action::Send => "send",
        Action::Edit => "editor",
        Action::Close => "close",
        Action::Accept => "accept",
        Action::Complete => "complete",
        Action::NextField => "next-field",
        Action::PreviousField => "previous-field",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_lead_to_current_names_and_hide_none() {
        let rows = &crate::tui::screens::default_keymap().rows;
        for (old, new) in ACTION_ALIASES {
            assert!(rows.iter().any(|row| row.name() == *new), "{new}");
            assert!(!rows.iter().any(|row| row.name() == *old), "{old}");
        }
    }
}
