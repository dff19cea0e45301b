use super::*;
use crate::tui::keys;
use crate::tui::screens::follow_address::FollowAddress;
use crate::tui::state::ImportSummary;

/// The import, with this path typed.
fn asked(path: &str) -> State {
    let mut state = state();
    assert_eq!(act(&mut state, Action::Show(screens::import::NAME)), []);
    update(&mut state, Message::Paste(path.to_owned()));
    state
}

fn running() -> State {
    let mut state = asked("feed.txt");
    assert_eq!(act(&mut state, Action::Accept), [Effect::Worker(WorkerEffect::Import("feed.txt".to_owned(), None))]);
    state
}

fn said(state: &State) -> &str {
    state.shown_notice().map_or("", |notice| &notice.text)
}

#[test]
fn import_accepts_typed_and_dragged_paths() {
    for (typed, path) in [
        ("feed.txt", Some("feed.txt")),
        (" '/home/ada/my feed.txt' ", Some("/home/ada/my feed.txt")),
        ("\"a b.zip\"", Some("a b.zip")),
        ("it's", Some("it's")),
        ("'a b' 'c d'", Some("'a b' 'c d'")),
        ("  ", None),
    ] {
        let effects = act(&mut asked(typed), Action::Accept);
        let expected: Vec<_> =
            path.map(|path| Effect::Worker(WorkerEffect::Import(path.to_owned(), None))).into_iter().collect();
        assert_eq!(effects, expected, "{typed}");
    }
}

#[test]
fn import_as_active_user() {
    let mut state = asked("feed.txt");
    act(&mut state, Action::NextField);
    let john = Nickname::parse("john").unwrap();
    assert_eq!(
        act(&mut state, Action::Accept),
        [Effect::Worker(WorkerEffect::Import("feed.txt".to_owned(), Some(john)))]
    );
}

#[test]
fn running_import_allows_reading_and_delays_writing() {
    let mut state = running();
    assert_eq!(act(&mut state, Action::Accept), []);
    assert!(state.screens.is_empty());
    act(&mut state, Action::Down);
    for action in [Action::Compose, Action::Like, Action::Show(screens::notifications::NAME), Action::NextUser] {
        assert_eq!(act(&mut state, action), [], "{action:?}");
        assert_eq!(said(&state), "an import is running: until it is done you can only read");
    }
    state.importing.as_mut().unwrap().undoes = true;
    act(&mut state, Action::Like);
    assert_eq!(said(&state), "the posts of an import change: until it is done you can only read");
    update(&mut state, Message::ImportProgress(512, 3));
    assert_eq!(state.importing.as_ref().map(|it| it.posts), Some(512));
    let imported = ImportSummary { summary: "imported 600 posts".to_owned(), ..ImportSummary::default() };
    update(&mut state, Message::Imported(Ok(imported)));
    assert_eq!((state.importing.as_ref(), said(&state)), (None, "imported 600 posts"));
}

#[test]
fn result_of_an_import_in_the_background_stays_until_there_was_time_to_read_it() {
    let mut state = running();
    act(&mut state, Action::Accept);
    let imported = ImportSummary { summary: "imported 600 posts".to_owned(), ..ImportSummary::default() };
    update(&mut state, Message::Imported(Ok(imported)));
    act(&mut state, Action::Down);
    assert_eq!(said(&state), "imported 600 posts");
    act(&mut state, Action::Undo);
    assert_eq!(said(&state), "nothing to undo");
    let later = |state: &mut State, micros: i64| {
        let now = Timestamp::from_micros(state.now.micros() + micros);
        update(state, Message::Tick(now));
    };
    later(&mut state, 5_000_000);
    act(&mut state, Action::Down);
    assert_eq!(said(&state), "imported 600 posts", "it was behind another notice");
    later(&mut state, 4_000_000);
    act(&mut state, Action::Down);
    assert_eq!(said(&state), "imported 600 posts");
    later(&mut state, 1_000_000);
    assert_eq!(said(&state), "imported 600 posts", "nobody has to be quick");
    act(&mut state, Action::Down);
    assert_eq!(said(&state), "");
}

#[test]
fn import_is_canceled_and_program_continues() {
    for action in [Action::Close, Action::Quit] {
        let mut state = running();
        assert_eq!(act(&mut state, action), [Effect::Worker(WorkerEffect::CancelImport)]);
        assert!(!state.quit);
        update(&mut state, Message::Imported(Err("stopped: nothing was imported".to_owned())));
        assert_eq!(state.importing, None);
        assert!(state.screen::<Import>().is_some_and(|shown| matches!(shown.done, Some(Err(_)))));
        assert_eq!(act(&mut state, Action::Close), []);
        assert!(state.screens.is_empty());
    }
    let mut state = running();
    act(&mut state, Action::Quit);
    act(&mut state, Action::Quit);
    assert!(state.quit, "who is in haste need not wait");
}

#[test]
fn wrong_import_path_stays_in_the_field() {
    let mut state = running();
    update(&mut state, Message::Imported(Err("there is no such file".to_owned())));
    update(&mut state, Message::Paste(".gz".to_owned()));
    assert_eq!(act(&mut state, Action::Accept), [Effect::Worker(WorkerEffect::Import("feed.txt.gz".to_owned(), None))]);
}

#[test]
fn read_only_database_refuses_import() {
    let mut state = state();
    state.read_only = true;
    assert_eq!(act(&mut state, Action::Show(screens::import::NAME)), []);
    assert!(state.screens.is_empty());
}

#[test]
fn tab_completes_the_path_unless_it_was_changed() {
    let mut state = asked("fe");
    assert_eq!(act(&mut state, Action::Complete), [Effect::Worker(WorkerEffect::CompletePath("fe".to_owned()))]);
    let answer = |typed: &str, completed: &str, names: &[&str]| Message::PathCompleted {
        typed: typed.to_owned(),
        completed: completed.to_owned(),
        names: names.iter().map(|name| (*name).to_owned()).collect(),
    };
    let shown = |state: &State| state.screen::<Import>().map(|shown| (shown.path.text(), shown.names.len())).unwrap();
    update(&mut state, answer("fe", "feed", &["feed.txt", "feeds/"]));
    assert_eq!(shown(&state), ("feed".to_owned(), 2));
    update(&mut state, answer("fe", "feline", &["feline"]));
    assert_eq!(shown(&state), ("feed".to_owned(), 2), "the answer to another text");
    update(&mut state, answer("feed", "feed.txt", &["feed.txt"]));
    assert_eq!(shown(&state), ("feed.txt".to_owned(), 0));
    update(&mut state, answer("feed.txt", "feed.txt", &[]));
    assert_eq!(said(&state), "no file or folder starts like this");
}

#[test]
fn url_in_place_of_a_path_can_be_followed() {
    let mut state = asked("https://example.com/feed.xml");
    assert_eq!(act(&mut state, Action::Accept), []);
    let done = state.screen::<Import>().unwrap().done.clone();
    let why = done.unwrap().unwrap_err();
    assert!(why.ends_with("press Enter to follow it, or type a path"), "{why}");
    assert_eq!(state.importing, None);
    act(&mut state, Action::Accept);
    assert!(state.screen::<Import>().is_none());
    let form = state.screen::<FollowAddress>().unwrap();
    assert_eq!(form.address.text(), "https://example.com/feed.xml");
    assert!(!keys::hints(&state).iter().any(|hint| hint.word == "next feed"), "no page was fetched");
}

#[test]
fn finished_import_is_undone_and_redone_by_the_worker() {
    use crate::model::PostRange;
    let mut state = running();
    let ranges = vec![PostRange { first: PostId(51), last: PostId(60) }];
    let label = "imported 10 posts".to_owned();
    let summary = ImportSummary { added: ranges.clone(), label, ..ImportSummary::default() };
    update(&mut state, Message::Imported(Ok(summary)));
    let delete = UndoableAction::DeleteImported(ranges.clone());
    let reverse = |direction, action: &UndoableAction| {
        [Effect::Worker(WorkerEffect::ReverseImport(UserId(1), direction, action.clone()))]
    };
    assert_eq!(act(&mut state, Action::Undo), reverse(Direction::Undo, &delete));
    assert_eq!(act(&mut state, Action::Undo), [], "until that is done");
    let restore = UndoableAction::RestoreImported(ranges, at(9));
    let result = Ok((delete.clone(), restore.clone()));
    update(&mut state, Message::Performed { user: UserId(1), direction: Direction::Undo, result });
    assert_eq!((state.importing.as_ref(), said(&state)), (None, "undone: imported 10 posts"));
    assert_eq!(act(&mut state, Action::Redo), reverse(Direction::Redo, &restore));
    update(&mut state, Message::Imported(Err("canceled: nothing was changed".to_owned())));
    assert_eq!(act(&mut state, Action::Redo), reverse(Direction::Redo, &restore), "it can still be redone");
}

#[test]
fn undo_after_following_the_authors_of_an_import_is_called_so() {
    use crate::model::PostRange;
    let mut state = running();
    let authors = vec![(UserId(7), user(7, "bob").nickname)];
    let added = vec![PostRange { first: PostId(51), last: PostId(60) }];
    update(&mut state, Message::Imported(Ok(ImportSummary { authors: authors.clone(), added, ..Default::default() })));
    let undo = |state: &State| keys::hints(state).into_iter().find(|hint| hint.key == "z").map(|hint| hint.word);
    assert_eq!(undo(&state).as_deref(), Some("undo the import"));
    act(&mut state, Action::Follow);
    let follow = |on| UndoableAction::Follow(authors.clone(), Some(on));
    let done = |direction, on| Message::Performed { user: UserId(1), direction, result: Ok((follow(on), follow(!on))) };
    update(&mut state, done(Direction::Do, true));
    assert_eq!(undo(&state).as_deref(), Some("undo the follow"));
    let unfollow = StoreEffect::Perform(UserId(1), Direction::Undo, follow(false));
    assert_eq!(act(&mut state, Action::Undo), [unfollow.into()]);
    update(&mut state, done(Direction::Undo, false));
    assert_eq!(undo(&state).as_deref(), Some("undo the import"), "the result stays open");
}

#[test]
fn authors_of_an_import_can_be_followed_at_once() {
    let mut state = running();
    let authors = vec![(UserId(7), user(7, "bob").nickname), (UserId(8), user(8, "dora").nickname)];
    let summary = ImportSummary { authors: authors.clone(), ..ImportSummary::default() };
    update(&mut state, Message::Imported(Ok(summary)));
    assert!(keys::hints(&state).iter().any(|hint| hint.word == "follow the authors"));
    let follow = UndoableAction::Follow(authors, Some(true));
    assert_eq!(follow.done(), "followed 2 users");
    assert_eq!(
        act(&mut state, Action::Follow),
        [Effect::Store(StoreEffect::Perform(UserId(1), Direction::Do, follow))]
    );
    assert_eq!(act(&mut state, Action::Follow), []);
    assert_eq!(said(&state), "you follow the author already, or it is you");
}

#[test]
fn key_of_the_import_opens_the_form_again_from_the_result() {
    let mut state = state();
    act(&mut state, Action::Show(screens::import::NAME));
    update(
        &mut state,
        Message::Imported(Ok(ImportSummary { summary: "imported 1 post".to_owned(), ..Default::default() })),
    );
    let key =
        crossterm::event::KeyEvent::new(crossterm::event::KeyCode::Char('I'), crossterm::event::KeyModifiers::SHIFT);
    let message = keys::read(&state, key);
    assert_eq!(message, Some(Message::Act(Action::Show(screens::import::NAME))));
    act(&mut state, Action::Show(screens::import::NAME));
    assert_eq!(state.screens.len(), 1);
    assert!(state.screen::<Import>().unwrap().done.is_none());
}

#[test]
fn help_of_a_screen_lists_only_what_works_there() {
    let mut state = state();
    act(&mut state, Action::Show(screens::first_steps::NAME));
    act(&mut state, Action::Show(screens::help::NAME));
    let entries = |state: &State, word: &str| keys::help(state, word).into_iter().flat_map(|(_, entries)| entries);
    assert!(entries(&state, "").all(|entry| entry.here));
    assert!(entries(&state, "").any(|entry| entry.label == "choose by number"));
    assert!(entries(&state, "import").any(|entry| !entry.here), "a search finds all keys");
    (0..2).for_each(|_| drop(act(&mut state, Action::Close)));
    act(&mut state, Action::Show(screens::help::NAME));
    assert!(entries(&state, "").any(|entry| !entry.here), "from the panes, all keys are listed");
}
