//! Exports and imports random databases as records, with everything that users can do.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::super::{DraftKey, ImportOptions, ImportStats, NewSubscription, StoreError, UserEdit};
use super::*;
use crate::model::{
    AboutMe, Attachment, Audience, DisplayName, Email, Filter, ImportItem, NotificationKind, Origin, Phrase, Picture,
    Reaction, Record, RemotePost, RemoteUser, UserKind,
};

const NOW: i64 = 1_767_225_600_000_000;

/// The exported tables, with the columns that are compared. Rows of deleted posts are not exported.
const EXPORTED: [(&str, &str); 33] = [
    (
        "user",
        "SELECT id, nickname, nickname_key, email, email_key, display_name, about_me, created_at, last_seen, posts,
             url, kind FROM user",
    ),
    (
        "post",
        "SELECT id, author, body, created_at, reply_to, source, boost_of, edited_at, edits, likes, boosts, replies
         FROM post",
    ),
    ("origin", "SELECT * FROM origin WHERE post IN (SELECT id FROM post)"),
    ("other_name", "SELECT * FROM other_name WHERE post IN (SELECT id FROM post)"),
    ("attachment", "SELECT * FROM attachment WHERE post IN (SELECT id FROM post)"),
    ("post_version", "SELECT * FROM post_version WHERE post IN (SELECT id FROM post)"),
    ("pending_reaction", "SELECT * FROM pending_reaction"),
    ("active_user", "SELECT * FROM active_user"),
    ("avatar", "SELECT user, hex(picture) FROM avatar"),
    ("panes", "SELECT * FROM panes"),
    ("draft", "SELECT * FROM draft"),
    ("edit_draft", "SELECT * FROM edit_draft"),
    ("scheduled_post", "SELECT user, reply_to, body, post_at FROM scheduled_post"),
    ("scheduled_reply", "SELECT s.user, s.post_at, r.position, r.body FROM scheduled_reply r JOIN scheduled_post s ON s.id = scheduled"),
    ("pinned_post", "SELECT * FROM pinned_post WHERE post IN (SELECT id FROM post)"),
    ("follow", "SELECT * FROM follow"),
    ("mute", "SELECT * FROM mute"),
    ("subscription", "SELECT user, url, fetch_url FROM subscription"),
    ("liked", "SELECT * FROM liked WHERE post_created_at IN (SELECT created_at FROM post)"),
    ("bookmark", "SELECT * FROM bookmark WHERE post_created_at IN (SELECT created_at FROM post)"),
    ("mention", "SELECT * FROM mention WHERE post_created_at IN (SELECT created_at FROM post)"),
    (
        "tagged",
        "SELECT key, post_created_at FROM tagged JOIN tag ON tag = id WHERE post_created_at IN (SELECT created_at FROM post)",
    ),
    (
        "tag",
        "SELECT DISTINCT key FROM tag JOIN tagged ON tag = id WHERE post_created_at IN (SELECT created_at FROM post)",
    ),
    ("notification", "SELECT * FROM notification"),
    ("filter", "SELECT * FROM filter"),
    ("list", "SELECT user, name_key, name FROM list"),
    ("list_member", "SELECT l.user, l.name_key, m.user FROM list_member m JOIN list l ON l.id = m.list"),
    ("saved_search", "SELECT * FROM saved_search"),
    (
        "tab",
        "SELECT * FROM tab WHERE substr(timeline, 1, instr(timeline || ' ', ' ') - 1) NOT IN ('user', 'replies', 'likes')
         OR substr(timeline, instr(timeline, ' ') + 1) IN (SELECT CAST(id AS TEXT) FROM user)",
    ),
    (
        "read_mark",
        "SELECT * FROM read_mark WHERE substr(timeline, 1, instr(timeline || ' ', ' ') - 1)
             NOT IN ('user', 'replies', 'likes')
         OR substr(timeline, instr(timeline, ' ') + 1) IN (SELECT CAST(id AS TEXT) FROM user)",
    ),
    (
        "read_span",
        "SELECT * FROM read_span WHERE substr(timeline, 1, instr(timeline || ' ', ' ') - 1)
             NOT IN ('user', 'replies', 'likes')
         OR substr(timeline, instr(timeline, ' ') + 1) IN (SELECT CAST(id AS TEXT) FROM user)",
    ),
    ("read_on_arrival", "SELECT * FROM read_on_arrival"),
    ("sqlite_sequence", "SELECT * FROM sqlite_sequence WHERE name IN ('user', 'post')"),
];
/// Tables that are not exported: deleted posts, and the search index.
/// An account is of use only to who has its token: it is added again by logging in, and read again; what it
/// did is sent once, from this database.
const LEFT_OUT: [&str; 6] = ["account", "deleted_post", "outbox", "post_", "published_", "server_status"];

fn table(world: &World, sql: &str) -> Vec<String> {
    let mut statement = world.store.connection.prepare(sql).unwrap();
    let columns = statement.column_count();
    let row = |row: &rusqlite::Row<'_>| -> rusqlite::Result<String> {
        let values = (0..columns).map(|at| row.get::<_, rusqlite::types::Value>(at).map(|value| format!("{value:?}")));
        Ok(values.collect::<rusqlite::Result<Vec<_>>>()?.join(" | "))
    };
    let mut rows = statement.query_map([], row).unwrap().collect::<rusqlite::Result<Vec<_>>>().unwrap();
    rows.sort();
    rows
}

fn all(world: &World) -> Vec<(&'static str, Vec<String>)> {
    EXPORTED.iter().map(|(name, sql)| (*name, table(world, sql))).collect()
}

fn lines(world: &World) -> Vec<String> {
    let mut lines = Vec::new();
    let done = world.store.for_each_record::<StoreError>(|line| {
        lines.push(serde_json::to_string(&line).unwrap());
        Ok(())
    });
    done.unwrap();
    lines
}

/// Imports lines; returns the skipped ones too.
fn import_dump(world: &mut World, lines: &[String]) -> (ImportStats, Vec<String>) {
    let terms = ImportOptions { include_private: false, dry_run: false, trust: true, ..ImportOptions::new(at(NOW)) };
    let Ok(Record::Microblog(head)) = serde_json::from_str(&lines[0]) else { panic!("{}", lines[0]) };
    let mut skipped = Vec::new();
    let mut skip = |one: Skipped| skipped.push(format!("{}: {}", one.place, one.why));
    let mut dump = world.store.begin_dump_import(&terms, &head, &mut skip).unwrap();
    lines[1..].iter().for_each(|line| dump.add(serde_json::from_str(line).unwrap(), line).unwrap());
    let imported = dump.commit().unwrap();
    (imported, skipped)
}

fn fast() -> World {
    let world = world();
    world.store.connection.pragma_update(None, "synchronous", "OFF").unwrap();
    world
}

/// An action; `a` and `b` select the users and posts that it acts on from those that exist.
#[derive(Debug, Clone)]
struct Action {
    kind: usize,
    a: usize,
    b: usize,
    text: String,
    time: i64,
}

/// Number of kinds of actions.
const KINDS: usize = 35;

fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("@john".to_owned()),
        Just("@Ärger @susan".to_owned()),
        Just("@ada@example.com".to_owned()),
        Just("#Brot #日本 :tea:".to_owned()),
        Just("https://example.com/?a=\"b\"&c".to_owned()),
        Just("👨‍👩‍👧‍👦 e\u{301} \u{202e}\u{2028}\u{feff}".to_owned()),
        Just("line\nline \\ \" \u{7f}".to_owned()),
        any::<String>(),
        "[a-z ]{0,12}",
    ];
    proptest::collection::vec(piece, 0..4).prop_map(|pieces| pieces.join(" "))
}

fn actions(most: usize) -> impl Strategy<Value = Vec<Action>> {
    let time = prop_oneof![0..NOW, 0_i64..20, Just(NOW)];
    let action = (0..KINDS, 0_usize..64, 0_usize..64, text(), time);
    let action = action.prop_map(|(kind, a, b, text, time)| Action { kind, a, b, text, time });
    proptest::collection::vec(action, 0..most)
}

impl World {
    fn ids(&self) -> Vec<User> {
        self.store.users(UserOrder::Nickname, false).unwrap()
    }

    /// Applies an action; the store may refuse it.
    fn apply(&mut self, action: &Action) {
        let Action { kind, a, b, text, time } = action;
        let (users, time) = (self.ids(), at(*time));
        let (one, other) = (&users[a % users.len()], &users[b % users.len()]);
        let (user, id) = (one.id, PostId((b % 24 + 1) as i64));
        let store = &mut self.store;
        let body = Body::written(&text.chars().take(100).collect::<String>());
        let _ = match kind {
            0..=4 => body.map(|body| {
                let reply_to = Some(id).filter(|_| *kind > 2);
                drop(store.add_post(&NewPost { author: user, body, created_at: time, reply_to, source: None }));
            }),
            _ => Ok(()),
        };
        match kind {
            5 => drop(store.boost(user, &[id], time)),
            6 => drop(store.like(user, &[id], time)),
            7 => drop(store.bookmark(user, &[id], time)),
            8 | 9 => {
                if let (Ok(post), Ok(body)) = (store.post(id), Body::written(text)) {
                    drop(store.edit_post(post.author, post.id, post.edits, &body, time));
                }
            }
            10 => {
                if let Ok(post) = store.post(id) {
                    drop(store.delete_posts(post.author, &[post.id], time));
                }
            }
            11 => users.iter().for_each(|user| drop(store.restore_posts(user.id, &[id]))),
            12 => {
                if let Ok(post) = store.post(id) {
                    store.delete_posts(post.author, &[post.id], time).unwrap();
                    drop(store.purge_posts(&[post.id]));
                }
            }
            13 => {
                let key = DraftKey { user, purpose: Purpose::New, slot: (*b % 3) as u32 };
                store.save_draft(key, text, time).unwrap();
            }
            14 => store.save_draft(DraftKey::first(user, Purpose::Reply(id)), text, time).unwrap(),
            15 => {
                let purpose = Purpose::Edit { post: id, edits: (*a % 3) as u32 };
                let slot = (*b % 2) as u32;
                store.save_draft(DraftKey { user, purpose, slot }, text, time).unwrap();
            }
            16 => {
                if let Ok(phrase) = Phrase::parse(text) {
                    let until = Some(time).filter(|_| b % 2 == 0);
                    drop(store.add_filter(user, &Filter { phrase, folded: a % 2 == 0, until }));
                }
            }
            17 => drop(store.save_search(user, &format!("{} {}", a % 4, text), text)),
            18 => drop(read_up_to(store, user, &timeline(*b, other, text), time)),
            19 => drop(store.save_cursor(user, &timeline(*b, other, text), Some(time).filter(|_| a % 3 > 0))),
            20 => drop(store.follow(user, &[other.id], time)),
            21 => drop(store.mute(user, &[other.id], time)),
            22 => {
                if let Ok(nickname) = Nickname::parse(&text.chars().filter(|c| !c.is_whitespace()).collect::<String>())
                {
                    drop(store.rename_user(user, &nickname));
                }
            }
            23 => {
                let edit = UserEdit {
                    email: Some(Email::parse(&format!("{b}@{a}")).ok()),
                    display_name: Some(DisplayName::parse(text).ok().flatten()),
                    about_me: Some(AboutMe::parse(text).ok().flatten()),
                    avatar: [None, Some(None), Some(Some(picture(*b)))][a % 3].clone(),
                };
                drop(store.edit_user(user, &edit));
            }
            24 if users.len() > 2 => drop(store.delete_user(user)),
            25 => drop(store.set_active_user(user, time)),
            26 => store.save_panes(Panes { users: *a as i16 - 30, timeline: *b as i16 }).unwrap(),
            27 if a % 2 == 0 => drop(store.mark_notifications_read(user, &NotificationKind::ALL, time)),
            27 => drop(store.mark_notifications_seen(user, &[(Timestamp::from_micros(time.micros() - 50), time)])),
            28..=30 => self.arrive(action),
            32 => {
                drop(store.create_list(user, &format!("{} {}", a % 4, text.chars().take(9).collect::<String>()), &[]))
            }
            33 => {
                if let Some(list) = store.lists(user).unwrap().get(b % 3) {
                    drop(store.add_to_list(user, &list.name, &[user, other.id]));
                }
            }
            34 => {
                if let Ok(body) = Body::written(text) {
                    let reply_to = Some(id).filter(|_| a % 2 == 0);
                    let new = NewPost { author: user, body, created_at: time, reply_to, source: None };
                    let rest: &[Body] = if b % 3 == 0 { std::slice::from_ref(&new.body) } else { &[] };
                    drop(store.schedule_post(&new, rest, &PostDetails::default(), time));
                    drop(store.pin_posts(user, &[id], time));
                }
            }
            31 => {
                let nickname = Nickname::for_remote("feed", "f.example");
                let new = NewSubscription { url: format!("https://f.example/{}", b % 4), nickname };
                drop(store.add_subscription(user, &new, time));
            }
            _ => {}
        }
    }

    /// Imports a post and a reaction of another site.
    fn arrive(&mut self, action: &Action) {
        let Action { a, b, text, time, .. } = action;
        let name = |n: usize| format!("https://example.com/{}", n % 8);
        let some = |odds: usize| Some(text.clone()).filter(|_| (a + b) % odds == 0);
        let ada = RemoteUser {
            url: "https://example.com/ada".to_owned(),
            nickname: Nickname::parse("ada@example.com").unwrap(),
            kind: if a % 2 == 0 { UserKind::Remote } else { UserKind::Claimed },
            display_name: None,
            about_me: None,
            email: None,
            last_seen: None,
        };
        let attachment = Attachment { kind: some(2), url: some(3), file: some(5), description: some(7) };
        // The same remote id boosts the same post in every database.
        let boosts = (a % 8 > 5).then(|| name(a % 8 - 6));
        let body = Body::imported(boosts.as_deref().unwrap_or(text));
        let origin = Origin {
            url: some(2),
            language: some(3),
            warning: some(5),
            audience: [Audience::Public, Audience::Unlisted, Audience::Followers, Audience::Direct][a % 4],
            original: some(7),
            aliases: (0..a % 3).map(|n| format!("#{n}{b}")).collect(),
            in_reply_to: Some(name(*b)).filter(|_| a % 3 == 0),
            boost_of: boosts,
            dated_at: (a % 5 == 0).then(|| at(4_000 + *b as i64)),
            attachments: vec![attachment; b % 3],
        };
        let reaction = Reaction { user: None, post: name(a + b), at: Some(at(*time)), copy: None };
        let mut items = vec![ImportItem::Owner(ada)];
        items.extend((a % 3 == 0).then(|| ImportItem::Avatar(picture(*b))));
        items.extend(body.ok().map(|body| {
            ImportItem::Post(Box::new(RemotePost {
                author: None,
                source: name(*a),
                created_at: at(*time),
                edited_at: Some(at(time + 5)).filter(|_| b % 4 == 0),
                revisions: Vec::new(),
                body,
                mentions: vec![("ada".to_owned(), "https://example.com/ada".to_owned())],
                origin,
                place: String::new(),
            }))
        }));
        items.push(if b % 2 == 0 { ImportItem::Like(reaction) } else { ImportItem::Bookmark(reaction) });
        let terms = ImportOptions { include_private: true, dry_run: false, trust: true, ..ImportOptions::new(at(NOW)) };
        let taken = self.try_import(&terms, items, &mut |_| {});
        // A user who was claimed before grows only by an import that claims them.
        assert!(matches!(taken, Ok(_) | Err(StoreError::UnconfirmedOwner(_))), "{taken:?}");
    }

    fn living(actions: &[Action]) -> Self {
        let mut world = fast();
        for name in ["john", "susan", "Ärger"] {
            world.user(name);
        }
        actions.iter().for_each(|action| world.apply(action));
        world
    }
}

fn picture(which: usize) -> Picture {
    let bytes: [&[u8]; 2] = [
        include_bytes!("../../../tests/fixtures/mastodon/avatar.png"),
        include_bytes!("../../../tests/fixtures/x/data/profile_media/1001-hills.jpg"),
    ];
    Picture::parse(bytes[which % 2].to_vec()).unwrap()
}

fn timeline(which: usize, of: &User, text: &str) -> Timeline {
    match which % 10 {
        0 => Timeline::Home(of.id),
        1 => Timeline::All,
        2 => Timeline::User(of.id, of.nickname.clone()),
        3 => Timeline::Replies(of.id, of.nickname.clone()),
        4 => Timeline::Likes(of.id, of.nickname.clone()),
        5 => Timeline::Mentions(of.id),
        6 => Timeline::Bookmarks(of.id),
        7 => Timeline::Tag(text.to_owned()),
        8 => Timeline::List(of.id, text.to_owned()),
        _ => Timeline::Search(text.to_owned()),
    }
}

#[test]
fn every_table_is_exported_or_left_out_on_purpose() {
    let world = fast();
    let names: BTreeSet<String> =
        table(&world, "SELECT name FROM sqlite_schema WHERE type = 'table'").into_iter().collect();
    for name in names {
        let name = name.trim_start_matches("Text(\"").trim_end_matches("\")").to_owned();
        let exported = EXPORTED.iter().any(|(known, _)| *known == name);
        assert!(exported || LEFT_OUT.iter().any(|known| name.starts_with(known)), "{name}: is it exported?");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn exported_records_restore_the_same_database(actions in actions(80)) {
        let world = World::living(&actions);
        let records = lines(&world);
        let mut copy = fast();
        let (_, skipped) = import_dump(&mut copy, &records);
        prop_assert_eq!(skipped, Vec::<String>::new());
        for ((name, before), (_, after)) in all(&world).into_iter().zip(all(&copy)) {
            prop_assert_eq!(before, after, "{}", name);
        }
        prop_assert_eq!(lines(&copy), records);
        super::changes::sound(&copy);
    }

    #[test]
    fn repeated_import_adds_records_once_and_keeps_existing_posts(ours in actions(40), theirs in actions(40)) {
        let mut here = World::living(&ours);
        let texts = |world: &World| -> BTreeSet<String> {
            table(world, "SELECT body FROM post WHERE body NOT LIKE 'https://example.com/_' UNION
                SELECT body FROM post_version WHERE post IN (SELECT id FROM post)").into_iter().collect()
        };
        let records = lines(&World::living(&theirs));
        let before = texts(&here);
        import_dump(&mut here, &records);
        let after = all(&here);
        prop_assert!(texts(&here).is_superset(&before));
        let (again, _) = import_dump(&mut here, &records);
        prop_assert_eq!((again.users, again.posts, again.follows, again.likes + again.bookmarks), (0, 0, 0, 0));
        for ((name, once), (_, twice)) in after.into_iter().zip(all(&here)) {
            prop_assert_eq!(once, twice, "{}", name);
        }
        super::changes::sound(&here);
    }
}

#[test]
fn post_with_timestamp_of_replaced_boost_is_imported_once() {
    let action = |kind, a, b, text: &str, time| Action { kind, a, b, text: text.to_owned(), time };
    let now = 1_767_225_600_000_000;
    // The placeholder of a boost takes the timestamp, and is replaced when the boosted post is imported.
    let mut here = World::living(&[action(28, 23, 0, "", 0), action(5, 0, 24, "", now)]);
    let records = lines(&World::living(&[action(0, 0, 0, "@john", now), action(28, 17, 0, "@john", 0)]));
    import_dump(&mut here, &records);
    let (again, _) = import_dump(&mut here, &records);
    assert_eq!((again.users, again.posts), (0, 0));
}
