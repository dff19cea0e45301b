//! What can be undone.

use std::sync::Arc;

use super::*;
use crate::config::Settings;
use crate::tui::keys::Keymap;

fn done(action: UndoableAction, direction: Direction, inverse: UndoableAction) -> Message {
    Message::Performed { user: UserId(1), direction, result: Ok((action, inverse)) }
}

#[test]
fn reaction_toggles_current_state() {
    let mut state = state();
    assert_eq!(
        act(&mut state, Action::Like),
        [Effect::Store(StoreEffect::Perform(UserId(1), Direction::Do, UndoableAction::Like(vec![PostId(50)], true)))]
    );
    state.tabs[1].list.items[0].own_reactions.boosted = true;
    assert_eq!(
        act(&mut state, Action::Boost),
        [Effect::Store(StoreEffect::Perform(UserId(1), Direction::Do, UndoableAction::Boost(vec![PostId(50)], false)))]
    );
    state.focus = Pane::Users;
    state.users.select(1);
    let susan = user(2, "susan").nickname;
    assert_eq!(
        act(&mut state, Action::Follow),
        [Effect::Store(StoreEffect::Perform(
            UserId(1),
            Direction::Do,
            UndoableAction::Follow(vec![(UserId(2), susan)], None)
        ))]
    );
    state.read_only = true;
    assert_eq!(act(&mut state, Action::Mute), []);
    assert!(state.notice.as_ref().unwrap().error);
}

#[test]
fn notices_name_the_posts_that_something_was_taken_from() {
    let ids = || vec![PostId(93)];
    assert_eq!(UndoableAction::Like(ids(), false).done(), "unliked #93");
    assert_eq!(UndoableAction::Boost(ids(), false).done(), "unboosted #93");
    assert_eq!(UndoableAction::Bookmark(ids(), false).done(), "unbookmarked #93");
    assert_eq!(UndoableAction::Like(vec![PostId(1); 9], false).done(), "unliked 9 posts");
}

#[test]
fn undo_and_redo_run_step_by_step() {
    let mut state = state();
    let (like, unlike) = (UndoableAction::Like(vec![PostId(1)], true), UndoableAction::Like(vec![PostId(1)], false));
    let (delete, restore) =
        (UndoableAction::DeletePosts(vec![PostId(2)]), UndoableAction::RestorePosts(vec![PostId(2)]));
    update(&mut state, done(like.clone(), Direction::Do, unlike.clone()));
    update(&mut state, done(delete.clone(), Direction::Do, restore.clone()));
    assert_eq!(state.history.deleted, [PostId(2)]);
    let undo = |state: &mut State| act(state, Action::Undo);
    assert_eq!(undo(&mut state), [Effect::Store(StoreEffect::Perform(UserId(1), Direction::Undo, restore.clone()))]);
    update(&mut state, done(restore, Direction::Undo, delete.clone()));
    assert_eq!(state.history.deleted, []);
    assert_eq!(undo(&mut state), [Effect::Store(StoreEffect::Perform(UserId(1), Direction::Undo, unlike.clone()))]);
    update(&mut state, done(unlike.clone(), Direction::Undo, like.clone()));
    assert_eq!(state.notice.as_ref().unwrap().text, "undone: liked #1");
    assert_eq!(undo(&mut state), []);
    assert_eq!(
        act(&mut state, Action::Redo),
        [Effect::Store(StoreEffect::Perform(UserId(1), Direction::Redo, like.clone()))]
    );
    update(&mut state, done(like, Direction::Redo, unlike));
    assert_eq!(state.notice.as_ref().unwrap().text, "redone: liked #1");
    assert_eq!(
        act(&mut state, Action::Redo),
        [Effect::Store(StoreEffect::Perform(UserId(1), Direction::Redo, delete))]
    );
    update(
        &mut state,
        Message::Performed { user: UserId(1), direction: Direction::Redo, result: Err("it is gone".to_owned()) },
    );
    assert_eq!(act(&mut state, Action::Redo), []);
}

#[test]
fn undo_after_a_switch_names_the_user_of_the_action() {
    let mut state = state();
    let (like, unlike) = (UndoableAction::Like(vec![PostId(1)], true), UndoableAction::Like(vec![PostId(1)], false));
    update(&mut state, done(like.clone(), Direction::Do, unlike.clone()));
    act(&mut state, Action::NextUser);
    let undo = StoreEffect::Perform(UserId(1), Direction::Undo, unlike.clone());
    assert_eq!(act(&mut state, Action::Undo), [undo.into()]);
    update(&mut state, done(unlike.clone(), Direction::Undo, like.clone()));
    assert_eq!(state.notice.as_ref().unwrap().text, "undone: liked #1 (@john)");
    act(&mut state, Action::Redo);
    update(&mut state, done(like, Direction::Redo, unlike));
    assert_eq!(state.notice.as_ref().unwrap().text, "redone: liked #1 (@john)");
}

#[test]
fn notice_of_marked_posts_names_the_timeline() {
    let mut state = state();
    let home = Timeline::Home(UserId(1));
    let mark = |read: &ReadState| UndoableAction::MarkRead { timeline: home.clone(), read: read.clone(), from: None };
    let read = ReadState::all(ARRIVED);
    update(&mut state, done(mark(&read), Direction::Do, mark(&ReadState::default())));
    assert_eq!(state.notice.as_ref().unwrap().text, "marked home as read · z undoes it");
    update(&mut state, done(mark(&ReadState::default()), Direction::Undo, mark(&read)));
    assert_eq!(state.notice.as_ref().unwrap().text, "undone: marked home as read");
}

#[test]
fn undo_of_edits_follows_revision_numbers() {
    let mut state = state();
    let edit = |edits, text: &str| UndoableAction::EditPost {
        id: PostId(1),
        edits,
        body: Body::written(text).unwrap(),
        draft: None,
    };
    update(&mut state, done(edit(0, "b"), Direction::Do, edit(1, "a")));
    update(&mut state, done(edit(1, "c"), Direction::Do, edit(2, "b")));
    assert_eq!(
        act(&mut state, Action::Undo),
        [Effect::Store(StoreEffect::Perform(UserId(1), Direction::Undo, edit(2, "b")))]
    );
    update(&mut state, done(edit(2, "b"), Direction::Undo, edit(3, "c")));
    assert_eq!(
        act(&mut state, Action::Undo),
        [Effect::Store(StoreEffect::Perform(UserId(1), Direction::Undo, edit(3, "a")))]
    );
}

#[test]
fn edit_conflict_shows_both_texts() {
    let mut state = state();
    let purpose = |edits| Purpose::Edit { post: PostId(50), edits };
    assert_eq!(
        act(&mut state, Action::EditPost),
        [Effect::Store(StoreEffect::ResumeDraft(UserId(1), purpose(0), 0, false))]
    );
    let loaded = |post: &Post, kept: Option<(&str, u32)>| Message::Edit {
        post: Box::new(post.clone()),
        kept: kept.map(|(text, edits)| (OpenDraft { slot: 0, saved: text.to_owned(), ..OpenDraft::default() }, edits)),
    };
    update(&mut state, loaded(&post(50, &user(1, "john")), None));
    assert_eq!(state.compose.as_ref().unwrap().editor.text(), "post 50");
    update(&mut state, Message::Paste(" mine".to_owned()));
    let save = |edits, text: &str| {
        [Effect::Store(StoreEffect::SaveDraft(UserId(1), purpose(edits), OpenDraft::default(), text.to_owned()))]
    };
    assert_eq!(update(&mut state, Message::Tick(at(5))), save(0, "post 50 mine"));
    let body = Body::written("post 50 mine").unwrap();
    let edit = |edits, saved: &str| UndoableAction::EditPost {
        id: PostId(50),
        edits,
        body: body.clone(),
        draft: Some(OpenDraft { slot: 0, saved: saved.to_owned(), ..OpenDraft::default() }),
    };
    assert_eq!(
        act(&mut state, Action::Send),
        [Effect::Store(StoreEffect::Perform(UserId(1), Direction::Do, edit(0, "")))]
    );
    let mut theirs = post(50, &user(1, "john"));
    (theirs.body, theirs.edits) = (Body::written("post 50 theirs").unwrap(), 1);
    update(&mut state, Message::EditConflict(Direction::Do, Box::new(theirs.clone())));
    let compose = state.compose.as_ref().unwrap();
    assert_eq!(compose.editor.text(), "post 50 mine");
    assert!(compose.editing.as_ref().is_some_and(|editing| editing.meanwhile));
    act(&mut state, Action::Close);
    assert!(state.compose.is_none());
    // A draft of an older revision shows that there is a newer one.
    update(&mut state, loaded(&theirs, Some(("post 50 mine", 0))));
    let compose = state.compose.as_ref().unwrap();
    assert!(compose.editing.as_ref().is_some_and(|editing| editing.meanwhile));
    assert_eq!(
        act(&mut state, Action::Send),
        [Effect::Store(StoreEffect::Perform(UserId(1), Direction::Do, edit(1, "post 50 mine")))]
    );
    update(&mut state, done(edit(1, "post 50 mine"), Direction::Do, edit(2, "")));
    assert!(state.compose.is_none());
    // What is the same as the post again is no draft.
    update(&mut state, loaded(&theirs, None));
    state.compose.as_mut().unwrap().unsaved = true;
    assert_eq!(update(&mut state, Message::Tick(at(6))), save(1, ""));
    act(&mut state, Action::Close);
    state.active = Some(user(2, "susan"));
    assert_eq!(act(&mut state, Action::EditPost), []);
    assert_eq!(state.notice.as_ref().unwrap().text, "only @john can edit this post");
}

#[test]
fn undo_notice_names_the_key_in_force() {
    let mut state = state();
    let like = |state: &mut State| {
        let (did, undoes) =
            (UndoableAction::Like(vec![PostId(50)], true), UndoableAction::Like(vec![PostId(50)], false));
        update(state, Message::Performed { user: UserId(1), direction: Direction::Do, result: Ok((did, undoes)) });
        state.notice.take().unwrap().text
    };
    assert_eq!(like(&mut state), "liked #50 · z undoes it");
    let settings = Settings::parse("[keys]\nundo = \"ctrl-w\"").0;
    state.keymap = Arc::new(Keymap::new(&settings.keys, &screens::bindings()).0);
    assert_eq!(like(&mut state), "liked #50 · ^W undoes it");
    act(&mut state, Action::Show(screens::search::NAME));
    assert_eq!(like(&mut state), "liked #50", "no key does that while one searches");
}
