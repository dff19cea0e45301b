//! Key bindings as data: contexts, tables, and the bindings that several contexts share.

use super::action::{Action, ScreenName};

/// A situation in which keys have meanings of their own: a pane, a screen, or a mode of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Context(pub &'static str);

/// What kind of place a context is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// A pane with posts.
    PostPane,
    /// Another pane.
    Pane,
    /// A screen over the panes, or a mode of one.
    Screen,
    /// A text field: keys without a binding type text.
    TextField,
}

/// The keys of one context.
#[derive(Debug, PartialEq, Eq)]
pub struct KeyTable {
    /// The context.
    pub context: Context,
    /// What kind of place it is.
    pub scope: Scope,
    /// Its bindings, in the order of help and footer.
    pub bindings: &'static [&'static [Binding]],
}

/// The keys of an action.
#[derive(Debug, PartialEq, Eq)]
pub struct Binding {
    /// What the keys do.
    pub action: Action,
    /// The default keys.
    pub keys: &'static [&'static str],
    /// The label in help and palette.
    pub label: &'static str,
    /// The heading in help, from which the section of the settings follows.
    pub group: &'static str,
    /// The word in the footer; empty where the footer does not show it.
    pub hint: &'static str,
}

/// Keys of the panes that open a screen.
#[derive(Debug, PartialEq, Eq)]
pub struct Opening {
    /// Whether only panes with posts have it.
    pub needs_post: bool,
    /// The keys and their words.
    pub binding: Binding,
}

impl Opening {
    /// Makes a binding that every pane has.
    #[must_use]
    pub const fn anywhere(
        group: &'static str,
        keys: &'static [&'static str],
        screen: ScreenName,
        label: &'static str,
        hint: &'static str,
    ) -> Self {
        Self { needs_post: false, binding: key(group, keys, Action::Show(screen), label, hint) }
    }

    /// Makes a binding that panes with posts have.
    #[must_use]
    pub const fn on_post(
        group: &'static str,
        keys: &'static [&'static str],
        screen: ScreenName,
        label: &'static str,
        hint: &'static str,
    ) -> Self {
        Self { needs_post: true, ..Self::anywhere(group, keys, screen, label, hint) }
    }
}

/// Makes a binding.
#[must_use]
pub const fn key(
    group: &'static str,
    keys: &'static [&'static str],
    action: Action,
    label: &'static str,
    hint: &'static str,
) -> Binding {
    Binding { action, keys, label, group, hint }
}

/// The groups of the panes' bindings, in the order of help and footer.
pub const PANE_GROUPS: [&str; 5] = ["Move", "Timelines", "Posts", "Users", "General"];

/// Returns the section of `[keys]` for a binding; empty for those of the panes.
#[must_use]
pub fn section(binding: &Binding) -> String {
    match binding.group {
        group if PANE_GROUPS.contains(&group) => String::new(),
        // These names differ from those of the actions, which are keys of the same TOML table.
        "Search" => "searching".to_owned(),
        "Filter" => "filtering".to_owned(),
        "Import" => "import-form".to_owned(),
        "Outbox" => "outbox-list".to_owned(),
        "Help" => "help-screen".to_owned(),
        group => group.to_lowercase(),
    }
}

/// Moves through a list or a text by lines and pages.
pub const LIST_SCROLL: &[Binding] = &[
    key("List", &["j", "↓"], Action::Down, "down", ""),
    key("List", &["k", "↑"], Action::Up, "up", ""),
    key("List", &["PgDn", "^D", "Space"], Action::PageDown, "page down", ""),
    key("List", &["PgUp", "^U"], Action::PageUp, "page up", ""),
];

/// Jumps to the ends of a list.
pub const LIST_ENDS: &[Binding] = &[
    key("List", &["g", "Home"], Action::Top, "jump to top", ""),
    key("List", &["G", "End"], Action::Bottom, "jump to bottom", ""),
];

/// Opens the row under the cursor.
pub const LIST_OPEN: &[Binding] = &[key("List", &["Enter", "t"], Action::Accept, "open", "open")];

/// Undoes and redoes from within a list.
pub const LIST_UNDO: &[Binding] =
    &[key("List", &["z"], Action::Undo, "undo", "undo"), key("List", &["Z"], Action::Redo, "redo", "")];

/// Closes a list; a command of the palette does so too.
pub const LIST_CLOSE: &[Binding] = &[OPEN_PALETTE.binding, key("List", &["q", "Esc"], Action::Close, "close", "close")];

/// Opens the command palette, from panes and from lists.
pub const OPEN_PALETTE: Opening = Opening::anywhere("General", &[":"], ScreenName::PALETTE, "command palette", "");

/// Moves through a list that is narrowed by typing.
pub const PICKER_MOVES: &[Binding] = &[
    key("Picker", &["↓", "^N", "Tab"], Action::Down, "down", ""),
    key("Picker", &["↑", "^P", "Shift+Tab"], Action::Up, "up", ""),
];

/// Closes a list that is narrowed by typing.
pub const PICKER_CLOSE: &[Binding] = &[key("Picker", &["Esc"], Action::Close, "close", "close")];

/// Keys that work in every context.
pub const EVERYWHERE: &[Binding] = &[
    key("General", &["^C"], Action::Quit, "quit", ""),
    key("General", &["^L"], Action::Redraw, "redraw screen", ""),
    key("General", &["^Z"], Action::Suspend, "suspend", ""),
];

/// Scrolls a pane by lines and pages.
pub const PANE_SCROLL: &[Binding] = &[
    key("Move", &["j", "↓"], Action::Down, "down", ""),
    key("Move", &["k", "↑"], Action::Up, "up", ""),
    key("Move", &["PgDn", "^D"], Action::PageDown, "page down", ""),
    key("Move", &["PgUp", "^U"], Action::PageUp, "page up", ""),
];

/// Goes back one screen.
pub const BACK: &[Binding] = &[
    key("General", &["q"], Action::Back, "back, or quit", "back"),
    key("General", &["Esc"], Action::Escape, "back, never quits", ""),
];

/// Keys of every pane, beside those that open screens.
pub const PANE: &[Binding] = &[
    key("Move", &["g", "Home"], Action::Top, "jump to top", ""),
    key("Move", &["G", "End"], Action::Bottom, "jump to bottom", ""),
    key("Move", &["Tab"], Action::NextPane, "next pane", ""),
    key("Move", &["Shift+Tab"], Action::PreviousPane, "previous pane", ""),
    key("Move", &["|"], Action::ZoomPane, "zoom pane/show all panes", ""),
    key("Move", &["<"], Action::NarrowPane, "narrow pane", ""),
    key("Move", &[">"], Action::WidenPane, "widen pane", ""),
    key("Timelines", &["l", "→"], Action::NextTimeline, "next timeline", ""),
    key("Timelines", &["h", "←"], Action::PreviousTimeline, "previous timeline", ""),
    key("Timelines", &["1…9"], Action::Timeline(0), "go to timeline by number", ""),
    key("Timelines", &["T"], Action::GoToTimeline, "go to tag, author or saved search", ""),
    key("Timelines", &["$"], Action::PinTab, "pin/unpin timeline", ""),
    key("Timelines", &["{"], Action::MoveTabLeft, "move pinned timeline left", ""),
    key("Timelines", &["}"], Action::MoveTabRight, "move pinned timeline right", ""),
    key("Timelines", &["x"], Action::MarkRead, "mark all as read", ""),
    key("Timelines", &[";"], Action::ToggleUnreadOnly, "show only unread posts/all posts", ""),
    key("Timelines", &["U"], Action::NextUnread, "next unread", ""),
    key("Timelines", &["."], Action::Newest, "jump to newest", ""),
    key("Timelines", &["^R", "F5"], Action::Reload, "reload", ""),
    key("Posts", &["c", "n"], Action::Compose, "new post", "post"),
    key("Posts", &["z"], Action::Undo, "undo", ""),
    key("Posts", &["Z"], Action::Redo, "redo", ""),
    key("General", &[","], Action::EditSettings, "open settings in $EDITOR", ""),
    key("Users", &["^N"], Action::NextUser, "next user", ""),
    key("Users", &["^P"], Action::PreviousUser, "previous user", ""),
];

/// Keys of a pane in which a post can be selected.
pub const POST: &[Binding] = &[
    key("Posts", &["r"], Action::Reply, "reply", "reply"),
    key("Posts", &["Q"], Action::Quote, "quote post", ""),
    key("Posts", &["f"], Action::Like, "like/unlike", "like"),
    key("Posts", &["b"], Action::Boost, "boost/unboost", "boost"),
    key("Posts", &["s"], Action::Bookmark, "bookmark/unbookmark", ""),
    key("Posts", &["%"], Action::PinPost, "pin/unpin post on your profile", ""),
    key("Posts", &["e"], Action::EditPost, "edit post", ""),
    key("Posts", &["v"], Action::EditHistory, "edit history", ""),
    key("Posts", &["w"], Action::ToggleWarning, "show/hide content warning", ""),
    key("Posts", &["o"], Action::OpenLink, "open link or quoted post", ""),
    key("Posts", &["y"], Action::Copy, "copy text", ""),
    key("Posts", &["Y"], Action::CopyMenu, "copy quote, link, ID, author …", ""),
    key("Posts", &["d"], Action::Delete, "delete post", ""),
    key("Posts", &["Space"], Action::ToggleMark, "mark/unmark post", ""),
    key("Posts", &["V"], Action::MarkRange, "mark from last mark to here", ""),
    key("Posts", &["*"], Action::MarkAuthor, "mark/unmark all posts of author", ""),
    key("Users", &["u"], Action::Profile, "profile", "profile"),
    key("Users", &["A"], Action::FollowAuthor, "follow/unfollow author", ""),
    key("Users", &["m"], Action::Mute, "mute/unmute author", ""),
];

/// Opens the thread under the cursor.
pub const OPEN_THREAD: &[Binding] = &[key("Posts", &["Enter", "t"], Action::Open, "open thread", "thread")];

/// Keys of a pane in which a user can be selected.
pub const USER: &[Binding] = &[
    key("Posts", &["Enter", "t"], Action::Open, "show this user's posts", "posts"),
    key("Users", &["f"], Action::Follow, "follow/unfollow", "follow"),
    key("Users", &["m"], Action::Mute, "mute/unmute", "mute"),
];
