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
        replies: vec![],
        sample_size: 20_000,
    }
}

#[test]
fn statistics_are_of_selected_user_or_all_posts() {
    let mut state = state();
    let asked = |effects: &[Effect]| match effects {
        [Effect::Worker(WorkerEffect::LoadStats { number, of })] => (*number, of.as_ref().map(|user| user.id)),
        _ => panic!("{effects:?}"),
    };
    let (first, of) = asked(&act(&mut state, Action::Show(screens::statistics::NAME)));
    assert_eq!(of, None);
    act(&mut state, Action::Close);
    state.focus = Pane::Users;
    act(&mut state, Action::Down);
    let (second, of) = asked(&act(&mut state, Action::Show(screens::statistics::NAME)));
    assert_eq!(of, Some(UserId(2)));
    update(&mut state, Message::Stats(first, Box::new(counted(1))));
    let shown = |state: &State| {
        let shown = state.screen::<Statistics>().expect("statistics");
        (shown.found.as_ref().map(|found| found.posts), shown.scroll)
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
    assert!(state.screens.is_empty());
    update(&mut state, Message::Stats(second, Box::new(counted(2))));
    assert!(state.screens.is_empty());
}
