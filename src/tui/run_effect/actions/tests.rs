//! Every undoable action is undone by its inverse, and redone by the inverse of that.

use super::*;
use crate::model::{
    AboutMe, Arrival, DisplayName, Filter, NewUser, NotificationKind, PostRange, ReadState, Record, Timeline, User,
};
use crate::tui::state::TabChange;

/// John, who follows Ada and has a draft, with posts by both.
struct World {
    store: Store,
    _folder: tempfile::TempDir,
    john: User,
    ada: User,
}

const JOHNS: PostId = PostId(1);
const ADAS: [PostId; 2] = [PostId(2), PostId(3)];

fn world() -> World {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(&folder.path().join("m.db")).unwrap().0;
    let at = Timestamp::from_micros;
    let mut user = |name: &str| store.add_user(&NewUser::named(Nickname::parse(name).unwrap()), at(1)).unwrap();
    let (john, ada) = (user("john"), user("ada"));
    for (n, author) in [(10, &john), (20, &ada), (30, &ada), (40, &john)] {
        let body = Body::written(&format!("post of {n}, @john")).unwrap();
        let new = NewPost { author: author.id, body, created_at: at(n), reply_to: None, source: None };
        store.add_post(&new).unwrap();
    }
    store.like(john.id, &ADAS[..1], at(50)).unwrap();
    store.create_list(john.id, "pals", &[ada.id]).unwrap();
    store.save_search(john.id, "rye", "rye bread").unwrap();
    store.save_draft(DraftKey::first(john.id, Purpose::New), "half a thought", at(60)).unwrap();
    World { store, _folder: folder, john, ada }
}

/// All records of the database, but the head, which has the last ids, and read marks of which nothing is left.
fn records(store: &Store) -> Vec<String> {
    let mut found = Vec::new();
    let mut each = |record: Record| {
        match &record {
            Record::Microblog(_) | Record::End(_) => {}
            Record::Read(read)
                if read.spans.as_ref().is_none_or(Vec::is_empty) && !read.timeline.starts_with("notifications") => {}
            // A draft that is restored is saved now.
            Record::Draft(draft) => found.push(format!("draft {:?} {} {}", draft.reply_to, draft.slot, draft.body)),
            record => found.push(format!("{record:?}")),
        }
        Ok::<_, StoreError>(())
    };
    store.for_each_record(&mut each).unwrap();
    found
}

fn actions(world: &World) -> Vec<UndoableAction> {
    let name = |name: &str| Nickname::parse(name).unwrap();
    let phrase = || Phrase::parse("rye").unwrap();
    let body = |text: &str| Body::written(text).unwrap();
    let (later, ada) = (Timestamp::from_micros(9_000_000_000_000_000), (world.ada.id, name("ada")));
    let draft = || OpenDraft { slot: 0, saved: "half a thought".to_owned(), ..OpenDraft::default() };
    let fields = ProfileFields {
        display_name: DisplayName::parse("John").unwrap(),
        about_me: AboutMe::parse("bakes").unwrap(),
        email: None,
        avatar: None,
    };
    let schedule = |body, draft| UndoableAction::Schedule {
        reply_to: None,
        body,
        rest: vec![],
        details: PostDetails::default(),
        post_at: later,
        draft,
    };
    let notifications = |kinds: &[NotificationKind], up_to| UndoableAction::MarkNotificationsRead {
        kinds: kinds.to_vec(),
        up_to: Timestamp::from_micros(up_to),
        count: 0,
    };
    vec![
        UndoableAction::Like(vec![ADAS[1]], true),
        UndoableAction::Boost(ADAS.to_vec(), true),
        UndoableAction::Bookmark(ADAS.to_vec(), true),
        UndoableAction::Pin(vec![JOHNS], None),
        schedule(body("later"), None),
        schedule(body("half a thought"), Some(draft())),
        UndoableAction::Follow(vec![ada.clone()], None),
        UndoableAction::Mute(vec![ada.clone()], None),
        UndoableAction::DeletePosts(vec![JOHNS, PostId(4)]),
        UndoableAction::TakeBack { ids: vec![PostId(4)], purpose: Purpose::Reply(JOHNS), text: "again".to_owned() },
        UndoableAction::SetFilter(phrase(), Some(Filter { phrase: phrase(), folded: true, until: None })),
        UndoableAction::SaveSearch("tea".to_owned(), Some("tea".to_owned())),
        UndoableAction::SaveSearch("rye".to_owned(), None),
        UndoableAction::SetList("night".to_owned(), Some(vec![ada.clone()])),
        UndoableAction::SetList("pals".to_owned(), None),
        UndoableAction::SetListMember("pals".to_owned(), world.john.id, name("john"), true),
        UndoableAction::ChangeTab(Timeline::Tag("rye".to_owned()), TabChange::Pin),
        UndoableAction::MarkRead {
            timeline: Timeline::Home(world.john.id),
            read: ReadState::all(Arrival(4)),
            from: None,
        },
        notifications(&NotificationKind::ALL, 30),
        notifications(&[NotificationKind::Mentioned], 30),
        UndoableAction::DiscardDraft(Purpose::New, 0),
        UndoableAction::DeleteImported(vec![PostRange { first: PostId(2), last: PostId(3) }]),
        UndoableAction::SetProfile(world.john.id, name("john"), Box::new(fields)),
    ]
}

#[test]
fn every_action_is_undone_and_redone() {
    for number in 0..actions(&world()).len() {
        let mut world = world();
        let action = actions(&world).swap_remove(number);
        let (store, john) = (&mut world.store, &world.john);
        let label = format!("{action:?}");
        let (before, action) = (records(store), resolve_toggle(store, john.id, action).unwrap());
        let inverse = perform(store, john.id, action).unwrap();
        let done = records(store);
        assert_ne!(before, done, "{label}");
        let redo = perform(store, john.id, inverse).unwrap();
        assert_eq!(records(store), before, "undone: {label}");
        perform(store, john.id, redo).unwrap();
        assert_eq!(records(store).len(), done.len(), "redone: {label}");
    }
}

#[test]
fn undone_follow_of_several_users_keeps_those_followed_before() {
    let World { mut store, _folder, john, ada } = world();
    let bob = Nickname::parse("bob").unwrap();
    let bob = store.add_user(&NewUser::named(bob), Timestamp::from_micros(2)).unwrap();
    let eve = Nickname::parse("eve").unwrap();
    let eve = store.add_user(&NewUser::named(eve), Timestamp::from_micros(3)).unwrap();
    store.follow(john.id, &[eve.id], Timestamp::from_micros(4)).unwrap();
    let users = [&ada, &bob, &eve].map(|user| (user.id, user.nickname.clone()));
    let follows = |store: &Store| [&ada, &bob, &eve].map(|user| store.relation(john.id, user.id).unwrap().follows);
    let action = resolve_toggle(&store, john.id, UndoableAction::Follow(users.to_vec(), Some(true))).unwrap();
    assert_eq!(action.done(), "followed 2 users");
    let inverse = perform(&mut store, john.id, action).unwrap();
    assert_eq!(follows(&store), [true; 3]);
    perform(&mut store, john.id, inverse).unwrap();
    assert_eq!(follows(&store), [false, false, true]);
}

#[test]
fn undone_mark_keeps_what_was_read_since() {
    let World { mut store, _folder, john, ada } = world();
    let at = Timestamp::from_micros;
    store.follow(john.id, &[ada.id], at(1)).unwrap();
    let home = Timeline::Home(john.id);
    let add = |store: &mut Store, moment: i64| {
        let body = Body::written("later").unwrap();
        let new = NewPost { author: ada.id, body, created_at: at(moment), reply_to: None, source: None };
        store.add_post(&new).unwrap()
    };
    let unread = |store: &Store| store.unread(john.id, std::slice::from_ref(&home), 99).unwrap()[0];
    assert_eq!(unread(&store), 2);
    let read = ReadState::all(store.last_arrival().unwrap());
    let mark = UndoableAction::MarkRead { timeline: home.clone(), read, from: None };
    let undo = perform(&mut store, john.id, mark).unwrap();
    let seen = add(&mut store, 1_000);
    add(&mut store, 2_000);
    let last = store.last_arrival().unwrap();
    let seen = store.post(seen).unwrap().key;
    store.mark_read(john.id, &home, (seen, seen), last, at(3_000)).unwrap();
    assert_eq!(unread(&store), 1);
    let redo = perform(&mut store, john.id, undo).unwrap();
    assert_eq!(unread(&store), 3, "what was read after the mark stays read");
    perform(&mut store, john.id, redo).unwrap();
    assert_eq!(unread(&store), 1);
}

#[test]
fn undone_mark_of_notifications_keeps_what_was_read_since() {
    for kinds in [&NotificationKind::ALL[..], &[NotificationKind::Mentioned]] {
        let World { mut store, _folder, john, ada } = world();
        let unread = |store: &Store| store.unread_notifications(john.id, 99).unwrap();
        assert_eq!(unread(&store), 2);
        let (kinds, up_to) = (kinds.to_vec(), Timestamp::from_micros(30));
        let mark = UndoableAction::MarkNotificationsRead { kinds, up_to, count: 0 };
        let undo = perform(&mut store, john.id, mark).unwrap();
        for moment in [1_000, 2_000] {
            let (body, created_at) = (Body::written("hello @john").unwrap(), Timestamp::from_micros(moment));
            let new = NewPost { author: ada.id, body, created_at, reply_to: None, source: None };
            store.add_post(&new).unwrap();
        }
        let seen = store.notifications(john.id, None, 9).unwrap()[1].at;
        store.mark_notifications_seen(john.id, &[(seen, seen)]).unwrap();
        assert_eq!(unread(&store), 1);
        let redo = perform(&mut store, john.id, undo).unwrap();
        assert_eq!(unread(&store), 3, "what was read after the mark stays read");
        assert!(!store.notifications(john.id, None, 9).unwrap()[1].unread);
        perform(&mut store, john.id, redo).unwrap();
        assert_eq!(unread(&store), 1);
    }
}

#[test]
fn undone_edit_brings_the_text_back_and_keeps_the_history() {
    let World { mut store, _folder, john, .. } = world();
    let body = Body::written("another text").unwrap();
    let before = store.post(JOHNS).unwrap().body;
    let edit = UndoableAction::EditPost { id: JOHNS, edits: 0, body: body.clone(), draft: None };
    let inverse = perform(&mut store, john.id, edit).unwrap();
    let redo = perform(&mut store, john.id, inverse).unwrap();
    assert_eq!(store.post(JOHNS).unwrap().body, before);
    perform(&mut store, john.id, redo).unwrap();
    assert_eq!(store.post(JOHNS).unwrap().body, body);
    assert_eq!(store.history(JOHNS).unwrap().len(), 4, "the first text, and three edits");
}

#[test]
fn scheduled_post_becomes_a_draft_beside_another_one() {
    let mut world = world();
    let (john, body) = (world.john.id, Body::written("later").unwrap());
    let new = NewPost { author: john, body, created_at: Timestamp::now(), reply_to: None, source: None };
    let later = Timestamp::from_micros(9_000_000_000_000_000);
    let id = world.store.schedule_post(&new, &[], &PostDetails::default(), later).unwrap();
    let edit = UndoableAction::Unschedule { id, to_draft: true };
    let drafts = |store: &Store| {
        let mut texts: Vec<String> = store.drafts(john).unwrap().into_iter().map(|draft| draft.text).collect();
        texts.sort();
        texts
    };
    let undo = perform(&mut world.store, john, edit).unwrap();
    assert_eq!(drafts(&world.store), ["half a thought", "later"]);
    perform(&mut world.store, john, undo).unwrap();
    assert_eq!(drafts(&world.store), ["half a thought"]);
    assert_eq!(world.store.scheduled_posts(john).unwrap().len(), 1);
}
