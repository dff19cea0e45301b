//! Drafts of two terminals of one user.

use super::*;
use crate::model::UserId;

/// A terminal that writes a post.
#[derive(Default)]
struct Terminal {
    draft: OpenDraft,
}

impl Terminal {
    /// Opens the composer.
    fn open(world: &World, user: UserId, purpose: Purpose) -> Self {
        Self { draft: world.store.open_draft(DraftKey::first(user, purpose)).unwrap() }
    }

    /// Saves the draft; returns whether it took another slot.
    fn save(&mut self, world: &mut World, (user, purpose): (UserId, Purpose), text: &str) -> bool {
        let slot = world.store.save_open_draft(user, purpose, &self.draft, text, at(1)).unwrap();
        let moved = slot != self.draft.slot;
        self.draft = OpenDraft { slot, saved: text.to_owned(), ..OpenDraft::default() };
        moved
    }
}

fn stored(world: &World, user: UserId) -> Vec<(u32, String)> {
    let mut all: Vec<_> = world.store.drafts(user).unwrap().into_iter().map(|draft| (draft.slot, draft.text)).collect();
    all.sort();
    all
}

fn expect(world: &World, user: UserId, expected: &[(u32, &str)]) {
    let found = stored(world, user);
    assert_eq!(found.iter().map(|(slot, text)| (*slot, text.as_str())).collect::<Vec<_>>(), expected);
}

#[test]
fn drafts_of_two_terminals_are_both_saved() {
    let mut world = world();
    let john = world.user("john").id;
    let id = world.post(&world.store.user("john").unwrap(), "post", 10, None);
    for purpose in [Purpose::New, Purpose::Reply(id), Purpose::Edit { post: id, edits: 0 }] {
        let key = (john, purpose);
        let (mut one, mut two) = (Terminal::open(&world, john, purpose), Terminal::open(&world, john, purpose));
        assert!(!one.save(&mut world, key, "first"));
        assert!(two.save(&mut world, key, "second"), "said once");
        assert!(!two.save(&mut world, key, "second, more"));
        assert!(!one.save(&mut world, key, "first, more"));
        expect(&world, john, &[(0, "first, more"), (1, "second, more")]);
        // A third one continues the first draft, and the first terminal writes on.
        let mut three = Terminal::open(&world, john, purpose);
        assert!(!three.save(&mut world, key, "third"));
        assert!(one.save(&mut world, key, "first, again"));
        expect(&world, john, &[(0, "third"), (1, "second, more"), (2, "first, again")]);
        // A freed slot is taken again; a blank text deletes only what it replaces.
        assert!(!two.save(&mut world, key, ""));
        let mut four = Terminal::default();
        assert!(four.save(&mut world, key, "fourth"));
        assert!(!Terminal::default().save(&mut world, key, " "));
        expect(&world, john, &[(0, "third"), (1, "fourth"), (2, "first, again")]);
        for slot in 0..3 {
            world.store.discard_draft(DraftKey { user: john, purpose, slot }).unwrap();
        }
        // The text that was discarded elsewhere comes back with the next key.
        assert!(!one.save(&mut world, key, "first, at last"));
        assert_eq!(Terminal::open(&world, john, purpose).draft.slot, 2, "the only one");
        assert!(!one.save(&mut world, key, ""));
        expect(&world, john, &[]);
    }
}

#[test]
fn sending_deletes_only_the_draft_of_its_terminal() {
    let mut world = world();
    let john = world.user("john").id;
    let key = (john, Purpose::New);
    let (mut one, mut two) = (Terminal::default(), Terminal::default());
    one.save(&mut world, key, "first");
    two.save(&mut world, key, "second");
    let post = |text: &str| NewPost {
        author: john,
        body: Body::written(text).unwrap(),
        created_at: at(5),
        reply_to: None,
        source: None,
    };
    world.store.add_post_from_draft(&post("second"), &two.draft).unwrap();
    expect(&world, john, &[(0, "first")]);
    // Another terminal continued the first draft: its text stays when the first terminal sends its own.
    Terminal::open(&world, john, Purpose::New).save(&mut world, key, "first, continued");
    world.store.add_post_from_draft(&post("first and more"), &one.draft).unwrap();
    let rest = [Body::written("and the rest").unwrap()];
    world.store.add_thread_from_draft(&post("first"), &rest, &one.draft).unwrap();
    expect(&world, john, &[(0, "first, continued")]);
    let edit = (john, Purpose::Edit { post: PostId(1), edits: 0 });
    one = Terminal::default();
    one.save(&mut world, edit, "edit");
    two = Terminal::default();
    two.save(&mut world, edit, "other edit");
    let body = Body::written("edited").unwrap();
    world.store.edit_post_from_draft(john, PostId(1), 0, &body, at(9), &one.draft).unwrap();
    expect(&world, john, &[(0, "first, continued"), (1, "other edit")]);
}

#[test]
fn downgrade_joins_the_drafts_of_two_terminals() {
    let connection = &mut Connection::open_in_memory().unwrap();
    migrate::build(connection, 16).unwrap();
    let fill = "INSERT INTO user (nickname, nickname_key) VALUES ('john', 'john');
        INSERT INTO draft (user, reply_to, slot, body, saved_at) VALUES (1, 0, 0, 'one', 5), (1, 0, 1, 'two', 4);
        INSERT INTO edit_draft (user, post, slot, edits, body, saved_at) VALUES (1, 7, 0, 1, 'one', 5), (1, 7, 2, 0, 'two', 6)";
    connection.execute_batch(fill).unwrap();
    migrate::build(connection, 15).unwrap();
    let read = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, String>(0)).unwrap();
    assert_eq!(read("SELECT group_concat(body || saved_at) FROM draft"), "one\n\ntwo5");
    assert_eq!(read("SELECT group_concat(edits || body || saved_at) FROM edit_draft"), "0one\n\ntwo6");
}

#[test]
fn scheduled_post_is_posted_once_by_two_processes_at_its_time() {
    let mut world = world();
    let (john, susan) = (world.user("john"), world.user("susan"));
    let parent = world.post(&john, "tea?", 10, None);
    let new = |body: &str, reply_to| {
        let body = Body::written(body).unwrap();
        NewPost { author: john.id, body, created_at: at(20), reply_to, source: None }
    };
    let later = world.store.schedule_post(&new("later", None), &[], &PostDetails::default(), at(200)).unwrap();
    let reply = world.store.schedule_post(&new("yes", Some(parent)), &[], &PostDetails::default(), at(100)).unwrap();
    let orphan = world.post(&susan, "cake?", 30, None);
    let waiting = world.store.schedule_post(&new("no", Some(orphan)), &[], &PostDetails::default(), at(90)).unwrap();
    world.store.delete_posts(susan.id, &[orphan], at(40)).unwrap();
    let listed = |store: &Store| store.scheduled_posts(john.id).unwrap().iter().map(|it| it.id).collect::<Vec<_>>();
    assert_eq!(listed(&world.store), [waiting, reply, later]);

    let (mut other, _) = Store::open(&world.folder.path().join("m.db")).unwrap();
    assert_eq!(world.store.post_due(at(99)).unwrap(), []);
    let posted = std::thread::scope(|scope| {
        let both = [&mut world.store, &mut other].map(|store| scope.spawn(move || store.post_due(at(150)).unwrap()));
        both.map(|thread| thread.join().unwrap()).concat()
    });
    let [(scheduled, ids)] = &posted[..] else { panic!("{posted:?}") };
    let post = world.store.post(ids[0]).unwrap();
    assert_eq!((scheduled.id, post.body.as_str(), post.created_at), (reply, "yes", at(150)));
    assert_eq!(post.reply_to.map(|parent| parent.id), Some(parent));
    // A reply to a deleted post waits for a decision.
    assert_eq!(listed(&world.store), [waiting, later]);

    assert!(matches!(world.store.delete_scheduled_posts(susan.id, &[later]), Err(StoreError::UnknownScheduledPost(_))));
    world.store.edit_scheduled_post(john.id, later, (&Body::written("sooner").unwrap(), &[]), at(300)).unwrap();
    let ids = world.store.post_scheduled_now(john.id, &[later], at(160)).unwrap();
    assert_eq!(world.store.post(ids[0]).unwrap().body.as_str(), "sooner");
    world.store.delete_scheduled_posts(john.id, &[waiting]).unwrap();
    assert_eq!(listed(&world.store), []);
}

#[test]
fn scheduled_thread_is_posted_as_replies_and_replaced_by_an_edit() {
    let mut world = world();
    let john = world.user("john");
    let body = |text: &str| Body::written(text).unwrap();
    let new = NewPost { author: john.id, body: body("one"), created_at: at(20), reply_to: None, source: None };
    let id = world.store.schedule_post(&new, &[body("two"), body("three")], &PostDetails::default(), at(100)).unwrap();
    let rest = |store: &Store| store.scheduled_post(john.id, id).unwrap().rest.len();
    assert_eq!(rest(&world.store), 2);
    world.store.edit_scheduled_post(john.id, id, (&body("one"), &[body("zwei")]), at(100)).unwrap();
    assert_eq!(rest(&world.store), 1);
    let posted = world.store.post_due(at(100)).unwrap();
    let posts: Vec<Post> = posted[0].1.iter().map(|id| world.store.post(*id).unwrap()).collect();
    let shown: Vec<_> = posts.iter().map(|post| (post.body.as_str(), post.reply_to.as_ref().map(|it| it.id))).collect();
    assert_eq!(shown, [("one", None), ("zwei", Some(posts[0].id))]);
    assert_eq!(world.store.scheduled_posts(john.id).unwrap(), []);
}

#[test]
fn scheduling_a_draft_deletes_it() {
    let mut world = world();
    let john = world.user("john");
    let draft = DraftKey::first(john.id, Purpose::New);
    world.store.save_draft(draft, "later", at(10)).unwrap();
    let open = world.store.open_draft(draft).unwrap();
    let body = Body::written("later").unwrap();
    let new = NewPost { author: john.id, body, created_at: at(20), reply_to: None, source: None };
    world.store.schedule_draft(&new, &[], at(100), &open).unwrap();
    assert_eq!(world.store.draft(draft).unwrap(), "");
    assert_eq!(world.store.scheduled_posts(john.id).unwrap().len(), 1);
}
