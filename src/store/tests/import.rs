//! Imports of posts, reactions and profiles from other sites.

mod impostors;
mod people;
mod provenance;
mod undo;
mod update;

use super::super::{ImportOptions, ImportStats, StoreError};
use super::*;
use crate::model::{
    Attachment, Audience, Collapse, ImportItem, Origin, Reaction, RemotePost, RemoteUser, Revision, Skipped,
};

const NOW: i64 = 1_767_225_600_000_000;

fn terms() -> ImportOptions {
    ImportOptions::new(at(NOW))
}

fn person(nickname: &str) -> RemoteUser {
    RemoteUser {
        url: format!("https://example.com/{nickname}"),
        nickname: Nickname::parse(&format!("{nickname}@example.com")).unwrap(),
        kind: UserKind::Remote,
        display_name: None,
        about_me: None,
        email: None,
        last_seen: None,
    }
}

fn arrival(name: &str, text: &str, time: i64, origin: Origin) -> ImportItem {
    ImportItem::Post(Box::new(RemotePost {
        author: None,
        source: name.to_owned(),
        created_at: at(time),
        edited_at: None,
        revisions: Vec::new(),
        body: Body::imported(text).unwrap(),
        mentions: Vec::new(),
        origin,
        place: "line 1".to_owned(),
    }))
}

fn plain(name: &str, text: &str, time: i64) -> ImportItem {
    arrival(name, text, time, Origin::default())
}

fn answer(name: &str, text: &str, time: i64, to: &str) -> ImportItem {
    arrival(name, text, time, Origin { in_reply_to: Some(to.to_owned()), ..Origin::default() })
}

impl World {
    fn import(&mut self, terms: &ImportOptions, items: Vec<ImportItem>) -> (ImportStats, Vec<Skipped>) {
        let mut skipped = Vec::new();
        let imported = self.try_import(terms, items, &mut |one| skipped.push(one)).unwrap();
        (imported, skipped)
    }
}

#[test]
fn repeated_items_are_imported_once() {
    let mut world = world();
    let items =
        || vec![ImportItem::Owner(person("ada")), plain("a", "one", 10), plain("b", "two", 20), plain("a", "one", 10)];
    let (taken, _) = world.import(&terms(), items());
    assert_eq!((taken.users, taken.posts, taken.known), (1, 2, 1));
    let (taken, _) = world.import(&terms(), items());
    assert_eq!((taken.users, taken.posts, taken.known), (0, 0, 3));
    assert_eq!(world.bodies(&Timeline::All, &Window { limit: 9, ..Window::default() }), ["two", "one"]);
}

#[test]
fn reply_is_linked_in_either_import_order() {
    let mut world = world();
    let named = Origin { aliases: vec!["#short".to_owned()], ..Origin::default() };
    world.import(
        &terms(),
        vec![ImportItem::Owner(person("bob")), answer("b", "early", 20, "#short"), answer("x", "lost", 25, "no")],
    );
    world.import(&terms(), vec![ImportItem::Owner(person("ada")), arrival("a", "root", 10, named)]);
    world.import(
        &terms(),
        vec![ImportItem::Owner(person("cyd")), answer("c", "late", 30, "#short"), answer("d", "by name", 40, "a")],
    );
    let root = world.post_by_remote_id("a").unwrap();
    let thread = world.store.thread(root).unwrap();
    let thread: Vec<_> = thread
        .iter()
        .filter_map(|one| one.post.as_ref().map(|post| (one.depth, post.body.as_str(), post.replies)))
        .collect();
    assert_eq!(thread, [(0, "root", 3), (1, "early", 0), (1, "late", 0), (1, "by name", 0)]);
    let found =
        |query: &str| world.bodies(&Timeline::Search(query.to_owned()), &Window { limit: 9, ..Window::default() });
    assert_eq!(found("is:reply to:ada@example.com"), ["by name", "late", "early"]);
    assert_eq!(
        world.store.origin(world.post_by_remote_id("b").unwrap()).unwrap().in_reply_to.as_deref(),
        Some("#short")
    );
}

#[test]
fn reactions_to_missing_post_are_pending_until_its_import() {
    let mut world = world();
    let boost = Origin { boost_of: Some("a".to_owned()), ..Origin::default() };
    let like = || ImportItem::Like(Reaction { user: None, post: "a".to_owned(), at: None, copy: None });
    let keep = || ImportItem::Bookmark(Reaction { user: None, post: "a".to_owned(), at: None, copy: None });
    let (taken, _) = world.import(
        &terms(),
        vec![ImportItem::Owner(person("bob")), arrival("b", "a", 20, boost.clone()), like(), keep(), like()],
    );
    assert_eq!((taken.posts, taken.likes, taken.bookmarks), (1, 1, 1));
    let other = ImportItem::Like(Reaction { user: None, post: "z".to_owned(), at: None, copy: None });
    world.import(&terms(), vec![ImportItem::Owner(person("bob")), other]);
    let window = Window { limit: 9, ..Window::default() };
    let placeholder = world.store.timeline(&Timeline::All, &window).unwrap().remove(0);
    assert_eq!(placeholder.boosted_by.iter().map(Nickname::as_str).collect::<Vec<_>>(), ["bob@example.com"]);
    world.import(&terms(), vec![ImportItem::Owner(person("ada")), plain("a", "root", 10)]);
    let root = world.store.post(world.post_by_remote_id("a").unwrap()).unwrap();
    assert_eq!((root.boosts, root.likes), (1, 1));
    let waiting = |world: &World| -> Vec<String> {
        let mut statement = world
            .store
            .connection
            .prepare("SELECT DISTINCT remote_id FROM pending_reaction ORDER BY remote_id")
            .unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().collect::<rusqlite::Result<_>>().unwrap()
    };
    assert_eq!(waiting(&world), ["z"], "what waits for others goes on waiting");
    let bob = world.store.user("bob@example.com").unwrap();
    assert_eq!(bob.posts, 0);
    assert_eq!(world.bodies(&Timeline::User(bob.id, bob.nickname.clone()), &window), ["root"]);
    assert_eq!(world.bodies(&Timeline::Bookmarks(bob.id), &window), ["root"]);
    let (again, _) =
        world.import(&terms(), vec![ImportItem::Owner(person("bob")), arrival("b", "a", 20, boost), like(), keep()]);
    assert_eq!((again.posts, again.known, again.likes, again.bookmarks), (0, 1, 0, 0));
}

#[test]
fn repeated_likes_and_bookmarks_count_once() {
    let mut world = world();
    let reaction = |post: &str| Reaction { user: None, post: post.to_owned(), at: Some(at(30)), copy: None };
    let items = || {
        vec![
            ImportItem::Owner(person("ada")),
            plain("a", "liked", 10),
            plain("b", "kept", 20),
            ImportItem::Like(reaction("a")),
            ImportItem::Bookmark(reaction("b")),
            ImportItem::Bookmark(reaction("b")),
        ]
    };
    let (taken, _) = world.import(&terms(), items());
    assert_eq!((taken.likes, taken.bookmarks), (1, 1));
    let ada = world.store.user("ada@example.com").unwrap();
    let window = Window { limit: 9, ..Window::default() };
    assert_eq!(world.bodies(&Timeline::Likes(ada.id, ada.nickname.clone()), &window), ["liked"]);
    assert_eq!(world.bodies(&Timeline::Bookmarks(ada.id), &window), ["kept"]);
    let (taken, _) = world.import(&terms(), items());
    assert_eq!((taken.likes, taken.bookmarks), (0, 0));
}

#[test]
fn remote_id_of_two_posts_finds_the_first() {
    let mut world = world();
    let named = || Origin { aliases: vec!["#same".to_owned()], ..Origin::default() };
    let (taken, _) = world.import(
        &terms(),
        vec![
            ImportItem::Owner(person("ada")),
            arrival("a", "one", 10, named()),
            arrival("b", "two", 20, named()),
            answer("c", "answer", 30, "#same"),
        ],
    );
    assert_eq!(taken.posts, 3);
    let thread = world.store.thread(world.post_by_remote_id("#same").unwrap()).unwrap();
    let said: Vec<_> = thread.iter().filter_map(|place| Some(place.post.as_ref()?.body.as_str())).collect();
    assert_eq!(said, ["one", "answer"]);
    for name in ["a", "b"] {
        let post = world.post_by_remote_id(name).unwrap();
        assert_eq!(world.store.origin(post).unwrap().aliases, ["#same"], "{name}");
    }
}

#[test]
fn audience_of_imported_post_is_stored() {
    let mut world = world();
    let audiences = [Audience::Public, Audience::Unlisted, Audience::Followers, Audience::Direct];
    let posts = audiences.iter().enumerate().map(|(n, audience)| {
        let origin = Origin { language: Some("de".to_owned()), audience: *audience, ..Origin::default() };
        arrival(&format!("a{n}"), "post", 10 + n as i64, origin)
    });
    let items = [ImportItem::Owner(person("ada"))].into_iter().chain(posts).collect();
    world.import(&ImportOptions { include_private: true, ..terms() }, items);
    let read = world.store.timeline_page(&Timeline::All, Viewer::default(), PageStart::Oldest, 9).unwrap();
    assert!(read.iter().all(|post| post.boosted_by.is_empty()), "{read:?}");
    let kept = read.into_iter().rev().map(|post| post.origin.unwrap().audience);
    assert_eq!(kept.collect::<Vec<_>>(), audiences);
}

#[test]
fn failed_import_and_dry_run_leave_no_rows() {
    let mut world = world();
    let (options, mut skip) = (terms(), |_| {});
    let mut failed = world.store.begin_import(&options, &mut skip).unwrap();
    failed.add(ImportItem::Owner(person("ada"))).unwrap();
    failed.add(plain("a", "one", 10)).unwrap();
    drop(failed);
    assert_eq!(world.store.users(UserOrder::Nickname, false).unwrap(), []);
    let (taken, _) = world.import(
        &ImportOptions { dry_run: true, ..terms() },
        vec![ImportItem::Owner(person("ada")), plain("a", "one", 10)],
    );
    assert_eq!((taken.users, taken.posts), (1, 1));
    assert_eq!(world.store.users(UserOrder::Nickname, false).unwrap(), []);
    assert_eq!(world.bodies(&Timeline::All, &Window { limit: 9, ..Window::default() }), [""; 0]);
    assert!(matches!(world.try_import(&terms(), vec![plain("a", "one", 10)], &mut |_| {}), Err(StoreError::NoAuthor)));
}

#[test]
fn private_posts_need_an_option_and_invalid_dates_are_skipped() {
    let mut world = world();
    let items = || {
        let private = Origin { audience: Audience::Direct, ..Origin::default() };
        vec![
            ImportItem::Owner(person("ada")),
            arrival("a", "hush", 10, private),
            plain("b", "too old", -62_135_596_800_000_000),
            plain("c", "to come", 32_472_144_000_000_000),
        ]
    };
    let (taken, skipped) = world.import(&terms(), items());
    assert_eq!((taken.posts, taken.private_skipped, taken.skipped), (0, 1, 2));
    assert_eq!(skipped[0].why, "0001-01-01T00:00:00Z is before 1970-01-01T00:00:00Z");
    let (taken, _) = world.import(&ImportOptions { include_private: true, ..terms() }, items());
    assert_eq!((taken.posts, taken.private_skipped), (1, 0));
    let post = world.store.timeline(&Timeline::All, &Window { limit: 9, ..Window::default() }).unwrap().remove(0);
    assert_eq!(post.origin.unwrap().audience, Audience::Direct);
}

#[test]
fn origin_of_imported_post_round_trips() {
    let mut world = world();
    let origin = Origin {
        url: Some("https://example.com/1".to_owned()),
        language: Some("de".to_owned()),
        warning: Some("spiders".to_owned()),
        audience: Audience::Unlisted,
        original: Some("<p>eek</p>".to_owned()),
        aliases: vec!["#one".to_owned(), "#two".to_owned()],
        in_reply_to: Some("https://example.com/0".to_owned()),
        boost_of: None,
        dated_at: Some(at(4_000)),
        attachments: vec![
            Attachment { kind: Some("image/png".to_owned()), ..Attachment::default() },
            Attachment {
                kind: None,
                url: Some("https://example.com/2.png".to_owned()),
                file: Some("2.png".to_owned()),
                description: Some("a spider".to_owned()),
            },
        ],
    };
    world.import(&terms(), vec![ImportItem::Owner(person("ada")), arrival("a", "eek", 10, origin.clone())]);
    let post = world.store.timeline(&Timeline::All, &Window { limit: 9, ..Window::default() }).unwrap().remove(0);
    assert_eq!(post.collapsed, Some(Collapse::Warning("spiders".to_owned())));
    assert_eq!(post.origin.as_deref(), Some(&origin));
    let count = |query: &str| {
        let timeline = Timeline::Search(query.to_owned());
        world.store.timeline(&timeline, &Window { limit: 9, ..Window::default() }).unwrap().len()
    };
    let queries =
        ["has:image", "eek has:image", "-has:image", "eek -has:image", "*ee* has:image", "has:image -has:image"];
    assert_eq!(queries.map(count), [1, 1, 0, 0, 1, 0]);
    let ada = world.store.user("ada@example.com").unwrap();
    world.store.delete_user(ada.id).unwrap();
    for table in ["origin", "other_name", "attachment"] {
        let left: i64 =
            world.store.connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap();
        assert_eq!(left, 0, "{table}");
    }
}

#[test]
fn import_as_own_user_sets_author_and_mentions() {
    let mut world = world();
    let bob = world.user("bob");
    let under = Some(Nickname::parse("john").unwrap());
    let mut post = plain("a", "@bob @eve hello", 10);
    if let ImportItem::Post(arrival) = &mut post {
        arrival.mentions = vec![
            ("Bob".to_owned(), "https://example.com/bob".to_owned()),
            ("eve".to_owned(), "https://example.com/eve".to_owned()),
        ];
    }
    let follow = ImportItem::Follow { follower: None, followed: person("eve") };
    let (taken, _) = world.import(
        &ImportOptions { import_as: under, limit: Some(1), ..terms() },
        vec![ImportItem::Owner(person("ada")), follow, post],
    );
    assert_eq!((taken.users, taken.posts), (2, 1));
    let post = world.store.timeline(&Timeline::All, &Window { limit: 9, ..Window::default() }).unwrap().remove(0);
    assert_eq!(post.nickname.as_str(), "john");
    assert_eq!(post.mentions.iter().map(|one| one.nickname.as_str()).collect::<Vec<_>>(), ["eve@example.com"]);
    assert!(post.mentions.iter().all(|one| one.user != bob.id));
}

#[test]
fn post_that_boosts_or_replies_to_itself_stays_a_post() {
    let mut world = world();
    let own = Origin { boost_of: Some("a".to_owned()), in_reply_to: Some("a".to_owned()), ..Origin::default() };
    let (taken, _) = world.import(
        &terms(),
        vec![
            ImportItem::Owner(person("ada")),
            arrival("x", "a", 5, Origin { in_reply_to: Some("y".to_owned()), ..Origin::default() }),
            arrival("a", "a", 10, own),
        ],
    );
    assert_eq!(taken.posts, 2);
    assert_eq!(world.bodies(&Timeline::All, &Window { limit: 9, ..Window::default() }), ["a", "a"]);
}

/// The indexes of search hold what the posts say.
#[track_caller]
fn in_step(world: &World) {
    for table in ["post_search", "post_part"] {
        let check = format!("INSERT INTO {table} ({table}, rank) VALUES ('integrity-check', 1)");
        world.store.connection.execute(&check, []).unwrap();
    }
}

#[test]
fn imported_posts_are_indexed_in_small_and_large_databases() {
    for before in [0, 30, 3_000] {
        let mut world = world();
        let many =
            |from: i64, to: i64| (from..to).map(|n| plain(&format!("a{n}"), &format!("bread number n{n}"), n * 10));
        let waits = answer("x", "early", 5, &format!("a{}", before + 3));
        world.import(
            &terms(),
            [ImportItem::Owner(person("ada")), waits].into_iter().chain(many(1, before + 1)).collect(),
        );
        let (taken, _) = world.import(
            &terms(),
            [ImportItem::Owner(person("ada"))].into_iter().chain(many(before + 1, before + 6)).collect(),
        );
        assert_eq!(taken.posts, 5);
        let found = |world: &World, query: &str| {
            world.bodies(&Timeline::Search(query.to_owned()), &Window { limit: 9, ..Window::default() })
        };
        let last = format!("n{}", before + 5);
        assert_eq!(found(&world, &last), [format!("bread number {last}")]);
        assert_eq!(found(&world, "*rea*")[0], format!("bread number {last}"));
        // What was there before and is an answer now is found as one.
        assert_eq!(found(&world, "is:reply"), ["early"]);
        let id = world.post_by_remote_id(&format!("a{}", before + 5)).unwrap();
        world.store.connection.execute("UPDATE post SET body = 'rye' WHERE id = ?1", [id.0]).unwrap();
        assert_eq!((found(&world, &last).len(), found(&world, "rye").len()), (0, 1));
        in_step(&world);
        let triggers = "SELECT count(*) FROM sqlite_schema WHERE type = 'trigger' AND name GLOB 'post_search_*'";
        let count: i64 = world.store.connection.query_row(triggers, [], |row| row.get(0)).unwrap();
        assert_eq!(count, 3);
    }
}

#[test]
fn changes_during_an_index_rebuild_are_indexed() {
    let mut world = world();
    let many = |from: i64, to: i64| {
        (from..to).rev().map(|n| plain(&format!("a{n}"), &format!("bread number n{n}, and more of it"), n * 10))
    };
    let waiting = Origin { boost_of: Some("a5".to_owned()), ..Origin::default() };
    // A placeholder for a boost that is a reply too is linked to its parent, and then replaced.
    let both = Origin { boost_of: Some("a3".to_owned()), in_reply_to: Some("a7".to_owned()), ..Origin::default() };
    let before = [
        ImportItem::Owner(person("ada")),
        answer("x", "what answers", 700, "a7"),
        arrival("y", "a5", 800, waiting),
        arrival("z", "both", 900, both),
    ];
    let (taken, _) = world.import(&terms(), before.into_iter().chain(many(20, 40)).chain(many(1, 20)).collect());
    assert_eq!(taken.posts, 42);
    let found = |query: &str| {
        world.bodies(&Timeline::Search(query.to_owned()), &Window { limit: 99, ..Window::default() }).len()
    };
    assert_eq!(
        [found("is:reply"), found("bread"), found("*bread*"), found("n7"), found("a5"), found("both")],
        [1, 39, 39, 1, 0, 0]
    );
    in_step(&world);
}

#[test]
fn edited_boost_placeholder_stays_a_post() {
    let mut world = world();
    let mine = RemoteUser { kind: UserKind::Claimed, ..person("ada") };
    let waiting = Origin { boost_of: Some("b".to_owned()), ..Origin::default() };
    world.import(&terms(), vec![ImportItem::Owner(mine), arrival("a", "b", 20, waiting)]);
    let ada = world.store.user("ada@example.com").unwrap();
    let words = Body::written("what I think of it").unwrap();
    world.store.edit_post(ada.id, PostId(1), 0, &words, at(30)).unwrap();
    world.import(&terms(), vec![ImportItem::Owner(person("bob")), plain("b", "boosted", 10)]);
    let all = Window { limit: 9, ..Window::default() };
    assert_eq!(world.bodies(&Timeline::All, &all), ["what I think of it", "boosted"]);
}

#[test]
fn restored_post_replaces_its_second_import() {
    let mut world = world();
    let items =
        || vec![ImportItem::Owner(RemoteUser { kind: UserKind::Claimed, ..person("ada") }), plain("a", "one", 10)];
    world.import(&terms(), items());
    let ada = world.store.user("ada@example.com").unwrap();
    world.store.like(ada.id, &[PostId(1)], at(15)).unwrap();
    world.store.delete_posts(ada.id, &[PostId(1)], at(20)).unwrap();
    let (taken, _) = world.import(&terms(), items());
    assert_eq!(taken.posts, 1);
    world.store.boost(ada.id, &[PostId(2)], at(25)).unwrap();
    world.store.restore_posts(ada.id, &[PostId(1)]).unwrap();
    let posts = world.store.timeline(&Timeline::All, &Window { limit: 9, ..Window::default() }).unwrap();
    assert_eq!(posts.iter().map(|post| (post.id, post.key, post.likes)).collect::<Vec<_>>(), [(PostId(1), at(10), 1)]);
    super::changes::sound(&world);
}

#[test]
fn posts_outside_time_and_size_limits_are_not_imported() {
    let mut world = world();
    let day = 24 * 3600 * 1_000_000;
    let edited = |name: &str, time, edited_at| match plain(name, name, time) {
        ImportItem::Post(arrival) => {
            ImportItem::Post(Box::new(RemotePost { edited_at: Some(at(edited_at)), ..*arrival }))
        }
        item => item,
    };
    let (taken, skipped) = world.import(
        &terms(),
        vec![
            ImportItem::Owner(person("ada")),
            plain("the first moment", "x", 0),
            plain("before it", "x", -1),
            plain("a day ahead", "x", NOW + day),
            plain("and more", "x", NOW + day + 1),
            edited("edited", 10, 20),
            edited("edited as it was written", 30, 30),
            edited("edited before it was written", 40, 35),
        ],
    );
    assert_eq!((taken.posts, skipped.len()), (5, 2));
    let edits = |name: &str| {
        let id = world.post_by_remote_id(name).unwrap();
        world.store.post(id).unwrap().edited_at
    };
    assert_eq!(edits("edited"), Some(at(20)));
    assert_eq!([edits("edited as it was written"), edits("edited before it was written")], [None, None]);
    let mut more = Vec::new();
    let (options, mut skip) = (ImportOptions { limit: Some(2), ..terms() }, |_| {});
    let mut import = world.store.begin_import(&options, &mut skip).unwrap();
    for item in [ImportItem::Owner(person("bob")), plain("x", "x", 50), plain("y", "y", 60)] {
        more.push((import.add(item).unwrap(), import.stats().posts));
    }
    import.commit().unwrap();
    assert_eq!(more, [(true, 0), (true, 1), (false, 2)]);
}

#[test]
fn earlier_texts_of_a_post_are_its_edit_history() {
    let mut world = world();
    let ImportItem::Post(post) = plain("a", "third", 10) else { return };
    let revision = |text: &str, time| Revision { body: Body::imported(text).unwrap(), written_at: at(time) };
    let revisions = vec![revision("first", 10), revision("second", 20)];
    let post = ImportItem::Post(Box::new(RemotePost { edited_at: Some(at(30)), revisions, ..*post }));
    let items = || vec![ImportItem::Owner(person("ada")), post.clone()];
    world.import(&terms(), items());
    let (again, _) = world.import(&terms(), items());
    assert_eq!((again.posts, again.known), (0, 1));
    let id = world.post_by_remote_id("a").unwrap();
    let history = world.store.history(id).unwrap();
    assert_eq!(history, [revision("first", 10), revision("second", 20), revision("third", 30)]);
    assert_eq!(world.store.post(id).unwrap().edits, 2);
    super::changes::sound(&world);
}
