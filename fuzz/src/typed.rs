//! Targets for input of users: searches, dates, settings and keys. Any input is accepted or refused without a panic.

use std::cell::RefCell;

use microblog::config::{Palette, Settings, show};
use microblog::demo;
use microblog::model::{Timeline, Timestamp};
use microblog::store::{Store, Viewer, Window};
use microblog::text::{Clock, Query, datetime, with_prefix_wildcard};
use microblog::tui::keys::{Key, Keymap};
use microblog::tui::screens::bindings;

thread_local! {
    static SAMPLE: RefCell<Option<(tempfile::TempDir, Store)>> = const { RefCell::new(None) };
}

/// Searches a small sample database, for the query and for each prefix search.
pub fn search(text: &str) {
    let query = Query::parse(text);
    let _ = Query::parse(&with_prefix_wildcard(text));
    SAMPLE.with_borrow_mut(|world| {
        let (_, store) = world.get_or_insert_with(|| {
            let folder = tempfile::tempdir().expect("a folder");
            let (mut store, _) = Store::open(&folder.path().join("m.db")).expect("a database");
            demo::fill(&mut store, demo::SMALL, demo::END, &mut |_| {}).expect("a sample");
            (folder, store)
        });
        let viewer = store.active_user().expect("users").map_or(Viewer::default(), |user| Viewer::of(user.id));
        let window = Window { viewer, limit: 20, ..Window::default() };
        let found = store.timeline(&Timeline::Search(text.to_owned()), &window).expect("anything is a search");
        assert!(!query.is_empty() || found.is_empty(), "nothing was asked for");
        assert!(found.is_sorted_by(|one, next| one.created_at > next.created_at), "newest first");
        store.search_ranked(text, viewer, 20, 1_000).expect("anything is a search");
        store.search_users(text, 8).expect("anything is a search");
    });
}

/// Parses a time and formats it in every form.
pub fn date(text: &str) {
    let Ok(time) = Timestamp::parse(text) else { return };
    assert!((Timestamp::MIN..=Timestamp::MAX).contains(&time));
    assert_eq!(Timestamp::parse(&time.rfc3339()), Ok(time));
    for clock in [Clock::Twelve, Clock::TwentyFour] {
        let _ = datetime::absolute(time, clock);
        let _ = datetime::brief(time, clock);
    }
    assert!(datetime::relative(time, demo::END).chars().count() <= 6);
}

/// Parses settings, a theme and keys; shown and parsed again, they are equal.
pub fn settings(text: &str) {
    let _ = Palette::parse(text);
    for word in text.split(['"', '\'']) {
        if let Ok(key) = word.parse::<Key>() {
            assert_eq!(key.name().parse(), Ok(key), "{word:?} is called {}", key.name());
            let _ = key.to_string();
        }
    }
    let (settings, _) = Settings::parse(text);
    if settings == Settings::default() {
        return;
    }
    let (keymap, _) = Keymap::new(&settings.keys, &bindings());
    let shown = format!("{}{}", show(&settings), keymap.show("default"));
    let (again, problems) = Settings::parse(&shown);
    assert!(problems.is_empty(), "{problems:?} in {shown}");
    let (same, problems) = Keymap::new(&again.keys, &bindings());
    assert!(problems.is_empty(), "{problems:?} in {shown}");
    assert_eq!(same.show("default"), keymap.show("default"));
}
