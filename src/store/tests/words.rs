//! Tags, mentions, search.

use super::*;

fn found(world: &World, query: &str) -> Vec<i64> {
    let posts =
        world.store.read(&Timeline::Search(query.to_owned()), &Window { limit: 50, ..Window::default() }).unwrap();
    posts.iter().map(|post| post.id.0).collect()
}

#[track_caller]
fn check(world: &World, query: &str, expected: &[i64]) {
    assert_eq!(found(world, query), expected, "{query}");
}

#[test]
fn the_whole_grammar_finds_what_it_says() {
    let mut world = world();
    let [john, susan] = ["john", "Ärger.b"].map(|name| world.user(name));
    let first = world.post(&john, "The night train is late", 10, None);
    world.post(&susan, "@john a late night", 20, Some(first));
    world.post(&john, "café https://example.com #Bread", 30, None);
    world.post(&susan, "散歩と俳句と猫。用SQLite写 ☕", 40, None);
    world.post(&john, "bread_maker libsqlite3 100%_sure", 50, None);
    check(&world, "night late", &[2, 1]);
    check(&world, "\"night train\"", &[1]);
    check(&world, "late -train", &[2]);
    check(&world, "-late -bread", &[4]);
    check(&world, "tra*", &[1]);
    check(&world, "CAFE", &[3]);
    check(&world, "from:ärger.B", &[4, 2]);
    check(&world, "from:john late", &[1]);
    check(&world, "from:nobody late", &[]);
    check(&world, "late -from:nobody", &[2, 1]);
    check(&world, "to:john", &[2]);
    check(&world, "#bread", &[3]);
    check(&world, "bread", &[5, 3]);
    check(&world, "#none", &[]);
    check(&world, "has:link", &[3]);
    check(&world, "is:reply", &[2]);
    check(&world, "-is:reply late", &[1]);
    check(&world, "since:1970-01-01 late", &[2, 1]);
    check(&world, "until:1969", &[]);
    check(&world, "a", &[2]);
    for cjk in ["俳句", "句", "猫", "散歩と", "俳", "sqlite", "☕", "用SQLite写"] {
        check(&world, cjk, &[4]);
    }
    check(&world, "歩俳", &[]);
    check(&world, "*qlite*", &[5, 4]);
    check(&world, "*0%_s*", &[5]);
    check(&world, "*qlite* from:john", &[5]);
    check(&world, "from:john -*qlite*", &[3, 1]);
    check(&world, "*zzzz*", &[]);
    let ranked = world.store.search_ranked("night", Viewer::default(), 9).unwrap();
    assert_eq!(ranked.len(), 2);
    assert_eq!(world.store.search_users("ÄRG", 9).unwrap().len(), 1);
}

#[test]
fn a_beginning_finds_all_words_that_begin_so_however_many() {
    let mut world = world();
    let john = world.user("john");
    for n in 1..=80 {
        world.post(&john, &format!("wo{n:02} Bread"), n, None);
    }
    world.post(&john, "été", 100, None);
    world.store = Store::open_read_only(&world.path()).unwrap().0;
    let last = |count: i64| (81 - count..=80).rev().collect::<Vec<_>>();
    // Few words, which are looked up one by one; and eighty, which the index puts together.
    check(&world, "bre*", &last(50));
    check(&world, "BRE* from:john", &last(50));
    check(&world, "wo*", &last(50));
    check(&world, "wo7* wo*", &[79, 78, 77, 76, 75, 74, 73, 72, 71, 70]);
    check(&world, "wo7* -wo77", &[79, 78, 76, 75, 74, 73, 72, 71, 70]);
    check(&world, "wo0*", &[9, 8, 7, 6, 5, 4, 3, 2, 1]);
    check(&world, "ét*", &[81]);
    check(&world, "et*", &[81]);
    check(&world, "wo77x*", &[]);
    check(&world, "bre* wo77x*", &[]);
}

#[test]
fn any_search_is_valid() {
    let mut world = world();
    let john = world.user("john");
    world.post(&john, "a b c", 10, None);
    let long = ["a ".repeat(5_000), "\"".repeat(10_000), "*".repeat(10_000), "x".repeat(10_000), "猫".repeat(10_000)];
    let odd = [
        "\"",
        "(",
        ")",
        "a AND",
        "NOT",
        "NEAR(a, b)",
        "a:b",
        "body:a",
        "^a",
        "a + b",
        "'",
        "\\",
        "%",
        "_",
        "\0",
        "a\0b",
        "-a\0*",
        "*a\0b*",
        "-\"",
        "**",
        "*ab",
        "\u{e000}b1",
    ];
    for query in long.iter().map(String::as_str).chain(odd) {
        found(&world, query);
        world.store.search_ranked(query, Viewer::default(), 9).unwrap();
    }
    check(&world, "\"a b", &[1]);
    check(&world, "a\0b", &[1]);
}

#[test]
fn tags_and_mentions_follow_renames_edits_and_deletions() {
    let mut world = world();
    let [john, susan] = ["john", "susan"].map(|name| world.user(name));
    let id = world.post(&john, "@Susan #A\u{308}rger", 10, None);
    let window = Window { limit: 9, ..Window::default() };
    let (tag, mentions) = (Timeline::Tag("ÄRGER".to_owned()), Timeline::Mentions(susan.id));
    let count = |world: &World| (world.bodies(&tag, &window).len(), world.bodies(&mentions, &window).len());
    assert_eq!(count(&world), (1, 1));
    world.store.rename_user(susan.id, &Nickname::parse("susanne").unwrap()).unwrap();
    let mention = world.store.post(id).unwrap().mentions.remove(0);
    assert_eq!((mention.name.as_str(), mention.user, mention.nickname.as_str()), ("Susan", susan.id, "susanne"));
    assert_eq!(world.store.tags("är", 9).unwrap()[0].uses, 1);
    world.store.delete_posts(john.id, &[id], at(20)).unwrap();
    assert_eq!(count(&world), (0, 0));
    world.store.restore_posts(john.id, &[id]).unwrap();
    assert_eq!(count(&world), (1, 1));
    world.store.edit_post(john.id, id, 0, &Body::written("nothing").unwrap(), at(30)).unwrap();
    assert_eq!(count(&world), (0, 0));
    assert_eq!(world.store.tags("", 9).unwrap(), []);
    check(&world, "#Ärger", &[]);
    check(&world, "nothing", &[1]);
}

#[test]
fn filters_hide_fold_and_end() {
    let mut world = world();
    let [john, susan] = ["john", "susan"].map(|name| world.user(name));
    for (n, body) in ["the End", "#spoilers", "plain", "ending"].iter().enumerate() {
        world.post(&susan, body, 10 + n as i64, None);
    }
    world.post(&john, "my end", 20, None);
    let add = |store: &mut Store, phrase: &str, folded, until| {
        let phrase = crate::model::Phrase::parse(phrase).unwrap();
        store.add_filter(john.id, &crate::model::Filter { phrase, folded, until }).unwrap();
    };
    add(&mut world.store, "END", false, None);
    add(&mut world.store, "#Spoilers", true, None);
    add(&mut world.store, "plain", false, Some(at(1)));
    let window = Window { viewer: Viewer::of(john.id), limit: 9, ..Window::default() };
    assert_eq!(world.bodies(&Timeline::All, &window), ["my end", "ending", "plain", "#spoilers"]);
    let folded = world.store.read(&Timeline::All, &window).unwrap().remove(3).folded;
    assert_eq!(folded, Some(crate::model::Fold::Filter("#Spoilers".to_owned())));
    assert_eq!(world.store.unread(john.id, &[Timeline::All], 9).unwrap(), [3]);
    let all = Window { viewer: Viewer { muted: true, ..window.viewer }, ..window };
    assert_eq!(world.bodies(&Timeline::All, &all).len(), 5);
}
