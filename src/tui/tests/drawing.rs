//! Draws states, and looks at what is drawn.

mod feeds;
mod fit;
mod heights;
mod origin;
mod panes;
mod pictures;
mod redraw;
mod screens;
mod shortcuts;
mod sizes;

use std::sync::Arc;

use ratatui::Terminal;
use ratatui::backend::TestBackend;

use crate::config::Settings;
use crate::model::{
    Audience, Body, Collapse, DisplayName, FollowCounts, Nickname, Notification, NotificationKind, OpenDraft,
    PageStart, Post, PostDetails, PostId, Purpose, ReplyParent, Revision, Stats, ThreadNode, Timeline, Timestamp, User,
    UserId,
};
use crate::text::{Clock, TimeFormat, Weekday, datetime};
use crate::tui::draw::draw;
use crate::tui::images::avatars::AvatarCache;
use crate::tui::keys::Action;
use crate::tui::keys::Keymap;
use crate::tui::list::List;
use crate::tui::measure::post::{Extent, height};
use crate::tui::measure::{self, WrapCache};
use crate::tui::screens::{bindings, edit_history, initial_state, profile, thread};
use crate::tui::state::{Detail, DraftRow, LoadedUsers, Message, Pane, Profile, State};
use crate::tui::thread::Thread;
use crate::tui::update::update;
use crate::tui::widgets::post::{self, PostStyle};
use crate::tui::widgets::{Theme, activity};

fn odd_posts() -> Vec<Post> {
    let texts = [
        "plain words with @susan, #tag and https://example.com/a",
        "古池や蛙飛びこむ水の音。看https://example.com/a。",
        "👨‍👩‍👧‍👦 family, 🇪🇸 flag, e\u{301}\u{301} marks",
        "escape \u{1b}[31m and \u{202e}override\u{202c} and\ttab",
        "مرحبا بالعالم #وسم",
        "line one\n\nline three",
    ];
    let long = "a post that was imported and goes on ".repeat(50);
    let texts = texts.into_iter().map(str::to_owned).chain([long]);
    let at = Timestamp::parse("2026-03-14T15:09:26Z").unwrap().micros();
    let make = |(n, text): (usize, String)| Post {
        display_name: DisplayName::parse("Äußerst \u{202e}lang").unwrap(),
        reply_to: (n % 2 == 1).then_some(ReplyParent { id: PostId(1), post: None }),
        replies: n as u64 % 3,
        ..Post::plain(
            PostId(n as i64 + 1),
            UserId(1),
            Nickname::parse("Ärger").unwrap(),
            Body::imported(&text).unwrap(),
            Timestamp::from_micros(at - n as i64 * 3_600_000_000),
        )
    };
    texts.enumerate().map(make).collect()
}

fn state(size: (u16, u16)) -> State {
    let now = Timestamp::parse("2026-03-14T15:12:00Z").unwrap();
    let mut state = initial_state(now, size);
    state.settings.times = TimeFormat::default();
    let user = User { posts: 7, ..User::named(1, "Ärger") };
    update(&mut state, Message::Users(LoadedUsers::new(vec![user.clone()], Some(user))));
    load(&mut state, odd_posts());
    state
}

/// Shows posts in the home timeline of the active user, as if they were all of it.
fn load(state: &mut State, posts: Vec<Post>) {
    let (timeline, arrived) = (Timeline::Home(UserId(1)), crate::model::Arrival(i64::MAX));
    update(state, Message::Page { timeline, place: PageStart::Newest, posts, more: false, arrived });
}

fn drawn(state: &State, color: bool) -> String {
    let mut terminal = Terminal::new(TestBackend::new(state.size.0, state.size.1)).unwrap();
    terminal.draw(|frame| draw(state, &Theme::new(color), frame)).unwrap();
    terminal.backend().to_string()
}

/// Returns how a selected post is drawn that was not read.
fn selected_style<'a>(state: &'a State, theme: &'a Theme) -> PostStyle<'a> {
    PostStyle {
        theme,
        confusables: &state.confusables,
        wrapped: &state.wrapped,
        now: state.now,
        clock: Clock::TwentyFour,
        selected: true,
        focused: true,
        absolute: true,
        marked: false,
        unread: true,
        extent: Extent::Excerpt,
        query: None,
        avatars: &state.avatars,
        warning_key: Some("w"),
    }
}

fn post_height(post: &Post, columns: u16, extent: Extent) -> usize {
    height(post, columns, extent, WrapCache::default().line_count(post, columns))
}

/// Fills the screens that cover the panes with text of other users.
fn over_the_panes() -> Vec<Message> {
    let post = odd_posts().remove(3);
    let text = "\u{1b}[2J \u{202e} long ".repeat(30);
    let notification = Notification {
        at: post.created_at,
        kind: NotificationKind::Replied,
        actor: UserId(1),
        nickname: post.nickname.clone(),
        post: Some(post.clone()),
        unread: true,
    };
    let revision = |body| Revision { body, written_at: post.created_at };
    let revisions = vec![revision(post.body.clone()), revision(Body::imported(&text).unwrap())];
    let draft = DraftRow {
        purpose: Purpose::Reply(PostId(1)),
        slot: 0,
        text: text.clone(),
        saved_at: post.created_at,
        orphaned: true,
        parent_author: None,
    };
    vec![
        screens::loaded(vec![notification]),
        Message::Drafts(vec![draft]),
        Message::EditHistory(PostId(1), revisions),
        Message::Act(Action::Show(crate::tui::screens::search::NAME)),
        Message::Act(Action::Show(crate::tui::screens::filter::NAME)),
        Message::Draft { author: UserId(1), reply_to: Some(post), draft: drafted(&text) },
        Message::Act(Action::Send),
    ]
}

#[test]
fn composer_shows_who_can_read_the_post_at_every_width() {
    for columns in [200, 100, 80, 60, 40] {
        let mut state = state((columns, 24));
        let warning = Some("a warning that is much longer than there is room for in most terminals".to_owned());
        let details = PostDetails { audience: Audience::Followers, warning, ..PostDetails::default() };
        update(
            &mut state,
            Message::Draft { author: UserId(1), reply_to: None, draft: OpenDraft { details, ..drafted("x") } },
        );
        let screen = drawn(&state, true);
        assert!(screen.contains("Ärger writes · for followers"), "{screen}");
    }
}

#[test]
fn every_screen_at_every_size_shows_no_control_character() {
    for size in [(200, 50), (120, 30), (100, 30), (80, 24), (60, 20), (40, 10), (39, 9), (1, 1)] {
        let mut state = state(size);
        let hostile = |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}');
        for action in [
            Action::Down,
            Action::Bottom,
            Action::NextPane,
            Action::Show(crate::tui::screens::help::NAME),
            Action::Back,
            Action::Show(crate::tui::screens::user_picker::NAME),
            Action::Close,
            Action::Delete,
        ] {
            update(&mut state, Message::Act(action));
            assert!(!drawn(&state, true).contains(hostile), "{size:?} {action:?}");
        }
        for msg in over_the_panes() {
            update(&mut state, msg.clone());
            assert!(!drawn(&state, true).contains(hostile), "{size:?} {msg:?}");
            update(&mut state, Message::Act(Action::Close));
        }
    }
}

/// A thread with a deleted post, a long chain of replies, and a post with many replies.
fn tree() -> Vec<ThreadNode> {
    let posts = odd_posts();
    let place = |depth: usize, id: i64, text: usize| ThreadNode {
        depth,
        id: PostId(id),
        post: Some(Post { id: PostId(id), reply_to: None, ..posts[text].clone() }),
        is_unread: false,
    };
    let mut tree =
        vec![place(0, 1, 0), ThreadNode { depth: 1, id: PostId(2), post: None, is_unread: false }, place(2, 3, 1)];
    tree.extend((3..40).map(|depth| place(depth, depth as i64 + 1, 2)));
    tree.extend((41..60).map(|id| place(1, id, 5)));
    tree
}

/// Returns a screen with the times of its posts in UTC, whatever the local time zone is.
fn in_utc(screen: String) -> String {
    odd_posts().iter().fold(screen, |screen, post| {
        let utc = post.created_at.rfc3339();
        let (day, time) = (&utc[..10], &utc[11..16]);
        screen.replace(&datetime::brief(post.created_at, Clock::TwentyFour), &format!("{day} {time}")).replace(
            &datetime::absolute(post.created_at, Clock::TwentyFour),
            &format!("Sat 14 Mar 2026, {time} +00:00"),
        )
    })
}

#[test]
fn draw_on_unreported_terminal_size_does_not_panic() {
    for size in [(200, 50), (120, 30), (80, 24), (60, 20)] {
        for terminal_size in [(119, 29), (80, 24), (40, 10), (10, 3), (1, 1)] {
            let mut state = state(size);
            for action in [
                Action::Down,
                Action::Show(crate::tui::screens::help::NAME),
                Action::Back,
                Action::Show(crate::tui::screens::user_picker::NAME),
            ] {
                update(&mut state, Message::Act(action));
                let mut terminal = Terminal::new(TestBackend::new(terminal_size.0, terminal_size.1)).unwrap();
                terminal.draw(|frame| draw(&state, &Theme::new(true), frame)).unwrap();
            }
        }
    }
}

/// A post with boosts, replies, likes and an edit.
fn busy_post(state: &State) -> Post {
    let mut post = odd_posts().remove(0);
    post.boosted_by = ["susan", "david"].map(|name| Nickname::parse(name).unwrap()).to_vec();
    (post.replies, post.boosts, post.likes) = (3, 2, 1);
    post.own_reactions.liked = true;
    post.edited_at = Some(state.now);
    post
}

#[test]
fn statistics_fit_every_screen_size() {
    let stats = screens::stats();
    for size in [(200, 50), (120, 30), (80, 24), (60, 20), (40, 10), (10, 3)] {
        let mut state = state(size);
        update(&mut state, Message::Act(Action::Show(crate::tui::screens::statistics::NAME)));
        drawn(&state, true);
        state.spinner_frame = Some(3);
        assert!(size.0 < 40 || drawn(&state, true).contains("⠸ counting"));
        state.spinner_frame = None;
        update(&mut state, Message::Stats(1, Box::new(stats.clone())));
        let mut seen = String::new();
        for _ in 0..80 {
            let screen = drawn(&state, true);
            assert!(!screen.contains(|c: char| (c.is_control() && c != '\n') || c == '\u{202e}'), "{screen}");
            seen.push_str(&screen);
            update(&mut state, Message::Act(Action::Down));
        }
        for text in ["1,234,567 posts", "hours of the day", "garden", "maya → hal"] {
            assert!(size.0 < 40 || seen.contains(text), "{size:?}: {text}");
        }
    }
}

#[test]
fn activity_week_starts_on_configured_day() {
    // The 14th of March 2026 was a Saturday.
    let saturday = Timestamp::parse("2026-03-14T12:00:00Z").unwrap();
    let day = saturday.micros() / 86_400_000_000;
    let row = |week| {
        let lines = activity::lines(&[(day, 1)], (saturday, week), 60, &Theme::new(false));
        lines.iter().skip(1).position(|line| line.to_string().contains('█') || line.to_string().contains('░')).unwrap()
    };
    assert_eq!([Weekday::Mon, Weekday::Sat, Weekday::Sun].map(row), [5, 0, 6]);
}

#[test]
fn cursor_is_on_the_selected_row_of_the_pane_that_has_the_keys() {
    for size in [(120, 30), (80, 24)] {
        let mut state = state(size);
        for action in [Action::Down, Action::Down, Action::PageDown, Action::Bottom, Action::PreviousPane] {
            update(&mut state, Message::Act(action));
            let mut terminal = Terminal::new(TestBackend::new(size.0, size.1)).unwrap();
            terminal.draw(|frame| draw(&state, &Theme::new(false), frame)).unwrap();
            assert!(terminal.backend().cursor_visible(), "{action:?}");
            let at = terminal.backend().cursor_position();
            assert_eq!(terminal.backend().buffer()[at].symbol(), "▌", "{action:?}");
        }
    }
}

#[test]
fn cursor_is_behind_the_last_letter_of_every_text_field() {
    for (screen, _) in screens::SCREENS.iter().filter(|(name, _)| TEXT_FIELDS.contains(name)) {
        let fill = screens::SCREENS.iter().find(|(name, _)| name == screen).unwrap().1;
        let mut state = screens::shown((100, 30), fill);
        for letter in "zq界".chars() {
            let key = tui_textarea::Input { key: tui_textarea::Key::Char(letter), ..tui_textarea::Input::default() };
            update(&mut state, Message::Input(key));
        }
        let mut terminal = Terminal::new(TestBackend::new(100, 30)).unwrap();
        terminal.draw(|frame| draw(&state, &Theme::new(false), frame)).unwrap();
        assert!(terminal.backend().cursor_visible(), "{screen}");
        let at = terminal.backend().cursor_position();
        assert_eq!(terminal.backend().buffer()[(at.x - 2, at.y)].symbol(), "界", "{screen}");
    }
}

/// The screens with a text field that has the keys.
const TEXT_FIELDS: &[&str] =
    &["search", "hits", "filter", "import", "picker", "palette", "compose", "completion", "welcome"];

/// Returns a stored draft in the first slot.
fn drafted(text: &str) -> OpenDraft {
    OpenDraft { slot: 0, saved: text.to_owned(), ..OpenDraft::default() }
}
