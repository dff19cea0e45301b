//! The screens that lie over the panes, and what fills the detail pane, as they looked.

use super::*;
use crate::text::ago;

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
        let version = |text: &str, hour: i64| Version {
            body: Body::imported(text).unwrap(),
            written_at: Timestamp::from_micros(state.now.micros() - hour * 3_600_000_000),
        };
        let all = vec![version("Rye bread, again", 3), version("Rye bread at last, with seeds", 2)];
        state.focus = Pane::Detail;
        update(&mut state, Msg::Versions(PostId(1), all));
        // Its times are those of the zone where it runs.
        let mut text = drawn(&state, false);
        for (hour, stand_in) in [(3, "three hours ago"), (2, "two hours ago")] {
            let then = Timestamp::from_micros(state.now.micros() - hour * 3_600_000_000);
            let shown = ago::absolute(then, ago::Clock::default());
            text = text.replace(&shown, &format!("{stand_in:-<29}"));
        }
        insta::assert_snapshot!(format!("versions_{size_name}"), text);
        let mut state = super::state(size);
        update(&mut state, Msg::Act(Action::Search));
        for letter in "wo".chars() {
            let key = tui_textarea::Input { key: tui_textarea::Key::Char(letter), ..tui_textarea::Input::default() };
            update(&mut state, Msg::Input(key));
        }
        let users = state.users.items.clone();
        update(&mut state, Msg::Found { number: 2, posts: odd_posts(), more: true, users });
        insta::assert_snapshot!(format!("hits_{size_name}"), drawn(&state, false));
        let mut state = super::state(size);
        let shown = profile(&state);
        state.focus = Pane::Detail;
        update(&mut state, shown);
        insta::assert_snapshot!(format!("profile_{size_name}"), drawn(&state, false));
    }
}
