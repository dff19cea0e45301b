use super::*;
use crate::model::{Collapse, Origin};

#[test]
fn a_text_that_its_author_warns_of_is_shown_when_asked_for_and_stays_so() {
    let mut state = state();
    let page = |state: &mut State| {
        let mut warned = post(1, &user(1, "john"));
        warned.origin = Some(Box::new(Origin { warning: Some("spiders".to_owned()), ..Origin::default() }));
        warned.folded = Some(Collapse::Warning("spiders".to_owned()));
        update(
            state,
            Message::Page { timeline: Timeline::All, place: PageStart::Newest, posts: vec![warned], more: false },
        );
    };
    let folded = |state: &State| state.selected().is_some_and(|post| post.folded.is_some());
    page(&mut state);
    assert!(folded(&state));
    act(&mut state, Action::ToggleWarning);
    assert!(!folded(&state));
    page(&mut state);
    assert!(!folded(&state));
    act(&mut state, Action::ToggleWarning);
    assert!(folded(&state));
}

#[test]
fn who_writes_elsewhere_is_not_offered_to_write_as() {
    let mut state = State::new(at(0), (100, 30));
    let ada = User { kind: UserKind::Remote, ..user(3, "ada@example.com") };
    update(&mut state, Message::Users(vec![ada.clone()], None));
    assert!(matches!(state.overlay, Some(Overlay::Welcome(_))));
    update(&mut state, Message::Users(vec![ada, user(1, "john"), user(2, "susan")], Some(user(1, "john"))));
    act(&mut state, Action::SwitchUser);
    let Some(Overlay::Picker(picker)) = &state.overlay else { panic!("no choice") };
    assert_eq!(picker.found.items.iter().map(|user| user.id.0).collect::<Vec<_>>(), [1, 2]);
    act(&mut state, Action::Close);
    assert!(act(&mut state, Action::PreviousUser).contains(&Effect::Store(StoreEffect::SwitchUser(UserId(2)))));
}
