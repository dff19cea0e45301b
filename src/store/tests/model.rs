//! The store against a plain model of a microblog: users do things by chance, in turn through two connections, and
//! after each of them the store must answer as the model does, also after it was opened again, went through older
//! versions of its schema, or was killed in the middle of a write.

mod action;
mod compare;
mod deliver;
mod plain;
mod words;

use proptest::prelude::*;
use rusqlite::TransactionBehavior;

use self::action::{Action, KINDS, Kind, VOTES, actions};
use self::compare::compare;
use self::plain::{Plain, PlainTimeline, Refused};
use self::words::{NAMES, PHRASES, PIECES, TAGS};
use super::*;
use crate::model::{Filter, NotificationKind, Phrase, PinnedTab, PostDetails, ScheduledId, UserId};
use crate::store::{Database, DraftKey, StoreError};

/// The first version that stores mentions.
const WORDS: usize = 7;
/// The first version with an outbox.
const OUTBOX: usize = 22;

/// The store, by two connections, and what it should be.
struct Machine {
    stores: Vec<Store>,
    folder: tempfile::TempDir,
    model: Plain,
    now: i64,
}

impl Machine {
    fn new() -> Self {
        let mut machine =
            Self { stores: vec![], folder: tempfile::tempdir().unwrap(), model: Plain::default(), now: 1_000 };
        machine.open();
        machine
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("m.db")
    }

    fn open(&mut self) {
        self.stores.clear();
        for _ in 0..2 {
            let (store, _) = Store::open(&self.path()).unwrap();
            store.connection.pragma_update(None, "synchronous", "OFF").unwrap();
            self.stores.push(store);
        }
    }

    /// Kills the program in the middle of a write, part of which is in the log already: what a copy of the files of that
    /// moment holds is what was acknowledged.
    fn kill(&mut self) {
        let connection = &mut self.stores[0].connection;
        connection.pragma_update(None, "cache_size", 1).unwrap();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
        transaction
            .execute_batch(
                "UPDATE user SET posts = posts + 9, about_me = printf('%0400d', 1); UPDATE post SET likes = likes + 9;
                 DELETE FROM post WHERE id = (SELECT max(id) FROM post); DELETE FROM follow; DELETE FROM notification;",
            )
            .unwrap();
        let folder = tempfile::tempdir().unwrap();
        for name in ["m.db", "m.db-wal"] {
            std::fs::copy(self.folder.path().join(name), folder.path().join(name)).unwrap();
        }
        drop(transaction);
        self.folder = folder;
    }

    /// Downgrades the schema as far as possible without loss of rows.
    fn migrate(&mut self) {
        self.stores.clear();
        let mut database = Database::open(&self.path()).unwrap();
        while database.version() > 1 && database.losses(database.version() - 1).unwrap().is_empty() {
            database.downgrade(database.version() - 1, &mut |_| {}).unwrap();
        }
        if database.version() < OUTBOX {
            self.model.last_entry = 0;
        }
        if database.version() < WORDS {
            self.model.find_names();
        }
    }

    fn act(&mut self, action: &Action) {
        self.now += action.later;
        match action.kind {
            Kind::Reopen => {}
            Kind::Kill => self.kill(),
            Kind::Migrate => self.migrate(),
            Kind::Vacuum => drop(Database::open(&self.path()).unwrap().vacuum().unwrap()),
            _ => return self.apply(action),
        }
        self.open();
    }

    /// Applies an action to the store and to the model, and checks that both accept or both refuse it.
    fn apply(&mut self, action: &Action) {
        let name = NAMES[action.whom % NAMES.len()];
        let mut next = self.model.clone();
        let store = &mut self.stores[action.who % 2];
        let Some((who, whom)) = self.model.pair(action) else {
            let done = store.add_user(&NewUser::named(Nickname::parse(name).unwrap()), at(self.now));
            assert_eq!(next.add_user(name).is_ok(), done.is_ok());
            self.model = next;
            return;
        };
        let (user, other) = (UserId(who), UserId(whom));
        let ids = action.posts.map(|number| (number % (self.model.last_row.unsigned_abs() as usize + 1) + 1) as i64);
        let (posts, first) = (ids.map(PostId), &ids[..1]);
        // Most actions on posts are by their author, so that they are not refused.
        let owner =
            self.model.rows.get(&ids[0]).filter(|_| !action.whom.is_multiple_of(8)).map_or(who, |row| row.author);
        let text = action.body.iter().map(|at| PIECES[*at]).collect::<Vec<_>>().join(" ");
        let body = Body::written(&text).unwrap();
        let now = at(self.now);
        let new = |answers: Option<PostId>| NewPost {
            author: user,
            body: body.clone(),
            created_at: now,
            reply_to: answers,
            source: None,
        };
        let (wanted, done): (Result<(), Refused>, Result<(), StoreError>) = match action.kind {
            Kind::AddUser => {
                (next.add_user(name), store.add_user(&NewUser::named(Nickname::parse(name).unwrap()), now).map(drop))
            }
            Kind::Rename => {
                (next.rename(who, name), store.rename_user(user, &Nickname::parse(name).unwrap()).map(drop))
            }
            Kind::DeleteUser => (next.delete_user(who), store.delete_user(user).map(drop)),
            Kind::Post => (next.write(who, &text, self.now, None), store.add_post(&new(None)).map(drop)),
            Kind::PostLate => {
                let created_at = self.now - 700 * (action.posts[1] as i64 % 8);
                let post = NewPost { created_at: at(created_at), ..new(None) };
                (next.write(who, &text, created_at, None), store.add_post(&post).map(drop))
            }
            Kind::Reply => {
                (next.write(who, &text, self.now, Some(ids[0])), store.add_post(&new(Some(posts[0]))).map(drop))
            }
            Kind::Edit => {
                let edits = self.model.target(ids[0]).ok().and_then(|id| self.model.post(id));
                let edits = edits.map_or(0, |(_, post)| post.versions.len() as u32 - 1);
                let owner = self
                    .model
                    .target(ids[0])
                    .ok()
                    .filter(|_| owner != who)
                    .map_or(who, |id| self.model.rows[&id].author);
                let done = store.edit_post(UserId(owner), posts[0], edits, &body, now).map(drop);
                (next.edit(owner, ids[0], &text, self.now), done)
            }
            Kind::Delete => (next.delete(owner, first, self.now), store.delete_posts(UserId(owner), &posts[..1], now)),
            Kind::DeleteTwo => (next.delete(owner, &ids, self.now), store.delete_posts(UserId(owner), &posts, now)),
            Kind::Restore => (next.restore(owner, first), store.restore_posts(UserId(owner), &posts[..1])),
            Kind::RestoreTwo => (next.restore(owner, &ids), store.restore_posts(UserId(owner), &posts)),
            Kind::Purge => (next.purge(&ids), store.purge_posts(&posts)),
            Kind::Boost => (next.boost(who, &ids, self.now), store.boost(user, &posts, now).map(drop)),
            Kind::Unboost => (next.unboost(who, first, self.now), store.unboost(user, &posts[..1], now).map(drop)),
            Kind::Like => (next.like(who, first, self.now), store.like(user, &posts[..1], now).map(drop)),
            Kind::Unlike => (next.unlike(who, first), store.unlike(user, &posts[..1]).map(drop)),
            Kind::Bookmark => (next.bookmark(who, &ids, true), store.bookmark(user, &posts, now).map(drop)),
            Kind::Unbookmark => (next.bookmark(who, first, false), store.unbookmark(user, &posts[..1]).map(drop)),
            Kind::Pin => (next.pin(owner, &ids, self.now), store.pin_posts(UserId(owner), &posts, now).map(drop)),
            Kind::Unpin => (next.unpin(owner, first), store.unpin_posts(UserId(owner), &posts[..1]).map(drop)),
            Kind::Follow => (next.follow(who, whom, self.now), store.follow(user, &[other], now).map(drop)),
            Kind::Unfollow => (next.unfollow(who, whom), store.unfollow(user, &[other]).map(drop)),
            Kind::Mute => (next.mute(who, whom, true), store.mute(user, &[other], now).map(drop)),
            Kind::Unmute => (next.mute(who, whom, false), store.unmute(user, &[other]).map(drop)),
            Kind::Filter | Kind::Unfilter => {
                let (phrase, collapsed) = (PHRASES[action.posts[0] % PHRASES.len()], action.posts[1].is_multiple_of(2));
                let filters = &mut next.users.get_mut(&who).unwrap().filters;
                let parsed = Phrase::parse(phrase).unwrap();
                if matches!(action.kind, Kind::Filter) {
                    filters.insert(phrase.to_owned(), collapsed);
                    (Ok(()), store.add_filter(user, &Filter { phrase: parsed, folded: collapsed, until: None }))
                } else {
                    (filters.remove(phrase).map(drop).ok_or(Refused), store.remove_filters(user, &[parsed]))
                }
            }
            Kind::AddToList => {
                let list = &mut next.users.get_mut(&who).unwrap().list;
                let is_new = list.is_none();
                list.get_or_insert_default().insert(whom);
                let done = match is_new {
                    true => store.create_list(user, "pals", &[other]),
                    false => store.add_to_list(user, "Pals", &[other]).map(drop),
                };
                (Ok(()), done)
            }
            Kind::RemoveFromList => {
                let list = next.users.get_mut(&who).unwrap().list.as_mut();
                let wanted = list.map(|list| list.retain(|member| *member != whom)).ok_or(Refused);
                (wanted, store.remove_from_list(user, "pals", &[other]).map(drop))
            }
            Kind::DeleteList => {
                let wanted = next.users.get_mut(&who).unwrap().list.take().map(drop).ok_or(Refused);
                (wanted, store.delete_list(user, "PALS").map(drop))
            }
            Kind::Read => {
                let view = self.model.view(action.posts[0]);
                let entries = self.model.timeline(who, false, view);
                let key =
                    |number: usize| entries.get(number % entries.len().max(1)).map_or(self.now, |entry| entry.key);
                let (one, other) = (key(action.posts[1]), key(action.whom));
                let range = (one.min(other), one.max(other));
                let timeline = compare::timeline(&self.model, who, view);
                next.read(who, view, timeline.key(), range);
                let arrived = store.last_arrival().unwrap();
                (Ok(()), store.mark_read(user, &timeline, (at(range.0), at(range.1)), arrived, now))
            }
            Kind::MarkNotificationsRead => {
                let notifications = self.model.notifications(who);
                let up_to = notifications
                    .get(action.posts[0] % notifications.len().max(1))
                    .map_or(self.now, |notification| notification.at);
                let kinds = &NotificationKind::ALL[action.posts[1] % NotificationKind::ALL.len()..];
                next.users.get_mut(&who).unwrap().seen.mark_up_to(kinds, up_to);
                (Ok(()), store.mark_notifications_read(user, kinds, at(up_to)).map(drop))
            }
            Kind::SeeNotifications => {
                let times: Vec<i64> = self.model.notifications(who).iter().map(|one| one.at).collect();
                let time = |number: usize| times.get(number % times.len().max(1)).copied().unwrap_or(self.now);
                let (one, other) = (time(action.posts[0]), time(action.posts[1]));
                let range = (one.min(other), one.max(other));
                next.see_notifications(who, range);
                (Ok(()), store.mark_notifications_seen(user, &[(at(range.0), at(range.1))]))
            }
            Kind::Schedule => {
                let reply_to = Some(ids[0]).filter(|_| action.posts[1].is_multiple_of(2));
                let post_at = self.now + 500 * (action.posts[1] as i64 % 5);
                let rest: &[Body] = if action.whom.is_multiple_of(3) { std::slice::from_ref(&body) } else { &[] };
                let new = new(reply_to.map(PostId));
                let done = store.schedule_post(&new, rest, &PostDetails::default(), at(post_at));
                (next.schedule(who, &text, rest.len(), reply_to, post_at), done.map(drop))
            }
            Kind::EditScheduled | Kind::Unschedule => {
                let all: Vec<i64> = self.model.scheduled_by(who).iter().map(|one| one.id).collect();
                let id = all.get(action.posts[0] % all.len().max(1)).copied().unwrap_or(0);
                let known = next.scheduled.iter().position(|one| one.id == id).ok_or(Refused);
                let wanted = known.map(|known| match action.kind {
                    Kind::Unschedule => drop(next.scheduled.remove(known)),
                    _ => next.scheduled[known].change(&text, self.now + 300),
                });
                let done = match action.kind {
                    Kind::Unschedule => store.delete_scheduled_posts(user, &[ScheduledId(id)]),
                    _ => store.edit_scheduled_post(user, ScheduledId(id), (&body, &[]), at(self.now + 300)),
                };
                (wanted, done)
            }
            Kind::PostDue => {
                next.post_due(self.now);
                (Ok(()), store.post_due(now).map(drop))
            }
            Kind::SetTabs => {
                let views = [action.posts[0], action.posts[1]].map(|number| self.model.view(number));
                let tab = |view| PinnedTab { timeline: compare::timeline(&self.model, who, view), name: None };
                let done = store.set_tabs(user, &views.map(tab));
                next.users.get_mut(&who).unwrap().tabs = views.to_vec();
                (Ok(()), done)
            }
            Kind::Draft => {
                next.users.get_mut(&who).unwrap().draft.clone_from(&text);
                (Ok(()), store.save_draft(DraftKey::first(user, Purpose::New), &text, now))
            }
            Kind::Send => {
                let draft = &mut next.users.get_mut(&who).unwrap().draft;
                let open = OpenDraft { slot: 0, saved: std::mem::take(draft), ..OpenDraft::default() };
                (next.write(who, &text, self.now, None), store.add_post_from_draft(&new(None), &open).map(drop))
            }
            Kind::Switch => {
                next.active = Some(who);
                (Ok(()), store.set_active_user(user, now).map(drop))
            }
            Kind::Account => (Ok(()), deliver::add_account(store, &mut next, who)),
            Kind::Deliver => (Ok(()), deliver::deliver(store, &mut next, who, action.whom)),
            Kind::Retry => (Ok(()), deliver::retry(store, &mut next, action.whom)),
            Kind::Poll => (Ok(()), deliver::receive_poll(store, &mut next, who, ids[0])),
            Kind::Vote => {
                let choice = action.posts[1] as u32 % 3;
                (next.vote(who, ids[0], choice), store.vote(user, posts[0], &[choice], now).map(drop))
            }
            Kind::TakeBackVote => (next.take_back_vote(who, ids[0]), store.take_back_vote(user, posts[0]).map(drop)),
            Kind::Reopen | Kind::Kill | Kind::Migrate | Kind::Vacuum => (Ok(()), Ok(())),
        };
        match (wanted, done) {
            (Ok(()), Ok(())) => self.model = next,
            (Err(Refused), Err(_)) => {}
            (wanted, done) => panic!("it should be {wanted:?}, and is {done:?}"),
        }
    }
}

impl Plain {
    /// Returns the acting user and the other user; `None` if there are no users.
    fn pair(&self, action: &Action) -> Option<(i64, i64)> {
        let users: Vec<i64> = self.users.keys().copied().collect();
        let of = |number: usize| users.get(number % users.len().max(1)).copied();
        Some((of(action.who)?, of(action.whom)?))
    }

    /// One of the timelines.
    fn view(&self, number: usize) -> PlainTimeline {
        let user = self.users.keys().copied().nth(number / 8 % self.users.len().max(1)).unwrap_or(1);
        match number % 9 {
            0 | 1 => PlainTimeline::Home,
            2 => PlainTimeline::All,
            3 => PlainTimeline::User(user),
            4 => PlainTimeline::Replies(user),
            5 => PlainTimeline::Likes(user),
            6 => PlainTimeline::Mentions,
            7 => PlainTimeline::List,
            _ => PlainTimeline::Tag(TAGS[number / 8 % TAGS.len()]),
        }
    }
}

/// More cases: `PROPTEST_CASES=1000 cargo test --release --lib random_actions`.
fn cases() -> ProptestConfig {
    let usual = ProptestConfig::default();
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { usual.cases } else { 12 };
    ProptestConfig { cases, max_shrink_iters: 200, failure_persistence: None, ..usual }
}

/// Applies all actions, and compares the store with the model after each.
fn run(actions: &[Action]) {
    let mut machine = Machine::new();
    for (number, action) in actions.iter().enumerate() {
        machine.act(action);
        let reader = &machine.stores[number % 2];
        compare(reader, &machine.model, action.who);
    }
    for reader in 0..machine.model.users.len() {
        compare(&machine.stores[0], &machine.model, reader);
    }
    drop(machine.stores);
    let problems = Database::open(&machine.folder.path().join("m.db")).unwrap().check(&mut |_| {}).unwrap();
    assert!(problems.is_empty(), "{problems:?}");
}

#[test]
fn upgrade_rebuilds_mentions() {
    let piece = PIECES.iter().position(|piece| *piece == "@Ärger").unwrap();
    let name = |name: &str| NAMES.iter().position(|known| *known == name).unwrap();
    let action = |kind, whom| Action { kind, who: 0, whom, posts: [0, 0], body: vec![piece], later: 1 };
    run(&[
        action(Kind::AddUser, name("ada")),
        action(Kind::Post, 0),
        action(Kind::AddUser, name("Ärger")),
        action(Kind::Migrate, 0),
    ]);
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn random_actions_match_the_plain_model(actions in actions(&KINDS, 70)) {
        run(&actions);
    }

    #[test]
    fn random_votes_match_the_plain_model(actions in actions(&VOTES, 40)) {
        let step = |kind, who, post| Action { kind, who, whom: who, posts: [post, 0], body: vec![0], later: 1 };
        let two = |kind, post| [step(kind, 0, post), step(kind, 1, post)];
        // Two accounts, each with a post that its server has and the other's server knows as a poll.
        let mut all = vec![step(Kind::AddUser, 0, 0), step(Kind::AddUser, 1, 0)];
        all.extend([two(Kind::Account, 0), two(Kind::Post, 0)].concat());
        all.extend(two(Kind::Deliver, 0).map(|deliver| Action { whom: 2 + 8 * deliver.who, ..deliver }));
        all.extend([two(Kind::Poll, 0), two(Kind::Poll, 1)].concat());
        all.extend(actions);
        run(&all);
    }
}
