//! Who somebody in a file of the world is here.

use super::*;

#[test]
fn remote_user_is_read_only_until_claimed() {
    let mut world = world();
    world.import(&terms(), vec![ImportItem::Owner(person("ada")), plain("a", "one", 10)]);
    let ada = world.store.user("ada@example.com").unwrap();
    assert_eq!((ada.kind, world.store.active_user().unwrap()), (UserKind::Remote, None));
    assert!(matches!(world.store.set_active_user(ada.id, at(9)), Err(StoreError::RemoteUser(_))));
    world.import(&terms(), vec![ImportItem::Owner(person("ada"))]);
    assert_eq!(world.store.user("ada@example.com").unwrap().kind, UserKind::Remote);
    // The first user of this database is active even so.
    let john = world.user("john");
    assert_eq!(world.store.active_user().unwrap().map(|user| user.id), Some(john.id));
    world.import(&terms(), vec![ImportItem::Owner(person("eve"))]);
    world.import(&ImportOptions { claim_owner: true, ..terms() }, vec![ImportItem::Owner(person("ada"))]);
    let home = |name: &str| world.store.user(name).unwrap().kind;
    assert_eq!([home("ada@example.com"), home("eve@example.com")], [UserKind::Claimed, UserKind::Remote]);
    world.store.set_active_user(ada.id, at(9)).unwrap();
}

#[test]
fn remote_users_match_by_url_and_equal_nicknames_get_a_number() {
    let mut world = world();
    let elsewhere = RemoteUser { url: "https://example.com/other".to_owned(), ..person("ada") };
    let follow = |followed| ImportItem::Follow { follower: None, followed };
    let (taken, _) =
        world.import(&terms(), vec![ImportItem::Owner(person("ada")), follow(elsewhere.clone()), follow(elsewhere)]);
    assert_eq!((taken.users, taken.follows), (2, 1));
    let ada = world.store.user("ada@example.com").unwrap();
    let other = world.store.user("ada2@example.com").unwrap();
    assert_eq!(other.url.as_deref(), Some("https://example.com/other"));
    world.store.rename_user(ada.id, &Nickname::parse("lovelace").unwrap()).unwrap();
    let (taken, _) = world.import(&terms(), vec![ImportItem::Owner(person("ada")), plain("a", "one", 10)]);
    assert_eq!((taken.users, taken.owner), (0, Some(ada.id)));
}

#[test]
fn mention_resolves_to_the_current_user_of_the_nickname() {
    let mut world = world();
    let follow = ImportItem::Follow { follower: None, followed: person("eve") };
    world.import(
        &terms(),
        vec![
            ImportItem::Owner(person("ada")),
            plain("a", "@eve@example.com", 10),
            follow,
            plain("b", "@eve@example.com", 20),
        ],
    );
    let eve = world.store.user("eve@example.com").unwrap();
    let mentions =
        world.store.timeline(&Timeline::Mentions(eve.id), &Window { limit: 9, ..Window::default() }).unwrap();
    assert_eq!(mentions.iter().map(|post| post.id).collect::<Vec<_>>(), [PostId(2)]);
}

#[test]
fn later_import_completes_a_profile_without_overwriting() {
    let mut world = world();
    let john = world.user("john");
    let say = |name: &str| crate::model::DisplayName::parse(name).unwrap();
    let about = |text: &str| crate::model::AboutMe::parse(text).unwrap();
    let email = |text: &str| Email::parse(text).ok();
    let first = RemoteUser { display_name: say("Ada"), email: email("ada@example.com"), ..person("ada") };
    world.import(&terms(), vec![ImportItem::Owner(first)]);
    let second = RemoteUser {
        display_name: say("Countess"),
        about_me: about("counts"),
        last_seen: Some(at(30)),
        ..person("ada")
    };
    world.import(&terms(), vec![ImportItem::Owner(second)]);
    let third = RemoteUser { about_me: about("more"), last_seen: Some(at(40)), ..person("ada") };
    world.import(&terms(), vec![ImportItem::Owner(third)]);
    let ada = world.store.user("ada@example.com").unwrap();
    assert_eq!((ada.display_name, ada.about_me, ada.last_seen), (say("Ada"), about("counts"), Some(at(30))));
    assert_eq!(world.store.user("john").unwrap(), john);
    // An address that another has stays theirs.
    assert_eq!(ada.email, email("ada@example.com"));
    world.import(&terms(), vec![ImportItem::Owner(RemoteUser { email: email("ADA@example.com"), ..person("eve") })]);
    assert_eq!(world.store.user("eve@example.com").unwrap().email, None);
}

#[test]
fn account_and_url_match_the_same_user() {
    for order in [[true, false], [false, true]] {
        let mut world = world();
        let ada = |by_account: bool| {
            let ada = person("ada");
            if by_account { RemoteUser { url: format!("acct:{}", ada.nickname), ..ada } } else { ada }
        };
        for by_account in order {
            world
                .import(&terms(), vec![ImportItem::Owner(ada(by_account)), plain(&format!("{by_account}"), "one", 10)]);
        }
        let users = world.store.users(UserOrder::Nickname, false).unwrap();
        assert_eq!(users.iter().map(|user| user.url.as_deref()).collect::<Vec<_>>(), [Some("https://example.com/ada")]);
        assert_eq!(users[0].posts, 2);
    }
    // Who is only called so, and came from another place, is another.
    let mut world = world();
    world.import(&terms(), vec![ImportItem::Owner(person("ada"))]);
    world.import(
        &terms(),
        vec![ImportItem::Owner(RemoteUser { url: "https://example.org/ada".to_owned(), ..person("ada") })],
    );
    assert_eq!(world.store.users(UserOrder::Nickname, false).unwrap().len(), 2);
}

#[test]
fn user_called_by_the_id_in_their_url_gets_their_nickname_once_it_is_known() {
    let mut world = world();
    let url = "https://example.com/ap/users/11684";
    let called = |nickname: &str| RemoteUser { url: url.to_owned(), ..person(nickname) };
    for (nickname, expected) in [("11684", "11684"), ("ada", "ada"), ("11684", "ada"), ("countess", "ada")] {
        let (taken, _) = world.import(&terms(), vec![ImportItem::Owner(called(nickname)), plain("a", "one", 10)]);
        let users = world.store.users(UserOrder::Nickname, false).unwrap();
        let names: Vec<_> = users.iter().map(|user| user.nickname.to_string()).collect();
        assert_eq!(names, [format!("{expected}@example.com")], "{nickname}, {taken:?}");
    }
    // A name that the user was given here stays, and a taken one gets a number.
    let mut world = super::world();
    world.import(&terms(), vec![ImportItem::Owner(person("ada"))]);
    world.import(&terms(), vec![ImportItem::Owner(called("11684"))]);
    world.import(&terms(), vec![ImportItem::Owner(called("ada"))]);
    assert_eq!(world.store.user("ada2@example.com").unwrap().url.as_deref(), Some(url));
}
