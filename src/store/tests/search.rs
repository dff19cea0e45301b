//! Tags, mentions, search.

mod alternatives;

use super::*;
use crate::model::{AboutMe, DisplayName};
use crate::text::{Query, SearchHint};

fn found(world: &World, query: &str) -> Vec<i64> {
    let posts =
        world.store.timeline(&Timeline::Search(query.to_owned()), &Window { limit: 50, ..Window::default() }).unwrap();
    posts.iter().map(|post| post.id.0).collect()
}

#[track_caller]
fn check(world: &World, query: &str, expected: &[i64]) {
    assert_eq!(found(world, query), expected, "{query}");
}

#[test]
fn every_search_term_finds_its_posts() {
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
    check(&world, "#br*", &[3]);
    check(&world, "#o*", &[]);
    check(&world, "has:link", &[3]);
    check(&world, "is:reply", &[2]);
    check(&world, "-is:reply late", &[1]);
    check(&world, "since:1970-01-01 late", &[2, 1]);
    check(&world, "since:1970-01-02 late", &[]);
    check(&world, "until:1969", &[]);
    check(&world, "a", &[2]);
    for cjk in ["俳句", "句", "猫", "散歩と", "歩と俳", "俳", "sqlite", "☕", "用SQLite写"] {
        check(&world, cjk, &[4]);
    }
    check(&world, "歩俳", &[]);
    check(&world, "*qlite*", &[5, 4]);
    check(&world, "*0%_s*", &[5]);
    check(&world, "*qlite* from:john", &[5]);
    check(&world, "from:john -*qlite*", &[3, 1]);
    check(&world, "*zzzz*", &[]);
    check(&world, "has:image", &[]);
    check(&world, "from:nobody OR zzzz", &[]);
    check(&world, "late -has:image", &[2, 1]);
}

#[test]
fn names_that_no_user_has_are_found_in_a_query() {
    let mut world = world();
    world.user("john");
    let unknown = |query: &str| world.store.search_hints(&Query::parse(query), None).unwrap();
    let no_user = |name: &str| SearchHint::NoUser(name.to_owned());
    assert_eq!(unknown("from:john to:JOHN late"), []);
    assert_eq!(unknown("from:nobody -to:@Some from:nobody"), [no_user("nobody"), no_user("Some")]);
    assert_eq!(unknown("late OR from:nobody"), [no_user("nobody")]);
}

#[test]
fn search_for_posts_of_a_muted_user_says_that_they_are_hidden() {
    let mut world = world();
    let [john, bert] = ["john", "bert"].map(|name| world.user(name));
    world.post(&bert, "late", 1, None);
    world.store.mute(john.id, &[bert.id], at(2)).unwrap();
    let hints = |query: &str, reader| {
        let hints = world.store.search_hints(&Query::parse(query), reader).unwrap();
        hints.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(hints("from:bert", Some(john.id)), ["posts by @bert are hidden, since you mute them"]);
    assert_eq!(hints("from:bert", Some(bert.id)), [""; 0]);
    assert_eq!(hints("-from:bert to:bert late", Some(john.id)), [""; 0]);
}

#[test]
fn name_without_its_host_finds_the_only_user_with_that_name() {
    let mut world = world();
    let [ada, bo] = ["ada@a.example", "bo@a.example"].map(|name| world.user(name));
    for other in ["Ada2", "bo@b.example"] {
        world.user(other);
    }
    world.post(&ada, "rye", 10, None);
    world.post(&bo, "rye", 20, None);
    check(&world, "from:Ada", &[1]);
    check(&world, "from:bo", &[]);
    world.user("ada");
    check(&world, "from:ada", &[]);
}

#[test]
fn to_term_finds_replies_and_mentions() {
    let mut world = world();
    let [john, susan, _] = ["john", "susan", "mary"].map(|name| world.user(name));
    let first = world.post(&john, "first", 10, None);
    world.post(&susan, "@mary yes", 20, Some(first));
    world.post(&susan, "@john @mary yes", 30, Some(first));
    world.post(&susan, "yes", 40, Some(first));
    check(&world, "to:john", &[4, 3, 2]);
    check(&world, "to:mary", &[3, 2]);
    check(&world, "to:susan", &[]);
}

#[test]
fn best_matches_are_ranked_first_for_the_reader() {
    let mut world = world();
    let [john, susan, mary] = ["john", "susan", "mary"].map(|name| world.user(name));
    world.post(&john, "night night night", 10, None);
    world.post(&susan, "at night all of the cats that there are in the town are grey", 20, None);
    world.post(&mary, "night of the cats", 30, None);
    world.store.mute(john.id, &[mary.id], at(1)).unwrap();
    let ranked = |query: &str, viewer, limit| -> Vec<i64> {
        world.store.search_ranked(query, viewer, limit, 99).unwrap().posts.iter().map(|post| post.id.0).collect()
    };
    let (anybody, reader) = (Viewer::default(), Viewer::of(john.id));
    assert_eq!(ranked("night", anybody, 9), [1, 3, 2]);
    assert_eq!(ranked("night", anybody, 2), [1, 3]);
    assert_eq!(ranked("night", reader, 9), [1, 2]);
    assert_eq!(ranked("night from:nobody", anybody, 9), [] as [i64; 0]);
    assert_eq!(ranked("night since:1970-01-02", anybody, 9), [] as [i64; 0]);
    assert_eq!(ranked("night until:1969", anybody, 9), [] as [i64; 0]);
    // Without a word, the newest comes first.
    assert_eq!(ranked("*igh*", anybody, 9), [3, 2, 1]);
    assert_eq!(ranked("*igh*", anybody, 2), [3, 2]);
    assert_eq!(ranked("*igh*", reader, 9), [2, 1]);
}

#[test]
fn ranking_compares_only_the_newest_matches() {
    let mut world = world();
    let john = world.user("john");
    for (n, body) in ["night night", "night of the cats", "no match", "night night of the cats"].iter().enumerate() {
        world.post(&john, body, n as i64, None);
    }
    let ranked = |among| {
        let found = world.store.search_ranked("night", Viewer::default(), 9, among).unwrap();
        (found.posts.iter().map(|post| post.id.0).collect::<Vec<_>>(), found.compared, found.is_complete)
    };
    assert_eq!(ranked(2), (vec![4, 2], 2, false));
    assert_eq!(ranked(3), (vec![1, 4, 2], 3, true));
    assert_eq!(ranked(0), (vec![], 0, false));
}

#[test]
fn prefix_of_many_words_finds_the_same_by_reading_and_by_the_index() {
    let mut world = world();
    let [john, susan] = ["john", "susan"].map(|name| world.user(name));
    for n in 0..90 {
        let author = if n % 7 == 0 { &susan } else { &john };
        let body =
            ["Wö{n} x", "no", "the wo{n}rld 猫{n}", "用wo{n}写 猫", "awo{n} 犬"][n % 5].replace("{n}", &n.to_string());
        world.post(author, &body, n as i64, None);
    }
    let bodies = |query: &str, window: &Window| world.bodies(&Timeline::Search(query.to_owned()), window);
    let all = Window { limit: 99, ..Window::default() };
    assert_eq!(bodies("wo*", &all).len(), 54);
    assert_eq!(bodies("wo* from:susan", &all).len(), 8);
    assert_eq!(bodies("wo* -the", &all).len(), 36);
    assert_eq!(bodies("wo* *rld*", &all).len(), 18);
    assert_eq!(bodies("wo* no", &all), [""; 0]);
    assert_eq!(bodies("猫", &all).len(), 36);
    let oldest = Window { reverse: true, ..all };
    let mut found = bodies("wo*", &oldest);
    found.reverse();
    assert_eq!(found, bodies("wo*", &all));
    let some = Window { limit: 3, since: Some(at(2)), until: Some(at(80)), ..all };
    assert_eq!(bodies("wo*", &some), ["用wo78写 猫", "the wo77rld 猫77", "Wö75 x"]);
}

#[test]
fn rare_word_beside_a_common_one_is_found_newest_first() {
    let mut world = world();
    let [john, susan] = ["john", "susan"].map(|name| world.user(name));
    for n in 0..30 {
        world.post(if n < 4 { &susan } else { &john }, "common words", n, None);
    }
    check(&world, "common from:susan", &[4, 3, 2, 1]);
    let window = Window { limit: 2, ..Window::default() };
    let pages = |window: &Window| -> Vec<i64> {
        let found = world.store.timeline(&Timeline::Search("common from:susan".to_owned()), window).unwrap();
        found.iter().map(|post| post.id.0).collect()
    };
    assert_eq!(pages(&window), [4, 3]);
    assert_eq!(pages(&Window { until: Some(at(2)), ..window }), [2, 1]);
    assert_eq!(pages(&Window { reverse: true, ..window }), [1, 2]);
}

#[test]
fn search_is_paged_from_both_ends() {
    let mut world = world();
    let [john, susan, mary] = ["john", "susan", "mary"].map(|name| world.user(name));
    for n in 1..=4 {
        world.post(&john, &format!("ab_c {n}"), n, None);
    }
    world.post(&mary, "ab_c of whom susan mutes", 0, None);
    world.store.mute(susan.id, &[mary.id], at(1)).unwrap();
    // By a word, by letters, and by letters and words that must not be there.
    for query in ["ab_c", "*b_c*", "-*nothing*", "-nothing"] {
        let window = Window { limit: 3, ..Window::default() };
        let bodies = |window: &Window| world.bodies(&Timeline::Search(query.to_owned()), window);
        assert_eq!(bodies(&window), ["ab_c 4", "ab_c 3", "ab_c 2"], "{query}");
        let oldest = Window { reverse: true, ..window };
        assert_eq!(bodies(&oldest), ["ab_c of whom susan mutes", "ab_c 1", "ab_c 2"], "{query}");
        let viewer = Viewer::of(susan.id);
        assert_eq!(bodies(&Window { viewer, ..oldest }), ["ab_c 1", "ab_c 2", "ab_c 3"], "{query}");
        let between = Window { since: Some(at(2)), until: Some(at(4)), ..window };
        assert_eq!(bodies(&between), ["ab_c 3", "ab_c 2"], "{query}");
    }
}

#[test]
fn users_are_found_by_every_profile_field() {
    let mut world = world();
    let mut user = |name: &str, display: Option<&str>, about: Option<&str>, posts: i64| {
        let user = world.user(name);
        let display_name = display.map(|name| DisplayName::parse(name).unwrap());
        let about_me = about.map(|about| AboutMe::parse(about).unwrap());
        world.store.edit_user(user.id, &UserEdit { display_name, about_me, ..UserEdit::default() }).unwrap();
        for n in 0..posts {
            world.post(&user, "post", n, None);
        }
    };
    user("Ärger", None, None, 0);
    user("john", Some("Johnny Ärgert"), None, 1);
    user("susan", None, Some("no ärger"), 2);
    user("zärger", None, None, 3);
    user("mary", None, None, 4);
    let found = |text: &str, limit| -> Vec<String> {
        world.store.search_users(text, limit).unwrap().iter().map(|user| user.nickname.to_string()).collect()
    };
    assert_eq!(found("ÄRGER", 9), ["Ärger", "zärger", "susan", "john"]);
    assert_eq!(found(" @ärger ", 2), ["Ärger", "zärger"]);
    assert!(found(" ", 9).is_empty() && found("@", 9).is_empty() && found("nobody", 9).is_empty());
}

#[test]
fn prefix_finds_all_its_words() {
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
fn any_text_is_a_valid_query() {
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
        world.store.search_ranked(query, Viewer::default(), 9, 99).unwrap();
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
fn filters_hide_collapse_and_expire() {
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
    add(&mut world.store, "ending", false, Some(Timestamp::MAX));
    let window = Window { viewer: Viewer::of(john.id), limit: 9, ..Window::default() };
    assert_eq!(world.bodies(&Timeline::All, &window), ["my end", "plain", "#spoilers"]);
    let collapsed = world.store.timeline(&Timeline::All, &window).unwrap().remove(2).collapsed;
    assert_eq!(collapsed, Some(crate::model::Collapse::Filter("#Spoilers".to_owned())));
    assert_eq!(world.store.unread(john.id, &[Timeline::All], 9).unwrap(), [2]);
    let all = Window { viewer: Viewer { include_muted: true, ..window.viewer }, ..window };
    assert_eq!(world.bodies(&Timeline::All, &all).len(), 5);
}

#[test]
fn operators_of_lists_languages_and_unread_posts_find_posts() {
    let mut world = world();
    let [ada, bo] = ["ada", "bo"].map(|name| world.user(name));
    let ids = [world.post(&ada, "tea", 10, None), world.post(&bo, "rye", 20, None), world.post(&bo, "oats", 30, None)];
    world.store.create_list(ada.id, "Old friends", &[bo.id]).unwrap();
    let language = "INSERT INTO origin (post, language) VALUES (?1, 'pt-BR')";
    world.store.connection.execute(language, [ids[1].0]).unwrap();
    let found = |world: &World, query: &str| {
        let window = Window { viewer: Viewer::of(ada.id), limit: 9, ..Window::default() };
        world.bodies(&Timeline::Search(query.to_owned()), &window)
    };
    assert_eq!(found(&world, "in:\"old friends\""), ["oats", "rye"]);
    assert_eq!(found(&world, "-in:\"old friends\""), ["tea"]);
    assert_eq!(found(&world, "in:nobody"), [""; 0]);
    assert_eq!(found(&world, "lang:PT"), ["rye"]);
    assert_eq!(found(&world, "-lang:pt"), ["oats", "tea"]);
    assert_eq!(found(&world, "is:unread"), ["oats", "rye"]);
    let hints = world.store.search_hints(&Query::parse("in:new OR in:\"OLD friends\""), Some(ada.id)).unwrap();
    assert_eq!(hints, [SearchHint::NoList("new".to_owned())]);
    let arrived = world.store.last_arrival().unwrap();
    world.store.mark_read(ada.id, &Timeline::All, (at(25), at(40)), arrived, at(40)).unwrap();
    assert_eq!(found(&world, "is:unread"), ["rye"]);
    assert_eq!(found(&world, "in:\"old friends\" -is:unread"), ["oats"]);
}

#[test]
fn post_outside_home_is_unread_until_it_is_read_among_all() {
    let mut world = world();
    let [ada, bo, cy] = ["ada", "bo", "cy"].map(|name| world.user(name));
    world.store.follow(ada.id, &[bo.id], at(1)).unwrap();
    let boosted = [world.post(&cy, "far", 10, None), world.post(&cy, "boosted", 20, None)][1];
    world.post(&bo, "near", 30, None);
    world.store.boost(bo.id, &[boosted], at(40)).unwrap();
    let found = |world: &World| {
        let window = Window { viewer: Viewer::of(ada.id), limit: 9, ..Window::default() };
        world.bodies(&Timeline::Search("is:unread".to_owned()), &window)
    };
    assert_eq!(found(&world), ["near", "boosted", "far"]);
    let mark = |world: &mut World, timeline: Timeline, range: (i64, i64)| {
        let arrived = world.store.last_arrival().unwrap();
        world.store.mark_read(ada.id, &timeline, (at(range.0), at(range.1)), arrived, at(99)).unwrap();
    };
    mark(&mut world, Timeline::Home(ada.id), (5, 25));
    assert_eq!(found(&world), ["near", "boosted", "far"], "none of them is in home there");
    mark(&mut world, Timeline::Home(ada.id), (40, 40));
    assert_eq!(found(&world), ["near", "far"], "the boost was on the screen");
    mark(&mut world, Timeline::Home(ada.id), (1, 99));
    assert_eq!(found(&world), ["far"]);
    world.post(&bo, "new", 50, None);
    mark(&mut world, Timeline::All, (1, 99));
    assert_eq!(found(&world), ["new"], "it is unread in home");
}
