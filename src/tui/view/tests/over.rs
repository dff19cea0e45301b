//! The screens that lie over the panes, and what fills the detail pane, as they looked.

use super::*;

fn profile(state: &State) -> Msg {
    let user = state.active.clone().unwrap();
    let today = state.now.micros() / 86_400_000_000;
    Msg::Profile(Box::new(Profile {
        user,
        numbers: Numbers { following: 3, followers: 2 },
        relation: None,
        tags: vec![("Brot".to_owned(), 3), ("俳句".to_owned(), 1)],
        activity: vec![(today - 30, 1), (today, 2)],
        scroll: 0,
    }))
}

#[test]
fn what_lies_over_the_panes_looks_as_it_did() {
    for (size_name, size) in [("medium", (80, 24)), ("narrow", (60, 20))] {
        let names = ["notifications", "drafts", "versions", "search", "filter", "answering"];
        let mut state = state(size);
        for (name, msg) in names.into_iter().zip(over_the_panes()) {
            update(&mut state, msg);
            // Its times are those of the zone where it runs.
            if name == "versions" {
                update(&mut state, Msg::Act(Action::Back));
                continue;
            }
            insta::assert_snapshot!(format!("{name}_{size_name}"), drawn(&state, false));
            update(&mut state, Msg::Act(Action::Close));
        }
        let text = "a long text, word by word ".repeat(12);
        update(&mut state, Msg::Draft { author: UserId(1), reply_to: None, text });
        update(&mut state, Msg::Act(Action::Send));
        insta::assert_snapshot!(format!("split_{size_name}"), drawn(&state, false));
        let mut state = super::state(size);
        let shown = profile(&state);
        state.focus = Pane::Detail;
        update(&mut state, shown);
        insta::assert_snapshot!(format!("profile_{size_name}"), drawn(&state, false));
    }
}
