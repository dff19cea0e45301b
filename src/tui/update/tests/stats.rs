use super::*;
use crate::model::Stats;

fn counted(posts: u64) -> Stats {
    Stats {
        of: None,
        posts,
        months: vec![(2019 * 12, posts)],
        hours: [posts; 24],
        days: vec![],
        words: vec![("garden".to_owned(), posts)],
        tags: vec![],
        answers: vec![],
        sample_size: 20_000,
    }
}

#[test]
fn numbers_are_of_the_user_under_the_cursor_or_of_everybody() {
    let mut state = state();
    let asked = |effects: &[Effect]| match effects {
        [Effect::Worker(WorkerEffect::LoadStats { number, of })] => (*number, of.as_ref().map(|user| user.id)),
        _ => panic!("{effects:?}"),
    };
    let (first, of) = asked(&act(&mut state, Action::Stats));
    assert_eq!(of, None);
    act(&mut state, Action::Close);
    state.focus = Pane::Users;
    act(&mut state, Action::Down);
    let (second, of) = asked(&act(&mut state, Action::Stats));
    assert_eq!(of, Some(UserId(2)));
    update(&mut state, Message::Stats(first, Box::new(counted(1))));
    let shown = |state: &State| match &state.overlay {
        Some(Overlay::Stats(shown)) => (shown.found.as_ref().map(|found| found.posts), shown.scroll),
        _ => panic!("no numbers"),
    };
    assert_eq!(shown(&state), (None, 0), "an answer that comes too late");
    update(&mut state, Message::Stats(second, Box::new(counted(2))));
    assert_eq!(shown(&state), (Some(2), 0));
    update(&mut state, Message::Resize(60, 10));
    act(&mut state, Action::Down);
    assert_eq!(shown(&state).1, 1);
    act(&mut state, Action::Bottom);
    let end = shown(&state).1;
    act(&mut state, Action::Down);
    assert_eq!(shown(&state).1, end);
    act(&mut state, Action::Close);
    assert_eq!(state.overlay, None);
    update(&mut state, Message::Stats(second, Box::new(counted(2))));
    assert_eq!(state.overlay, None);
}
