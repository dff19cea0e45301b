//! Whom a source can speak for: its own users, and nobody else.

use super::*;

/// A user of another site, under an address of their own.
fn stranger() -> RemoteUser {
    RemoteUser {
        url: "https://cats.example/".to_owned(),
        nickname: Nickname::parse("cats@cats.example").unwrap(),
        ..person("cats")
    }
}

fn reaction(post: &str) -> Reaction {
    Reaction { user: None, post: post.to_owned(), at: None, copy: None }
}

const NOTE: &str = "https://friend.example/notes/88";

#[test]
fn feed_with_url_of_claimed_user_adds_no_posts_to_them() {
    let mut world = world();
    let mine = ImportOptions { claim_owner: true, ..terms() };
    world.import(&mine, vec![ImportItem::Owner(person("ada")), plain("a", "mine", 10)]);
    let forged = || [ImportItem::Owner(person("ada")), plain("b", "forged", 20)];
    let refused = world.try_import(&terms(), forged().into(), &mut |_| {});
    assert!(matches!(refused, Err(StoreError::UnconfirmedOwner(name)) if name.as_str() == "ada@example.com"));
    assert_eq!(world.store.user("ada@example.com").unwrap().posts, 1);
    let (stats, _) = world.import(&mine, forged().into());
    assert_eq!(stats.posts, 1, "their own archive still adds posts");
}

#[test]
fn post_by_claimed_user_in_a_file_of_another_is_skipped() {
    let mut world = world();
    let mine = ImportOptions { claim_owner: true, ..terms() };
    world.import(&mine, vec![ImportItem::Owner(person("ada"))]);
    let ImportItem::Post(post) = plain("https://cats.example/1", "forged", 20) else { panic!("no post") };
    let forged = ImportItem::Post(Box::new(RemotePost { author: Some(person("ada").url), ..*post }));
    let (stats, skipped) =
        world.import(&terms(), vec![ImportItem::Owner(stranger()), ImportItem::User(person("ada")), forged]);
    assert_eq!((stats.posts, skipped.len()), (0, 1));
    assert!(skipped[0].why.starts_with("ada@example.com is one of your users"), "{:?}", skipped[0]);
}

#[test]
fn guid_of_another_site_does_not_complete_pending_reactions() {
    let mut world = world();
    let boost = Origin { boost_of: Some(NOTE.to_owned()), ..Origin::default() };
    let like = || ImportItem::Like(reaction(NOTE));
    world.import(&terms(), vec![ImportItem::Owner(person("ada")), like(), arrival("a", NOTE, 10, boost)]);
    world.import(&terms(), vec![ImportItem::Owner(stranger()), plain(NOTE, "forged", 20)]);
    assert_eq!(world.post_by_remote_id(NOTE), None);
    // A reaction that comes after the forged post does not find it either.
    world.import(&terms(), vec![ImportItem::Owner(person("eve")), like()]);
    let all = world.store.timeline(&Timeline::All, &Window { limit: 9, ..Window::default() }).unwrap();
    assert_eq!(all.iter().map(|post| post.likes + post.boosts).sum::<u64>(), 0);
    let friend = RemoteUser { url: "https://friend.example/users/friend".to_owned(), ..person("friend") };
    world.import(&terms(), vec![ImportItem::Owner(friend), plain(NOTE, "the post itself", 5)]);
    let post = world.store.post(world.post_by_remote_id(NOTE).unwrap()).unwrap();
    assert_eq!((post.body.as_str(), post.likes, post.boosts), ("the post itself", 2, 1));
}

#[test]
fn file_from_another_host_or_port_does_not_take_over_a_followed_account() {
    for url in ["https://cats.example/ada", "https://example.com:8080/ada"] {
        let mut world = world();
        let account = RemoteUser { url: "acct:ada@example.com".to_owned(), ..person("ada") };
        let follow = ImportItem::Follow { follower: None, followed: account };
        world.import(&terms(), vec![ImportItem::Owner(person("eve")), follow]);
        let forged = RemoteUser { url: url.to_owned(), ..person("ada") };
        world.import(&terms(), vec![ImportItem::Owner(forged), plain("a", "forged", 10)]);
        assert_eq!(world.store.user("ada@example.com").unwrap().posts, 0, "{url}");
        assert_eq!(world.store.user("ada2@example.com").unwrap().posts, 1, "{url}");
    }
}
