//! Undoable actions and the undo history, as data. Each action is undone by another one, which the store returns when it
//! has performed the first.

use super::FRESH_LIMIT;
use crate::model::{
    AboutMe, Arrival, Body, DisplayName, Email, Filter, Nickname, NotificationKind, OpenDraft, OutboxEntry, Phrase,
    Picture, PinnedTab, PostDetails, PostId, PostRange, Purpose, ReadNotifications, ReadState, ScheduledId, Timeline,
    Timestamp, UserId,
};
use crate::text::{Clock, datetime, pluralize};

/// An action on behalf of a user that can be undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UndoableAction {
    /// Likes or unlikes posts.
    Like(Vec<PostId>, bool),
    /// Boosts or unboosts posts.
    Boost(Vec<PostId>, bool),
    /// Adds or removes bookmarks.
    Bookmark(Vec<PostId>, bool),
    /// Pins or unpins posts of the user; `None` toggles: it pins unless all of them are pinned.
    Pin(Vec<PostId>, Option<bool>),
    /// Votes in the poll of a post for choices, from 0; `None` takes the vote back.
    Vote(PostId, Option<Vec<u32>>),
    /// Schedules a post, or a thread.
    Schedule {
        /// The post that it replies to.
        reply_to: Option<PostId>,
        /// The text.
        body: Body,
        /// The other posts of a thread.
        rest: Vec<Body>,
        /// What it has besides its text.
        details: PostDetails,
        /// When it is to be posted.
        post_at: Timestamp,
        /// The draft that it was written in, which is deleted.
        draft: Option<OpenDraft>,
    },
    /// Deletes a scheduled post.
    Unschedule {
        /// The scheduled post.
        id: ScheduledId,
        /// Whether its text becomes a draft again.
        to_draft: bool,
    },
    /// Follows or unfollows users; `None` toggles: it follows unless all of them are followed.
    Follow(Vec<(UserId, Nickname)>, Option<bool>),
    /// Mutes or unmutes users; `None` toggles: it mutes unless all of them are muted.
    Mute(Vec<(UserId, Nickname)>, Option<bool>),
    /// Deletes posts or boosts of the user.
    DeletePosts(Vec<PostId>),
    /// Restores deleted posts or boosts.
    RestorePosts(Vec<PostId>),
    /// Takes back posts that were sent from a draft, into that draft.
    TakeBack {
        /// The posts, the first one of a thread first.
        ids: Vec<PostId>,
        /// What the draft was written for.
        purpose: Purpose,
        /// The text of the draft.
        text: String,
    },
    /// Restores posts that were taken back, and discards the draft.
    SendAgain {
        /// The posts.
        ids: Vec<PostId>,
        /// What the draft is written for.
        purpose: Purpose,
        /// The text of the draft.
        text: String,
    },
    /// Edits a post of the user.
    EditPost {
        /// The post.
        id: PostId,
        /// How many edits it had when it was loaded.
        edits: u32,
        /// The new text.
        body: Body,
        /// The draft that it was written in, which is deleted.
        draft: Option<OpenDraft>,
    },
    /// Sets what a user says about themselves.
    SetProfile(UserId, Nickname, Box<ProfileFields>),
    /// Adds a word filter; `None` removes it.
    SetFilter(Phrase, Option<Filter>),
    /// Saves a query under a name; `None` deletes the saved search.
    SaveSearch(String, Option<String>),
    /// Creates a list with users; `None` deletes it.
    SetList(String, Option<Vec<(UserId, Nickname)>>),
    /// Adds a user to a list, or removes them.
    SetListMember(String, UserId, Nickname, bool),
    /// Pins a timeline, or changes one that is pinned.
    ChangeTab(Timeline, TabChange),
    /// Replaces the pinned timelines by these in their order.
    SetTabs(Vec<PinnedTab>),
    /// Sets what was read of a timeline.
    MarkRead {
        /// The timeline.
        timeline: Timeline,
        /// What was read of it.
        read: ReadState,
        /// The state that this one replaces: what was unread in it and was read since stays read.
        from: Option<ReadState>,
    },
    /// Marks the notifications of some kinds up to a time as read.
    MarkNotificationsRead {
        /// The kinds.
        kinds: Vec<NotificationKind>,
        /// The time of the newest one.
        up_to: Timestamp,
        /// How many become read, at most [`FRESH_LIMIT`]; counted when it is performed.
        count: usize,
    },
    /// Sets which notifications are read.
    SetReadNotifications {
        /// What is read then.
        read: Box<ReadNotifications>,
        /// The state that this one replaces: what was unread in it and was read since stays read.
        from: Box<ReadNotifications>,
    },
    /// Deletes the posts that imports added.
    DeleteImported(Vec<PostRange>),
    /// Restores the posts of imports that were deleted at that time.
    RestoreImported(Vec<PostRange>, Timestamp),
    /// Marks posts of a timeline as read, as far as they had arrived; undone by [`MarkRead`](Self::MarkRead).
    MarkPostsRead(Timeline, Vec<Timestamp>, Arrival),
    /// Discards the draft in a slot.
    DiscardDraft(Purpose, u32),
    /// Restores a discarded draft, in that slot if it is free.
    RestoreDraft(Purpose, OpenDraft),
    /// Discards an entry of the outbox; a post that was not published is deleted.
    DiscardOutboxEntry(Box<OutboxEntry>),
    /// Queues a discarded entry of the outbox again.
    RestoreOutboxEntry(Box<OutboxEntry>),
}

impl UndoableAction {
    /// Returns whether the action takes long, so that a worker performs it as it does imports.
    #[must_use]
    pub fn is_slow(&self) -> bool {
        matches!(self, Self::DeleteImported(_) | Self::RestoreImported(..))
    }

    /// Returns the notice that the action was performed.
    #[must_use]
    pub fn done(&self) -> String {
        match self {
            Self::Like(ids, true) => format!("liked {}", named_posts(ids)),
            Self::Like(ids, false) => format!("unliked {}", named_posts(ids)),
            Self::Boost(ids, true) => format!("boosted {}", named_posts(ids)),
            Self::Boost(ids, false) => format!("unboosted {}", named_posts(ids)),
            Self::Bookmark(ids, true) => format!("bookmarked {}", named_posts(ids)),
            Self::Bookmark(ids, false) => format!("unbookmarked {}", named_posts(ids)),
            Self::Pin(ids, Some(false)) => format!("unpinned {}", named_posts(ids)),
            Self::Pin(ids, _) => format!("pinned {} to your profile", named_posts(ids)),
            Self::Vote(id, Some(_)) => format!("voted in #{id}"),
            Self::Vote(id, None) => format!("took back the vote in #{id}"),
            Self::Schedule { post_at, .. } => format!("scheduled for {}", datetime::brief(*post_at, Clock::TwentyFour)),
            Self::Unschedule { to_draft: true, .. } => "not scheduled any more: the text is a draft".to_owned(),
            Self::Unschedule { to_draft: false, .. } => "deleted from the schedule".to_owned(),
            Self::Follow(users, Some(false)) => format!("unfollowed {}", named_users(users)),
            Self::Follow(users, _) => format!("followed {}", named_users(users)),
            Self::Mute(users, Some(false)) => format!("unmuted {}", named_users(users)),
            Self::Mute(users, _) => format!("muted {}", named_users(users)),
            Self::DeletePosts(ids) => format!("deleted {}", named_posts(ids)),
            Self::RestorePosts(_) => "restored".to_owned(),
            Self::TakeBack { ids, .. } => format!("took back {}", named_posts(ids)),
            Self::SendAgain { ids, .. } => posted_label(ids),
            Self::EditPost { id, .. } => format!("edited #{id}"),
            Self::SetProfile(_, name, _) => format!("saved the profile of @{name}"),
            Self::SetFilter(phrase, Some(filter)) => {
                let how = if filter.folded { "collapsed" } else { "hidden" };
                format!("posts with \"{}\" are {how}", phrase.as_str())
            }
            Self::SetFilter(phrase, None) => format!("filter \"{}\" removed", phrase.as_str()),
            Self::SaveSearch(name, Some(_)) => format!("saved search \"{name}\""),
            Self::SaveSearch(name, None) => format!("deleted saved search \"{name}\""),
            Self::SetList(name, Some(users)) if users.is_empty() => format!("created list \"{name}\""),
            Self::SetList(name, Some(users)) => format!("created list \"{name}\" with {}", named_users(users)),
            Self::SetList(name, None) => format!("deleted list \"{name}\""),
            Self::SetListMember(list, _, name, true) => format!("added @{name} to \"{list}\""),
            Self::SetListMember(list, _, name, false) => format!("removed @{name} from \"{list}\""),
            Self::ChangeTab(_, change) => change.done().to_owned(),
            Self::SetTabs(_) => "timelines pinned".to_owned(),
            Self::MarkRead { .. } | Self::SetReadNotifications { .. } => "marked as read".to_owned(),
            Self::MarkPostsRead(_, posts, _) => format!("marked {} as read", pluralize(posts.len() as u64, "post")),
            Self::MarkNotificationsRead { count, .. } => {
                let more = if *count >= FRESH_LIMIT { "+" } else { "" };
                let noun = if *count == 1 { "notification" } else { "notifications" };
                format!("marked {count}{more} {noun} as read")
            }
            Self::DeleteImported(_) => "deleted the imported posts".to_owned(),
            Self::RestoreImported(..) => "restored the imported posts".to_owned(),
            Self::DiscardDraft(..) => "draft discarded".to_owned(),
            Self::RestoreDraft(..) => "draft restored".to_owned(),
            Self::DiscardOutboxEntry(entry) => format!("discarded: {}", entry.subject()),
            Self::RestoreOutboxEntry(entry) => format!("queued again: {}", entry.subject()),
        }
    }
}

/// What is done to a pinned timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TabChange {
    /// It is pinned behind the others.
    Pin,
    /// It is not pinned any more.
    Unpin,
    /// It changes places with the one to the left.
    MoveLeft,
    /// It changes places with the one to the right.
    MoveRight,
    /// It has this name; `None` is the usual one.
    Rename(Option<String>),
}

impl TabChange {
    /// Makes the change to a timeline in a list of pinned ones; the others stay as they are.
    pub fn apply(self, timeline: Timeline, tabs: &mut Vec<PinnedTab>) {
        let at = tabs.iter().position(|tab| tab.timeline == timeline);
        match (self, at) {
            (Self::Pin, None) => tabs.push(PinnedTab { timeline, name: None }),
            (Self::Unpin, Some(at)) => drop(tabs.remove(at)),
            (Self::MoveLeft, Some(at @ 1..)) => tabs.swap(at - 1, at),
            (Self::MoveRight, Some(at)) if at + 1 < tabs.len() => tabs.swap(at, at + 1),
            (Self::Rename(name), Some(at)) => tabs[at].name = name,
            _ => {}
        }
    }

    fn done(&self) -> &'static str {
        match self {
            Self::Pin => "timeline pinned",
            Self::Unpin => "timeline unpinned",
            Self::MoveLeft | Self::MoveRight => "timeline moved",
            Self::Rename(_) => "timeline renamed",
        }
    }
}

/// Returns the name of a single user, or the number of several.
fn named_users(users: &[(UserId, Nickname)]) -> String {
    match users {
        [(_, name)] => format!("@{name}"),
        users => format!("{} users", users.len()),
    }
}

/// The ids of more posts than this are not listed in a notice.
const NAMED: usize = 3;

/// Returns the ids of a few posts, or the number of many.
fn named_posts(ids: &[PostId]) -> String {
    if ids.len() > NAMED {
        return pluralize(ids.len() as u64, "post");
    }
    ids.iter().map(|id| format!("#{id}")).collect::<Vec<_>>().join(", ")
}

/// Returns the notice that posts were sent, with the ids of a few.
#[must_use]
pub fn posted_label(ids: &[PostId]) -> String {
    format!("posted {}", named_posts(ids))
}

/// Whether an action is new, undoes another, or redoes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// A new action.
    Do,
    /// Undoes the last action.
    Undo,
    /// Redoes the action that was undone last.
    Redo,
}

/// An action that undoes or redoes another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The user on whose behalf it is performed.
    pub user: UserId,
    /// The action.
    pub action: UndoableAction,
    /// The notice of the action that it undoes or redoes.
    pub label: String,
}

/// What can be undone and redone until the program ends.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// What undoes the actions since the program started, the newest last.
    pub undo: Vec<Step>,
    /// What redoes the actions that were undone, the newest last.
    pub redo: Vec<Step>,
    /// Posts that were deleted and not restored: they are purged at the end.
    pub deleted: Vec<PostId>,
}

impl History {
    /// Records what undoes something that was done just now; what was undone before cannot be redone any more.
    pub fn push(&mut self, step: Step) {
        self.redo.clear();
        self.undo.push(step);
    }
}

/// What users say about themselves, and their avatar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileFields {
    /// The display name.
    pub display_name: Option<DisplayName>,
    /// The description.
    pub about_me: Option<AboutMe>,
    /// The email address.
    pub email: Option<Email>,
    /// The avatar.
    pub avatar: Option<Picture>,
}
