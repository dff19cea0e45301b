//! An action changes rows of the acting user, and of no other user.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::model::{Filter, NotificationKind, Phrase, Picture, PinnedTab, ReadState};

/// All rows, each behind the name of its table.
fn rows(world: &World) -> BTreeSet<(String, String)> {
    let connection = &world.store.connection;
    let mut all = BTreeSet::new();
    for table in catalog::tables(connection).unwrap() {
        let mut statement = connection.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let columns = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let values = (0..columns).map(|at| row.get::<_, rusqlite::types::Value>(at).unwrap());
            all.insert((table.clone(), format!("{:?}", values.collect::<Vec<_>>())));
        }
    }
    all
}

/// Returns how many rows were removed and added, by table.
fn changes(before: &BTreeSet<(String, String)>, after: &BTreeSet<(String, String)>) -> String {
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    before.difference(after).for_each(|(table, _)| counts.entry(table).or_default().0 += 1);
    after.difference(before).for_each(|(table, _)| counts.entry(table).or_default().1 += 1);
    let shown = counts.iter().filter(|(table, _)| !table.starts_with("post_search") && !table.starts_with("post_part"));
    shown.map(|(table, (gone, new))| format!("{table} -{gone}+{new}")).collect::<Vec<_>>().join(" ")
}

/// Three users who each have everything: a profile, two posts that name and answer, drafts, filters, marks.
fn crowd() -> (World, [User; 3], Vec<PostId>) {
    let mut world = world();
    let users = ["john", "susan", "mary"].map(|name| world.user(name));
    let mut posts = Vec::new();
    for (n, user) in users.iter().enumerate() {
        let n = n as i64;
        let first = world.post(user, "first #tag @mary @susan", 100 + n, None);
        let second = world.post(user, "second #other @john", 200 + n, Some(first));
        world.store.edit_post(user.id, first, 0, &Body::written("edited #tag @mary").unwrap(), at(300 + n)).unwrap();
        posts.extend([first, second]);
    }
    let mut gone = Vec::new();
    for (n, user) in users.iter().enumerate() {
        let (store, now) = (&mut world.store, at(1_000 + n as i64));
        let others: Vec<UserId> = users.iter().map(|other| other.id).filter(|other| *other != user.id).collect();
        let edit = UserEdit {
            display_name: Some(DisplayName::parse("name").unwrap()),
            about_me: Some(AboutMe::parse("about").unwrap()),
            email: Some(Email::parse(&format!("{}@example.com", user.nickname)).ok()),
            avatar: Some(Some(Picture::stored(vec![n as u8]))),
        };
        store.edit_user(user.id, &edit).unwrap();
        store.follow(user.id, &others, now).unwrap();
        store.mute(user.id, &others[..1], now).unwrap();
        store.like(user.id, &posts, now).unwrap();
        store.bookmark(user.id, &posts, now).unwrap();
        store.boost(user.id, &posts, now).unwrap();
        for phrase in ["one", "two"] {
            let phrase = Phrase::parse(phrase).unwrap();
            store.add_filter(user.id, &Filter { phrase, folded: false, until: None }).unwrap();
        }
        for name in ["one", "two"] {
            store.save_search(user.id, name, "query").unwrap();
            store.create_list(user.id, name, &users.each_ref().map(|user| user.id)).unwrap();
        }
        for timeline in [Timeline::All, Timeline::Home(user.id)] {
            read_up_to(store, user.id, &timeline, at(150)).unwrap();
        }
        store.mark_notifications_read(user.id, &NotificationKind::ALL, at(150)).unwrap();
        for purpose in [Purpose::New, Purpose::Reply(posts[0]), Purpose::Edit { post: posts[n * 2], edits: 1 }] {
            store.save_draft(DraftKey::first(user.id, purpose), "draft", now).unwrap();
        }
        gone.push(world.post(user, "gone #tag @mary", 2_000 + n as i64, None));
        world.store.delete_posts(user.id, &gone[n..], now).unwrap();
    }
    posts.extend(gone);
    (world, users, posts)
}

/// A crowd in which john acts.
struct Watched {
    world: World,
    john: UserId,
    susan: UserId,
    mary: UserId,
    posts: Vec<PostId>,
}

fn watched() -> Watched {
    let (world, users, posts) = crowd();
    let [john, susan, mary] = users.map(|user| user.id);
    Watched { world, john, susan, mary, posts }
}

const NOW: i64 = 9_000;

impl Watched {
    /// Asserts which rows an action changes, and that all counts and indexes are right afterwards.
    #[track_caller]
    fn does<T>(&mut self, wanted: &str, action: impl FnOnce(&mut Store) -> Result<T>) {
        let before = rows(&self.world);
        action(&mut self.world.store).unwrap();
        assert_eq!(changes(&before, &rows(&self.world)), wanted);
        super::changes::sound(&self.world);
    }
}

#[test]
fn profile_edit_changes_only_own_rows() {
    let mut watched = watched();
    let (john, susan) = (watched.john, watched.susan);
    let none = UserEdit::default;
    watched.does("user -1+1", |store| store.edit_user(john, &UserEdit { display_name: Some(None), ..none() }));
    watched.does("user -1+1", |store| store.edit_user(john, &UserEdit { about_me: Some(None), ..none() }));
    watched.does("user -1+1", |store| store.edit_user(john, &UserEdit { email: Some(None), ..none() }));
    watched.does("avatar -1+0", |store| store.edit_user(john, &UserEdit { avatar: Some(None), ..none() }));
    watched.does("user -1+1", |store| store.rename_user(john, &Nickname::parse("jo").unwrap()));
    watched.does("active_user -1+1", |store| store.set_active_user(susan, at(NOW)));
}

#[test]
fn post_actions_change_only_own_rows() {
    let mut watched = watched();
    let (john, now, body) = (watched.john, at(NOW), |text: &str| Body::written(text).unwrap());
    let drafted = OpenDraft { slot: 0, saved: "draft".to_owned(), ..OpenDraft::default() };
    let [first, second, gone] = [0, 1, 6].map(|at| watched.posts[at]);
    watched.does("mention -1+0 post -1+1 post_version -0+1 tag -1+2 tagged -1+1", |store| {
        store.edit_post(john, first, 1, &body("third #new"), now)
    });
    watched.does("edit_draft -1+0 post -1+1 post_version -0+1 tag -1+1 tagged -1+0", |store| {
        store.edit_post_from_draft(john, first, 2, &body("fourth"), now, &drafted)
    });
    // It goes with three boosts, and what it answers and its author have one post less.
    watched.does("deleted_post -0+4 post -5+1 user -1+1", |store| store.delete_posts(john, &[second], now));
    watched.does("deleted_post -4+0 post -1+5 user -1+1", |store| store.restore_posts(john, &[second]));
    watched.does("deleted_post -1+0 mention -1+0 tag -1+1 tagged -1+0", |store| store.purge_posts(&[gone]));
    let new = NewPost { author: john, body: body("new"), created_at: now, reply_to: None, source: None };
    watched.does("draft -1+0 post -0+1 user -1+1", |store| store.add_post_from_draft(&new, &drafted));
}

#[test]
fn reactions_change_only_own_rows() {
    let mut watched = watched();
    let (john, susan, mary, now, hers) = (watched.john, watched.susan, watched.mary, at(NOW), [watched.posts[2]]);
    watched.does("deleted_post -0+1 notification -1+0 post -2+1", |store| store.unboost(john, &hers, now));
    watched.does("notification -0+1 post -1+2", |store| store.boost(john, &hers, now));
    watched.does("liked -1+0 notification -1+0 post -1+1", |store| store.unlike(john, &hers));
    watched.does("liked -0+1 notification -0+1 post -1+1", |store| store.like(john, &hers, now));
    watched.does("bookmark -1+0", |store| store.unbookmark(john, &hers));
    watched.does("bookmark -0+1", |store| store.bookmark(john, &hers, now));
    watched.does("follow -1+0 notification -1+0", |store| store.unfollow(john, &[mary]));
    watched.does("follow -0+1 notification -0+1", |store| store.follow(john, &[mary], now));
    watched.does("", |store| store.follow(john, &[mary], at(NOW + 1)));
    watched.does("mute -1+0", |store| store.unmute(john, &[susan]));
    watched.does("mute -0+1", |store| store.mute(john, &[susan], now));
    watched.does("", |store| store.mute(john, &[susan], at(NOW + 1)));
}

#[test]
fn filters_read_marks_and_drafts_change_only_own_rows() {
    let mut watched = watched();
    let (john, susan, now, all) = (watched.john, watched.susan, at(NOW), Timeline::All);
    let phrase = || Phrase::parse("ONE").unwrap();
    let filter = Filter { phrase: phrase(), folded: true, until: None };
    watched.does("filter -1+1", |store| store.add_filter(john, &filter));
    watched.does("filter -1+0", |store| store.remove_filters(john, &[phrase()]));
    watched.does("saved_search -1+1", |store| store.save_search(john, "ONE", "query"));
    watched.does("saved_search -1+0", |store| store.delete_search(john, "one"));
    watched.does("list_member -1+0", |store| store.remove_from_list(john, "ONE", &[susan]));
    watched.does("list_member -0+1", |store| store.add_to_list(john, "ONE", &[susan]));
    watched.does("list -1+1", |store| store.rename_list(john, "one", "three"));
    watched.does("list -1+0 list_member -3+0", |store| store.delete_list(john, "three"));
    let tab = PinnedTab { timeline: Timeline::Tag("rust".to_owned()), name: None };
    let post = watched.posts[0];
    watched.does("pinned_post -0+1", |store| store.pin_posts(john, &[post], now));
    watched.does("pinned_post -1+0", |store| store.unpin_posts(john, &[post]));
    watched.does("tab -0+1", |store| store.set_tabs(john, std::slice::from_ref(&tab)));
    watched.does("tab -1+0", |store| store.set_tabs(john, &[]));
    watched.does("read_mark -1+1 read_span -3+1", |store| read_up_to(store, john, &all, now));
    watched.does("read_mark -1+1", |store| store.save_cursor(john, &all, Some(now)));
    watched.does("read_mark -1+1", |store| store.save_cursor(john, &all, None));
    watched.does("read_span -1+0", |store| store.set_read_state(john, &all, &ReadState::default()));
    watched.does("read_mark -1+1", |store| store.mark_notifications_read(john, &NotificationKind::ALL, now));
    let draft = |user, purpose| DraftKey::first(user, purpose);
    let answer = Purpose::Reply(watched.posts[0]);
    watched.does("draft -1+1", |store| store.save_draft(draft(john, Purpose::New), "more", now));
    watched.does("draft -1+0", |store| store.discard_draft(draft(john, answer)));
    let body = Body::written("later").unwrap();
    let new = NewPost { author: john, body: body.clone(), created_at: now, reply_to: None, source: None };
    let mut id = crate::model::ScheduledId(0);
    watched.does("scheduled_post -0+1", |store| {
        store.schedule_post(&new, &[], &PostDetails::default(), now).map(|new| id = new)
    });
    watched.does("scheduled_post -1+1", |store| store.edit_scheduled_post(john, id, (&body, &[]), at(NOW + 5)));
    watched.does("", |store| store.post_due(at(NOW + 4)));
    watched.does("post -0+1 scheduled_post -1+0 user -1+1", |store| store.post_due(at(NOW + 5)));
    // It joins the plain one.
    watched.does("draft -2+1", |store| store.release_draft(draft(susan, answer), now));
}

#[test]
fn deleted_user_loses_own_and_dependent_rows() {
    let mut watched = watched();
    let mary = watched.mary;
    // Of posts: two, three boosts of each, and four boosts of others', which have each a like and a boost less.
    watched.does(
        "avatar -1+0 bookmark -10+0 deleted_post -1+0 draft -2+0 edit_draft -1+0 filter -2+0 follow -4+0 liked -10+0 list -2+0 list_member -10+0 \
         mention -7+0 mute -1+0 notification -26+0 post -16+4 post_version -1+0 read_mark -3+0 read_span -6+0 saved_search -2+0 \
         tag -2+2 tagged -3+0 user -1+0",
        |store| store.delete_user(mary),
    );
}
