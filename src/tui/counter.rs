//! Counting what is unread, on a thread of its own: with a list full of users it takes a tenth of a second in a
//! database of a million posts, and no key waits for it. It knows nothing of what is done with the counts.

use std::path::Path;

use super::state::{Effect, Message};
use super::worker::{Job, Worker};

/// What is counted, and the thread that does it.
#[derive(Debug, Default)]
pub(super) struct Counter {
    worker: Option<Worker>,
    /// What was wanted last.
    wanted: Option<Effect>,
    /// It is still to be handed over.
    due: bool,
}

impl Counter {
    /// Wants something counted, instead of what was wanted before.
    pub(super) fn want(&mut self, effect: Effect) {
        self.wanted = Some(effect);
        self.due = true;
    }

    /// Something was read: a count that is under way knows nothing of it.
    pub(super) fn read_on(&mut self) {
        self.due |= self.worker.as_ref().is_some_and(Worker::is_busy);
    }

    /// Something is to be counted, or is being counted.
    pub(super) fn is_busy(&self) -> bool {
        self.due || self.worker.as_ref().is_some_and(Worker::is_busy)
    }

    /// Something is still to be handed over.
    pub(super) fn is_due(&self) -> bool {
        self.due
    }

    /// Hands over what is due; gives what was counted, once it is what was wanted last: an answer that is there before
    /// the next is asked for was overtaken.
    pub(super) fn turn(&mut self, db: &Path) -> Option<Message> {
        let counted = self.worker.as_mut().and_then(|worker| worker.answers().pop());
        if self.due {
            self.due = false;
            let worker = self.worker.get_or_insert_with(|| Worker::start(db));
            worker.ask(Job { reader: None, effect: self.wanted.clone()? });
        }
        counted.filter(|_| !self.is_busy())
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;
    use crate::model::{NewUser, Nickname, Timeline, Timestamp};
    use crate::store::Store;
    use crate::tui::state::WorkerEffect;

    #[test]
    fn a_count_that_was_overtaken_is_not_given() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("m.db");
        let (mut store, _) = Store::open(&path).unwrap();
        let mut add =
            |name: &str| store.add_user(&NewUser::named(Nickname::parse(name).unwrap()), Timestamp::now()).unwrap().id;
        let (john, susan) = (add("john"), add("susan"));
        let count = |user| {
            Effect::Worker(WorkerEffect::CountUnread { user, timelines: vec![Timeline::All], users: vec![user] })
        };
        let mut counter = Counter::default();
        counter.want(count(john));
        assert_eq!(counter.turn(&path), None);
        counter.want(count(susan));
        let counted = |counter: &mut Counter| {
            while counter.is_busy() {
                if let Some(Message::Unread(user, unread)) = counter.turn(&path) {
                    return (user, unread.homes);
                }
                thread::yield_now();
            }
            panic!("nothing was counted")
        };
        assert_eq!(counted(&mut counter), (susan, vec![(susan, 0)]));
        assert!(!counter.is_busy());
        counter.read_on();
        assert!(!counter.is_due(), "nothing was under way that could know nothing of it");
        counter.want(count(john));
        assert_eq!(counter.turn(&path), None);
        counter.read_on();
        assert!(counter.is_due());
        assert_eq!(counted(&mut counter), (john, vec![(john, 0)]));
    }
}
