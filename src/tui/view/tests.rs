mod origin;
mod pictures;
mod redraw;
mod screens;
mod sizes;

use std::sync::Arc;

use ratatui::Terminal;
use ratatui::backend::TestBackend;

use super::{Theme, draw, profile, revisions, thread};
use crate::config::Settings;
use crate::model::{
    Body, Collapse, DisplayName, FollowCounts, Nickname, Notification, NotificationKind, PageStart, Post, PostId,
    Purpose, ReplyParent, Revision, Stats, ThreadNode, Timeline, Timestamp, User, UserId, UserKind,
};
use crate::text::{Clock, Confusables, TimeFormat, Weekday, datetime};
use crate::tui::images::avatars::AvatarCache;
use crate::tui::keys::Action;
use crate::tui::keys::Keymap;
use crate::tui::list::List;
use crate::tui::measure::post::{Extent, height};
use crate::tui::measure::{self, WrapCache};
use crate::tui::screens::{bindings, initial_state};
use crate::tui::state::{Detail, DraftRow, Message, Pane, Profile, State};
use crate::tui::thread::Thread;
use crate::tui::update::update;
use crate::tui::widgets::activity;
use crate::tui::widgets::post::{self, PostStyle};

fn odd_posts() -> Vec<Post> {
    let texts = [
        "plain words with @susan, #tag and https://example.com/a",
        "古池や蛙飛びこむ水の音。看https://example.com/a。",
        "👨‍👩‍👧‍👦 family, 🇪🇸 flag, e\u{301}\u{301} marks",
        "escape \u{1b}[31m and \u{202e}override\u{202c} and\ttab",
        "مرحبا بالعالم #وسم",
        "line one\n\nline three",
    ];
    let long = "a post that was brought in and goes on ".repeat(50);
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
    let nickname = Nickname::parse("Ärger").unwrap();
    let user = User {
        id: UserId(1),
        nickname,
        email: None,
        display_name: None,
        about_me: None,
        created_at: None,
        last_seen: None,
        posts: 7,
        url: None,
        kind: UserKind::Local,
    };
    update(&mut state, Message::Users(vec![user.clone()], Some(user)));
    update(
        &mut state,
        Message::Page {
            timeline: Timeline::Home(UserId(1)),
            place: PageStart::Newest,
            posts: odd_posts(),
            more: false,
        },
    );
    state
}

fn drawn(state: &State, color: bool) -> String {
    let mut terminal = Terminal::new(TestBackend::new(state.size.0, state.size.1)).unwrap();
    terminal.draw(|frame| draw(state, &Theme::new(color), frame)).unwrap();
    terminal.backend().to_string()
}

fn post_height(post: &Post, columns: u16, extent: Extent) -> usize {
    height(post, columns, extent, WrapCache::default().line_count(post, columns))
}

#[test]
fn post_height_equals_drawn_lines() {
    let theme = Theme::new(true);
    for post in odd_posts() {
        for columns in [20, 47, 48, 60, 84] {
            let style = PostStyle {
                theme: &theme,
                confusables: &Confusables::default(),
                wrapped: &WrapCache::default(),
                now: post.created_at,
                clock: Clock::TwentyFour,
                selected: true,
                focused: true,
                absolute: true,
                unread: false,
                extent: Extent::Excerpt,
                query: None,
                pictures: &AvatarCache::default(),
                warning_key: Some("w"),
            };
            let lines = post::lines(&post, columns, &style);
            assert_eq!(lines.len(), post_height(&post, columns, Extent::Excerpt));
            assert!(lines.iter().all(|line| line.width() <= usize::from(columns)), "{columns}: {lines:?}");
        }
    }
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
        text: text.clone(),
        saved_at: post.created_at,
        orphaned: true,
        answered: None,
    };
    vec![
        Message::Notifications(vec![notification]),
        Message::Drafts(vec![draft]),
        Message::EditHistory(PostId(1), revisions),
        Message::Act(Action::Show(crate::tui::screens::search::NAME)),
        Message::Act(Action::Show(crate::tui::screens::filter::NAME)),
        Message::Draft { author: UserId(1), reply_to: Some(post), text: text.clone() },
        Message::Act(Action::Send),
    ]
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
    };
    let mut tree = vec![place(0, 1, 0), ThreadNode { depth: 1, id: PostId(2), post: None }, place(2, 3, 1)];
    tree.extend((3..40).map(|depth| place(depth, depth as i64 + 1, 2)));
    tree.extend((41..60).map(|id| place(1, id, 5)));
    tree
}

#[test]
fn thread_row_height_equals_drawn_lines() {
    let theme = Theme::new(true);
    let tree = Thread::new(PostId(41), tree());
    for columns in [28, 40, 60, 100] {
        for row in &tree.list.items {
            let style = PostStyle {
                theme: &theme,
                confusables: &Confusables::default(),
                wrapped: &WrapCache::default(),
                now: Timestamp::from_micros(0),
                clock: Clock::TwentyFour,
                selected: true,
                focused: true,
                absolute: false,
                unread: false,
                extent: Extent::Excerpt,
                query: None,
                pictures: &AvatarCache::default(),
                warning_key: Some("w"),
            };
            let lines = thread::lines(&tree, row, columns, &style);
            assert_eq!(
                lines.len(),
                measure::thread::height(&tree, row, columns, |p, w| WrapCache::default().line_count(p, w))
            );
            assert!(lines.iter().all(|line| line.width() <= usize::from(columns)), "{columns}: {lines:?}");
        }
    }
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

#[test]
fn profile_in_narrow_pane_shows_all_facts() {
    let mut state = state((80, 24));
    let mut user = state.active.clone().unwrap();
    user.created_at = Some(state.now);
    user.about_me = crate::model::AboutMe::parse("words that go on ".repeat(8).as_str()).unwrap();
    user.email = Some(crate::model::Email::parse("a.very.long.address.indeed@mail.example.com").unwrap());
    let profile = Profile {
        user,
        numbers: FollowCounts { following: 3, followers: 2 },
        relation: None,
        tags: vec![("Brot".to_owned(), 3)],
        activity: vec![(state.now.micros() / 86_400_000_000, 2)],
        scroll: 0,
    };
    update(&mut state, Message::Profile(Box::new(profile)));
    update(&mut state, Message::Act(Action::NextPane));
    let screen: String = drawn(&state, true).split_whitespace().collect();
    let shown = |text: &str| assert!(screen.contains(text), "{text}: {screen}");
    shown(&crate::text::datetime::day(state.now).replace(' ', ""));
    shown(".com");
    assert_eq!(screen.matches("that").count(), 8, "{screen}");
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
                assert_eq!(lines.len(), measure::profile::height(shown, times.1.clock, columns), "{columns}");
            }
            if let Detail::History { revisions: all, .. } = &state.detail {
                let lines = revisions::lines(all, Clock::TwentyFour, columns, &Theme::new(true));
                assert_eq!(lines.len(), measure::revisions::height(all, columns), "{columns}");
            }
        }
        assert!(profiles.len() == 3 || matches!(state.detail, Detail::History { .. }), "{fill} is not shown");
    }
}

/// A post with boosts, replies, likes and an edit.
fn busy_post(state: &State) -> Post {
    let mut post = odd_posts().remove(0);
    post.boosted_by = ["susan", "david"].map(|name| Nickname::parse(name).unwrap()).to_vec();
    (post.replies, post.boosts, post.likes) = (3, 2, 1);
    post.mine.liked = true;
    post.edited_at = Some(state.now);
    post
}

#[test]
fn post_shows_its_boosts_replies_likes_and_edit() {
    let mut state = state((80, 24));
    let mut folded = odd_posts().remove(1);
    folded.folded = Some(Collapse::Filter("spoilers".to_owned()));
    let posts = vec![busy_post(&state), folded];
    update(
        &mut state,
        Message::Page { timeline: Timeline::Home(UserId(1)), place: PageStart::Newest, posts, more: false },
    );
    let screen = drawn(&state, false);
    for text in ["boosted by susan, david", "3 replies · 2 boosts · ✓ 1 like", "(edited)", "filtered: spoilers"] {
        assert!(screen.contains(text), "{text}: {screen}");
    }
    let theme = Theme::new(true);
    for post in &state.tabs[0].list.items {
        for columns in [20, 45, 60] {
            let style = PostStyle {
                theme: &theme,
                confusables: &state.confusables,
                wrapped: &WrapCache::default(),
                now: state.now,
                clock: Clock::TwentyFour,
                selected: true,
                focused: true,
                absolute: true,
                unread: true,
                extent: Extent::Excerpt,
                query: None,
                pictures: &AvatarCache::default(),
                warning_key: Some("w"),
            };
            assert_eq!(post::lines(post, columns, &style).len(), post_height(post, columns, Extent::Excerpt));
        }
    }
}

#[test]
fn posts_of_others_since_last_visit_are_marked() {
    let mut state = state((80, 24));
    let mut posts = odd_posts();
    posts[0].author = UserId(2);
    posts.truncate(3);
    state.tabs[0].read_line = Some(posts[2].key);
    update(
        &mut state,
        Message::Page { timeline: Timeline::Home(UserId(1)), place: PageStart::Newest, posts, more: false },
    );
    let screen = drawn(&state, false);
    assert_eq!(screen.matches("● 2026-03-14 15:09").count(), 1, "{screen}");
    assert_eq!(screen.matches("● 1 h").count(), 0, "your own post is not new: {screen}");
}

#[test]
fn empty_home_names_other_timelines() {
    let mut state = state((80, 24));
    let tab = &mut state.tabs[0];
    tab.list = List::new(vec![]);
    assert!(drawn(&state, false).contains("Press 2 to see all posts, c to write one."));
    state.users.items[0].posts = 0;
    assert!(drawn(&state, false).contains("Press c to write the first one."));
}

#[test]
fn hint_of_detail_pane_is_shown_until_first_use() {
    let mut state = state((120, 30));
    assert!(drawn(&state, false).contains("Enter opens a thread here"));
    update(&mut state, Message::Thread(PostId(1), tree()));
    update(&mut state, Message::Act(Action::Back));
    assert!(!drawn(&state, false).contains("opens a thread here"));
}

#[test]
fn hints_show_the_configured_keys() {
    let text = "[keys]\ncontent-warning = \"ctrl-w\"\nnewest = []\nopen = [\"ctrl-o\"]\n[keys.question]\naccept = \"Y\"\nclose = \"x\"";
    let (settings, problems) = Settings::parse(text);
    assert_eq!(problems, []);
    for (settings, hints) in [
        (Settings::default(), ["(w to show)", "2 new · .", "Enter reads what they wrote", "y delete · n cancel"]),
        (settings, ["(^W to show)", "2 new", "^O reads what they wrote", "Y delete · x cancel"]),
    ] {
        let mut state = state((120, 30));
        state.keymap = Arc::new(Keymap::new(&settings.keys, &bindings()).0);
        let user = state.users.items[0].clone();
        let profile = Profile {
            user,
            numbers: FollowCounts { following: 0, followers: 0 },
            relation: None,
            tags: vec![],
            activity: vec![],
            scroll: 0,
        };
        update(&mut state, Message::Profile(Box::new(profile)));
        let mut post = odd_posts().remove(0);
        post.folded = Some(Collapse::Warning("spiders".to_owned()));
        state.tabs[0].list.items.insert(0, post.clone());
        state.tabs[0].fresh = 2;
        state.show(crate::tui::screens::delete_post::DeletePost { post });
        let screen = drawn(&state, false);
        assert!(hints.iter().all(|hint| screen.contains(hint)), "{hints:?}\n{screen}");
    }
}

#[test]
fn text_of_post_is_at_most_80_columns_wide() {
    let theme = Theme::new(true);
    let post = odd_posts().pop().unwrap();
    let style = PostStyle {
        theme: &theme,
        confusables: &Confusables::default(),
        wrapped: &WrapCache::default(),
        now: post.key,
        clock: Clock::TwentyFour,
        selected: true,
        focused: true,
        absolute: true,
        unread: true,
        extent: Extent::Excerpt,
        query: None,
        pictures: &AvatarCache::default(),
        warning_key: Some("w"),
    };
    let longest = |columns| post::lines(&post, columns, &style).iter().map(|line| line.width()).max().unwrap();
    assert_eq!([88, 100, 300].map(longest), [87; 3]);
}

#[test]
fn header_names_current_timeline_at_every_width() {
    for width in 40..140 {
        let mut state = state((width, 12));
        for (at, name) in ["home", "all", "@", "mentions", "likes", "bookmarks"].iter().enumerate() {
            update(&mut state, Message::Act(Action::Timeline(at)));
            let screen = drawn(&state, false);
            let header = screen.lines().next().unwrap();
            assert!(header.contains(&format!("{} {name}", at + 1)), "{width}: {header}");
        }
    }
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
fn pill_covers_no_name() {
    for size in [(120, 30), (80, 24), (60, 20), (40, 12)] {
        let mut state = state(size);
        let before = drawn(&state, false);
        state.tabs[0].fresh = 2;
        let with_pill = drawn(&state, false);
        assert!(with_pill.lines().nth(1).is_some_and(|rule| rule.contains("↑ 2 new")), "{with_pill}");
        assert!(before.lines().skip(2).eq(with_pill.lines().skip(2)), "{with_pill}");
    }
}

#[test]
fn selected_post_shows_author_and_uncut_date() {
    for width in (40..=200).step_by(4) {
        let mut state = state((width, 24));
        let selected = |state: &State| {
            let screen = drawn(state, false);
            let line = screen.lines().find(|line| line.contains('▌')).map(str::to_owned);
            line.unwrap_or_else(|| panic!("nothing is selected: {screen}"))
        };
        let row = selected(&state);
        assert!(row.contains("Äußerst") && row.contains("2026"), "{width}: {row}");
        state.tabs[0].list.items[0].edited_at = Some(state.now);
        let row = selected(&state);
        assert!(
            row.contains("Äußerst") && row.contains("2026-03-14 15:09") | row.contains("Sat 14 Mar 2026, 15:09"),
            "{width}: {row}"
        );
    }
}

#[test]
fn header_of_users_names_their_numbers() {
    let screen = drawn(&state((120, 30)), false);
    assert!(screen.contains("users    +unread posts"), "{screen}");
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
