use super::mouse::find;
use super::*;
use crate::model::Account;
use crate::tui::screens::follow_address::{self, FollowAddress};
use crate::tui::state::{FeedSelection, FollowError, Followed};
use crate::tui::update::switch::switch_to;

fn said(state: &State) -> &str {
    state.shown_notice().map_or("", |notice| &notice.text)
}

/// The form, with this address typed and fetched.
fn asked(address: &str) -> State {
    let mut state = state();
    assert_eq!(act(&mut state, Action::Show(follow_address::NAME)), []);
    update(&mut state, Message::Paste(address.to_owned()));
    let follow = WorkerEffect::FollowAddress(UserId(1), address.to_owned());
    assert_eq!(act(&mut state, Action::Accept), [Effect::Worker(follow)]);
    state
}

#[test]
fn address_is_followed_and_the_form_closes() {
    let mut state = asked("https://example.org/feed");
    assert_eq!(act(&mut state, Action::Accept), [], "it is being fetched");
    update(
        &mut state,
        Message::AddressFollowed(Ok(Followed {
            notice: "followed @ada: 3 posts".to_owned(),
            user: Some((UserId(9), user(9, "ada").nickname)),
        })),
    );
    assert!(state.screens.is_empty());
    assert_eq!(said(&state), "followed @ada: 3 posts");
    let unfollow = UndoableAction::Follow(vec![(UserId(9), user(9, "ada").nickname)], Some(false));
    let undo = StoreEffect::Perform(UserId(1), Direction::Undo, unfollow);
    assert_eq!(act(&mut state, Action::Undo), [undo.into()]);
}

#[test]
fn page_with_several_feeds_offers_them_in_the_field() {
    let mut state = asked("https://example.org/");
    let feeds = vec!["https://example.org/a".to_owned(), "https://example.org/b".to_owned()];
    update(&mut state, Message::AddressFollowed(Err(FollowError { why: String::new(), feeds })));
    let text = |state: &State| state.screen::<FollowAddress>().unwrap().address.text();
    assert_eq!(text(&state), "https://example.org/a");
    act(&mut state, Action::Down);
    assert_eq!(text(&state), "https://example.org/b");
    let follow = WorkerEffect::FollowAddress(UserId(1), "https://example.org/b".to_owned());
    assert_eq!(act(&mut state, Action::Accept), [Effect::Worker(follow)]);
}

#[test]
fn failure_stays_in_the_form_or_is_a_notice_when_that_was_closed() {
    let failed = || Message::AddressFollowed(Err(FollowError { why: "HTTP 404".to_owned(), feeds: vec![] }));
    let mut state = asked("https://example.org/");
    update(&mut state, failed());
    assert_eq!(state.screen::<FollowAddress>().unwrap().error.as_deref(), Some("HTTP 404"));
    let mut state = asked("https://example.org/");
    act(&mut state, Action::Close);
    update(&mut state, failed());
    assert_eq!(said(&state), "HTTP 404");
}

#[test]
fn reload_fetches_feeds_unless_it_must_not() {
    let fetches = |state: &mut State| {
        act(state, Action::Reload).contains(&Effect::Worker(WorkerEffect::RefreshFeeds(FeedSelection::All)))
    };
    let mut state = state();
    assert!(fetches(&mut state));
    state.settings.feeds.offline = true;
    assert!(!fetches(&mut state));
    (state.settings.feeds.offline, state.read_only) = (false, true);
    assert!(!fetches(&mut state));
}

#[test]
fn refresh_shows_its_progress_and_its_result() {
    let mut state = state();
    update(&mut state, Message::RefreshProgress(0, 0, 1));
    assert_eq!(state.refreshing, None, "nothing is due");
    update(&mut state, Message::RefreshProgress(3, 12, 1));
    assert_eq!(state.refreshing, Some((3, 12, 1)));
    update(&mut state, Message::FeedsRefreshed(Ok(None)));
    assert_eq!((state.refreshing, said(&state)), (None, ""));
    update(&mut state, Message::FeedsRefreshed(Ok(Some("2 new posts".to_owned()))));
    assert_eq!(said(&state), "2 new posts");
}

/// An account on mastodon.example.
pub(super) fn account(user: &User) -> Account {
    Account {
        user: user.clone(),
        name: "susan".to_owned(),
        server: "mastodon.example".to_owned(),
        remote_id: "1".to_owned(),
        character_limit: 500,
        characters_per_link: None,
        checked_at: None,
        synced_at: None,
        next_at: Timestamp::MIN,
        failures: 0,
        failing_since: None,
        error: None,
        needs_login: false,
        widened: vec![],
        gaps: vec![],
    }
}

#[test]
fn header_shows_that_user_writes_to_a_server() {
    let (mut state, susan) = (state(), user(2, "susan"));
    let header = |state: &State| crate::tui::measure::header::header(state, 120).account;
    let mut account = account(&susan);
    let users: Vec<User> = state.shown_users().cloned().collect();
    let loaded = |account: &Account| {
        let loaded = LoadedUsers::new(users.clone(), Some(susan.clone()));
        Message::Users(LoadedUsers { accounts: vec![account.clone()], ..loaded })
    };
    update(&mut state, loaded(&account));
    assert_eq!(header(&state), "", "another user is active");
    switch_to(&mut state, &susan);
    assert_eq!(said(&state), "switched to @susan, who writes to mastodon.example");
    assert_eq!(header(&state), " ↗");
    account.needs_login = true;
    update(&mut state, loaded(&account));
    assert_eq!(header(&state), " ↗ log in again");
}

#[test]
fn account_that_was_added_elsewhere_is_synchronized_and_its_home_says_what_to_do() {
    let (mut state, susan) = (state(), user(2, "susan"));
    let users: Vec<User> = state.shown_users().cloned().collect();
    let load = |state: &mut State, account: &Account| {
        let loaded = LoadedUsers::new(users.clone(), Some(susan.clone()));
        update(state, Message::Users(LoadedUsers { accounts: vec![account.clone()], ..loaded }))
    };
    let mut account = account(&susan);
    let refresh = Effect::Worker(WorkerEffect::RefreshFeeds(FeedSelection::Due));
    assert!(load(&mut state, &account).contains(&refresh));
    assert!(!load(&mut state, &account).contains(&refresh), "it is known");
    switch_to(&mut state, &susan);
    find(&state, "susan@mastodon.example is not synchronized yet.");
    find(&state, "Press ^R to load its posts.");
    account.error = Some("HTTP 500".to_owned());
    load(&mut state, &account);
    find(&state, "susan@mastodon.example could not be synchronized: HTTP 500");
    account.needs_login = true;
    load(&mut state, &account);
    find(&state, "Log in again with microblog account add");
    account.synced_at = Some(at(9));
    load(&mut state, &account);
    find(&state, "No posts yet.");
}

#[test]
fn opened_thread_is_completed_from_the_server_of_an_account() {
    let (mut state, john) = (state(), user(1, "john"));
    let nodes = || vec![place(0, post(7, &john))];
    assert_eq!(update(&mut state, Message::Thread(PostId(6), nodes())), [], "john is no account");
    state.accounts = vec![account(&john)];
    let fetch = Effect::Worker(WorkerEffect::FetchContext(UserId(1), PostId(7)));
    assert_eq!(update(&mut state, Message::Thread(PostId(7), nodes())), [fetch]);
    assert_eq!(update(&mut state, Message::Thread(PostId(7), nodes())), [], "it is loaded again");
    assert_eq!(update(&mut state, Message::ContextFetched(PostId(7), 0)), []);
    let load = Effect::Store(StoreEffect::LoadThread(PostId(7)));
    assert_eq!(update(&mut state, Message::ContextFetched(PostId(7), 2)), [load]);
}

#[test]
fn reload_says_that_feeds_are_not_fetched_offline() {
    let mut state = state();
    state.settings.feeds.offline = true;
    let effects = act(&mut state, Action::Reload);
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::Worker(WorkerEffect::RefreshFeeds(_)))));
    assert_eq!(said(&state), "reloaded, without the feeds: offline = true in the settings");
}
