//! Marking posts, and acting on all marked ones.

use super::*;

fn marked(state: &State) -> Vec<i64> {
    state.marked.iter().map(|post| post.id.0).collect()
}

fn perform(action: UndoableAction) -> [Effect; 1] {
    [Effect::Store(StoreEffect::Perform(UserId(1), Direction::Do, action))]
}

/// John's and susan's posts 1 to 6 by turns, newest first, the odd ones susan's.
fn mixed() -> State {
    let mut state = state();
    let (john, susan) = (user(1, "john"), user(2, "susan"));
    let posts = (1..=6).rev().map(|id| post(id, if id % 2 == 0 { &john } else { &susan })).collect();
    let timeline = Timeline::All;
    update(&mut state, Message::Page { timeline, place: PageStart::Newest, posts, more: false, arrived: ARRIVED });
    state
}

#[test]
fn mark_toggles_and_moves_down() {
    let mut state = mixed();
    act(&mut state, Action::ToggleMark);
    act(&mut state, Action::ToggleMark);
    assert_eq!(marked(&state), [6, 5]);
    act(&mut state, Action::Up);
    act(&mut state, Action::ToggleMark);
    assert_eq!(marked(&state), [6]);
}

#[test]
fn range_is_marked_from_last_mark_in_both_directions() {
    let mut state = mixed();
    act(&mut state, Action::MarkRange);
    assert!(state.notice.as_ref().is_some_and(|notice| notice.text.contains("mark the first post")));
    act(&mut state, Action::ToggleMark);
    act(&mut state, Action::Down);
    act(&mut state, Action::MarkRange);
    assert_eq!(marked(&state), [6, 5, 4]);
    state.marked.clear();
    act(&mut state, Action::Bottom);
    act(&mut state, Action::ToggleMark);
    act(&mut state, Action::Up);
    act(&mut state, Action::Up);
    act(&mut state, Action::MarkRange);
    assert_eq!(marked(&state), [1, 2, 3]);
}

#[test]
fn all_loaded_posts_of_author_are_marked_and_unmarked() {
    let mut state = mixed();
    act(&mut state, Action::MarkAuthor);
    assert_eq!(marked(&state), [6, 4, 2]);
    act(&mut state, Action::MarkAuthor);
    assert_eq!(marked(&state), [0; 0]);
}

#[test]
fn like_of_marked_posts_is_one_action_on_those_not_liked() {
    let mut state = mixed();
    state.tabs[1].list.items[1].own_reactions.liked = true;
    (0..3).for_each(|_| drop(act(&mut state, Action::ToggleMark)));
    let like = UndoableAction::Like(vec![PostId(6), PostId(4)], true);
    assert_eq!(act(&mut state, Action::Like), perform(like.clone()));
    assert!(state.marked.is_empty());
    let inverse = UndoableAction::Like(vec![PostId(6), PostId(4)], false);
    update(&mut state, Message::Performed { user: UserId(1), direction: Direction::Do, result: Ok((like, inverse)) });
    assert_eq!(state.notice.as_ref().unwrap().text, "liked #6, #4 · z undoes it");
}

#[test]
fn bookmark_is_removed_only_if_all_marked_posts_have_it() {
    let mut state = mixed();
    state.tabs[1].list.items.iter_mut().take(2).for_each(|post| post.own_reactions.bookmarked = true);
    (0..2).for_each(|_| drop(act(&mut state, Action::ToggleMark)));
    let remove = UndoableAction::Bookmark(vec![PostId(6), PostId(5)], false);
    assert_eq!(act(&mut state, Action::Bookmark), perform(remove));
}

#[test]
fn delete_takes_own_marked_posts_after_a_question() {
    let mut state = mixed();
    (0..3).for_each(|_| drop(act(&mut state, Action::ToggleMark)));
    assert_eq!(act(&mut state, Action::Delete), []);
    let question = state.topmost().unwrap().question(&state).unwrap();
    assert_eq!(question.before, "Delete your 2 posts (1 by others stay)");
    let delete = UndoableAction::DeletePosts(vec![PostId(6), PostId(4)]);
    assert_eq!(act(&mut state, Action::Accept), perform(delete));
    assert!(state.marked.is_empty());
}

#[test]
fn mute_takes_each_author_of_marked_posts_once() {
    let mut state = mixed();
    (0..4).for_each(|_| drop(act(&mut state, Action::ToggleMark)));
    let authors = vec![(UserId(2), user(2, "susan").nickname)];
    assert_eq!(act(&mut state, Action::Mute), [StoreEffect::AskToMute(UserId(1), authors.clone()).into()]);
    update(&mut state, Message::AskToMute { authors: authors.clone(), on: true });
    let mute = UndoableAction::Mute(authors, Some(true));
    assert_eq!(act(&mut state, Action::Accept), perform(mute));
}

#[test]
fn copy_of_marked_posts_takes_their_texts_in_order_of_marking() {
    let mut state = mixed();
    (0..2).for_each(|_| drop(act(&mut state, Action::ToggleMark)));
    let text = "post 6\n\npost 5".to_owned();
    assert_eq!(act(&mut state, Action::Copy), [Effect::Terminal(TerminalEffect::CopyText(text))]);
    assert_eq!(marked(&state), [6, 5], "what changes nothing keeps the marks");
}

#[test]
fn escape_unmarks_before_it_closes_anything() {
    let mut state = mixed();
    act(&mut state, Action::ToggleMark);
    state.detail = Detail::Thread(Box::new(crate::tui::thread::Thread::new(PostId(1), vec![])));
    act(&mut state, Action::Escape);
    assert!(state.marked.is_empty() && state.detail != Detail::Empty);
    act(&mut state, Action::Escape);
    assert_eq!(state.detail, Detail::Empty);
}

#[test]
fn another_user_has_no_marks() {
    let mut state = mixed();
    act(&mut state, Action::ToggleMark);
    act(&mut state, Action::NextUser);
    assert_eq!(state.active.as_ref().map(|user| user.id), Some(UserId(2)));
    assert!(state.marked.is_empty());
}

#[test]
fn quote_starts_a_new_post_above_the_quoted_text() {
    let mut state = mixed();
    state.tabs[1].list.items[0].origin = Some(Box::new(crate::model::Origin {
        url: Some("https://example.com/6".to_owned()),
        ..crate::model::Origin::default()
    }));
    assert_eq!(act(&mut state, Action::Quote), [Effect::Store(StoreEffect::LoadDraft(UserId(1), None))]);
    write(&mut state, "see");
    let compose = state.compose.as_ref().unwrap();
    assert_eq!(compose.editor.text(), "see\n\n“post 6” — @john https://example.com/6");
    assert!(compose.unsaved && state.quote.is_none());
    let text = compose.editor.text();
    act(&mut state, Action::Close);
    act(&mut state, Action::Quote);
    let draft = OpenDraft { saved: text.clone(), ..OpenDraft::default() };
    update(&mut state, Message::Draft { author: UserId(1), reply_to: None, draft });
    assert_eq!(state.compose.as_ref().unwrap().editor.text(), text, "a quote is in the draft once");
}

#[test]
fn copy_menu_has_all_marked_posts_with_their_authors() {
    let mut state = mixed();
    (0..2).for_each(|_| drop(act(&mut state, Action::ToggleMark)));
    act(&mut state, Action::CopyMenu);
    let rows = state.screen::<Menu>().unwrap().list.items.clone();
    let text = |name: &str| {
        let found = rows.iter().find_map(|row| match row {
            MenuRow::Text { name: known, text } if *known == name => Some(text.clone()),
            _ => None,
        });
        found.unwrap()
    };
    assert_eq!(text("ID"), "6 5");
    assert_eq!(text("author"), "@john @susan");
    assert!(text("quote").starts_with("post 6\n— @john, "), "{}", text("quote"));
    assert!(text("quote").contains("\n\npost 5\n— @susan, "), "{}", text("quote"));
}

#[test]
fn export_is_of_marked_posts_or_of_the_thread_or_the_timeline() {
    let mut state = mixed();
    let export = Action::Show(crate::tui::keys::ScreenName::EXPORT_POSTS);
    assert_eq!(act(&mut state, export), []);
    let (title, path) = ("all".to_owned(), "all.md".to_owned());
    let timeline = WorkerEffect::ExportTimeline { title, timeline: Timeline::All, path };
    assert_eq!(act(&mut state, Action::Accept), [timeline.into()]);
    act(&mut state, Action::Close);
    (0..2).for_each(|_| drop(act(&mut state, Action::ToggleMark)));
    act(&mut state, export);
    let (title, posts) = ("Posts".to_owned(), state.marked.clone());
    let path = "posts.md".to_owned();
    let effect = StoreEffect::ExportPosts { title, posts, path };
    assert_eq!(act(&mut state, Action::Accept), [Effect::Store(effect)]);
    update(&mut state, Message::PostsExported(Err("it exists".to_owned())));
    assert!(!state.screens.is_empty(), "the path stays to be corrected");
    update(&mut state, Message::PostsExported(Ok("exported 2 posts".to_owned())));
    assert!(state.screens.is_empty());
}
