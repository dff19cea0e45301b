//! The actions that keys are bound to.

/// The name of a screen, which in the settings is also that of the action that opens it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ScreenName(pub &'static str);

/// The screens that other parts of the program mention: they name their keys, or open them where a user is needed.
impl ScreenName {
    /// The keyboard shortcuts, whose key the footer always shows.
    pub const HELP: Self = Self("help");
    /// The command palette, which does not list itself.
    pub const PALETTE: Self = Self("commands");
    /// The first steps, which follow the first user, and whose key an empty home timeline shows.
    pub const FIRST_STEPS: Self = Self("first-steps");
    /// The list of well-known feeds, which opens over the first steps.
    pub const WELL_KNOWN_FEEDS: Self = Self("well-known-feeds");
    /// The form that edits a profile, which the user picker opens for its user.
    pub const EDIT_PROFILE: Self = Self("edit-profile");
    /// The form that adds a user, which the user picker opens.
    pub const NEW_USER: Self = Self("new-user");
    /// The form that exports posts, whose key the footer shows while posts are marked.
    pub const EXPORT_POSTS: Self = Self("export-posts");
    /// The form that adds a word filter, whose key an empty list of filters shows.
    pub const FILTER: Self = Self("filter");
    /// The form that follows an address, which the import offers for a URL.
    pub const FOLLOW_ADDRESS: Self = Self("follow-address");
    /// The form that goes to a date in a timeline, whose key an empty list of posts of this day shows.
    pub const GO_TO_DATE: Self = Self("go-to-date");
    /// The lists of users, whose key an empty list shows.
    pub const LISTS: Self = Self("lists");
    /// The import, which is one of the first steps.
    pub const IMPORT: Self = Self("import");
    /// The details of a post, which the composer opens.
    pub const POST_DETAILS: Self = Self("post-details");
    /// The outbox, whose key the notice names that something was not sent.
    pub const OUTBOX: Self = Self("outbox");
    /// The form that schedules the text in the composer, which a key of the composer opens.
    pub const SCHEDULE: Self = Self("schedule");
    /// The scheduled posts, whose key the notice of one that was scheduled names.
    pub const SCHEDULED: Self = Self("scheduled");
    /// The search, whose key an empty timeline of results shows.
    pub const SEARCH: Self = Self("search");
    /// The user picker, which opens where an action needs an active user.
    pub const USER_PICKER: Self = Self("switch-user");
}

/// A command that a key, a click or the palette gives; the table in `keys` binds it to keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Moves one row down.
    Down,
    /// Moves one row up.
    Up,
    /// Moves a page down.
    PageDown,
    /// Moves a page up.
    PageUp,
    /// Moves to the first row.
    Top,
    /// Moves to the last row.
    Bottom,
    /// Opens the screen of this name.
    Show(ScreenName),
    /// Opens the thread or the user under the cursor.
    Open,
    /// Collapses the replies to the post under the cursor.
    CollapseReplies,
    /// Expands the replies to the post under the cursor.
    ExpandReplies,
    /// Moves the focus to the next pane.
    NextPane,
    /// Moves the focus to the previous pane.
    PreviousPane,
    /// Shows the next timeline.
    NextTimeline,
    /// Shows the previous timeline.
    PreviousTimeline,
    /// Shows the timeline with this number, counted from 1.
    Timeline(usize),
    /// Pins the shown timeline, so that it stays open, or unpins it.
    PinTab,
    /// Moves the shown timeline to the left among the pinned ones.
    MoveTabLeft,
    /// Moves the shown timeline to the right among the pinned ones.
    MoveTabRight,
    /// Shows the profile of the author under the cursor.
    Profile,
    /// Shows or hides the users whom nobody here follows and who wrote nothing that is here.
    ToggleHiddenUsers,
    /// Switches to the next user by nickname.
    NextUser,
    /// Switches to the previous user by nickname.
    PreviousUser,
    /// Starts a new post.
    Compose,
    /// Starts a reply to the post under the cursor.
    Reply,
    /// Gives the post in the composer the next smaller audience.
    NextVisibility,
    /// Starts a new post that quotes the post under the cursor.
    Quote,
    /// Deletes the post under the cursor, after a confirmation.
    Delete,
    /// Likes or unlikes the post under the cursor.
    Like,
    /// Boosts or unboosts the post under the cursor.
    Boost,
    /// Adds or removes a bookmark on the post under the cursor.
    Bookmark,
    /// Pins the post under the cursor to the profile of its author, or unpins it.
    PinPost,
    /// Follows or unfollows the user under the cursor.
    Follow,
    /// Mutes or unmutes the user or the author under the cursor.
    Mute,
    /// Follows or unfollows the author under the cursor.
    FollowAuthor,
    /// Marks or unmarks the selected post, and moves to the next one.
    ToggleMark,
    /// Marks all posts from the one marked last to the selected one.
    MarkRange,
    /// Marks or unmarks all loaded posts of the author under the cursor.
    MarkAuthor,
    /// Undoes the last action.
    Undo,
    /// Redoes the action that was undone last.
    Redo,
    /// Starts to edit the post under the cursor.
    EditPost,
    /// Shows the edit history of the post under the cursor.
    EditHistory,
    /// Opens the results of a search as a timeline.
    OpenResults,
    /// Saves the typed search under a name.
    SaveSearch,
    /// Opens the list of tags, authors and saved searches to go to.
    GoToTimeline,
    /// Marks all posts of the shown timeline as read.
    MarkRead,
    /// Shows only the unread posts of the shown timeline, or all posts again.
    ToggleUnreadOnly,
    /// Moves to the next unread post, here or in another timeline.
    NextUnread,
    /// Shows or hides a post that has a content warning.
    ToggleWarning,
    /// Opens a link of the post under the cursor.
    OpenLink,
    /// Copies the text of the post under the cursor.
    Copy,
    /// Opens the list of what can be copied of the post under the cursor.
    CopyMenu,
    /// Moves to the newest post.
    Newest,
    /// Reloads all panes from the database.
    Reload,
    /// Shows the focused pane alone, or all panes again.
    ZoomPane,
    /// Moves to the next post with the same parent.
    NextSibling,
    /// Moves to the previous post with the same parent.
    PreviousSibling,
    /// Moves to the post that the selected one replies to.
    Parent,
    /// Moves to the first post of the thread.
    Root,
    /// Makes the pane narrower.
    NarrowPane,
    /// Makes the pane wider.
    WidenPane,
    /// Goes back one screen; quits where there is none.
    Back,
    /// Goes back one screen; never quits.
    Escape,
    /// Opens the settings file in the editor.
    EditSettings,
    /// Redraws the whole screen.
    Redraw,
    /// Adds a user.
    AddUser,
    /// Shows the text in the composer as the posts of a thread.
    PreviewThread,
    /// Quits, after a question if something would be lost.
    Leave,
    /// Suspends the program and returns to the shell.
    Suspend,
    /// Quits from anywhere.
    Quit,
    /// Sends the text in the composer.
    Send,
    /// Opens the text in `$EDITOR`.
    Edit,
    /// Closes the composer and saves the draft.
    Close,
    /// Replaces the other user's draft.
    Replace,
    /// Appends to the other user's draft.
    Append,
    /// Confirms, or accepts the selected row.
    Accept,
    /// Completes the path that is typed.
    Complete,
    /// Moves to the next field.
    NextField,
    /// Moves to the previous field.
    PreviousField,
}

impl Action {
    /// Returns true when the action writes to the database, which a read-only database refuses.
    #[must_use]
    pub fn writes(self) -> bool {
        matches!(
            self,
            Self::Compose
                | Self::Reply
                | Self::Quote
                | Self::Delete
                | Self::EditPost
                | Self::MarkRead
                | Self::PinTab
                | Self::MoveTabLeft
                | Self::MoveTabRight
                | Self::Like
                | Self::Boost
                | Self::Bookmark
                | Self::PinPost
                | Self::Follow
                | Self::Mute
                | Self::FollowAuthor
                | Self::Undo
                | Self::Redo
        )
    }
}
