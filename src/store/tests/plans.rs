//! How SQLite carries out every query that a screen runs, held as snapshots: a scan of a table or a sort of more than
//! a page must not slip in.

use super::super::{
    arrivals, entities, follows, history, lists, notifications, pins, posts, reactions, read_state, schedule, search,
    stats, tabs, threads, timeline_query,
};
use super::*;
use timeline_query::ScanOptions;

/// The plan of a query, a step a line.
fn plan(store: &Store, sql: &str) -> String {
    let mut statement = store.connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    let mut rows = statement.raw_query();
    let mut plan = String::new();
    while let Some(row) = rows.next().unwrap() {
        plan.push_str(&row.get::<_, String>(3).unwrap());
        plan.push('\n');
    }
    plan
}

#[test]
fn every_walk_follows_an_index() {
    let mut world = world();
    let john = world.user("john");
    let name = || john.nickname.clone();
    let timelines = [
        Timeline::Home(john.id),
        Timeline::All,
        Timeline::User(john.id, name()),
        Timeline::Replies(john.id, name()),
        Timeline::Likes(john.id, name()),
        Timeline::Mentions(john.id),
        Timeline::Bookmarks(john.id),
        Timeline::List(john.id, "friends".to_owned()),
        Timeline::Tag("bread".to_owned()),
    ];
    let mut plans = String::new();
    for timeline in &timelines {
        for (oldest_first, others, mutes) in [(false, false, true), (true, true, false)] {
            let sql =
                timeline_query::sql(timeline, ScanOptions { oldest_first, exclude_own: others, has_mutes: mutes });
            let plan = plan(&world.store, &sql);
            // The only things walked through whole are what a query itself made: the authors of a merge, and its queue.
            let scans = plan.lines().filter(|line| line.starts_with("SCAN"));
            assert!(scans.clone().all(|line| ["SCAN m", "SCAN w", "SCAN CONSTANT ROW"].contains(&line)), "{plan}");
            assert!(!plan.contains("TEMP B-TREE"), "{plan}");
            plans.push_str(&format!("{} {oldest_first}\n{plan}\n", timeline.key()));
        }
        let plan = plan(&world.store, &timeline_query::by_arrival(timeline).unwrap());
        assert!(!plan.contains("SCAN") && !plan.contains("TEMP B-TREE"), "{plan}");
        plans.push_str(&format!("{} by arrival\n{plan}\n", timeline.key()));
    }
    insta::assert_snapshot!(plans);
}

#[test]
fn every_other_query_of_a_screen_follows_an_index() {
    let world = world();
    let mut plans = String::new();
    for (name, sql) in [
        ("post by key", posts::BY_KEY),
        ("post by number", posts::BY_ID),
        ("boosters", posts::BOOSTERS),
        ("who likes", reactions::LIKERS),
        ("who boosted", reactions::BOOSTERS),
        ("following", follows::FOLLOWING),
        ("followers", follows::FOLLOWERS),
        ("notifications", notifications::PAGE),
        ("oldest notifications", notifications::OLDEST),
        ("notifications of kinds", notifications::OF_KINDS),
        ("versions", history::VERSIONS),
        ("read spans", read_state::SPANS),
        ("lists", lists::ALL),
        ("list by name", lists::BY_NAME),
        ("members of a list", lists::MEMBERS),
        ("members by nickname", lists::MEMBERS_BY_NAME),
        ("lists with a user", lists::HAVING),
        ("tabs", tabs::TABS),
        ("scheduled posts", schedule::ALL),
        ("due posts", schedule::DUE),
        ("rest of a scheduled thread", schedule::REST),
        ("pinned posts", pins::PINNED),
        ("tags that begin so", entities::TAGS),
        ("thread", threads::BELOW),
        ("deleted of a thread", threads::DELETED_BELOW),
        ("words", &format!("{} DESC", search::WORDS)),
        ("parts", &format!("{} DESC", search::PARTS)),
        ("without", &format!("{} DESC", search::WITHOUT)),
        ("read post", search::READ),
        ("boosts of a post", arrivals::BOOSTS),
    ] {
        let plan = plan(&world.store, sql);
        let scans = plan.lines().filter(|line| line.starts_with("SCAN") && !line.contains("VIRTUAL TABLE INDEX"));
        // A thread goes through what it found itself, and no more.
        let scans = scans.filter(|line| !["SCAN below", "SCAN CONSTANT ROW"].contains(line));
        assert_eq!(scans.count(), 0, "{name}\n{plan}");
        // Parts, tags, threads, members and scheduled posts sort what is few.
        let sorted =
            ["parts", "tags that begin so", "thread", "deleted of a thread", "members by nickname", "scheduled posts"];
        assert_eq!(plan.contains("TEMP B-TREE"), sorted.contains(&name), "{name}\n{plan}");
        plans.push_str(&format!("{name}\n{plan}\n"));
    }
    insta::assert_snapshot!(plans);
}

#[test]
fn counting_queries_scan_no_table() {
    let world = world();
    let mut plans = String::new();
    for (name, sql) in [
        ("times", stats::TIMES),
        ("times of a user", stats::TIMES_OF),
        ("bodies", stats::BODIES),
        ("bodies of a user", stats::BODIES_OF),
        ("answers", stats::REPLIES),
        ("answers of a user", stats::REPLIES_OF),
        ("tags", stats::TAGS),
    ] {
        let plan = plan(&world.store, sql);
        // The walk of an index is stopped by a limit, or reads nothing but the index.
        let whole =
            |line: &&str| line.starts_with("SCAN post") && !line.contains("USING INDEX") && !line.contains("COVERING");
        assert_eq!(plan.lines().find(whole), None, "{name}\n{plan}");
        plans.push_str(&format!("{name}\n{plan}\n"));
    }
    insta::assert_snapshot!(plans);
}
