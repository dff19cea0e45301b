//! Which notifications a user has read.

use super::{Arrival, NotificationKind, ReadState, Timestamp};

/// Which notifications a user has read. Each has a time of its own, so that times distinguish them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadNotifications {
    /// All up to this time are read.
    pub up_to: Option<Timestamp>,
    /// Ranges of times after it. Notifications have no order of arrival: [`READ`](Self::READ) means read here.
    pub later: ReadState,
    /// Kinds of which all are read up to a time that is after `up_to`.
    pub kinds: Vec<(NotificationKind, Timestamp)>,
}

impl ReadNotifications {
    /// The arrival that means read in `later`.
    pub const READ: Arrival = Arrival(1);

    /// Returns whether a notification is read.
    #[must_use]
    pub fn contains(&self, kind: NotificationKind, at: Timestamp) -> bool {
        self.up_to.is_some_and(|up_to| at <= up_to)
            || self.kinds.iter().any(|(read, up_to)| *read == kind && at <= *up_to)
            || self.later.is_read(at, Self::READ)
    }

    /// Marks everything up to a time as read.
    pub fn mark_up_to(&mut self, up_to: Timestamp) {
        self.up_to = self.up_to.max(Some(up_to));
        self.later.set((Timestamp::MIN, up_to), Arrival::BEFORE_ALL);
        self.kinds.retain(|(_, read)| Some(*read) > self.up_to);
    }

    /// Marks some kinds up to a time as read.
    pub fn mark_kinds(&mut self, kinds: &[NotificationKind], up_to: Timestamp) {
        if NotificationKind::ALL.iter().all(|kind| kinds.contains(kind)) {
            return self.mark_up_to(up_to);
        }
        for kind in kinds {
            let before = self.kinds.iter().position(|(known, _)| known == kind).map(|at| self.kinds.remove(at).1);
            let read = before.map_or(up_to, |before| before.max(up_to));
            if Some(read) > self.up_to {
                self.kinds.push((*kind, read));
            }
        }
        self.kinds.sort_unstable_by_key(|(kind, _)| kind.word());
    }
}

#[cfg(test)]
mod tests {
    use super::ReadNotifications;
    use crate::model::NotificationKind::{self, Followed, Liked, Replied};
    use crate::model::Timestamp;

    fn at(time: i64) -> Timestamp {
        Timestamp::from_micros(time)
    }

    #[test]
    fn marked_kind_leaves_the_others_unread() {
        let mut read = ReadNotifications::default();
        read.mark_kinds(&[Replied], at(20));
        assert!(read.contains(Replied, at(20)) && !read.contains(Replied, at(21)));
        assert!(!read.contains(Liked, at(20)));
        read.mark_kinds(&[Replied, Followed], at(10));
        assert_eq!(read.kinds, [(Followed, at(10)), (Replied, at(20))]);
    }

    #[test]
    fn mark_of_all_kinds_replaces_those_of_single_ones() {
        let mut read = ReadNotifications::default();
        read.mark_kinds(&[Replied], at(20));
        read.mark_kinds(&[Liked], at(40));
        read.mark_kinds(&NotificationKind::ALL, at(30));
        assert_eq!((read.up_to, &read.kinds[..]), (Some(at(30)), &[(Liked, at(40))][..]));
        read.mark_kinds(&[Replied], at(30));
        assert_eq!(read.kinds, [(Liked, at(40))]);
    }
}
