//! Publishes the feed of a user after changes on the screens, and again after a while if that failed.

use super::App;
use crate::auto_publish;
use crate::model::{Timestamp, UserId};
use crate::tui::state::{Message, StoreEffect, UndoableAction};
use crate::tui::workers::Job;

/// How long it is waited after a failure, in microseconds; each further failure doubles it, up to [`LONGEST`].
const PAUSE: i64 = 60_000_000;
const LONGEST: i64 = 3_600_000_000;

/// When the feed is published next.
#[derive(Debug, Default)]
pub(super) struct Publishing {
    due: Option<Timestamp>,
    failures: u32,
}

/// Returns whose posts an effect changes.
pub(super) fn changed_author(effect: &StoreEffect) -> Option<UserId> {
    match effect {
        StoreEffect::SendPost(post, _) | StoreEffect::SendThread(post, ..) => Some(post.author),
        StoreEffect::Perform(
            user,
            _,
            UndoableAction::DeletePosts(_)
            | UndoableAction::RestorePosts(_)
            | UndoableAction::TakeBack { .. }
            | UndoableAction::SendAgain { .. }
            | UndoableAction::EditPost { .. },
        ) => Some(*user),
        _ => None,
    }
}

/// Returns whether a message says that an effect failed.
pub(super) fn has_failed(message: &Message) -> bool {
    matches!(
        message,
        Message::Posted(Err(_))
            | Message::Performed { result: Err(_), .. }
            | Message::EditConflict(..)
            | Message::Failed(_)
    )
}

impl App {
    /// Takes note of a change to the posts of a user, whose feed is published at the next tick.
    pub(super) fn feed_changed(&mut self, author: UserId) {
        let settings = &self.state.settings.publish;
        if !settings.auto || self.state.temporary {
            return;
        }
        if self.store.user_by_id(author).is_ok_and(|user| auto_publish::is_due(settings, &user.nickname)) {
            self.publishing.due = Some(Timestamp::from_micros(i64::MIN));
        }
    }

    /// Publishes the feed if that is due.
    pub(super) fn publish_if_due(&mut self, now: Timestamp) {
        if self.publishing.due.is_some_and(|due| due <= now) && !self.publish.is_busy() {
            self.publishing.due = None;
            self.publish.start(Job::Publish);
        }
    }

    /// Takes note of how publishing ended.
    pub(super) fn published(&mut self, message: &Message) {
        let Message::Published(result) = message else { return };
        if result.is_ok() {
            self.publishing.failures = 0;
            return;
        }
        let wait = PAUSE.saturating_mul(1 << self.publishing.failures.min(10)).min(LONGEST);
        let later = Timestamp::from_micros(Timestamp::now().micros().saturating_add(wait));
        self.publishing.failures += 1;
        self.publishing.due.get_or_insert(later);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::model::{Body, NewPost, NewUser, Nickname, PostDetails};
    use crate::store::Store;
    use crate::tui::Options;

    #[test]
    fn scheduled_post_of_the_published_user_is_published() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(&folder.path().join("m.db")).unwrap().0;
        let now = Timestamp::from_micros(1_767_225_600_000_000);
        for (name, is_published) in [("ada", false), ("john", true)] {
            let user = store.add_user(&NewUser::named(Nickname::parse(name).unwrap()), now).unwrap();
            let body = Body::written("later").unwrap();
            let post = NewPost { author: user.id, body, created_at: now, reply_to: None, source: None };
            store.schedule_post(&post, &[], &PostDetails::default(), now).unwrap();
            let mut config = Config::default();
            config.settings.publish.auto = true;
            config.settings.publish.user = "john".to_owned();
            let (other, _) = Store::open(&folder.path().join("m.db")).unwrap();
            let mut app = App::new(other, Options { config, ..Options::default() }, (80, 24));
            assert!(app.post_due(now));
            assert_eq!(app.publishing.due.is_some(), is_published, "{name}");
        }
    }
}
