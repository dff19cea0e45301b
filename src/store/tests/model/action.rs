//! What the users of the model do: kinds of actions, how often each occurs, and sequences of them at random.

use proptest::prelude::*;

use super::words::PIECES;

/// An action of a user. The numbers select the users and posts that it acts on from those that exist.
#[derive(Debug, Clone)]
pub(super) struct Action {
    pub(super) kind: Kind,
    pub(super) who: usize,
    pub(super) whom: usize,
    /// Posts; most actions take the first.
    pub(super) posts: [usize; 2],
    pub(super) body: Vec<usize>,
    /// Microseconds that pass before.
    pub(super) later: i64,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    AddUser,
    Rename,
    DeleteUser,
    Post,
    PostLate,
    Reply,
    Edit,
    Delete,
    DeleteTwo,
    Restore,
    RestoreTwo,
    Purge,
    Boost,
    Unboost,
    Like,
    Unlike,
    Bookmark,
    Unbookmark,
    Pin,
    Unpin,
    Follow,
    Unfollow,
    Mute,
    Unmute,
    Filter,
    Unfilter,
    AddToList,
    RemoveFromList,
    DeleteList,
    Read,
    MarkNotificationsRead,
    SeeNotifications,
    Schedule,
    EditScheduled,
    Unschedule,
    PostDue,
    SetTabs,
    Draft,
    Send,
    Switch,
    Reopen,
    Kill,
    Migrate,
    Vacuum,
    Account,
    Deliver,
    Retry,
    Poll,
    Vote,
    TakeBackVote,
}

/// Relative frequency of each kind.
pub(super) const KINDS: [(u32, Kind); 50] = [
    (3, Kind::AddUser),
    (3, Kind::Rename),
    (1, Kind::DeleteUser),
    (10, Kind::Post),
    (6, Kind::PostLate),
    (10, Kind::Reply),
    (6, Kind::Edit),
    (6, Kind::Delete),
    (2, Kind::DeleteTwo),
    (7, Kind::Restore),
    (2, Kind::RestoreTwo),
    (2, Kind::Purge),
    (8, Kind::Boost),
    (5, Kind::Unboost),
    (5, Kind::Like),
    (3, Kind::Unlike),
    (4, Kind::Bookmark),
    (2, Kind::Unbookmark),
    (4, Kind::Pin),
    (2, Kind::Unpin),
    (8, Kind::Follow),
    (3, Kind::Unfollow),
    (3, Kind::Mute),
    (2, Kind::Unmute),
    (3, Kind::Filter),
    (2, Kind::Unfilter),
    (6, Kind::AddToList),
    (2, Kind::RemoveFromList),
    (1, Kind::DeleteList),
    (8, Kind::Read),
    (2, Kind::MarkNotificationsRead),
    (3, Kind::SeeNotifications),
    (3, Kind::Schedule),
    (1, Kind::EditScheduled),
    (1, Kind::Unschedule),
    (2, Kind::PostDue),
    (2, Kind::SetTabs),
    (1, Kind::Draft),
    (1, Kind::Send),
    (1, Kind::Switch),
    (1, Kind::Reopen),
    (1, Kind::Kill),
    (1, Kind::Migrate),
    (1, Kind::Vacuum),
    (1, Kind::Account),
    (8, Kind::Deliver),
    (2, Kind::Retry),
    (4, Kind::Poll),
    (6, Kind::Vote),
    (2, Kind::TakeBackVote),
];

/// What matters to votes of accounts in polls.
pub(super) const VOTES: [(u32, Kind); 12] = [
    (4, Kind::Poll),
    (8, Kind::Vote),
    (3, Kind::TakeBackVote),
    (8, Kind::Deliver),
    (3, Kind::Retry),
    (2, Kind::Boost),
    (2, Kind::Edit),
    (3, Kind::Delete),
    (3, Kind::Restore),
    (1, Kind::Purge),
    (1, Kind::DeleteUser),
    (1, Kind::Kill),
];

/// Returns sequences of actions of these kinds, at random.
pub(super) fn actions(kinds: &[(u32, Kind)], most: usize) -> impl Strategy<Value = Vec<Action>> + use<> {
    let kinds = kinds.iter().map(|(often, kind)| (*often, Just(*kind)));
    let kind = proptest::strategy::Union::new_weighted(kinds.collect());
    let later = prop_oneof![6 => 1_i64..1_000, 1 => Just(0), 1 => Just(25 * 3_600_000_000)];
    let body = proptest::collection::vec(0..PIECES.len(), 1..5);
    let action = (kind, 0_usize..64, 0_usize..64, [0_usize..64, 0..64], body, later);
    let action =
        action.prop_map(|(kind, who, whom, posts, body, later)| Action { kind, who, whom, posts, body, later });
    proptest::collection::vec(action, 1..most)
}
