use super::*;
use crate::tui::state::ImportSummary;

/// The import, with this path typed.
fn asked(path: &str) -> State {
    let mut state = state();
    assert_eq!(act(&mut state, Action::Import), []);
    update(&mut state, Message::Paste(path.to_owned()));
    state
}

fn running() -> State {
    let mut state = asked("feed.txt");
    assert_eq!(act(&mut state, Action::Accept), [Effect::Worker(WorkerEffect::Import("feed.txt".to_owned(), None))]);
    state
}

fn said(state: &State) -> &str {
    state.notice.as_ref().map_or("", |notice| &notice.text)
}

#[test]
fn a_path_is_taken_as_it_is_typed_or_dragged() {
    for (typed, path) in [
        ("feed.txt", Some("feed.txt")),
        (" '/home/ada/my feed.txt' ", Some("/home/ada/my feed.txt")),
        ("\"a b.zip\"", Some("a b.zip")),
        ("it's", Some("it's")),
        ("  ", None),
    ] {
        let effects = act(&mut asked(typed), Action::Accept);
        let expected: Vec<_> =
            path.map(|path| Effect::Worker(WorkerEffect::Import(path.to_owned(), None))).into_iter().collect();
        assert_eq!(effects, expected, "{typed}");
    }
}

#[test]
fn the_posts_can_become_ones_own() {
    let mut state = asked("feed.txt");
    act(&mut state, Action::NextField);
    let john = Nickname::parse("john").unwrap();
    assert_eq!(
        act(&mut state, Action::Accept),
        [Effect::Worker(WorkerEffect::Import("feed.txt".to_owned(), Some(john)))]
    );
}

#[test]
fn while_it_runs_one_reads_and_what_would_write_waits() {
    let mut state = running();
    assert_eq!(act(&mut state, Action::Accept), []);
    assert_eq!(state.overlay, None);
    act(&mut state, Action::Down);
    for action in [Action::Compose, Action::Like, Action::Notifications, Action::NextUser] {
        assert_eq!(act(&mut state, action), [], "{action:?}");
        assert_eq!(said(&state), "posts are being brought in: until that is done, one can only read");
    }
    update(&mut state, Message::ImportProgress(512, 3));
    assert_eq!(state.importing.as_ref().map(|it| it.posts), Some(512));
    let brought = ImportSummary { summary: "brought in 600 posts".to_owned(), notes: vec![] };
    update(&mut state, Message::Imported(Ok(brought)));
    assert_eq!((state.importing.as_ref(), said(&state)), (None, "brought in 600 posts"));
}

#[test]
fn it_can_be_stopped_with_two_keys_and_the_program_goes_on() {
    for action in [Action::Close, Action::Quit] {
        let mut state = running();
        assert_eq!(act(&mut state, action), [Effect::Worker(WorkerEffect::CancelImport)]);
        assert!(!state.quit);
        update(&mut state, Message::Imported(Err("stopped: nothing was brought in".to_owned())));
        assert_eq!(state.importing, None);
        assert!(matches!(&state.overlay, Some(Overlay::Import(shown)) if matches!(shown.done, Some(Err(_)))));
        assert_eq!(act(&mut state, Action::Close), []);
        assert_eq!(state.overlay, None);
    }
    let mut state = running();
    act(&mut state, Action::Quit);
    act(&mut state, Action::Quit);
    assert!(state.quit, "who is in haste need not wait");
}

#[test]
fn a_path_that_was_wrong_stays_to_be_mended() {
    let mut state = running();
    update(&mut state, Message::Imported(Err("there is no such file".to_owned())));
    update(&mut state, Message::Paste(".gz".to_owned()));
    assert_eq!(act(&mut state, Action::Accept), [Effect::Worker(WorkerEffect::Import("feed.txt.gz".to_owned(), None))]);
}

#[test]
fn nothing_is_brought_into_a_database_that_is_only_read() {
    let mut state = state();
    state.read_only = true;
    assert_eq!(act(&mut state, Action::Import), []);
    assert_eq!(state.overlay, None);
}
