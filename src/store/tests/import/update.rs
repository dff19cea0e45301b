//! Imports that take changes of what is here, and the same post by two roads.

use super::super::super::SourceIdentity;
use super::*;
use crate::model::{AboutMe, DisplayName, Picture};

fn updating() -> ImportOptions {
    ImportOptions { update: true, ..ImportOptions::new(at(NOW)) }
}

fn edited(name: &str, text: &str, time: i64, edited_at: Option<i64>) -> ImportItem {
    let ImportItem::Post(post) = plain(name, text, time) else { panic!("no post") };
    ImportItem::Post(Box::new(RemotePost { edited_at: edited_at.map(at), ..*post }))
}

fn history(world: &World, name: &str) -> Vec<(String, i64)> {
    let post = world.post_by_remote_id(name).unwrap();
    let revisions = world.store.history(post).unwrap();
    revisions.into_iter().map(|one| (one.body.to_string(), one.written_at.micros())).collect()
}

fn picture(byte: u8) -> Picture {
    Picture::stored(vec![byte])
}

#[test]
fn changed_text_is_an_edit_with_history() {
    for many in [false, true] {
        let mut world = world();
        if many {
            // So many that the triggers on posts that existed before stay.
            let author = world.user("john");
            for n in 0..2_001 {
                world.post(&author, "filler", 1_000 + n, None);
            }
        }
        world.import(&terms(), vec![ImportItem::Owner(person("ada")), plain("a", "one #tea", 10)]);
        let changed = || vec![ImportItem::Owner(person("ada")), plain("a", "two #mate", 10)];
        let (stats, _) = world.import(&terms(), changed());
        assert_eq!((stats.known, stats.updated), (1, 0), "without the option it stays");
        let (stats, _) = world.import(&updating(), changed());
        assert_eq!((stats.posts, stats.known, stats.updated), (0, 0, 1));
        assert_eq!(history(&world, "a"), [("one #tea".to_owned(), 10), ("two #mate".to_owned(), NOW)]);
        let found =
            |query: &str| world.bodies(&Timeline::Search(query.to_owned()), &Window { limit: 9, ..Window::default() });
        assert_eq!(
            (found("#mate"), found("two"), found("one")),
            (vec!["two #mate".to_owned()], found("#mate"), vec![])
        );
        assert!(Database::open(&world.path()).unwrap().check(&mut |_| {}).unwrap().is_empty());
        let (stats, _) = world.import(&updating(), changed());
        assert_eq!((stats.known, stats.updated), (1, 0), "the same text is not an edit");
    }
}

#[test]
fn address_of_a_quoted_post_that_comes_and_goes_is_no_edit() {
    let mut world = world();
    let owner = || ImportItem::Owner(person("ada"));
    let quoting = "see\n\nRE: https://example.com/7";
    world.import(&terms(), vec![owner(), plain("a", "see", 10)]);
    for text in [quoting, "see", quoting] {
        world.import(&updating(), vec![owner(), plain("a", text, 10)]);
        assert_eq!(history(&world, "a"), [(quoting.to_owned(), 10)], "{text:?}");
    }
    world.import(&updating(), vec![owner(), edited("a", "see", 10, Some(70))]);
    assert_eq!(history(&world, "a"), [(quoting.to_owned(), 10), ("see".to_owned(), 70)]);
}

#[test]
fn earlier_text_does_not_replace_a_later_one() {
    let mut world = world();
    let owner = || ImportItem::Owner(person("ada"));
    world.import(&terms(), vec![owner(), edited("a", "second", 10, Some(50))]);
    let (stats, _) = world.import(&updating(), vec![owner(), edited("a", "first", 10, Some(30))]);
    assert_eq!((stats.known, stats.updated), (1, 0));
    let (stats, _) = world.import(&updating(), vec![owner(), edited("a", "third", 10, Some(70))]);
    assert_eq!(stats.updated, 1);
    assert_eq!(history(&world, "a"), [("second".to_owned(), 50), ("third".to_owned(), 70)]);
}

#[test]
fn edit_made_here_is_only_replaced_by_a_later_one_with_a_date() {
    let mut world = world();
    let mine = ImportOptions { claim_owner: true, ..updating() };
    let items = |text: &str, when: Option<i64>| vec![ImportItem::Owner(person("ada")), edited("a", text, 10, when)];
    world.import(&mine, items("there", None));
    let ada = world.store.user("ada@example.com").unwrap();
    let post = world.post_by_remote_id("a").unwrap();
    world.store.edit_post(ada.id, post, 0, &Body::written("here").unwrap(), at(60)).unwrap();
    for (when, text) in [(None, "here"), (Some(40), "here"), (Some(80), "there")] {
        world.import(&mine, items("there", when));
        assert_eq!(world.store.post(post).unwrap().body.as_str(), text, "{when:?}");
    }
}

#[test]
fn changed_profile_of_remote_user_is_taken() {
    let mut world = world();
    let named = |name: &str, about: Option<&str>| RemoteUser {
        display_name: DisplayName::parse(name).unwrap(),
        about_me: about.and_then(|about| AboutMe::parse(about).unwrap()),
        ..person("ada")
    };
    let items = |user: RemoteUser, byte| vec![ImportItem::Owner(user), ImportItem::Avatar(picture(byte))];
    world.import(&terms(), items(named("Ada", Some("counts")), 1));
    let profile = |world: &World| {
        let user = world.store.user("ada@example.com").unwrap();
        let avatar = world.store.avatar(user.id).unwrap().and_then(|picture| picture.bytes().last().copied());
        (user.display_name.unwrap().as_str().to_owned(), user.about_me.unwrap().as_str().to_owned(), avatar)
    };
    world.import(&terms(), items(named("Countess", None), 2));
    assert_eq!(profile(&world), ("Ada".to_owned(), "counts".to_owned(), Some(1)));
    let (stats, _) = world.import(&updating(), items(named("Countess", None), 2));
    assert_eq!((stats.profiles, profile(&world)), (2, ("Countess".to_owned(), "counts".to_owned(), Some(2))));
    let (stats, _) = world.import(&updating(), items(named("Countess", None), 2));
    assert_eq!(stats.profiles, 0);
    // What claimed users say of themselves here stays.
    world.import(&ImportOptions { claim_owner: true, ..terms() }, items(named("Countess", None), 2));
    let mine = ImportOptions { claim_owner: true, ..updating() };
    world.import(&mine, items(named("Lovelace", Some("sums")), 3));
    assert_eq!(profile(&world), ("Countess".to_owned(), "counts".to_owned(), Some(2)));
}

#[test]
fn post_deleted_by_its_source_can_be_restored() {
    let mut world = world();
    let john = world.user("john");
    world.import(&terms(), vec![ImportItem::Owner(person("ada")), plain("a", "one", 10), plain("b", "two", 20)]);
    let gone = || {
        let deleted = |post: &str| ImportItem::Deleted { author: None, post: post.to_owned() };
        vec![ImportItem::Owner(person("ada")), deleted("a"), deleted("nothing")]
    };
    let (stats, _) = world.import(&terms(), gone());
    assert_eq!(stats.deleted, 0, "without the option it stays");
    let id = world.post_by_remote_id("a").unwrap();
    let (stats, _) = world.import(&updating(), gone());
    assert_eq!(stats.deleted, 1);
    let all = |world: &World| world.bodies(&Timeline::All, &Window { limit: 9, ..Window::default() });
    assert_eq!(all(&world), ["two"]);
    world.store.restore_posts(john.id, &[id]).unwrap();
    assert_eq!(all(&world), ["two", "one"]);
}

#[test]
fn same_post_by_two_roads_is_one() {
    const PAGE: &str = "https://example.com/@ada/1";
    const ID: &str = "https://example.com/users/ada/statuses/1";
    let mut world = world();
    let archive = Origin { aliases: vec![PAGE.to_owned()], ..Origin::default() };
    world.import(&terms(), vec![ImportItem::Owner(person("ada")), arrival(ID, "one", 10, archive)]);
    // The feed has the page as the id, and the text in another form.
    let (stats, _) = world.import(&updating(), vec![ImportItem::Owner(person("ada")), plain(PAGE, "one …", 10)]);
    assert_eq!((stats.posts, stats.known, stats.updated), (0, 1, 0));
    // An author whom the feed names beside its owner.
    let ImportItem::Post(post) = plain(ID, "one", 10) else { panic!("no post") };
    let other = ImportItem::Post(Box::new(RemotePost { author: Some(person("eve").url), ..*post }));
    let first = plain("https://example.com/2", "two", 20);
    let (stats, _) =
        world.import(&terms(), vec![ImportItem::Owner(person("ada")), ImportItem::User(person("eve")), first, other]);
    assert_eq!((stats.posts, stats.known), (1, 1));
    assert_eq!(world.bodies(&Timeline::All, &Window { limit: 9, ..Window::default() }), ["two", "one"]);
    // The same id in the file of somebody else is another post.
    let (stats, _) = world.import(&terms(), vec![ImportItem::Owner(person("cyd")), plain(ID, "mine", 30)]);
    assert_eq!(stats.posts, 1);
}

#[test]
fn feed_belongs_to_the_user_of_its_address_whatever_it_claims() {
    const ADDRESS: &str = "http://127.0.0.1:8080/feed.xml";
    let mut world = world();
    world.import(&ImportOptions { claim_owner: true, ..terms() }, vec![ImportItem::Owner(person("ada"))]);
    world.import(&terms(), vec![ImportItem::Owner(person("eve")), plain("https://example.com/eve/1", "eve's", 5)]);
    let fetched = ImportOptions { identity: SourceIdentity::Address(ADDRESS.to_owned()), ..updating() };
    let named = RemoteUser { url: "author:example.com/bob".to_owned(), ..person("bob") };
    let by = |author: String, item: ImportItem| match item {
        ImportItem::Post(post) => ImportItem::Post(Box::new(RemotePost { author: Some(author), ..*post })),
        other => other,
    };
    let items = |claimed: &str| {
        vec![
            ImportItem::Owner(RemoteUser { display_name: DisplayName::parse("Ada!").unwrap(), ..person(claimed) }),
            plain("a", "forged", 10),
            ImportItem::User(named.clone()),
            by(named.url.clone(), plain("b", "by bob", 20)),
            ImportItem::User(person("eve")),
            by(person("eve").url, plain("https://example.com/eve/1", "forged", 5)),
        ]
    };
    let (stats, skipped) = world.import(&fetched, items("ada"));
    assert_eq!((stats.posts, stats.updated, skipped.len()), (2, 0, 1), "{skipped:?}");
    let owner = world.store.user_by_id(stats.owner.unwrap()).unwrap();
    assert_eq!((owner.url.as_deref(), owner.nickname.as_str()), (Some(ADDRESS), "ada@127.0.0.1_8080"));
    assert_eq!(world.store.user("bob@127.0.0.1_8080").unwrap().posts, 1);
    let ada = world.store.user("ada@example.com").unwrap();
    assert_eq!((ada.posts, ada.display_name), (0, None));
    let eve = world.post_by_remote_id("https://example.com/eve/1").unwrap();
    assert_eq!(world.store.post(eve).unwrap().body.as_str(), "eve's");
    // Once bound, it stays bound, also when it claims to be somebody else, whose posts are then its own.
    let bound = ImportOptions { identity: SourceIdentity::User(owner.id), ..updating() };
    let (stats, _) = world.import(&bound, items("eve"));
    assert_eq!((stats.owner, stats.posts, stats.known), (Some(owner.id), 1, 2));
    assert_eq!(world.store.user("eve@example.com").unwrap().posts, 1);
}

#[test]
fn known_post_after_a_deletion_is_found() {
    let mut world = world();
    let owner = || ImportItem::Owner(person("ada"));
    world.import(&terms(), vec![owner(), plain("a", "one", 10), plain("b", "two", 20)]);
    let deleted = ImportItem::Deleted { author: None, post: "a".to_owned() };
    let (stats, _) = world.import(&updating(), vec![owner(), deleted, plain("b", "two", 20)]);
    assert_eq!((stats.deleted, stats.known, stats.posts), (1, 1, 0));
}
