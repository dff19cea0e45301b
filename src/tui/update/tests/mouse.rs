use ratatui::Terminal;
use ratatui::backend::TestBackend;
use unicode_segmentation::UnicodeSegmentation;

use super::*;
use crate::config::StartAt;
use crate::model::{Mention, ReplyParent};
use crate::tui::draw::draw;
use crate::tui::widgets::Theme;

/// Where a text is drawn, by its first letter.
pub(super) fn find(state: &State, text: &str) -> (u16, u16) {
    let mut terminal = Terminal::new(TestBackend::new(state.size.0, state.size.1)).unwrap();
    terminal.draw(|frame| draw(state, &Theme::new(false), frame)).unwrap();
    let buffer = terminal.backend().buffer();
    let letters: Vec<&str> = text.graphemes(true).collect();
    for y in 0..state.size.1 {
        for x in 0..state.size.0 {
            let mut column = x;
            let drawn = letters.iter().all(|letter| {
                let cell = buffer.cell((column, y));
                column += crate::text::width(letter) as u16;
                cell.is_some_and(|cell| cell.symbol() == *letter)
            });
            if drawn {
                return (x, y);
            }
        }
    }
    panic!("{text} is not on the screen");
}

fn click(state: &mut State, text: &str) -> Vec<Effect> {
    let (x, y) = find(state, text);
    update(state, Message::Click(x, y))
}

fn wheel(state: &mut State, text: &str, lines: isize) -> Vec<Effect> {
    let (x, y) = find(state, text);
    update(state, Message::Scroll(x, y, lines))
}

/// A wide screen with one post that leads everywhere, below one that is plain.
fn world() -> State {
    let mut state = state();
    update(&mut state, Message::Resize(160, 40));
    let susan = user(2, "susan");
    let mut rich = post(70, &user(1, "john"));
    let words = "古池 @susan writes a long line about #bread and some more words, see https://a.example/x and file:///etc/passwd";
    rich.body = Body::imported(words).unwrap();
    rich.mentions = vec![Mention { name: "susan".to_owned(), user: susan.id, nickname: susan.nickname.clone() }];
    rich.reply_to = Some(ReplyParent { id: PostId(3), post: Some((susan.nickname, "first".to_owned())) });
    let posts = vec![post(80, &user(2, "susan")), rich];
    update(
        &mut state,
        Message::Page { timeline: Timeline::All, place: PageStart::Newest, posts, more: false, arrived: ARRIVED },
    );
    state
}

#[test]
fn click_selects_and_second_click_opens() {
    let mut state = world();
    assert_eq!(click(&mut state, "writes"), []);
    assert_eq!((state.focus, state.current().unwrap().list.cursor), (Pane::Timeline, 1));
    assert_eq!(click(&mut state, "writes"), [Effect::Store(StoreEffect::LoadThread(PostId(70)))]);
    assert_eq!(click(&mut state, "○ susan"), []);
    assert_eq!((state.focus, state.users.cursor), (Pane::Users, 1));
    assert!(click(&mut state, "○ susan").contains(&Effect::Store(StoreEffect::LoadProfile(UserId(2)))));
}

#[test]
fn click_on_mention_tag_or_link_opens_it() {
    let check = |text: &str, expected: &[Effect]| {
        let mut state = world();
        assert_eq!(click(&mut state, text), expected, "{text}");
    };
    check("@susan writes", &[Effect::Store(StoreEffect::LoadProfile(UserId(2)))]);
    check("https://a.example", &[Effect::Terminal(TerminalEffect::OpenLink("https://a.example/x".to_owned()))]);
    check("file:///etc", &[]);
    check("↳ @susan", &[Effect::Store(StoreEffect::LoadThread(PostId(3)))]);
    check("john ", &[]);
    let mut state = world();
    let (x, y) = find(&state, "#bread");
    for column in x..x + 6 {
        let mut state = state.clone();
        let effects = update(&mut state, Message::Click(column, y));
        assert!(
            effects.contains(&Effect::Store(StoreEffect::OpenTimeline(
                UserId(1),
                Timeline::Tag("bread".to_owned()),
                StartAt::Newest
            ))),
            "{effects:?}"
        );
    }
    assert_eq!(update(&mut state, Message::Click(x + 6, y)), [], "behind it is none");
    let (_, y) = find(&state, "↳ @susan");
    let (name, _) = find(&state, "古池");
    assert_eq!(update(&mut state, Message::Click(name, y - 1)), [Effect::Store(StoreEffect::LoadProfile(UserId(1)))]);
}

#[test]
fn click_on_tab_shows_timeline_at_every_width() {
    for width in [40, 60, 90, 160] {
        let mut state = world();
        update(&mut state, Message::Resize(width, 20));
        click(&mut state, "2 all");
        assert_eq!(state.tab, 1, "{width}");
        for _ in 0..2 {
            act(&mut state, Action::NextTimeline);
        }
        click(&mut state, "4 mentions");
        assert_eq!(state.tab, 3, "{width}");
    }
}

#[test]
fn wheel_scrolls_pane_under_mouse() {
    let mut state = state();
    let before = state.focus;
    let effects = wheel(&mut state, "post 50", 9);
    assert_eq!((effects, state.focus), (vec![], before));
    let tab = state.current().unwrap();
    assert_eq!((tab.list.top, tab.list.skip), (3, 0));
    assert!(tab.list.cursor >= 3, "the cursor stays in sight");
    wheel(&mut state, "post 47", -9);
    assert_eq!(state.current().unwrap().list.top, 0);
    assert_eq!(
        wheel(&mut state, "post 50", 120),
        [Effect::Store(StoreEffect::LoadPage(Timeline::All, PageStart::Before(at(10))))]
    );
    let top = state.current().unwrap().list.top;
    wheel(&mut state, "○ susan", 3);
    assert_eq!((state.users.cursor, state.current().unwrap().list.top), (0, top), "all users are seen");
}

#[test]
fn click_selects_rows_of_screens() {
    let mut state = world();
    act(&mut state, Action::Down);
    act(&mut state, Action::CopyMenu);
    assert_eq!(click(&mut state, "link "), []);
    assert_eq!(wheel(&mut state, "link ", 1), []);
    assert_eq!(click(&mut state, "ID"), [Effect::Terminal(TerminalEffect::CopyText("70".to_owned()))]);
    act(&mut state, Action::Close);
    act(&mut state, Action::Show(screens::user_picker::NAME));
    let (x, y) = find(&state, "switch user");
    assert_eq!(update(&mut state, Message::Click(x, y + 4)), []);
    assert!(update(&mut state, Message::Click(x, y + 4)).contains(&Effect::Store(StoreEffect::SwitchUser(UserId(2)))));
}

#[test]
fn click_beside_composer_changes_nothing() {
    let mut state = world();
    write(&mut state, "hello");
    let before = state.clone();
    assert_eq!(click(&mut state, "writes"), []);
    assert_eq!(state, before);
}

#[test]
fn click_beside_the_timelines_of_the_header_goes_to_the_next_one() {
    let mut state = world();
    update(&mut state, Message::Resize(60, 20));
    state.unread.notifications = 7;
    act(&mut state, Action::Timeline(0));
    click(&mut state, "›");
    assert_eq!(state.tab, 1);
    act(&mut state, Action::Timeline(5));
    click(&mut state, "‹");
    assert_eq!(state.tab, 4);
    click(&mut state, "mentions");
    assert_eq!(state.tab, 3);
}

#[test]
fn click_on_a_key_in_the_footer_does_what_it_says() {
    let mut state = world();
    click(&mut state, "? help");
    assert_eq!(state.topmost().map(|screen| screen.name()), Some(screens::help::NAME));
    act(&mut state, Action::Close);
    act(&mut state, Action::Show(screens::search::NAME));
    click(&mut state, "Esc close");
    assert!(state.screens.is_empty());
    act(&mut state, Action::Undo);
    let (x, y) = find(&state, "nothing to undo");
    update(&mut state, Message::Click(x, y));
    assert_eq!((state.notice.clone(), state.screens.len()), (None, 0), "no keys were shown");
    for (width, choice, is_deleted) in [(160, "n cancel", false), (160, "y delete", true), (40, "y delete", true)] {
        update(&mut state, Message::Resize(width, 30));
        state.focus = Pane::Timeline;
        state.tabs[state.tab].list.select(1);
        act(&mut state, Action::Delete);
        assert!(state.topmost().is_some_and(|screen| screen.question(&state).is_some()));
        assert_eq!((click(&mut state, choice).is_empty(), state.screens.len()), (!is_deleted, 0), "{width}");
    }
    write(&mut state, "hello");
    assert!(click(&mut state, "^S").iter().any(|effect| matches!(effect, Effect::Store(StoreEffect::SendPost(..)))));
}

#[test]
fn every_position_of_every_screen_can_be_clicked() {
    for (width, height) in [(160, 40), (80, 24), (40, 10), (20, 5)] {
        for action in [
            Action::Down,
            Action::Show(screens::user_picker::NAME),
            Action::Show(screens::search::NAME),
            Action::Show(screens::help::NAME),
            Action::Show(screens::drafts::NAME),
            Action::CopyMenu,
        ] {
            let mut state = world();
            update(&mut state, Message::Resize(width, height));
            act(&mut state, action);
            for (x, y) in (0..width).step_by(3).flat_map(|x| (0..height).map(move |y| (x, y))) {
                let mut state = state.clone();
                update(&mut state, Message::Scroll(x, y, 3));
                update(&mut state, Message::Click(x, y));
            }
        }
    }
}
