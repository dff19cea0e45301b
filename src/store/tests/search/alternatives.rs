//! Searches with `OR` and groups.

use super::*;

#[test]
fn alternatives_find_posts_that_match_one_of_them() {
    let mut world = world();
    let (john, susan) = (world.user("john"), world.user("susan"));
    for (at, author, text) in [
        (1, &john, "bread and butter"),
        (2, &susan, "rye #tea"),
        (3, &john, "rye bread"),
        (4, &susan, "nothing"),
        (5, &john, "lunch?\n- rye (3)\n- wheat (1)"),
    ] {
        world.post(author, text, at, None);
    }
    let found = |query: &str| {
        let window = Window { limit: 99, ..Window::default() };
        let posts = world.store.timeline(&Timeline::Search(query.to_owned()), &window).unwrap();
        posts.iter().map(|post| post.id.0).collect::<Vec<_>>()
    };
    for (query, ids) in [
        ("butter OR nothing", &[4, 1][..]),
        ("butter OR rye", &[5, 3, 2, 1]),
        ("butter OR rye from:john", &[5, 3, 1]),
        ("(bread rye) OR nothing", &[4, 3]),
        ("(bread -rye) OR #tea", &[2, 1]),
        ("from:nobody OR butter", &[1]),
        ("-(bread OR rye)", &[4]),
        ("rye -(bread OR #tea)", &[5]),
        ("rye has:poll", &[5]),
        ("rye -has:poll", &[3, 2]),
    ] {
        assert_eq!(found(query), ids, "{query}");
    }
}

#[test]
fn alternatives_that_the_index_does_not_know_are_merged_in_order() {
    let mut world = world();
    let [ada, bo] = ["ada", "bo"].map(|name| world.user(name));
    for n in 1..=40 {
        let body = ["bread", "lunch?\n- rye (3)\n- wheat (1)", "breadfruit", "nothing", "bread nothing"][n % 5];
        world.post(if n % 3 == 0 { &ada } else { &bo }, body, n as i64, None);
    }
    let language = "INSERT INTO origin (post, language) SELECT id, 'de' FROM post WHERE id % 7 = 0";
    world.store.connection.execute(language, []).unwrap();
    world.store.create_list(ada.id, "pals", &[bo.id]).unwrap();
    let found = |query: &str, window: &Window| {
        let window = Window { viewer: Viewer::of(ada.id), ..*window };
        let posts = world.store.timeline(&Timeline::Search(query.to_owned()), &window).unwrap();
        posts.iter().map(|post| post.id.0).collect::<Vec<_>>()
    };
    let all = Window { limit: 99, ..Window::default() };
    let is = |n: &i64, rest: &[i64]| rest.contains(&(n % 5));
    let newest = |matches: &dyn Fn(&i64) -> bool| (1..=40).rev().filter(matches).collect::<Vec<i64>>();
    for (query, matches) in [
        ("bread OR has:poll", &(|n: &i64| is(n, &[0, 1, 4])) as &dyn Fn(&i64) -> bool),
        ("has:poll OR lang:de", &|n| is(n, &[1]) || n % 7 == 0),
        ("is:unread OR nothing", &|n| n % 3 != 0 || is(n, &[3, 4])),
        ("has:image OR bread", &|n| is(n, &[0, 4])),
        ("has:image OR from:nobody", &|_| false),
        ("*fruit* OR has:poll", &|n| is(n, &[1, 2])),
        ("in:pals (lang:de OR has:poll)", &|n| n % 3 != 0 && (n % 7 == 0 || is(n, &[1]))),
        ("(bread -nothing) OR (lang:de -has:poll)", &|n| is(n, &[0]) || n % 7 == 0 && !is(n, &[1])),
        ("-(lang:de OR has:poll)", &|n| n % 7 != 0 && !is(n, &[1])),
        ("bread -(nothing lang:de)", &|n| is(n, &[0, 4]) && !(is(n, &[4]) && n % 7 == 0)),
        ("(bread OR has:poll) (lang:de OR *oth*)", &|n| is(n, &[0, 1, 4]) && (n % 7 == 0 || is(n, &[3, 4]))),
    ] {
        let expected = newest(matches);
        assert_eq!(found(query, &all), expected, "{query}");
        let mut oldest = found(query, &Window { reverse: true, ..all });
        oldest.reverse();
        assert_eq!(oldest, expected, "{query}");
        let page = Window { limit: 3, until: Some(at(30)), ..all };
        let before: Vec<i64> = expected.iter().copied().filter(|n| *n < 30).take(3).collect();
        assert_eq!(found(query, &page), before, "{query}");
    }
    let many = "(a OR has:poll) ".repeat(4) + &(0..7).map(|n| format!("(w{n} OR lang:x{n}) ")).collect::<String>();
    assert_eq!(found(&many, &all), [0; 0]);
    let hints = world.store.search_hints(&Query::parse(&many), None).unwrap();
    assert_eq!(hints, [SearchHint::TooManyAlternatives]);
}
