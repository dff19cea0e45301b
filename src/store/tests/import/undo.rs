//! Undoing an import.

use super::*;
use crate::model::PostRange;
use crate::store::users;

#[test]
fn undone_import_deletes_its_posts_only_and_redo_restores_them() {
    let mut world = world();
    let john = world.user("john");
    world.post(&john, "before", 5, None);
    let boost = Origin { boost_of: Some("b".to_owned()), ..Origin::default() };
    let items = || {
        let (b, c) = (answer("b", "two #tea", 20, "a"), arrival("c", "boosted", 30, boost.clone()));
        vec![ImportItem::Owner(person("ada")), plain("a", "one", 10), b, c]
    };
    let (stats, _) = world.import(&terms(), items());
    let range = stats.added.unwrap();
    assert_eq!(range, PostRange { first: PostId(2), last: PostId(4) });
    let answered = world.post(&john, "to one", 40, Some(range.first));
    let bodies = |world: &World| world.bodies(&Timeline::All, &Window { limit: 9, ..Window::default() });
    let all = bodies(&world);
    assert_eq!(all, ["to one", "two #tea", "one", "before"]);
    assert_eq!(world.store.delete_imported(&[range], at(50)).unwrap(), 3);
    assert_eq!(bodies(&world), ["to one", "before"]);
    let mut loose = world.store.thread(answered).unwrap();
    assert!(loose.remove(0).post.is_none(), "the reply keeps a placeholder");
    assert_eq!(world.store.user("ada@example.com").unwrap().posts, 0);
    world.store.restore_imported(&[range], at(50)).unwrap();
    assert_eq!(bodies(&world), all);
    assert_eq!(world.store.user("ada@example.com").unwrap().posts, 2);
    assert_eq!(world.store.post(PostId(3)).unwrap().boosts, 1, "the boost too");
    world.store.delete_imported(&[range], at(60)).unwrap();
    let (stats, _) = world.import(&terms(), items());
    assert_eq!(stats.posts, 3, "what was undone can be imported again");
    world.store.restore_imported(&[range], at(60)).unwrap();
    assert_eq!(bodies(&world), all, "each post is here once");
    let (stats, _) = world.import(&terms(), items());
    assert_eq!((stats.posts, stats.added), (0, None));
}

#[test]
fn undone_import_removes_its_users_unless_something_refers_to_them() {
    let listed = |world: &World| {
        let users = world.store.users(UserOrder::Nickname, false).unwrap();
        let names = users.iter().map(|user| user.nickname.to_string()).collect::<Vec<_>>();
        let completed = world.store.users_with_prefix("ada", false, 9).unwrap().len();
        assert_eq!(completed, usize::from(names.contains(&"ada@example.com".to_owned())));
        names
    };
    let mut world = world();
    let john = world.user("john");
    let items = || vec![ImportItem::Owner(person("ada")), plain("a", "one", 10)];
    let range = world.import(&terms(), items()).0.added.unwrap();
    assert_eq!(listed(&world), ["ada@example.com", "john"]);
    world.store.delete_imported(&[range], at(50)).unwrap();
    assert_eq!(listed(&world), ["john"]);
    world.store.restore_imported(&[range], at(50)).unwrap();
    assert_eq!(listed(&world), ["ada@example.com", "john"]);
    let ada = world.store.user("ada@example.com").unwrap();
    world.store.follow(john.id, &[ada.id], at(60)).unwrap();
    world.store.delete_imported(&[range], at(70)).unwrap();
    assert_eq!(listed(&world), ["ada@example.com", "john"], "a followed user stays");
    world.store.unfollow(john.id, &[ada.id]).unwrap();
    assert_eq!(listed(&world), ["john"]);
    // What is deleted two days later purges the posts, and the user with them.
    let late = world.post(&john, "much later", 80, None);
    world
        .store
        .delete_posts(john.id, &[late], Timestamp::from_micros(at(70).micros() + 2 * 24 * 3600 * 1_000_000))
        .unwrap();
    assert!(world.store.user("ada@example.com").is_err());
    assert_eq!(listed(&world), ["john"]);
}

#[test]
fn undone_import_keeps_followers_of_users_who_write_here() {
    let mut world = world();
    let john = world.user("john");
    let items = vec![ImportItem::Owner(person("ada")), ImportItem::User(person("bo")), plain("a", "one", 10)];
    let range = world.import(&terms(), items).0.added.unwrap();
    let [ada, bo] = ["ada@example.com", "bo@example.com"].map(|name| world.store.user(name).unwrap().id);
    let is_listed =
        |world: &World| world.store.users(UserOrder::Nickname, false).unwrap().iter().any(|user| user.id == ada);
    world.store.delete_imported(&[range], at(50)).unwrap();
    world.store.follow(ada, &[bo], at(60)).unwrap();
    assert!(!is_listed(&world), "that is part of what was imported");
    world.store.follow(ada, &[john.id], at(70)).unwrap();
    assert!(is_listed(&world));
}

/// What refers to a user and does not keep them: it is deleted with them, or only users have it who write here.
const GOES_WITH_THE_USER: [&str; 21] = [
    "account_avatar.user",
    "active_user.user",
    "avatar.user",
    "bookmark.user",
    "deleted_post.author",
    "draft.user",
    "edit_draft.user",
    "filter.user",
    "list.user",
    "mute.muter",
    "notification.actor",
    "notification.user",
    "outbox.user",
    "pending_reaction.user",
    "pinned_post.user",
    "published_feed.user",
    "read_mark.user",
    "read_span.user",
    "saved_search.user",
    "scheduled_post.user",
    "tab.user",
];

#[test]
fn every_reference_to_a_user_keeps_them_or_goes_with_them() {
    let world = world();
    let sql = "SELECT t.name, f.\"from\" FROM pragma_table_list t, pragma_foreign_key_list(t.name) f
         WHERE t.schema = 'main' AND f.\"table\" = 'user'";
    let mut references = world.store.connection.prepare(sql).unwrap();
    let references: Vec<(String, String)> = references
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .map(std::result::Result::unwrap)
        .collect();
    assert!(references.len() > GOES_WITH_THE_USER.len());
    for (table, column) in references {
        let [from, equals] = [format!(" FROM {table} "), format!(" {column} = user.id")];
        let mut conditions = users::IS_REMNANT.lines().filter(|line| line.contains("NOT EXISTS"));
        let keeps = conditions.any(|condition| condition.contains(&from) && condition.contains(&equals));
        let goes = GOES_WITH_THE_USER.contains(&format!("{table}.{column}").as_str());
        assert_ne!(keeps, goes, "decide whether {table}.{column} keeps a remote user");
    }
}
