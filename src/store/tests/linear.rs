//! Imports whose items collide take linear time, by the steps that SQLite counts.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::*;
use crate::model::{Audience, DumpHeader, Origin, Reaction, Record, RemotePost, RemoteUser};

const NOW: i64 = 1_767_225_600_000_000;
const END: &str = "9999-12-31T23:59:59.999999Z";
/// How many steps SQLite runs between two calls of the counter.
const STEPS: i32 = 16;

fn options() -> ImportOptions {
    ImportOptions { claim_owner: true, trust: true, ..ImportOptions::new(at(NOW)) }
}

/// Returns how many steps SQLite ran during `work`, in units of [`STEPS`].
pub(super) fn count_steps(world: &mut World, work: impl FnOnce(&mut World)) -> u64 {
    let count = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&count);
    let counter = move || {
        counter.fetch_add(1, Ordering::Relaxed);
        false
    };
    world.store.connection.progress_handler(STEPS, Some(counter)).unwrap();
    work(world);
    count.load(Ordering::Relaxed)
}

/// Asserts that four times the items take about four times the steps.
pub(super) fn assert_linear(name: &str, mut run: impl FnMut(&mut World, usize) -> u64) {
    let [few, many] = [250, 1_000].map(|size| {
        let mut world = world();
        world.store.connection.pragma_update(None, "synchronous", "OFF").unwrap();
        run(&mut world, size)
    });
    assert!(few > 0 && many <= few * 6, "{name}: {few} × {STEPS} steps for 250 items, {many} for 1,000");
}

/// Imports the posts of a dump, with a time for each.
fn import_dump(world: &mut World, times: impl Iterator<Item = String>) -> ImportStats {
    let head = r#"{"microblog":{"version":1,"last_user":1,"last_post":1}}"#;
    let Ok(Record::Microblog(head)) = serde_json::from_str(head) else { panic!() };
    let user = r#"{"user":{"id":1,"nickname":"eve"}}"#.to_owned();
    let post = |(n, time): (usize, String)| {
        let id = n + 1;
        format!(r#"{{"post":{{"id":{id},"author":"eve","created_at":"{time}","body":"post {id}"}}}}"#)
    };
    let lines: Vec<String> = std::iter::once(user).chain(times.enumerate().map(post)).collect();
    import_records(world, &ImportOptions { claim_owner: false, ..options() }, &head, &lines)
}

fn import_records(world: &mut World, options: &ImportOptions, head: &DumpHeader, lines: &[String]) -> ImportStats {
    let mut skip = |skipped: Skipped| panic!("{skipped:?}");
    let mut dump = world.store.begin_dump_import(options, head, &mut skip).unwrap();
    lines.iter().for_each(|line| dump.add(serde_json::from_str(line).unwrap(), "").unwrap());
    dump.commit().unwrap()
}

fn import(world: &mut World, items: Vec<ImportItem>) -> ImportStats {
    world.try_import(&options(), items, &mut |skipped| panic!("{skipped:?}")).unwrap()
}

fn user(nickname: &str, url: &str) -> RemoteUser {
    RemoteUser {
        url: url.to_owned(),
        nickname: Nickname::parse(nickname).unwrap(),
        kind: UserKind::Remote,
        display_name: None,
        about_me: None,
        email: None,
        last_seen: None,
    }
}

fn post(source: &str, author: Option<&str>, origin: Origin) -> RemotePost {
    RemotePost {
        author: author.map(str::to_owned),
        source: source.to_owned(),
        created_at: at(1),
        edited_at: None,
        revisions: Vec::new(),
        body: Body::imported(source).unwrap(),
        mentions: Vec::new(),
        origin,
        place: String::new(),
    }
}

/// The times of a dump whose posts collide.
fn times(kind: &str, size: usize) -> Vec<String> {
    let second = |n: usize| format!("2026-01-01T00:00:00.{n:06}Z");
    match kind {
        "same moment" => vec![second(0); size],
        "end of time" => vec![END.to_owned(); size],
        // Half of the posts take the times of the others.
        _ => (0..size).map(|n| second(n.saturating_sub(size / 2))).collect(),
    }
}

#[test]
fn dump_with_posts_of_one_moment_is_imported_in_linear_time() {
    for kind in ["same moment", "end of time", "taken times"] {
        assert_linear(kind, |world, size| {
            count_steps(world, |world| {
                assert_eq!(import_dump(world, times(kind, size).into_iter()).posts, size as u64);
            })
        });
    }
}

#[test]
fn dump_with_posts_of_one_moment_is_merged_in_linear_time() {
    for kind in ["same moment", "end of time", "taken times"] {
        assert_linear(kind, |world, size| {
            import_dump(world, times(kind, size).into_iter());
            count_steps(world, |world| {
                let merged = import_dump(world, times(kind, size).into_iter());
                assert!(
                    kind == "end of time" || (merged.posts, merged.known) == (0, size as u64),
                    "{kind}: {merged:?}"
                );
            })
        });
    }
}

#[test]
fn follows_of_one_nickname_are_imported_in_linear_time() {
    assert_linear("one nickname", |world, size| {
        let followed = |n: usize| ImportItem::Follow {
            follower: None,
            followed: user("x@h.example", &format!("https://h.example/{n}")),
        };
        let owner = ImportItem::Owner(user("a@h.example", "https://h.example/a"));
        let items = std::iter::once(owner).chain((0..size).map(followed)).collect();
        count_steps(world, |world| assert_eq!(import(world, items).follows, size as u64))
    });
}

#[test]
fn users_of_one_nickname_in_a_dump_are_merged_in_linear_time() {
    assert_linear("one nickname", |world, size| {
        world.user("x");
        let head = r#"{"microblog":{"version":1,"last_user":1,"last_post":1}}"#;
        let Ok(Record::Microblog(head)) = serde_json::from_str(head) else { panic!() };
        let user = |n: usize| {
            format!(r#"{{"user":{{"id":{},"nickname":"x","url":"https://h.example/{n}","home":"elsewhere"}}}}"#, n + 1)
        };
        let lines: Vec<String> = (0..size).map(user).collect();
        count_steps(world, |world| {
            let options = ImportOptions { claim_owner: false, trust: false, ..options() };
            let imported = import_records(world, &options, &head, &lines);
            assert!(imported.users >= size as u64 - 1);
        })
    });
}

#[test]
fn likes_and_boosts_of_one_moment_are_imported_in_linear_time() {
    assert_linear("likes", |world, size| {
        let like = |n: usize| {
            let copy = post(&format!("https://h.example/{n}"), None, Origin::default());
            let copy = n.is_multiple_of(2).then(|| Box::new(copy));
            ImportItem::Like(Reaction { user: None, post: format!("https://h.example/{n}"), at: Some(at(1)), copy })
        };
        let owner = ImportItem::Owner(user("a@h.example", "https://h.example/a"));
        let items = std::iter::once(owner).chain((0..size).map(like)).collect();
        count_steps(world, |world| assert_eq!(import(world, items).likes, size as u64))
    });
    assert_linear("likes of posts of another user", |world, size| {
        let like = |n: usize| {
            let author = Some("https://h.example/b".to_owned());
            let copy = RemotePost { author, ..post(&format!("https://h.example/{n}"), None, Origin::default()) };
            let post = format!("https://h.example/{n}");
            ImportItem::Like(Reaction { user: None, post, at: Some(at(1)), copy: Some(Box::new(copy)) })
        };
        let owner = ImportItem::Owner(user("a@h.example", "https://h.example/a"));
        let author = ImportItem::User(user("b@h.example", "https://h.example/b"));
        let items = [owner, author].into_iter().chain((0..size).map(like)).collect();
        count_steps(world, |world| assert_eq!(import(world, items).likes, size as u64))
    });
    assert_linear("boosts", |world, size| {
        let posts =
            |n: usize| ImportItem::Post(Box::new(post(&format!("https://h.example/{n}"), None, Origin::default())));
        let boosts = |n: usize| {
            let boost_of = Some(format!("https://h.example/{n}"));
            let origin = Origin { boost_of, audience: Audience::Public, ..Origin::default() };
            ImportItem::Post(Box::new(post(&format!("https://h.example/boost/{n}"), None, origin)))
        };
        let owner = ImportItem::Owner(user("a@h.example", "https://h.example/a"));
        let items = std::iter::once(owner).chain((0..size).map(posts)).chain((0..size).map(boosts)).collect();
        count_steps(world, |world| assert_eq!(import(world, items).posts, 2 * size as u64))
    });
}

#[test]
fn post_of_a_date_that_many_posts_have_costs_few_steps() {
    const MANY: usize = 1_000;
    let mut world = world();
    let owner = || ImportItem::Owner(user("eve", "https://e.example/"));
    let dated = |source: &str, time: i64| {
        ImportItem::Post(Box::new(RemotePost { created_at: at(time), ..post(source, None, Origin::default()) }))
    };
    let many = (0..MANY).map(|n| dated(&format!("p{n}"), 1));
    import(&mut world, [owner(), dated("late", 5_000)].into_iter().chain(many).collect());
    let mut steps = |source: &str, time: i64| {
        count_steps(&mut world, |world| assert_eq!(import(world, vec![owner(), dated(source, time)]).posts, 1))
    };
    let (alone, among_many) = (steps("a", 4_000), steps("b", 1));
    let allowed = 8 * MANY as u64 / STEPS as u64;
    assert!(among_many <= alone + allowed, "{alone} × {STEPS} steps alone, {among_many} among {MANY} posts");
    let last: i64 = world
        .store
        .connection
        .query_row("SELECT created_at FROM post WHERE source = 'b'", [], |row| row.get(0))
        .unwrap();
    assert_eq!(last, MANY as i64 + 1);
}
