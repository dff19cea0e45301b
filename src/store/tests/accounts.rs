//! What the server of an account can change, and what it cannot: it speaks for its own users only.

use std::time::Duration;

use super::*;
use crate::model::{
    Account, AccountList, AccountNotice, AccountPage, AccountStatus, AccountUser, Audience, ImportItem, NewAccount,
    NextInOutbox, NotificationKind, Origin, OutboxState, RemotePost, RemoteUser, Revision, SentPost, ServerStatus,
};
use crate::store::{ImportOptions, NewSubscription};

const NOW: i64 = 1_767_225_600_000_000;
const EVIL: &str = "evil.example";
const GOOD: &str = "good.example";

fn new_account(server: &str) -> NewAccount {
    NewAccount {
        name: "me".to_owned(),
        server: server.to_owned(),
        remote_id: "1".to_owned(),
        uri: format!("https://{server}/users/me"),
        character_limit: 500,
        characters_per_link: None,
    }
}

/// An account on a hostile server, and one on another server.
struct Servers {
    world: World,
    evil: Account,
    good: Account,
}

fn servers() -> Servers {
    let mut world = world();
    let [evil, good] = [EVIL, GOOD].map(|server| world.store.add_account(&new_account(server), at(1)).unwrap());
    Servers { world, evil, good }
}

pub(super) fn remote_user(url: &str) -> RemoteUser {
    let (host, name) = url.trim_start_matches("https://").split_once('/').unwrap();
    RemoteUser {
        url: url.to_owned(),
        nickname: Nickname::for_remote(name.rsplit('/').next().unwrap(), host),
        kind: UserKind::Remote,
        display_name: DisplayName::parse("Said by a server").unwrap(),
        about_me: None,
        email: None,
        last_seen: None,
    }
}

pub(super) fn status(uri: &str, author: &str, text: &str) -> AccountStatus {
    let post = RemotePost {
        author: Some(author.to_owned()),
        source: uri.to_owned(),
        created_at: at(NOW),
        edited_at: None,
        revisions: Vec::new(),
        body: Body::imported(text).unwrap(),
        mentions: Vec::new(),
        origin: Origin::default(),
        place: String::new(),
    };
    let server = ServerStatus { id: uri.to_owned(), likes: 0, boosts: 0, replies: 0, poll: None };
    AccountStatus { post, boosted: None, server, parent_id: None }
}

/// A page of statuses, which names their authors and some others.
pub(super) fn page(statuses: Vec<AccountStatus>, others: &[&str]) -> AccountPage {
    let boosted = statuses.iter().filter_map(|status| status.boosted.as_deref());
    let authors = statuses.iter().chain(boosted).filter_map(|status| status.post.author.as_deref());
    let users = authors.chain(others.iter().copied()).map(|url| AccountUser {
        user: remote_user(url),
        page: None,
        avatar: None,
    });
    let users = users.collect();
    AccountPage { users, statuses, ..AccountPage::new(Some(AccountList::Home)) }
}

impl Servers {
    fn receive(&mut self, account: UserId, page: &AccountPage) -> ImportStats {
        self.world.store.store_account_page(account, page, at(NOW), &mut |_| {}).unwrap()
    }

    fn text_of(&self, uri: &str) -> Option<String> {
        let sql = "SELECT body FROM post WHERE source = ?1";
        let found = self.world.store.connection.query_row(sql, [uri], |row| row.get(0));
        found.ok()
    }

    fn edited(uri: &str, author: &str) -> AccountStatus {
        let mut status = status(uri, author, "forged");
        status.post.edited_at = Some(at(NOW + 1));
        let revision = || Revision { body: Body::imported("never written").unwrap(), written_at: at(NOW) };
        status.post.revisions = vec![revision(), revision(), revision()];
        status
    }
}

#[test]
fn account_that_is_a_user_of_another_server_is_refused() {
    let mut servers = servers();
    for uri in ["https://good.example/users/me", "https://good.example/users/ada", "https://evil.example.good.example/"]
    {
        let new = NewAccount { name: "other".to_owned(), uri: uri.to_owned(), ..new_account(EVIL) };
        let refused = servers.world.store.add_account(&new, at(2));
        assert!(matches!(refused, Err(StoreError::ForeignAccount { .. })), "{uri}");
    }
    let again = servers.world.store.add_account(&new_account(GOOD), at(3)).unwrap();
    assert_eq!((again.user.id, again.server.as_str()), (servers.good.user.id, GOOD));
}

#[test]
fn server_adds_and_edits_posts_of_its_own_users_only() {
    let mut servers = servers();
    let (me, ada, eve) = (
        servers.good.user.url.clone().unwrap(),
        "https://good.example/users/ada".to_owned(),
        "https://evil.example/users/eve".to_owned(),
    );
    let (mine, theirs, own) = ("https://good.example/1", "https://good.example/2", "https://evil.example/1");
    let (evil, good) = (servers.evil.user.id, servers.good.user.id);
    servers.receive(good, &page(vec![status(mine, &me, "mine"), status(theirs, &ada, "theirs")], &[]));
    servers.receive(evil, &page(vec![status(own, &eve, "own")], &[]));
    let forged = vec![
        Servers::edited(mine, &me),
        Servers::edited(theirs, &ada),
        Servers::edited(own, &eve),
        status("https://good.example/3", &me, "forged"),
        // A post of another host than its author.
        status("https://good.example/4", &eve, "forged"),
    ];
    // A second time, because the server has shown the posts by then.
    for _ in 0..2 {
        servers.receive(evil, &page(forged.clone(), &[]));
        assert_eq!(servers.text_of(mine).as_deref(), Some("mine"));
        assert_eq!(servers.text_of(theirs).as_deref(), Some("theirs"));
        assert_eq!(servers.text_of(own).as_deref(), Some("forged"));
        assert_eq!(servers.text_of("https://good.example/3"), None);
        assert_eq!(servers.text_of("https://good.example/4"), None);
    }
    servers.receive(good, &page(vec![Servers::edited(theirs, &ada)], &[]));
    assert_eq!(servers.text_of(theirs).as_deref(), Some("forged"), "its own server edits it");
}

#[test]
fn server_that_repeats_a_post_changes_it_only_if_it_brought_it() {
    let mut servers = servers();
    let (evil, good) = (servers.evil.user.id, servers.good.user.id);
    let bob = "https://third.example/users/bob";
    let (first, second) = ("https://third.example/1", "https://third.example/2");
    let owner = RemoteUser { display_name: None, ..remote_user(bob) };
    let ImportItem::Post(imported) =
        ImportItem::Post(Box::new(RemotePost { author: None, ..status(first, bob, "from a file").post }))
    else {
        panic!("no post")
    };
    let items = vec![ImportItem::Owner(owner), ImportItem::Post(imported)];
    servers.world.try_import(&ImportOptions::new(at(NOW)), items, &mut |_| {}).unwrap();
    for _ in 0..2 {
        servers.receive(evil, &page(vec![Servers::edited(first, bob)], &[]));
        assert_eq!(servers.text_of(first).as_deref(), Some("from a file"));
        assert_eq!(servers.world.store.user("bob@third.example").unwrap().display_name, None);
    }
    servers.receive(good, &page(vec![status(second, bob, "relayed")], &[]));
    for _ in 0..2 {
        servers.receive(evil, &page(vec![Servers::edited(second, bob)], &[]));
        assert_eq!(servers.text_of(second).as_deref(), Some("relayed"));
    }
    let third = "https://third.example/3";
    servers.receive(good, &page(vec![status(third, bob, "relayed")], &[]));
    servers.receive(good, &page(vec![Servers::edited(third, bob)], &[]));
    assert_eq!(servers.text_of(third).as_deref(), Some("forged"), "the server that brought it edits it");
}

#[test]
fn server_adds_no_posts_to_a_feed_by_its_address() {
    let mut servers = servers();
    let john = servers.world.user("john").id;
    let url = "https://blog.example/feed.xml";
    let nickname = Nickname::parse("ada@blog.example").unwrap();
    servers.world.store.add_subscription(john, &NewSubscription { url: url.to_owned(), nickname }, at(2)).unwrap();
    let evil = servers.evil.user.id;
    servers.receive(evil, &page(vec![status("https://blog.example/1", url, "forged")], &[]));
    let user = servers.world.store.user("ada@blog.example").unwrap();
    assert_eq!((user.posts, user.display_name, user.url.as_deref()), (0, None, Some(url)));
}

#[test]
fn notifications_of_a_server_make_no_user_of_this_database_act() {
    let mut servers = servers();
    let (evil, good) = (servers.evil.user.id, servers.good.user.id);
    let john = servers.world.user("john");
    let (mine, eve) = ("https://evil.example/users/me", "https://evil.example/users/eve");
    let post = "https://evil.example/9";
    servers.receive(evil, &page(vec![status(post, mine, "mine")], &[eve]));
    let other = "https://good.example/1";
    servers.receive(good, &page(vec![status(other, "https://good.example/users/me", "of another")], &[]));
    let notice = |kind, actor: &str, about: Option<(&str, &str)>| AccountNotice {
        kind,
        at: Timestamp::MAX,
        actor: actor.to_owned(),
        status: about.map(|(uri, author)| status(uri, author, "mine")),
    };
    let me = "https://good.example/users/me";
    let notices = vec![
        notice(NotificationKind::Followed, me, None),
        notice(NotificationKind::Liked, me, Some((post, mine))),
        notice(NotificationKind::Boosted, me, Some((post, mine))),
        notice(NotificationKind::Liked, eve, Some((other, me))),
        notice(NotificationKind::Boosted, eve, Some((post, mine))),
    ];
    let mut page = page(vec![], &[me, eve, mine]);
    page = AccountPage { notices, is_first: true, list: Some(AccountList::Notifications), ..page };
    servers.receive(evil, &page);
    let store = &mut servers.world.store;
    assert_eq!(store.following(good, 9).unwrap().len(), 0);
    let counts = |store: &Store, uri: &str| -> (i64, i64) {
        let sql = "SELECT likes, boosts FROM post WHERE source = ?1";
        store.connection.query_row(sql, [uri], |row| Ok((row.get(0)?, row.get(1)?))).unwrap()
    };
    assert_eq!((counts(store, post), counts(store, other)), ((0, 1), (0, 0)));
    // The list is read up to now, and not for ever.
    store.follow(john.id, &[evil], at(NOW + 5)).unwrap();
    assert_eq!(store.unread_notifications(evil, 9).unwrap(), 1);
}

#[test]
fn feed_does_not_take_the_place_of_a_parent_that_only_its_server_knows() {
    let mut servers = servers();
    let good = servers.good.user.id;
    let (ada, bob) = ("https://good.example/users/ada", "https://third.example/users/bob");
    let mut reply = status("https://good.example/2", ada, "a reply");
    reply.parent_id = Some("17".to_owned());
    servers.receive(good, &page(vec![reply], &[]));
    let owner = ImportItem::Owner(remote_user("https://cats.example/feed"));
    let forged = RemotePost { author: None, ..status("status:good.example/17", "", "forged").post };
    let items = vec![owner, ImportItem::Post(Box::new(forged))];
    servers.world.try_import(&ImportOptions::new(at(NOW)), items, &mut |_| {}).unwrap();
    let parent = |servers: &Servers| -> Option<String> {
        let sql = "SELECT p.body FROM post r JOIN post p ON p.id = r.reply_to WHERE r.body = 'a reply'";
        servers.world.store.connection.query_row(sql, [], |row| row.get(0)).ok()
    };
    assert_eq!(parent(&servers), None);
    let mut found = status("https://third.example/1", bob, "the parent");
    found.server.id = "17".to_owned();
    servers.receive(good, &page(vec![found], &[]));
    assert_eq!(parent(&servers).as_deref(), Some("the parent"));
}

#[test]
fn address_of_another_post_is_not_taken_for_a_sent_one() {
    for uri in ["https://evil.example/1", "https://good.example/notes/88"] {
        let mut servers = servers();
        let account = servers.evil.user.clone();
        let mine = account.url.clone().unwrap();
        servers.receive(account.id, &page(vec![status("https://evil.example/1", &mine, "precious")], &[]));
        let post = servers.world.post(&account, "new", 50, None);
        let store = &mut servers.world.store;
        let NextInOutbox::Ready(outgoing) = store.next_in_outbox(account.id, Timestamp::now(), Duration::ZERO).unwrap()
        else {
            panic!("nothing to send")
        };
        let sent = SentPost { uri: uri.to_owned(), url: None, original: None, audience: Audience::Public };
        store.outbox_published(&outgoing, &sent).unwrap();
        assert_eq!(servers.text_of("https://evil.example/1").as_deref(), Some("precious"), "{uri}");
        let post = servers.world.store.post(post).unwrap();
        assert_eq!((post.body.as_str(), post.source.as_deref()), ("new", None), "{uri}");
        assert_eq!(post.delivery.unwrap().state, OutboxState::Unsure, "{uri}");
    }
}

#[test]
fn own_edit_history_is_kept_when_a_server_claims_another() {
    let mut servers = servers();
    let account = servers.good.user.clone();
    let (uri, mine) = ("https://good.example/1", account.url.clone().unwrap());
    servers.receive(account.id, &page(vec![status(uri, &mine, "first")], &[]));
    let post: PostId = servers
        .world
        .store
        .connection
        .query_row("SELECT id FROM post WHERE source = ?1", [uri], |row| row.get(0))
        .unwrap();
    servers.world.store.edit_post(account.id, post, 0, &Body::written("second").unwrap(), at(NOW + 1)).unwrap();
    let mut forged = Servers::edited(uri, &mine);
    forged.post.edited_at = Some(at(NOW + 2));
    servers.receive(account.id, &page(vec![forged], &[]));
    let history = servers.world.store.history(post).unwrap();
    let texts: Vec<_> = history.iter().map(|revision| revision.body.as_str()).collect();
    assert!(texts.contains(&"first") && texts.contains(&"second") && !texts.contains(&"never written"), "{texts:?}");
}

#[test]
fn reply_has_no_wider_audience_than_its_parent() {
    let mut servers = servers();
    let account = servers.good.user.clone();
    let mut direct = status("https://good.example/1", "https://good.example/users/ada", "for your eyes");
    direct.post.origin.audience = Audience::Direct;
    servers.receive(account.id, &page(vec![direct], &[]));
    let parent: PostId = servers.world.store.connection.query_row("SELECT id FROM post", [], |row| row.get(0)).unwrap();
    let reply = servers.world.post(&account, "a secret", 60, Some(parent));
    let audience = |servers: &Servers, post| servers.world.store.origin(post).unwrap().audience;
    assert_eq!(audience(&servers, reply), Audience::Direct);
    let next = servers.world.post(&account, "another", 61, Some(reply));
    assert_eq!(audience(&servers, next), Audience::Direct);
    let NextInOutbox::Ready(outgoing) =
        servers.world.store.next_in_outbox(account.id, Timestamp::now(), Duration::ZERO).unwrap()
    else {
        panic!("nothing to send")
    };
    assert_eq!(outgoing.details.audience, Audience::Direct);
}
