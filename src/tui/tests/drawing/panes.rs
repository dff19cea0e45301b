//! What the panes show.

use super::*;

#[test]
fn profile_in_narrow_pane_shows_all_facts() {
    let mut state = state((80, 24));
    let mut user = state.active.clone().unwrap();
    user.created_at = Some(state.now);
    user.about_me = crate::model::AboutMe::parse("words that go on ".repeat(8).as_str()).unwrap();
    user.email = Some(crate::model::Email::parse("a.very.long.address.indeed@mail.example.com").unwrap());
    let profile = Profile {
        numbers: FollowCounts { following: 3, followers: 2 },
        tags: vec![("Brot".to_owned(), 3)],
        activity: vec![(state.now.micros() / 86_400_000_000, 2)],
        ..Profile::empty(user)
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
fn post_that_its_server_does_not_have_says_how_far_it_is() {
    use crate::model::{Delivery, OutboxId, OutboxState};
    let mut state = state((80, 24));
    let posts = [
        (OutboxState::Pending, None, "sending · 3 replies"),
        (OutboxState::Failed, Some("HTTP 422: too long"), "not sent: HTTP 422: too long"),
        (OutboxState::Unsure, None, "perhaps sent: see microblog outbox"),
    ];
    for (at, error, shown) in posts {
        let delivery = Delivery { id: OutboxId(1), state: at, error: error.map(str::to_owned) };
        let post = Post { delivery: Some(Box::new(delivery)), ..busy_post(&state) };
        load(&mut state, vec![post]);
        let screen = drawn(&state, false);
        assert!(screen.contains(shown), "{shown}: {screen}");
    }
}

#[test]
fn post_shows_its_boosts_replies_likes_and_edit() {
    let mut state = state((80, 24));
    let mut collapsed = odd_posts().remove(1);
    collapsed.collapsed = Some(Collapse::Filter("spoilers".to_owned()));
    let posts = vec![busy_post(&state), collapsed];
    load(&mut state, posts);
    let screen = drawn(&state, false);
    for text in ["boosted by susan, david", "3 replies · 2 boosts · ✓ 1 like", "(edited)", "filtered: spoilers"] {
        assert!(screen.contains(text), "{text}: {screen}");
    }
    let theme = Theme::new(true);
    for post in &state.tabs[0].list.items {
        for columns in [20, 45, 60] {
            let style = selected_style(&state, &theme);
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
    state.tabs[0].read_before.read((Timestamp::MIN, posts[2].key), posts[2].arrival);
    load(&mut state, posts);
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
    let user = User { posts: 0, ..state.active.clone().unwrap() };
    state.users.items[0] = crate::tui::state::UsersRow::User(user);
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
        (Settings::default(), ["(w to show)", "2 new · . shows them", "Enter shows your posts", "y delete · n cancel"]),
        (settings, ["(^W to show)", "2 new", "^O shows your posts", "Y delete · x cancel"]),
    ] {
        let mut state = state((120, 30));
        state.keymap = Arc::new(Keymap::new(&settings.keys, &bindings()).0);
        let user = state.users.items[0].user().unwrap().clone();
        update(&mut state, Message::Profile(Box::new(Profile::empty(user))));
        let mut post = odd_posts().remove(0);
        post.collapsed = Some(Collapse::Warning("spiders".to_owned()));
        state.tabs[0].list.items.insert(0, post.clone());
        state.tabs[0].fresh = 2;
        state.show(crate::tui::screens::delete_post::DeletePosts { posts: vec![post], others: 0 });
        let screen = drawn(&state, false);
        assert!(hints.iter().all(|hint| screen.contains(hint)), "{hints:?}\n{screen}");
    }
}

#[test]
fn text_of_post_is_at_most_80_columns_wide() {
    let (state, theme) = (state((80, 24)), Theme::new(true));
    let post = odd_posts().pop().unwrap();
    let style = selected_style(&state, &theme);
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
    assert!(screen.contains("users   unread / posts"), "{screen}");
}

#[test]
fn grouped_notifications_name_two_users_and_count_the_others() {
    let mut state = state((80, 24));
    let post = odd_posts().remove(0);
    let like = |n: i64, name: &str| Notification {
        at: Timestamp::from_micros(state.now.micros() - n),
        kind: NotificationKind::Liked,
        actor: UserId(100 + n),
        nickname: Nickname::parse(name).unwrap(),
        unread: true,
        post: Some(post.clone()),
    };
    let likes: Vec<_> = [like(1, "Ada"), like(2, "Bo"), like(3, "Cleo"), like(4, "Dan"), like(5, "Eve")].to_vec();
    for (count, expected) in
        [(1, "● Ada liked: plain"), (2, "● Ada and Bo liked: plain"), (5, "● Ada, Bo and 3 others liked: plain")]
    {
        update(&mut state, super::screens::loaded(likes[..count].to_vec()));
        let screen = drawn(&state, true);
        assert!(screen.contains(expected), "{screen}");
    }
}

#[test]
fn missing_posts_of_an_account_are_a_line_in_its_home_timeline() {
    let mut state = state((80, 24));
    let user = state.active.clone().unwrap();
    let (newer, older) = (busy_post(&state), odd_posts().pop().unwrap());
    let gap = newer.key;
    load(&mut state, vec![newer, Post { key: Timestamp::from_micros(gap.micros() - 60_000_000), ..older }]);
    let line = "posts are missing here: ^R loads them";
    assert!(!drawn(&state, false).contains(line));
    state.accounts = vec![crate::model::Account {
        user,
        name: "susan".to_owned(),
        server: "m.example".to_owned(),
        remote_id: "1".to_owned(),
        character_limit: 500,
        characters_per_link: None,
        checked_at: None,
        synced_at: None,
        next_at: gap,
        failures: 0,
        failing_since: None,
        error: None,
        needs_login: false,
        widened: vec![],
        gaps: vec![gap],
    }];
    let screen = drawn(&state, false);
    assert_eq!(screen.matches(line).count(), 1, "{screen}");
}

#[test]
fn row_of_a_list_says_its_unread_posts_and_its_members() {
    use crate::model::UserList;
    use crate::tui::state::{ListRow, UsersRow};
    let mut state = state((100, 24));
    let row = |name: &str, unread| {
        let list = UserList { name: name.to_owned(), members: 12 };
        UsersRow::List(ListRow { owner: UserId(1), list, unread })
    };
    state.users.items.extend([row("cats\u{202e}", Some(3)), row("dogs", None), row("the night shift", Some(2_000))]);
    let screen = drawn(&state, false);
    for text in ["≡ cats     +3 12 users", "≡ dogs        12 users", "≡ the night s… 999+ 12"] {
        assert!(screen.contains(text), "{text}: {screen}");
    }
}

#[test]
fn long_name_is_cut_before_the_date_and_the_number_of_a_post() {
    let theme = Theme::new(false);
    let state = state((120, 36));
    let name = DisplayName::parse("Susan Example of the Harbor").unwrap();
    let post = Post { id: PostId(1_024), display_name: name, ..odd_posts().remove(0) };
    for edited_at in [None, Some(state.now)] {
        let post = Post { edited_at, ..post.clone() };
        for columns in [38, 42, 60] {
            let style = selected_style(&state, &theme);
            let lines: Vec<String> = post::lines(&post, columns, &style).iter().map(ToString::to_string).collect();
            let author = lines.iter().find(|line| line.contains("Sus")).unwrap();
            assert!(author.contains("#1024") && author.contains("15:09"), "{columns} {author:?}");
        }
    }
}

#[test]
fn header_names_the_notifications_that_are_unread() {
    let header = |columns: u16, count: usize| {
        let mut state = state((columns, 24));
        state.unread.notifications = count;
        for (tab, unread) in state.tabs.iter_mut().zip([12, 999, 0, 3]) {
            tab.unread = unread;
        }
        drawn(&state, false).lines().next().unwrap().trim_matches('"').trim_end().to_owned()
    };
    let all = "  │  1 home 12  2 all 999+  3 @Ärger  4 mentions 3  5 likes  6 bookmarks";
    assert_eq!(header(200, 62), format!(" microblog  Ärger 62 notifications{all}"));
    assert_eq!(header(200, 1), format!(" microblog  Ärger 1 notification{all}"));
    assert_eq!(header(100, 62), format!(" Ärger 62 notifications{all}"));
    assert_eq!(header(100, 0), format!(" microblog  Ärger{all}"));
    assert_eq!(header(90, 62), format!(" Ärger 62 notif.{all}"));
    assert_eq!(header(80, 62), " Ärger 62 notif.  │  1 home 12  2 all 999+  3 @Ärger  4 mentions 3  5 likes ›");
    assert_eq!(header(60, 62), " Ärger 62 notif.  │  1 home 12  2 all 999+  3 @Ärger ›");
}
