use super::*;
use crate::model::{Collapse, Origin};

#[test]
fn content_warning_is_shown_on_request_and_stays_shown() {
    let mut state = state();
    let page = |state: &mut State| {
        let mut warned = post(1, &user(1, "john"));
        warned.origin = Some(Box::new(Origin { warning: Some("spiders".to_owned()), ..Origin::default() }));
        warned.collapsed = Some(Collapse::Warning("spiders".to_owned()));
        update(
            state,
            Message::Page {
                timeline: Timeline::All,
                place: PageStart::Newest,
                posts: vec![warned],
                more: false,
                arrived: ARRIVED,
            },
        );
    };
    let collapsed = |state: &State| state.selected().is_some_and(|post| post.collapsed.is_some());
    page(&mut state);
    assert!(collapsed(&state));
    act(&mut state, Action::ToggleWarning);
    assert!(!collapsed(&state));
    page(&mut state);
    assert!(!collapsed(&state));
    act(&mut state, Action::ToggleWarning);
    assert!(collapsed(&state));
}

#[test]
fn remote_users_are_not_in_user_picker() {
    let mut state = initial_state(at(0), (100, 30));
    let ada = User { kind: UserKind::Remote, ..user(3, "ada@example.com") };
    update(&mut state, Message::Users(LoadedUsers::new(vec![ada.clone()], None)));
    assert!(state.screen::<Welcome>().is_some());
    update(
        &mut state,
        Message::Users(LoadedUsers::new(vec![ada, user(1, "john"), user(2, "susan")], Some(user(1, "john")))),
    );
    act(&mut state, Action::Show(screens::user_picker::NAME));
    let Some(picker) = state.screen::<UserPicker>() else { panic!("no choice") };
    assert_eq!(picker.found.items.iter().map(|user| user.id.0).collect::<Vec<_>>(), [1, 2]);
    act(&mut state, Action::Close);
    assert!(act(&mut state, Action::PreviousUser).contains(&Effect::Store(StoreEffect::SwitchUser(UserId(2)))));
}
