//! Two hostile sources beside two local users and a claimed one. They claim names, addresses and ids at random, as files,
//! downloads, feeds, archives of feeds and servers of accounts, between what the users do. Nothing that belongs to a user
//! of this database or to the other source may change by them.

use std::fmt::Write;

use proptest::prelude::*;

use super::*;
use crate::model::{AccountNotice, NewAccount, NotificationKind, PinnedTab, PostDetails};
use crate::model::{FeedCheck, FeedResult, FeedVersion, Filter, Phrase, Picture};
use crate::store::tests::accounts::{page, status};
use crate::store::{Database, DraftKey, NewSubscription, SourceIdentity};

/// Addresses of the hostile sources, and the hosts at which they are.
const SOURCES: [&str; 2] = ["https://evil.example/feed", "https://cats.example/feed"];
const HOSTS: [&str; 2] = ["evil.example", "cats.example"];
/// Addresses that a source claims for itself, its authors, and whom they mention and follow.
const URLS: [&str; 13] = [
    "https://evil.example/feed",
    "https://cats.example/feed",
    "https://evil.example/mallory",
    "https://cats.example/users/tom",
    "https://evil.example/users/me",
    "https://cats.example/users/me",
    "https://example.com/ada",
    "acct:ada@example.com",
    "acct:susan",
    "acct:friend@friend.example",
    "author:example.com/ada",
    "author:susan",
    "susan",
];
/// Nicknames that a source claims.
const NICKNAMES: [&str; 6] =
    ["susan", "JOHN", "ada@example.com", "friend@friend.example", "mallory@evil.example", "ada"];
/// A post of a site that nobody imported; ada likes and boosts it.
const NOTE: &str = "https://pal.example/notes/88";
/// Ids that a source claims for its posts, and to which they reply.
const IDS: [&str; 8] = [
    NOTE,
    "https://example.com/ada/1",
    "reply-to-note",
    "https://example.com/ada/2",
    "https://evil.example/2",
    "https://cats.example/2",
    "https://evil.example/1",
    "https://cats.example/1",
];
const USERS: &str =
    "SELECT id, nickname, nickname_key, email, display_name, about_me, created_at, last_seen, posts, url, kind FROM user
     WHERE id IN own";
const POSTS: &str =
    "SELECT id, author, body, created_at, reply_to, source, boost_of, edited_at, edits, marks FROM own_post";
/// Of remote users what nobody else completes: a reply, a boost and a reaction become what they are when their post
/// arrives, and the server of an account knows who follows it.
const REMOTE_USERS: &str =
    "SELECT id, nickname, nickname_key, email, display_name, about_me, created_at, last_seen, url, kind FROM user
     WHERE id IN own";
const REMOTE_POSTS: &str = "SELECT id, author, body, created_at, source, edited_at, edits FROM own_post";
const OF_OTHERS: [&str; 4] = ["pending_reaction", "liked", "bookmark", "FROM follow "];
/// Everything that belongs to users, who are in `own`: each query selects rows of theirs.
const OWN_ROWS: [&str; 29] = [
    USERS,
    "SELECT * FROM avatar WHERE user IN own",
    POSTS,
    "SELECT * FROM post_version WHERE post IN (SELECT id FROM own_post)",
    "SELECT * FROM deleted_post WHERE author IN own AND with_post IS NULL",
    "SELECT * FROM origin WHERE post IN (SELECT id FROM own_post)",
    "SELECT * FROM other_name WHERE post IN (SELECT id FROM own_post)",
    "SELECT * FROM attachment WHERE post IN (SELECT id FROM own_post)",
    "SELECT * FROM mention WHERE post_created_at IN (SELECT created_at FROM own_post)",
    "SELECT * FROM pending_reaction WHERE user IN own",
    "SELECT * FROM active_user",
    "SELECT * FROM draft WHERE user IN own",
    "SELECT * FROM edit_draft WHERE user IN own",
    "SELECT * FROM follow WHERE follower IN own",
    "SELECT * FROM mute WHERE muter IN own",
    "SELECT * FROM liked WHERE user IN own",
    "SELECT * FROM bookmark WHERE user IN own",
    "SELECT * FROM filter WHERE user IN own",
    "SELECT * FROM saved_search WHERE user IN own",
    "SELECT * FROM read_mark WHERE user IN own",
    "SELECT * FROM list WHERE user IN own",
    "SELECT m.list, m.user FROM list_member m JOIN list l ON l.id = m.list WHERE l.user IN own",
    "SELECT * FROM tab WHERE user IN own",
    "SELECT * FROM scheduled_post WHERE user IN own",
    "SELECT * FROM outbox WHERE user IN own",
    "SELECT * FROM account WHERE user IN own",
    "SELECT * FROM subscription WHERE user IN own",
    "SELECT id, 1 FROM own_post WHERE EXISTS (SELECT 1 FROM read_on_arrival WHERE own_post.id BETWEEN first AND last)",
    "SELECT * FROM read_span WHERE user IN own",
];

/// What happens next; the numbers select from the lists above and from the users and their posts.
#[derive(Debug, Clone)]
enum Event {
    /// A user does something.
    Local { what: usize, who: usize, post: usize },
    /// A hostile source is imported.
    Hostile { source: usize, way: Way, update: bool, owner: Claim, items: Vec<Claim> },
}

/// How a source comes in.
#[derive(Debug, Clone, Copy)]
enum Way {
    File,
    Download,
    Feed,
    Archive,
    Server,
}

/// Something that a source claims.
#[derive(Debug, Clone)]
struct Claim {
    what: usize,
    url: usize,
    nickname: usize,
    ids: [usize; 2],
    by_owner: bool,
}

fn claim() -> impl Strategy<Value = Claim> {
    (0..9_usize, 0..URLS.len(), 0..NICKNAMES.len(), [0..IDS.len(), 0..IDS.len()], any::<bool>())
        .prop_map(|(what, url, nickname, ids, by_owner)| Claim { what, url, nickname, ids, by_owner })
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let local = (0..11_usize, 0..2_usize, 0..16_usize).prop_map(|(what, who, post)| Event::Local { what, who, post });
    let way = prop_oneof![Just(Way::File), Just(Way::Download), Just(Way::Feed), Just(Way::Archive), Just(Way::Server)];
    let hostile = (0..2_usize, way, any::<bool>(), claim(), proptest::collection::vec(claim(), 1..8))
        .prop_map(|(source, way, update, owner, items)| Event::Hostile { source, way, update, owner, items });
    proptest::collection::vec(prop_oneof![1 => local, 2 => hostile], 1..30)
}

impl Claim {
    fn user(&self) -> RemoteUser {
        RemoteUser {
            url: URLS[self.url].to_owned(),
            nickname: Nickname::parse(NICKNAMES[self.nickname]).unwrap(),
            display_name: DisplayName::parse("Forged").unwrap(),
            about_me: AboutMe::parse("forged").unwrap(),
            email: Email::parse("forged@evil.example").ok(),
            ..person("any")
        }
    }

    /// Returns the address of an author; `None` for the owner.
    fn author(&self) -> Option<String> {
        (!self.by_owner).then(|| URLS[self.url].to_owned())
    }

    fn post(&self, time: i64, origin: Origin) -> ImportItem {
        let ImportItem::Post(post) = arrival(IDS[self.ids[0]], "forged @susan #tag", time, origin) else {
            panic!("no post")
        };
        let mentions = vec![("susan".to_owned(), URLS[self.url].to_owned())];
        ImportItem::Post(Box::new(RemotePost { author: self.author(), mentions, ..*post }))
    }

    fn item(&self, time: i64) -> ImportItem {
        let other = || Some(IDS[self.ids[1]].to_owned());
        let reaction = || Reaction { user: self.author(), post: IDS[self.ids[0]].to_owned(), at: None, copy: None };
        match self.what {
            0 => ImportItem::User(self.user()),
            1 => self.post(time, Origin::default()),
            2 => self.post(time, Origin { in_reply_to: other(), ..Origin::default() }),
            3 => self.post(time, Origin { aliases: other().into_iter().collect(), ..Origin::default() }),
            4 => self.post(time, Origin { boost_of: other(), ..Origin::default() }),
            5 => ImportItem::Follow { follower: self.author(), followed: self.user() },
            6 => ImportItem::Like(reaction()),
            7 => ImportItem::Bookmark(reaction()),
            _ => ImportItem::Deleted { author: self.author(), post: IDS[self.ids[0]].to_owned() },
        }
    }
}

/// Two local users, the posts of theirs and of a claimed user, two feeds that one of them follows, and an account at each
/// of the hostile sources.
struct Scene {
    world: World,
    users: [UserId; 2],
    posts: Vec<PostId>,
    feeds: Vec<UserId>,
    accounts: Vec<UserId>,
    now: i64,
}

fn scene() -> Scene {
    let mut world = world();
    let users = ["susan", "john"].map(|name| world.user(name));
    let posts = vec![world.post(&users[0], "first @john #tag", 100, None), world.post(&users[1], "second", 200, None)];
    let mine = ImportOptions { claim_owner: true, ..terms() };
    let boost = Origin { boost_of: Some(NOTE.to_owned()), ..Origin::default() };
    let reaction = || Reaction { user: None, post: NOTE.to_owned(), at: None, copy: None };
    let archive = vec![
        ImportItem::Owner(person("ada")),
        ImportItem::Avatar(Picture::stored(vec![1])),
        plain("https://example.com/ada/1", "mine", 300),
        answer("reply-to-note", "an answer", 400, NOTE),
        arrival("boost-of-note", NOTE, 500, boost),
        ImportItem::Like(reaction()),
        ImportItem::Bookmark(reaction()),
    ];
    world.import(&mine, archive);
    let users = users.map(|user| user.id);
    let mut feeds = Vec::new();
    for url in SOURCES {
        let new = NewSubscription { url: url.to_owned(), nickname: Nickname::parse("feed@feed.example").unwrap() };
        world.store.add_subscription(users[1], &new, at(600)).unwrap();
        feeds.push(world.store.subscription_by_url(url).unwrap().unwrap().user.id);
    }
    let account = |server: &&str| NewAccount {
        name: "me".to_owned(),
        server: (*server).to_owned(),
        remote_id: "1".to_owned(),
        uri: format!("https://{server}/users/me"),
        character_limit: 500,
        characters_per_link: None,
    };
    let add = |server| world.store.add_account(&account(server), at(700)).unwrap().user.id;
    let accounts = HOSTS.iter().map(add).collect();
    Scene { world, users, posts, feeds, accounts, now: 1_000 }
}

impl Scene {
    /// The rows of all users of this database except the account that acts, and those of feeds that do not act.
    fn protected_rows(&self, source: usize, way: Way) -> Vec<Vec<String>> {
        let (account, feed) = match way {
            Way::File => (0, 0),
            Way::Download | Way::Feed | Way::Archive => (0, self.feeds[source].0),
            Way::Server => (self.accounts[source].0, 0),
        };
        let [one, other] = [self.feeds[0].0, self.feeds[1].0];
        let mut rows = self.rows(&format!("kind <> 'remote' AND id <> {account}"), false);
        rows.extend(self.rows(&format!("id IN ({one}, {other}) AND id <> {feed}"), true));
        rows
    }

    /// The rows of remote users at the host of the other source.
    fn rows_of_other(&self, source: usize) -> Vec<Vec<String>> {
        self.rows(&format!("kind = 'remote' AND url LIKE 'https://{}/%'", HOSTS[1 - source]), true)
    }

    fn rows(&self, own: &str, is_remote: bool) -> Vec<Vec<String>> {
        let whole = "AND boost_of IS NULL AND id NOT IN (SELECT post FROM origin WHERE boost_of_remote_id IS NOT NULL)";
        let whole = if is_remote { whole } else { "" };
        let select = |sql: &str| {
            let sql = match sql {
                USERS if is_remote => REMOTE_USERS,
                POSTS if is_remote => REMOTE_POSTS,
                _ if is_remote && OF_OTHERS.iter().any(|table| sql.contains(table)) => "SELECT 1, 2 WHERE FALSE",
                _ => sql,
            };
            let sql = format!(
                "WITH own AS (SELECT id FROM user WHERE {own}),
                     own_post AS (SELECT * FROM post WHERE author IN own {whole}) {sql} ORDER BY 1, 2"
            );
            let mut statement = self.world.store.connection.prepare_cached(&sql).unwrap();
            let columns = statement.column_count();
            let mut rows = statement.query([]).unwrap();
            let mut found = Vec::new();
            while let Some(row) = rows.next().unwrap() {
                let mut text = String::new();
                for column in 0..columns {
                    write!(text, "{:?} ", row.get_ref(column).unwrap()).unwrap();
                }
                found.push(text);
            }
            found
        };
        OWN_ROWS.into_iter().map(select).collect()
    }

    /// A user acts, on posts of users of this database only: what comes from others, they may take back.
    fn act(&mut self, what: usize, who: usize, post: usize) {
        let (user, post, now) = (self.users[who], self.posts[post % self.posts.len()], at(self.now));
        let store = &mut self.world.store;
        let body = Body::written(&format!("text {now:?}")).unwrap();
        match what {
            0 | 1 => {
                let reply_to = (what == 1).then_some(post);
                let new = NewPost { author: user, body, created_at: now, reply_to, source: None };
                self.posts.push(store.add_post(&new).unwrap());
            }
            2 => drop(store.like(user, &[post], now)),
            3 => drop(store.boost(user, &[post], now)),
            4 => drop(store.bookmark(user, &[post], now)),
            5 => drop(store.follow(user, &[self.feeds[who]], now)),
            6 => drop(store.create_list(user, body.as_str(), &self.feeds)),
            7 => {
                let new = NewPost { author: user, body, created_at: now, reply_to: None, source: None };
                store.schedule_post(&new, &[], &PostDetails::default(), Timestamp::MAX).unwrap();
            }
            8 => {
                let tab = PinnedTab { timeline: Timeline::Tag("tag".to_owned()), name: None };
                store.set_tabs(user, &[tab]).unwrap();
            }
            9 => drop(store.save_draft(DraftKey::first(user, Purpose::New), body.as_str(), now)),
            _ => {
                let phrase = Phrase::parse("forged").unwrap();
                store.add_filter(user, &Filter { phrase, folded: true, until: None }).unwrap();
            }
        }
    }

    /// Imports a hostile source; an import may be refused.
    fn attack(&mut self, source: usize, way: Way, update: bool, owner: &Claim, claims: &[Claim]) {
        let (address, feed, now) = (SOURCES[source], self.feeds[source], at(NOW + self.now));
        let mut items = vec![ImportItem::Owner(owner.user()), ImportItem::Avatar(Picture::stored(vec![9]))];
        items.extend(claims.iter().enumerate().map(|(n, claim)| claim.item(self.now + n as i64)));
        let options = ImportOptions { update, include_private: true, ..ImportOptions::new(now) };
        match way {
            Way::File => drop(self.world.try_import(&options, items, &mut |_| {})),
            Way::Download => {
                let options = ImportOptions { identity: SourceIdentity::Address(address.to_owned()), ..options };
                drop(self.world.try_import(&options, items, &mut |_| {}));
            }
            Way::Feed => {
                let result = FeedResult::Changed { moved_to: None, version: FeedVersion::default() };
                let check = FeedCheck { at: now, next_at: now, result, is_public: true };
                let nickname = owner.user().nickname;
                self.world.store.store_feed(feed, &check, items, Some(&nickname)).unwrap();
            }
            Way::Archive => drop(self.world.store.store_archive(feed, items, now).unwrap()),
            Way::Server => self.serve(source, claims),
        }
    }
}

impl Scene {
    /// Stores what the server of an account says.
    fn serve(&mut self, source: usize, claims: &[Claim]) {
        // Users of servers have addresses of the web.
        let is_web = |url: &str| url.starts_with("https://");
        let statuses = claims.iter().filter(|claim| is_web(URLS[claim.url])).map(|claim| {
            let (uri, author) = (IDS[claim.ids[0]], URLS[claim.url]);
            let mut status = status(uri, author, "forged @susan #tag");
            status.post.created_at = at(self.now);
            status.post.edited_at = claim.by_owner.then_some(at(self.now * 1_000));
            status.parent_id = (claim.what == 2).then(|| IDS[claim.ids[1]].to_owned());
            status
        });
        let users: Vec<&str> = URLS.into_iter().filter(|url| is_web(url)).collect();
        let mut page = page(statuses.collect(), &users);
        page.notices = claims
            .iter()
            .filter(|claim| claim.what > 4 && is_web(URLS[claim.url]))
            .map(|claim| self.notice(claim))
            .collect();
        page.follows = claims.iter().filter(|claim| claim.what == 4).map(|claim| URLS[claim.url].to_owned()).collect();
        let now = at(NOW + self.now);
        self.world.store.store_account_page(self.accounts[source], &page, now, &mut |_| {}).unwrap();
    }

    fn notice(&self, claim: &Claim) -> AccountNotice {
        let kinds = [NotificationKind::Followed, NotificationKind::Liked, NotificationKind::Boosted];
        AccountNotice {
            kind: kinds[claim.what % 3],
            at: at(self.now),
            actor: URLS[claim.url].to_owned(),
            status: Some(status(IDS[claim.ids[1]], URLS[claim.url], "forged")),
        }
    }
}

fn cases() -> ProptestConfig {
    let usual = ProptestConfig::default();
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { usual.cases } else { 8 };
    ProptestConfig { cases, max_shrink_iters: 100, failure_persistence: None, ..usual }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn hostile_sources_change_nothing_of_users_and_of_each_other(events in events()) {
        let mut scene = scene();
        for event in &events {
            scene.now += 1_000;
            match event {
                Event::Local { what, who, post } => scene.act(*what, *who, *post),
                Event::Hostile { source, way, update, owner, items } => {
                    let before = (scene.protected_rows(*source, *way), scene.rows_of_other(*source));
                    scene.attack(*source, *way, *update, owner, items);
                    for ((before, after), sql) in before.0.iter().zip(scene.protected_rows(*source, *way)).zip(OWN_ROWS.iter().cycle()) {
                        let gone: Vec<_> = before.iter().filter(|row| !after.contains(row)).collect();
                        let new: Vec<_> = after.iter().filter(|row| !before.contains(row)).collect();
                        prop_assert!(before == &after, "{:?} made {:?} {:?}: {}", event, gone, new, sql);
                    }
                    // A file is only as good as what it says of itself.
                    if !matches!(way, Way::File) {
                        for ((before, after), sql) in before.1.iter().zip(scene.rows_of_other(*source)).zip(OWN_ROWS) {
                            let changed: Vec<_> = before.iter().filter(|row| !after.contains(row)).collect();
                            prop_assert!(changed.is_empty(), "{:?} changed {:?}: {}", event, changed, sql);
                        }
                    }
                }
            }
        }
        let World { store, folder } = scene.world;
        drop(store);
        let problems = Database::open(&folder.path().join("m.db")).unwrap().check(&mut |_| {}).unwrap();
        prop_assert!(problems.is_empty(), "{:?}", problems);
    }
}

#[test]
fn source_that_names_another_user_cannot_like_a_post_as_that_user() {
    let mut scene = scene();
    let before = scene.protected_rows(0, Way::Download);
    let claim = |what, url, ids, by_owner| Claim { what, url, nickname: 0, ids, by_owner };
    // It follows ada, which names her, and then likes a post in her name.
    let items = vec![claim(5, 6, [0, 0], true), claim(6, 6, [1, 0], false)];
    scene.attack(0, Way::Download, false, &claim(0, 7, [0, 0], false), &items);
    assert_eq!(scene.protected_rows(0, Way::Download), before);
}
