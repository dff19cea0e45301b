//! Which posts of a timeline a user has read.
//!
//! A post is unread from its arrival until it was on the screen, whatever its date: what a slow feed brings is often
//! older than what was read in the meantime. So "read" has two dimensions, the position in the timeline and the order of
//! arrival. A screen shows a range of positions, with everything that had arrived in it by then. A [`ReadState`] is
//! therefore a step function: for each position, the last arrival that was on the screen there.

use super::Timestamp;

/// The place of a post in the order of arrival: its id, or [`Arrival::BEFORE_ALL`] if it was imported as read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Arrival(pub i64);

impl Arrival {
    /// Before every post: nothing was read, or a post that is never unread.
    pub const BEFORE_ALL: Self = Self(0);
}

/// A range of positions with what was read in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadSpan {
    /// The first position. The span ends where the next one starts.
    pub from: Timestamp,
    /// Posts that arrived up to this one were read.
    pub up_to: Arrival,
}

/// Which posts of a timeline a user has read: spans from the oldest position on, without a gap. Two neighbors always
/// differ. Nothing was read if there are none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadState {
    spans: Vec<ReadSpan>,
}

impl ReadState {
    /// Everything that arrived up to a post was read.
    #[must_use]
    pub fn all(up_to: Arrival) -> Self {
        Self::from_spans(vec![ReadSpan { from: Timestamp::MIN, up_to }])
    }

    /// Makes a state of stored spans, in the order of their positions. Before the first one nothing was read.
    #[must_use]
    pub fn from_spans(spans: Vec<ReadSpan>) -> Self {
        let mut state = Self::default();
        let first = ReadSpan { from: Timestamp::MIN, up_to: Arrival::BEFORE_ALL };
        for span in std::iter::once(first).chain(spans) {
            match state.spans.last_mut() {
                Some(last) if last.from >= span.from => last.up_to = span.up_to,
                _ => state.spans.push(span),
            }
        }
        state.join();
        state
    }

    /// Returns the spans, oldest position first.
    #[must_use]
    pub fn spans(&self) -> &[ReadSpan] {
        &self.spans
    }

    /// Returns whether nothing was ever read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// Returns the last arrival that was read anywhere: that of the latest visit.
    #[must_use]
    pub fn latest(&self) -> Arrival {
        self.spans.iter().map(|span| span.up_to).max().unwrap_or_default()
    }

    /// Returns whether a post was read.
    #[must_use]
    pub fn is_read(&self, key: Timestamp, arrival: Arrival) -> bool {
        arrival <= self.read_at(key)
    }

    /// Returns the last arrival that was read at a position.
    fn read_at(&self, key: Timestamp) -> Arrival {
        let after = self.spans.partition_point(|span| span.from <= key);
        after.checked_sub(1).map_or(Arrival::BEFORE_ALL, |at| self.spans[at].up_to)
    }

    /// Marks what arrived up to a post as read, in a range of positions that includes both ends. What was read stays
    /// read.
    pub fn read(&mut self, (from, to): (Timestamp, Timestamp), up_to: Arrival) {
        self.change((from, to), |before| before.max(up_to));
    }

    /// Sets what was read in a range of positions that includes both ends.
    pub fn set(&mut self, range: (Timestamp, Timestamp), up_to: Arrival) {
        self.change(range, |_| up_to);
    }

    fn change(&mut self, (from, to): (Timestamp, Timestamp), change: impl Fn(Arrival) -> Arrival) {
        if from > to {
            return;
        }
        let after = Timestamp::from_micros(to.micros() + 1);
        let starts = self.spans.iter().map(|span| span.from).chain([Timestamp::MIN, from]);
        let mut starts: Vec<_> = starts.chain((after > to).then_some(after)).collect();
        starts.sort_unstable();
        starts.dedup();
        let span = |start: Timestamp| {
            let before = self.read_at(start);
            ReadSpan { from: start, up_to: if (from..=to).contains(&start) { change(before) } else { before } }
        };
        self.spans = starts.into_iter().map(span).collect();
        self.join();
    }

    /// Joins neighbors that are the same; only unread posts are as good as no spans.
    fn join(&mut self) {
        self.spans.dedup_by(|later, earlier| later.up_to == earlier.up_to);
        if let [ReadSpan { up_to: Arrival::BEFORE_ALL, .. }] = self.spans[..] {
            self.spans.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Arrival, ReadState};
    use crate::model::Timestamp;

    fn at(position: i64) -> Timestamp {
        Timestamp::from_micros(position)
    }

    fn described(state: &ReadState) -> Vec<(i64, i64)> {
        let from = |from: Timestamp| if from == Timestamp::MIN { 0 } else { from.micros() };
        state.spans().iter().map(|span| (from(span.from), span.up_to.0)).collect()
    }

    #[test]
    fn what_arrives_later_is_unread_whatever_its_date() {
        let mut state = ReadState::default();
        assert!(!state.is_read(at(5), Arrival(1)) && state.is_read(at(5), Arrival::BEFORE_ALL));
        state.read((at(10), at(20)), Arrival(7));
        assert_eq!(described(&state), [(0, 0), (10, 7), (21, 0)]);
        for (position, arrival, is_read) in
            [(9, 1, false), (10, 7, true), (15, 8, false), (20, 7, true), (21, 1, false)]
        {
            assert_eq!(state.is_read(at(position), Arrival(arrival)), is_read, "{position}, {arrival}");
        }
        state.read((at(0), at(12)), Arrival(9));
        assert_eq!(described(&state), [(0, 0), (0, 9), (13, 7), (21, 0)]);
        assert_eq!(state.latest(), Arrival(9));
        state.read((Timestamp::MIN, Timestamp::MAX), Arrival(9));
        assert_eq!(state, ReadState::all(Arrival(9)));
        assert_eq!(ReadState::from_spans(state.spans().to_vec()), state);
    }

    proptest! {
        #[test]
        fn spans_agree_with_a_table(marks in proptest::collection::vec((0_i64..30, 0_i64..30, 1_i64..9), 0..12)) {
            let mut state = ReadState::default();
            let mut table = [0; 30];
            for (from, to, up_to) in marks {
                state.read((at(from), at(to)), Arrival(up_to));
                for position in from..=to {
                    table[position as usize] = table[position as usize].max(up_to);
                }
            }
            for (position, up_to) in table.into_iter().enumerate() {
                prop_assert!(state.is_read(at(position as i64), Arrival(up_to)));
                prop_assert!(!state.is_read(at(position as i64), Arrival(up_to + 1)));
            }
            prop_assert_eq!(ReadState::from_spans(state.spans().to_vec()), state.clone());
            prop_assert!(state.spans().windows(2).all(|pair| pair[0].up_to != pair[1].up_to && pair[0].from < pair[1].from));
        }
    }
}
