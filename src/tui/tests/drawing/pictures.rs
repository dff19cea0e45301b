//! Avatars that are images.

use ratatui::backend::Backend;

use super::*;
use crate::config::ColorDepth;
use crate::model::Picture;
use crate::tui::images::avatars::{ImageProtocol, Thumbnail};
use crate::tui::terminal::backend::StableBackend;

/// Two posts, one by a user with an image and one by a user without.
fn two_posts(drawn: ImageProtocol) -> State {
    let mut state = state((60, 12));
    let mut posts: Vec<Post> = odd_posts().into_iter().take(2).collect();
    (posts[0].author, posts[1].author) = (UserId(1), UserId(2));
    load(&mut state, posts);
    let picture = Picture::parse(include_bytes!("../../../../tests/fixtures/mastodon/avatar.png").to_vec()).unwrap();
    state.avatars = AvatarCache::new(drawn);
    let thumbnail = Thumbnail::of(&picture, 1, drawn).unwrap();
    update(&mut state, Message::Avatars(vec![(UserId(1), Some(Arc::new(thumbnail))), (UserId(2), None)]));
    state
}

fn screen(state: &State) -> Terminal<TestBackend> {
    let mut terminal = Terminal::new(TestBackend::new(state.size.0, state.size.1)).unwrap();
    terminal.draw(|frame| draw(state, &Theme::new(true), frame)).unwrap();
    terminal
}

#[test]
fn avatar_of_blocks_replaces_identicon() {
    let state = two_posts(ImageProtocol::Blocks(ColorDepth::True));
    let terminal = screen(&state);
    insta::assert_snapshot!(terminal.backend());
    let cell = &terminal.backend().buffer()[(2, 2)];
    assert_eq!((cell.symbol(), cell.fg), ("▄", ratatui::style::Color::Rgb(240, 190, 60)));
    let mut without = state.clone();
    without.avatars = AvatarCache::default();
    let lines = |terminal: &Terminal<TestBackend>| terminal.backend().to_string().lines().count();
    assert_eq!(lines(&screen(&without)), lines(&terminal), "no line is higher by it");
}

#[test]
fn kitty_avatar_is_placeholder_cells_and_sent_once() {
    let state = two_posts(ImageProtocol::Kitty);
    let before = screen(&state).backend().buffer().clone();
    let named = |buffer: &ratatui::buffer::Buffer| -> Vec<(usize, String)> {
        let cells =
            buffer.content.iter().enumerate().filter(|(_, cell)| cell.fg == ratatui::style::Color::Rgb(64, 0, 1));
        cells.map(|(at, cell)| (at, cell.symbol().to_owned())).collect()
    };
    let cells = named(&before);
    assert_eq!(cells.len(), 8);
    assert_eq!(cells[0], (2 * 60 + 2, "\u{10eeee}\u{305}\u{305}".to_owned()));
    assert_eq!(cells[7], (3 * 60 + 5, "\u{10eeee}\u{30d}\u{310}".to_owned()));
    let mut out = Vec::new();
    StableBackend::new(&mut out).draw(before.diff(&before).into_iter()).unwrap();
    assert_eq!(out, b"", "what did not change is not sent again");
    let mut covered = state;
    update(&mut covered, Message::Act(Action::Show(crate::tui::screens::help::NAME)));
    assert_eq!(named(screen(&covered).backend().buffer()), [], "nothing of it is left under what lies over it");
}
