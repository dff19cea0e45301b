use std::sync::Arc;

use super::*;
use crate::tui::images::avatars::{AvatarCache, ImageProtocol, Rendering, Thumbnail};

#[test]
fn avatars_of_visible_users_are_loaded() {
    let mut state = state();
    assert_eq!(act(&mut state, Action::Down), [], "nothing is loaded where nothing is drawn");
    state.avatars = AvatarCache::new(ImageProtocol::Kitty);
    let asked = |effects: Vec<Effect>| -> Vec<i64> {
        let pictures = effects.into_iter().find_map(|effect| match effect {
            Effect::Worker(WorkerEffect::LoadAvatars(asked, ImageProtocol::Kitty)) => Some(asked),
            _ => None,
        });
        pictures.unwrap_or_default().into_iter().map(|(user, _)| user.0).collect()
    };
    assert_eq!(asked(act(&mut state, Action::Down)), [1]);
    assert_eq!(asked(act(&mut state, Action::Down)), [0; 0], "once");
    let thumbnail = Arc::new(Thumbnail { stamp: 1, rendering: Rendering::Pixels(vec![]) });
    update(&mut state, Message::Avatars(vec![(UserId(1), Some(thumbnail))]));
    assert!(state.avatars.of(UserId(1)).is_some());
    let (bob, thread) = (user(7, "bob@example.com"), |post| Message::Thread(PostId(50), vec![place(0, post)]));
    assert_eq!(asked(update(&mut state, thread(post(50, &bob)))), [7]);
    update(&mut state, Message::Avatars(vec![(UserId(7), None)]));
    assert_eq!(asked(act(&mut state, Action::Up)), [0; 0]);
    assert_eq!(asked(update(&mut state, Message::StoreChanged)), [1, 7], "they may look otherwise now");
    assert!(state.avatars.of(UserId(1)).is_some(), "until that is known they look as they did");
}
