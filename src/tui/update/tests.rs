mod avatars;
mod completion;
mod details;
mod drafts_and_notifications;
mod feeds;
mod import;
mod links;
mod lists;
mod marks;
mod mouse;
mod outbox;
mod palette;
mod panes;
mod pasting;
mod reading;
mod search;
mod stack;
mod statistics;
mod tabs;
mod timeline_menu;
mod undo;
mod users_pane;
mod warnings;

use tui_textarea::{Input, Key};

use super::update;
use crate::config::StartAt;
use crate::model::{
    Arrival, Body, NewPost, Nickname, OpenDraft, PageStart, Post, PostId, Purpose, ReadState, ThreadNode, Timeline,
    Timestamp, User, UserId, UserKind,
};
use crate::tui::keys::{self, Action};
use crate::tui::list::List;
use crate::tui::screens::delete_post::DeletePosts;
use crate::tui::screens::first_steps::FirstSteps;
use crate::tui::screens::help::Help;
use crate::tui::screens::import::Import;
use crate::tui::screens::menu::{Menu, MenuRow};
use crate::tui::screens::palette::{Command, CommandEffect, Palette};
use crate::tui::screens::search::Search;
use crate::tui::screens::statistics::Statistics;
use crate::tui::screens::thread_preview::ThreadPreview;
use crate::tui::screens::user_picker::UserPicker;
use crate::tui::screens::welcome::Welcome;
use crate::tui::screens::{self, initial_state};
use crate::tui::state::{
    Detail, Direction, Effect, ListRow, LoadedUsers, Message, Pane, SettingsEffect, State, StoreEffect, TerminalEffect,
    UndoableAction, UsersRow, WorkerEffect,
};

fn at(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros)
}

fn user(id: i64, name: &str) -> User {
    let nickname = Nickname::parse(name).unwrap();
    User {
        id: UserId(id),
        nickname,
        email: None,
        display_name: None,
        about_me: None,
        created_at: None,
        last_seen: None,
        posts: 0,
        url: None,
        kind: UserKind::Local,
    }
}

/// Everything had arrived when a page was loaded.
const ARRIVED: Arrival = Arrival(i64::MAX);

fn post(id: i64, author: &User) -> Post {
    let body = Body::written(&format!("post {id}")).unwrap();
    Post::plain(PostId(id), author.id, author.nickname.clone(), body, at(id * 10))
}

fn place(depth: usize, post: Post) -> ThreadNode {
    ThreadNode { depth, id: post.id, post: Some(post) }
}

fn page(place: PageStart, ids: impl DoubleEndedIterator<Item = i64>, more: bool) -> Message {
    let john = user(1, "john");
    Message::Page {
        timeline: Timeline::All,
        place,
        posts: ids.rev().map(|id| post(id, &john)).collect(),
        more,
        arrived: ARRIVED,
    }
}

/// John and susan, john active, with posts 1 to 50 loaded.
fn state() -> State {
    let mut state = initial_state(at(0), (100, 30));
    let (john, susan) = (user(1, "john"), user(2, "susan"));
    update(&mut state, Message::Users(LoadedUsers::new(vec![john.clone(), susan], Some(john))));
    act(&mut state, Action::Timeline(1));
    update(&mut state, page(PageStart::Newest, 1..=50, true));
    state
}

fn act(state: &mut State, action: Action) -> Vec<Effect> {
    update(state, Message::Act(action))
}

fn write(state: &mut State, text: &str) {
    update(state, Message::Draft { author: UserId(1), reply_to: None, draft: OpenDraft::default() });
    for c in text.chars() {
        update(state, Message::Input(Input { key: Key::Char(c), ctrl: false, alt: false, shift: false }));
    }
}

#[test]
fn empty_database_asks_for_nickname() {
    let mut state = initial_state(at(0), (100, 30));
    assert_eq!(update(&mut state, Message::Users(LoadedUsers::new(vec![], None))), []);
    assert!(state.screen::<Welcome>().is_some());
    act(&mut state, Action::Accept);
    let Some(welcome) = state.screen::<Welcome>() else { panic!("no welcome") };
    assert!(welcome.error.as_deref().is_some_and(|error| error.contains("cannot be empty")));
}

#[test]
fn first_user_is_offered_first_steps() {
    let mut state = initial_state(at(0), (100, 30));
    update(&mut state, Message::Users(LoadedUsers::new(vec![], None)));
    update(&mut state, Message::UserAdded(Ok(user(1, "john"))));
    assert!(state.screen::<FirstSteps>().is_some());
    assert_eq!(act(&mut state, Action::Accept), [Effect::Terminal(TerminalEffect::OpenSample)]);
    act(&mut state, Action::Bottom);
    assert!(matches!(act(&mut state, Action::Accept)[..], [Effect::Store(StoreEffect::LoadDraft(..))]));
    assert!(state.screen::<FirstSteps>().is_none());
}

#[test]
fn well_known_feed_is_fetched_only_when_it_is_chosen() {
    let mut state = state();
    assert_eq!(act(&mut state, Action::Show(crate::tui::screens::well_known_feeds::NAME)), []);
    assert_eq!(act(&mut state, Action::Down), []);
    let address = "https://xkcd.com/atom.xml".to_owned();
    assert_eq!(act(&mut state, Action::Accept), [Effect::Worker(WorkerEffect::FollowAddress(UserId(1), address))]);
    assert!(state.screen::<crate::tui::screens::well_known_feeds::WellKnownFeeds>().is_none());
}

#[test]
fn next_page_loads_near_the_end_only() {
    let mut state = state();
    assert_eq!(act(&mut state, Action::Down), []);
    for _ in 0..28 {
        act(&mut state, Action::Down);
    }
    assert_eq!(
        act(&mut state, Action::Down),
        [Effect::Store(StoreEffect::LoadPage(Timeline::All, PageStart::Before(at(10))))]
    );
    assert_eq!(
        act(&mut state, Action::Bottom),
        [Effect::Store(StoreEffect::LoadPage(Timeline::All, PageStart::Oldest))]
    );
}

#[test]
fn distant_posts_are_dropped_and_loaded_again() {
    let mut state = initial_state(at(0), (100, 30));
    update(&mut state, page(PageStart::Newest, 9_901..=10_000, true));
    for n in 1..20 {
        state.tabs[0].list.cursor = state.tabs[0].list.items.len() - 1;
        act(&mut state, Action::Up);
        let end = 10_000 - n * 100;
        update(&mut state, page(PageStart::Before(at(0)), end - 99..=end, true));
    }
    let list = &state.tabs[0].list;
    assert!(list.items.len() <= 800 && list.more_above, "{}", list.items.len());
    let (selected, first) = (list.selected().unwrap().id, list.items[0].id.0);
    update(&mut state, page(PageStart::After(at(0)), first + 1..=first + 100, true));
    assert_eq!(state.tabs[0].list.selected().unwrap().id, selected);
}

#[test]
fn cursor_stays_on_its_post_when_others_post_and_delete() {
    let mut state = state();
    for _ in 0..5 {
        act(&mut state, Action::Down);
    }
    assert_eq!(state.selected().unwrap().id, PostId(45));
    let john = user(1, "john");
    let without = |gone: i64| (1..=50).rev().filter(|id| *id != gone).map(|id| post(id, &john)).collect::<Vec<_>>();
    update(
        &mut state,
        Message::Reloaded { timeline: Timeline::All, posts: without(48), fresh: 2, late: vec![], arrived: ARRIVED },
    );
    assert_eq!((state.selected().unwrap().id, state.tabs[1].has_newer), (PostId(45), true));
    update(
        &mut state,
        Message::Reloaded { timeline: Timeline::All, posts: without(45), fresh: 2, late: vec![], arrived: ARRIVED },
    );
    assert_eq!(state.selected().unwrap().id, PostId(44));
    assert_eq!(
        act(&mut state, Action::Newest),
        [Effect::Store(StoreEffect::LoadPage(Timeline::All, PageStart::Newest))]
    );
}

#[test]
fn reloaded_thread_keeps_collapsed_branches() {
    let mut state = state();
    let john = user(1, "john");
    let places =
        |count: i64| -> Vec<ThreadNode> { (1..=count).map(|id| place(usize::from(id > 1), post(id, &john))).collect() };
    state.focus = Pane::Detail;
    update(&mut state, Message::Thread(PostId(1), places(40)));
    act(&mut state, Action::Bottom);
    assert_eq!(state.selected(), None);
    assert_eq!(act(&mut state, Action::Open), []);
    assert_eq!(state.selected().map(|post| post.id), Some(PostId(10)));
    update(&mut state, Message::Thread(PostId(1), places(41)));
    assert_eq!(state.selected().map(|post| post.id), Some(PostId(10)));
    act(&mut state, Action::CollapseReplies);
    act(&mut state, Action::CollapseReplies);
    act(&mut state, Action::Down);
    assert_eq!(state.selected(), None);
    let Detail::Thread(thread) = &state.detail else { panic!("no thread") };
    assert_eq!((thread.list.items.len(), thread.posts()), (2, 41));
}

/// Saves a text in the first draft of a new post, which is empty.
fn save_draft(text: &str) -> StoreEffect {
    StoreEffect::SaveDraft(UserId(1), Purpose::New, OpenDraft::default(), text.to_owned())
}

#[test]
fn failed_send_keeps_the_text() {
    let mut state = state();
    write(&mut state, "precious");
    let sent = act(&mut state, Action::Send);
    let body = Body::written("precious").unwrap();
    let new = NewPost { author: UserId(1), body, created_at: at(0), reply_to: None, source: None };
    assert_eq!(sent, [Effect::Store(StoreEffect::SendPost(new, OpenDraft::default()))]);
    let kept = update(&mut state, Message::Posted(Err("the disk is full".to_owned())));
    assert_eq!(kept, [Effect::Store(save_draft("precious"))]);
    assert_eq!(state.compose.as_ref().unwrap().editor.text(), "precious");
    assert!(state.notice.as_ref().unwrap().text.contains("the disk is full"));
    update(&mut state, Message::Posted(Ok(vec![PostId(51)])));
    assert!(state.compose.is_none());
}

#[test]
fn too_long_or_blank_text_is_not_sent() {
    let mut state = state();
    write(&mut state, &"a".repeat(141));
    assert_eq!(act(&mut state, Action::Send), []);
    assert!(state.screen::<ThreadPreview>().is_some_and(|shown| shown.parts.len() == 2));
    act(&mut state, Action::Close);
    assert_eq!(state.compose.as_ref().unwrap().editor.text().len(), 141);
    write(&mut state, "  ");
    assert_eq!(act(&mut state, Action::Send), []);
}

#[test]
fn draft_is_saved_once_at_the_next_tick() {
    let mut state = state();
    write(&mut state, "ha");
    assert_eq!(update(&mut state, Message::Tick(at(5))), [Effect::Store(save_draft("ha"))]);
    assert_eq!(update(&mut state, Message::Tick(at(6))), []);
    update(&mut state, Message::DraftNotSaved("the disk is full".to_owned()));
    assert!(state.notice.as_ref().unwrap().error);
    assert_eq!(update(&mut state, Message::Tick(at(7))), [Effect::Store(save_draft("ha"))]);
    assert!(state.notice.is_some());
    assert_eq!(update(&mut state, Message::Tick(at(8))), []);
    assert!(state.notice.is_none(), "it is stored by now");
    assert_eq!(act(&mut state, Action::Close), []);
    assert!(state.compose.is_none());
}

#[test]
fn delete_asks_and_refuses_posts_of_others() {
    let mut state = state();
    assert_eq!(act(&mut state, Action::Delete), []);
    assert!(state.screen::<DeletePosts>().is_some());
    assert_eq!(act(&mut state, Action::Close), []);
    act(&mut state, Action::Delete);
    assert_eq!(
        act(&mut state, Action::Accept),
        [Effect::Store(StoreEffect::Perform(UserId(1), Direction::Do, UndoableAction::DeletePosts(vec![PostId(50)])))]
    );
    state.active = Some(user(2, "susan"));
    act(&mut state, Action::Delete);
    assert!(state.screens.is_empty());
    assert_eq!(state.notice.as_ref().unwrap().text, "only @john can delete this post");
}

#[test]
fn back_closes_one_pane_at_a_time() {
    let mut state = state();
    let john = user(1, "john");
    assert_eq!(act(&mut state, Action::Open), [Effect::Store(StoreEffect::LoadThread(PostId(50)))]);
    update(&mut state, Message::Thread(PostId(50), vec![place(0, post(50, &john))]));
    assert_eq!(state.focus, Pane::Detail);
    act(&mut state, Action::Back);
    assert_eq!((&state.detail, state.focus, state.quit), (&Detail::Empty, Pane::Timeline, false));
    act(&mut state, Action::Escape);
    assert!(!state.quit && state.notice.is_some(), "Esc never quits");
    act(&mut state, Action::Back);
    assert!(state.quit);
}

#[test]
fn back_from_history_or_profile_returns_to_thread() {
    let mut state = state();
    let john = user(1, "john");
    act(&mut state, Action::Open);
    let mut edited = post(50, &john);
    edited.edited_at = Some(at(501));
    update(&mut state, Message::Thread(PostId(50), vec![place(0, edited)]));
    act(&mut state, Action::EditHistory);
    update(&mut state, Message::EditHistory(PostId(50), vec![]));
    assert!(matches!(state.detail, Detail::History { .. }));
    assert_eq!(act(&mut state, Action::Back), [Effect::Store(StoreEffect::LoadThread(PostId(50)))]);
    assert!(matches!(&state.detail, Detail::Thread(thread) if thread.of == PostId(50)));
    assert_eq!(state.focus, Pane::Detail);
    // What is opened from the timeline replaces it.
    act(&mut state, Action::PreviousPane);
    act(&mut state, Action::Down);
    act(&mut state, Action::Open);
    update(&mut state, Message::Thread(PostId(49), vec![place(0, post(49, &john))]));
    act(&mut state, Action::Back);
    assert_eq!(state.detail, Detail::Empty);
}

#[test]
fn quit_asks_while_something_would_be_lost() {
    let restore = crate::tui::state::Step {
        user: UserId(1),
        action: UndoableAction::RestorePosts(vec![PostId(7)]),
        label: "deleted 7".to_owned(),
    };
    for (temporary, undo) in [(true, vec![]), (false, vec![restore])] {
        let mut state = state();
        (state.temporary, state.history.undo) = (temporary, undo);
        act(&mut state, Action::Back);
        assert!(!state.quit && state.screens.len() == 1);
        act(&mut state, Action::Close);
        assert!(!state.quit && state.screens.is_empty());
        act(&mut state, Action::Back);
        act(&mut state, Action::Accept);
        assert!(state.quit);
    }
    let mut state = state();
    (state.temporary, state.settings.confirm_quit) = (true, false);
    act(&mut state, Action::Back);
    assert!(state.quit, "the setting turns the question off");
    let mut state = self::state();
    state.history.deleted = vec![PostId(7)];
    act(&mut state, Action::Back);
    assert!(state.quit, "the text of a post that was taken back is a draft");
}

#[test]
fn undo_after_sending_takes_back_the_post_into_its_draft() {
    let mut state = state();
    write(&mut state, "precious");
    act(&mut state, Action::Send);
    update(&mut state, Message::Posted(Ok(vec![PostId(51)])));
    let (ids, purpose, text) = (vec![PostId(51)], Purpose::New, "precious".to_owned());
    let take_back = UndoableAction::TakeBack { ids: ids.clone(), purpose, text: text.clone() };
    let undo = Effect::Store(StoreEffect::Perform(UserId(1), Direction::Undo, take_back.clone()));
    assert_eq!(act(&mut state, Action::Undo), [undo]);
    let send_again = UndoableAction::SendAgain { ids, purpose, text };
    let result = Ok((take_back, send_again));
    let effects = update(&mut state, Message::Performed { user: UserId(1), direction: Direction::Undo, result });
    assert!(
        effects.contains(&Effect::Store(StoreEffect::ResumeDraft(UserId(1), Purpose::New, 0, false))),
        "{effects:?}"
    );
    assert_eq!(state.notice.as_ref().unwrap().text, "undone: posted #51");
}

#[test]
fn mute_on_post_asks_and_follow_has_a_key_there() {
    let mut state = state();
    assert_eq!(act(&mut state, Action::Mute), [], "your own post");
    assert!(state.screens.is_empty() && state.notice.is_some());
    state.active = Some(user(2, "susan"));
    let john = user(1, "john").nickname;
    let authors = vec![(UserId(1), john.clone())];
    let perform = |action| [Effect::Store(StoreEffect::Perform(UserId(2), Direction::Do, action))];
    for (on, question) in [(false, "Unmute @john?"), (true, "Mute @john?")] {
        assert_eq!(act(&mut state, Action::Mute), [StoreEffect::AskToMute(UserId(2), authors.clone()).into()]);
        update(&mut state, Message::AskToMute { authors: authors.clone(), on });
        assert_eq!(state.topmost().unwrap().question(&state).unwrap().before, question);
        assert_eq!(act(&mut state, Action::Accept), perform(UndoableAction::Mute(authors.clone(), Some(on))));
    }
    assert_eq!(act(&mut state, Action::FollowAuthor), perform(UndoableAction::Follow(vec![(UserId(1), john)], None)));
}

#[test]
fn action_without_selection_says_why() {
    let mut state = initial_state(at(0), (100, 30));
    let john = user(1, "john");
    update(&mut state, Message::Users(LoadedUsers::new(vec![john.clone()], Some(john))));
    for action in [
        Action::Reply,
        Action::Like,
        Action::Copy,
        Action::OpenLink,
        Action::Delete,
        Action::Profile,
        Action::EditHistory,
        Action::ToggleWarning,
    ] {
        assert_eq!(act(&mut state, action), [], "{action:?}");
        assert_eq!(state.notice.take().map(|notice| notice.text).as_deref(), Some("select a post first"), "{action:?}");
    }
}

#[test]
fn edit_history_of_an_unedited_post_names_the_post() {
    let mut state = state();
    let id = state.selected().unwrap().id;
    assert_eq!(act(&mut state, Action::EditHistory), []);
    assert_eq!(state.notice.unwrap().text, format!("post {id} was never edited"));
}

#[test]
fn next_user_cycles_by_nickname() {
    let mut state = state();
    let home = Timeline::Home(UserId(2));
    let effects = act(&mut state, Action::NextUser);
    assert!(
        effects.contains(&Effect::Store(StoreEffect::SwitchUser(UserId(2))))
            && !effects.contains(&Effect::Store(StoreEffect::SwitchUser(UserId(1))))
    );
    assert!(
        effects.contains(&Effect::Store(StoreEffect::OpenTimeline(UserId(2), home, StartAt::Newest))),
        "{effects:?}"
    );
    assert_eq!(state.tabs[0].timeline, Timeline::Home(UserId(2)));
    assert_eq!(state.tabs[2].timeline, Timeline::User(UserId(2), user(2, "susan").nickname));
    assert_eq!(state.tab, 0);
    // The place in each timeline is where it was when one comes back.
    assert!(act(&mut state, Action::PreviousUser).contains(&Effect::Store(StoreEffect::SwitchUser(UserId(1)))));
    assert_eq!((state.tab, state.selected().unwrap().id), (1, PostId(50)));
}

#[test]
fn change_by_another_process_loads_users_on_a_worker() {
    let mut state = state();
    let effects = update(&mut state, Message::StoreChanged);
    assert!(effects.contains(&WorkerEffect::LoadUsers.into()), "{effects:?}");
    let on_the_loop: Vec<_> = effects.iter().filter(|effect| matches!(effect, Effect::Store(_))).collect();
    assert!(
        on_the_loop.iter().all(|effect| matches!(effect, Effect::Store(StoreEffect::ReloadPage { .. }))),
        "only the shown page is read on the loop: {on_the_loop:?}"
    );
}

#[test]
fn users_are_ordered_by_what_they_are_to_the_reader() {
    let mut state = state();
    let remote = |id, name, posts| User { kind: UserKind::Remote, posts, ..user(id, name) };
    let users = vec![
        remote(3, "ada", 2),
        remote(4, "bo", 0),
        user(1, "john"),
        remote(5, "cleo", 0),
        remote(6, "dan", 0),
        remote(7, "eve", 9),
        user(2, "susan"),
    ];
    let follows = [(UserId(4), true), (UserId(7), true), (UserId(6), false)].into_iter().collect();
    state.tabs[0].read_before = ReadState::all(Arrival(50));
    state.tabs[0].list = List::new(vec![post(60, &remote(7, "eve", 9))]);
    let loaded = LoadedUsers::ordered(users, state.active.clone(), &follows);
    update(&mut state, Message::Users(loaded));
    let names =
        |state: &State| -> Vec<String> { state.shown_users().map(|user| user.nickname.as_str().to_owned()).collect() };
    let shown = ["john", "susan", "eve", "bo", "ada", "dan"];
    assert_eq!(names(&state), shown, "local, followed by unread posts, and those who wrote or are followed by others");
    act(&mut state, Action::ToggleHiddenUsers);
    assert_eq!(names(&state)[6..], ["cleo"], "imported users follow her");
    state.users.select(6);
    act(&mut state, Action::ToggleHiddenUsers);
    assert_eq!((names(&state).len(), state.users.cursor), (6, 5));
}

#[test]
fn timelines_of_eight_users_stay_loaded() {
    let mut state = initial_state(at(0), (100, 30));
    let all: Vec<User> = (1..=40).map(|n| user(n, &format!("user{n:03}"))).collect();
    update(&mut state, Message::Users(LoadedUsers::new(all.clone(), Some(all[0].clone()))));
    for _ in 0..100 {
        act(&mut state, Action::NextUser);
    }
    let parked: Vec<_> = state.parked.iter().map(|parked| parked.user.0).collect();
    assert_eq!(parked, (13..=20).collect::<Vec<_>>());
}

#[test]
fn visible_users_keep_their_place_when_others_are_loaded_above() {
    let all: Vec<User> = (1..=300).map(|n| user(n, &format!("user{n:03}"))).collect();
    let mut state = initial_state(at(0), (100, 30));
    update(&mut state, Message::Users(LoadedUsers::new(all[100..300].to_vec(), Some(all[199].clone()))));
    let seen =
        |state: &State| (state.users.items[state.users.top].user().unwrap().id, state.selected_user().unwrap().id);
    let (top, cursor) = seen(&state);
    assert_eq!(cursor, UserId(200));
    assert!(top < cursor, "those before are seen too");
    update(&mut state, Message::Users(LoadedUsers::new(all, None)));
    assert_eq!(seen(&state), (top, cursor));
}
