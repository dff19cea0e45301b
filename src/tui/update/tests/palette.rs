use super::*;

fn typed(state: &mut State, text: &str) -> Option<Effect> {
    let input = |c| Message::Input(Input { key: Key::Char(c), ctrl: false, alt: false, shift: false });
    text.chars().flat_map(|c| update(state, input(c))).last()
}

fn selected(state: &State) -> &Command {
    let Some(shown) = state.screen::<Palette>() else { panic!("no commands") };
    shown.found.selected().expect("a command")
}

fn opened() -> State {
    let mut state = state();
    assert_eq!(act(&mut state, Action::Show(screens::palette::NAME)), [Effect::Settings(SettingsEffect::ListThemes)]);
    update(&mut state, Message::Themes(vec!["auto".to_owned(), "dark".to_owned(), "gruvbox".to_owned()]));
    state
}

#[test]
fn palette_runs_action_by_name() {
    let mut state = opened();
    assert_eq!(typed(&mut state, "ntfcatns"), None);
    assert_eq!((selected(&state).label.as_str(), selected(&state).keys.as_str()), ("notifications", "N"));
    let effects = act(&mut state, Action::Accept);
    assert!(
        matches!(effects[..], [Effect::Store(StoreEffect::LoadScreen(_, screens::notifications::NAME))]),
        "{effects:?}"
    );
    assert!(state.screens.is_empty());
    let mut state = opened();
    typed(&mut state, "stat");
    assert_eq!(
        selected(&state).effect,
        CommandEffect::Act(Action::Show(screens::statistics::NAME)),
        "it has the name that its command has"
    );
    let mut state = opened();
    typed(&mut state, "qqqq");
    assert_eq!(act(&mut state, Action::Accept), []);
    assert!(state.screen::<Palette>().is_some_and(|shown| shown.found.items.is_empty()));
}

#[test]
fn palette_previews_theme_and_restores_or_saves_it() {
    let wear = |name: &str| Effect::Settings(SettingsEffect::PreviewTheme(name.to_owned()));
    let mut state = opened();
    assert_eq!(typed(&mut state, "gruvbox"), Some(wear("gruvbox")));
    assert_eq!(selected(&state).effect, CommandEffect::Theme("gruvbox".to_owned()));
    assert_eq!(act(&mut state, Action::Close), [wear("auto")]);
    let mut state = opened();
    typed(&mut state, "theme");
    assert_eq!(selected(&state).effect, CommandEffect::Theme("auto".to_owned()));
    assert_eq!(act(&mut state, Action::Down), [wear("dark")]);
    assert_eq!(act(&mut state, Action::Accept), [Effect::Settings(SettingsEffect::ChooseTheme("dark".to_owned()))]);
    let mut state = opened();
    typed(&mut state, "keysvim");
    assert_eq!(act(&mut state, Action::Accept), [Effect::Settings(SettingsEffect::ChooseKeyPreset("vim".to_owned()))]);
}

#[test]
fn palette_opens_typed_tag_or_user() {
    let mut state = opened();
    typed(&mut state, "#bread");
    assert_eq!(selected(&state).label, "posts with #bread");
    act(&mut state, Action::Accept);
    assert_eq!(state.current().unwrap().timeline, Timeline::Tag("bread".to_owned()));
    let mut state = opened();
    typed(&mut state, "@SU");
    assert_eq!(selected(&state).label, "posts by @susan");
    act(&mut state, Action::Accept);
    assert!(matches!(&state.current().unwrap().timeline, Timeline::User(UserId(2), _)));
    let mut state = opened();
    for nothing in ["#", "# x", "@nobody"] {
        typed(&mut state, nothing);
        assert_eq!(act(&mut state, Action::Accept), [], "{nothing}");
        let Some(shown) = state.screen_mut::<Palette>() else { panic!("closed by {nothing}") };
        shown.query = crate::tui::state::Editor::new("");
    }
}

/// Words that users of other programs type, and the first entry that they find in a timeline.
const WORDS: &[(&str, &str)] = &[
    ("reply", "reply"),
    ("answer", "reply"),
    ("respond", "reply"),
    ("comment", "reply"),
    ("boost", "boost/unboost"),
    ("repost", "boost/unboost"),
    ("reblog", "boost/unboost"),
    ("retweet", "boost/unboost"),
    ("share", "boost/unboost"),
    ("like", "like/unlike"),
    ("favourite", "like/unlike"),
    ("favorite", "like/unlike"),
    ("fav", "like/unlike"),
    ("heart", "like/unlike"),
    ("bookmark", "bookmark/unbookmark"),
    ("post", "new post"),
    ("toot", "new post"),
    ("tweet", "new post"),
    ("Tweet", "new post"),
    ("write", "new post"),
    ("compose", "new post"),
    ("delete", "delete post"),
    ("remove", "delete post"),
    ("edit", "edit post"),
    ("history", "edit history"),
    ("versions", "edit history"),
    ("cw", "show/hide content warning"),
    ("spoiler", "show/hide content warning"),
    ("hide", "add word filter"),
    ("filter", "add word filter"),
    ("list", "lists of users"),
    ("search", "search posts and users"),
    ("find", "search posts and users"),
    ("stats", "statistics"),
    ("statistics", "statistics"),
    ("notifications", "notifications"),
    ("inbox", "notifications"),
    ("drafts", "drafts"),
    ("refresh", "reload"),
    ("reload", "reload"),
    ("latest", "jump to newest"),
    ("undo", "undo"),
    ("profile", "profile"),
    ("switch", "switch user"),
    ("account", "switch user"),
    ("login", "log in: run microblog account add"),
    ("logout", "log out: run microblog account remove"),
    ("night", "theme: dark"),
    ("sort", "order: press Tab while you catch up"),
    ("save", "save a search: press ^S while you search"),
    ("help", "keyboard shortcuts"),
    ("import", "import"),
    ("quit", "quit"),
    ("exit", "quit"),
    ("block", "mute/unmute author"),
    ("mute", "mute/unmute author"),
    ("follow", "follow an address (feed, blog, account)"),
    ("subscribe", "follow an address (feed, blog, account)"),
    ("unfollow", "follow/unfollow author"),
    ("export", "export marked posts, thread or timeline"),
    ("settings", "open settings in $EDITOR"),
    ("pin", "pin/unpin timeline"),
    ("quote", "quote post"),
    ("select", "mark/unmark post"),
    ("avatar", "edit profile and avatar"),
    ("on this day", "on this day in earlier years"),
    ("on this", "on this day in earlier years"),
    ("day", "on this day in earlier years"),
    ("mention", "timeline 4: mentions"),
    ("dm", "direct post: mention the user, then ^V to direct"),
];

#[test]
fn palette_finds_commands_by_synonym() {
    let mut wrong = Vec::new();
    for (word, expected) in WORDS {
        let mut state = opened();
        typed(&mut state, word);
        let found = state.screen::<Palette>().and_then(|shown| shown.found.selected().cloned());
        let found = found.map_or_else(|| "nothing".to_owned(), |command| command.label);
        if found != *expected {
            wrong.push(format!("{word}: {found}, not {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn scattered_letters_do_not_match_beside_a_word() {
    for (word, expected) in [("help", "help"), ("quit", "quit"), ("mark read", "read"), ("pin", "pin")] {
        let mut state = opened();
        typed(&mut state, word);
        let Some(shown) = state.screen::<Palette>() else { panic!("no commands") };
        let other: Vec<_> = shown
            .found
            .items
            .iter()
            .skip(1)
            .filter(|found| !format!("{} {}", found.label, found.name).to_lowercase().contains(expected))
            .collect();
        assert!(other.is_empty(), "{word}: {other:?}");
    }
}

#[test]
fn most_used_actions_are_first_while_nothing_is_typed() {
    let mut state = opened();
    let first = |state: &State| {
        let shown = state.screen::<Palette>().unwrap();
        shown.found.items.iter().take(4).map(|command| command.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(first(&state), ["new-post", "reply", "search", "notifications"]);
    typed(&mut state, "x");
    update(&mut state, Message::Input(Input { key: Key::Backspace, ctrl: false, alt: false, shift: false }));
    assert_eq!(first(&state), ["new-post", "reply", "search", "notifications"]);
}

#[test]
fn users_are_blocked_and_hidden_by_muting_them() {
    for word in ["block", "mute", "hide"] {
        let mut state = opened();
        act(&mut state, Action::Close);
        state.focus = Pane::Users;
        act(&mut state, Action::Show(screens::palette::NAME));
        typed(&mut state, word);
        assert_eq!(selected(&state).effect, CommandEffect::Act(Action::Mute), "{word}");
    }
}

#[test]
fn mention_finds_the_timeline_and_the_notifications() {
    let mut state = opened();
    typed(&mut state, "mention");
    let found = &state.screen::<Palette>().unwrap().found.items;
    let labels: Vec<_> = found.iter().take(2).map(|command| command.label.as_str()).collect();
    assert_eq!(labels, ["timeline 4: mentions", "notifications"]);
}

#[test]
fn save_also_finds_drafts_and_bookmarks() {
    let mut state = opened();
    typed(&mut state, "save");
    let found = &state.screen::<Palette>().unwrap().found.items;
    let labels: Vec<_> = found.iter().skip(1).take(2).map(|command| command.label.as_str()).collect();
    assert_eq!(labels, ["drafts", "bookmark/unbookmark"]);
}

#[test]
fn note_of_the_palette_says_which_command_to_run() {
    let mut state = opened();
    typed(&mut state, "backup");
    act(&mut state, Action::Accept);
    assert!(state.screens.is_empty());
    assert_eq!(state.notice.map(|notice| notice.text).as_deref(), Some("backup: run microblog db --help"));
}
