//! The heights that `update` counts with are those that are drawn.

use super::*;

#[test]
fn post_height_equals_drawn_lines() {
    let (state, theme) = (state((80, 24)), Theme::new(true));
    for post in odd_posts() {
        for columns in [20, 47, 48, 60, 84] {
            let style = selected_style(&state, &theme);
            let lines = post::lines(&post, columns, &style);
            assert_eq!(lines.len(), post_height(&post, columns, Extent::Excerpt));
            assert!(lines.iter().all(|line| line.width() <= usize::from(columns)), "{columns}: {lines:?}");
        }
    }
}

#[test]
fn thread_row_height_equals_drawn_lines() {
    let (state, theme) = (state((80, 24)), Theme::new(true));
    let tree = Thread::new(PostId(41), tree());
    for columns in [28, 40, 60, 100] {
        for row in &tree.list.items {
            let style = PostStyle { absolute: false, ..selected_style(&state, &theme) };
            let lines = thread::draw::lines(&tree, row, columns, &style);
            assert_eq!(
                lines.len(),
                measure::thread::height(&tree, row, columns, |p, w| WrapCache::default().line_count(p, w))
            );
            assert!(lines.iter().all(|line| line.width() <= usize::from(columns)), "{columns}: {lines:?}");
        }
    }
}

#[test]
fn profile_and_edit_history_heights_equal_drawn_lines() {
    let mut state = state((80, 24));
    for fill in ["profile", "edit_history"] {
        screens::SCREENS.iter().find(|(name, _)| *name == fill).unwrap().1(&mut state);
        let mut profiles = vec![];
        if let Detail::Profile(shown) = &state.detail {
            let mut empty = shown.clone();
            (empty.user.about_me, empty.tags) = (None, vec![]);
            let mut full = shown.clone();
            full.user.email = Some(crate::model::Email::parse("a@b.example").unwrap());
            (full.user.created_at, full.user.last_seen) = (Some(state.now), Some(state.now));
            profiles = vec![shown.clone(), empty, full];
        }
        for columns in [1, 12, 20, 33, 48, 60, 84, 200] {
            for shown in &profiles {
                let (faces, times) = ((&state.confusables, &state.avatars), (state.now, TimeFormat::default()));
                let lines = profile::lines(shown, faces, times, columns, None, &Theme::new(true));
                assert_eq!(lines.len(), profile::height(shown, times.0, times.1.clock, columns), "{columns}");
            }
            if let Detail::History { revisions: all, .. } = &state.detail {
                let lines = edit_history::lines(all, Clock::TwentyFour, columns, &Theme::new(true));
                assert_eq!(lines.len(), edit_history::height(all, columns), "{columns}");
            }
        }
        assert!(profiles.len() == 3 || matches!(state.detail, Detail::History { .. }), "{fill} is not shown");
    }
}
