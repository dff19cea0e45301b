use super::*;
use crate::model::Panes;
use crate::tui::layout::areas;

#[test]
fn pane_width_changes_and_is_saved_once() {
    let mut state = state();
    let wide = |state: &State| areas(state).timeline.unwrap().width;
    let before = wide(&state);
    act(&mut state, Action::WidenPane);
    assert_eq!(wide(&state), before + 2, "beside it are the users");
    act(&mut state, Action::PreviousPane);
    act(&mut state, Action::WidenPane);
    assert_eq!(wide(&state), before);
    act(&mut state, Action::WidenPane);
    let panes = Panes { users: 2, timeline: 0 };
    let keep = |effects: Vec<Effect>| effects.contains(&Effect::Store(StoreEffect::SavePanes(panes)));
    assert!(keep(update(&mut state, Message::Tick(at(1)))));
    assert!(!keep(update(&mut state, Message::Tick(at(2)))), "once");
    update(&mut state, Message::Panes(Panes { users: -4, timeline: 0 }));
    assert_eq!(wide(&state), before + 4);
}

#[test]
fn pane_at_its_limit_ignores_further_growth() {
    let mut state = state();
    for _ in 0..200 {
        act(&mut state, Action::WidenPane);
    }
    let widest = areas(&state).timeline.unwrap().width;
    act(&mut state, Action::NarrowPane);
    assert_eq!(areas(&state).timeline.unwrap().width, widest - 2);
    update(&mut state, Message::Resize(60, 20));
    act(&mut state, Action::WidenPane);
    assert!(state.notice.is_some(), "one pane cannot be resized");
}

#[test]
fn read_only_database_saves_no_widths() {
    let mut state = state();
    state.read_only = true;
    act(&mut state, Action::NarrowPane);
    assert_eq!(update(&mut state, Message::Tick(at(1))), []);
}

#[test]
fn use_of_detail_pane_is_saved_once() {
    let mut state = state();
    let keep = Effect::Store(StoreEffect::SaveDetailUsed(UserId(1)));
    assert!(!update(&mut state, Message::Tick(at(1))).contains(&keep));
    update(&mut state, Message::Thread(PostId(50), vec![place(0, post(50, &user(1, "john")))]));
    assert!(update(&mut state, Message::Tick(at(2))).contains(&keep));
    assert!(!update(&mut state, Message::Tick(at(3))).contains(&keep));
}

#[test]
fn zoom_shows_focused_pane_alone_and_all_panes_again() {
    let mut state = state();
    let shown = |state: &State| {
        let areas = areas(state);
        [areas.users, areas.timeline, areas.detail].map(|area| area.map(|area| area.width))
    };
    let before = shown(&state);
    act(&mut state, Action::ZoomPane);
    assert_eq!(shown(&state), [None, Some(100), None]);
    assert_eq!(state.notice.as_ref().unwrap().text, "zoomed; | shows all panes again");
    act(&mut state, Action::PreviousPane);
    assert_eq!(shown(&state), [Some(100), None, None], "it follows the focus");
    act(&mut state, Action::NextPane);
    act(&mut state, Action::ZoomPane);
    assert_eq!(shown(&state), before);
    update(&mut state, Message::Resize(60, 20));
    act(&mut state, Action::ZoomPane);
    assert!(!state.zoomed, "one pane is all there is");
}

#[test]
fn next_unread_in_a_thread_moves_within_it() {
    let mut state = state();
    let susan = user(2, "susan");
    let mut nodes = [(0, 40), (1, 49), (1, 41), (1, 50)].map(|(depth, id)| place(depth, post(id, &susan)));
    nodes.iter_mut().for_each(|node| node.is_unread = node.id.0 > 48);
    state.focus = Pane::Detail;
    update(&mut state, Message::Thread(PostId(40), nodes.to_vec()));
    let mut next = || {
        act(&mut state, Action::NextUnread);
        state.selected().unwrap().id.0
    };
    assert_eq!([next(), next(), next()], [49, 50, 50]);
    assert_eq!(state.notice.as_ref().unwrap().text, "no more unread posts in this thread");
    act(&mut state, Action::NextUser);
    let Detail::Thread(thread) = &state.detail else { panic!() };
    assert!(thread.unread.is_empty(), "another user has read other posts");
    nodes.iter_mut().for_each(|node| node.is_unread = node.id.0 == 41);
    update(&mut state, Message::Thread(PostId(40), nodes.to_vec()));
    act(&mut state, Action::NextUnread);
    assert_eq!(state.selected().unwrap().id, PostId(41));
    act(&mut state, Action::Parent);
    assert_eq!(state.selected().unwrap().id, PostId(40));
    act(&mut state, Action::Parent);
    assert_eq!(state.notice.as_ref().unwrap().text, "this is the first post of the thread");
}
