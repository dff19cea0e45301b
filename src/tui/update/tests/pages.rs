//! Which posts of a timeline are loaded, and where the cursor is then.

use super::*;

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
fn change_by_another_process_loads_users_on_a_worker() {
    let mut state = state();
    let effects = update(&mut state, Message::StoreChanged);
    assert!(effects.contains(&WorkerEffect::LoadUsers.into()), "{effects:?}");
    let on_the_loop: Vec<_> = effects.iter().filter(|effect| matches!(effect, Effect::Store(_))).collect();
    assert!(
        on_the_loop
            .iter()
            .all(|effect| matches!(effect, Effect::Store(StoreEffect::ReloadPage { .. } | StoreEffect::LoadTabs(_)))),
        "only the shown page and the few pinned timelines are read on the loop: {on_the_loop:?}"
    );
}
