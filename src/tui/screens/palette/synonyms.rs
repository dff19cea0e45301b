//! Other words for commands, and words for what only the shell or nothing at all can do.

/// The shortest prefix of a synonym that is understood, in bytes.
const MIN_PREFIX: usize = 3;

/// What a word stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// The first of these actions that the pane has, by their names in the settings.
    Action(&'static [&'static str]),
    /// What to do instead: a shell command, or another way.
    Note(&'static str),
    /// What can be done besides.
    Also(&'static str),
}

use Meaning::{Action, Also, Note};

/// Words, and what they stand for; the first that the pane has is offered.
const SYNONYMS: &[(&[&str], &[Meaning])] = &[
    (&["answer", "respond", "comment"], &[Action(&["reply"])]),
    (&["repost", "reblog", "retweet", "renote", "share"], &[Action(&["boost"])]),
    (&["favourite", "favorite", "fav", "heart", "star"], &[Action(&["like"])]),
    (&["post", "toot", "tweet", "write", "compose", "publish", "note"], &[Action(&["new-post"])]),
    (&["save"], &[Also("save a search: press ^S while you search"), Action(&["drafts"]), Action(&["bookmark"])]),
    (&["remove"], &[Action(&["delete"])]),
    (&["modify"], &[Action(&["edit"])]),
    (&["history", "revisions", "versions", "changes"], &[Action(&["edit-history"])]),
    (&["cw", "spoiler", "sensitive"], &[Action(&["content-warning"])]),
    (&["hide"], &[Action(&["filter", "mute"]), Note("hide: run microblog filter --help")]),
    (&["block", "silence", "ignore"], &[Action(&["mute"]), Note("mute: run microblog mute NICK, or open the profile")]),
    (&["mute", "unmute"], &[Action(&["mute"]), Note("mute: run microblog mute NICK, or open the profile")]),
    (&["follow", "subscribe", "feed", "rss"], &[Action(&["follow-address"]), Action(&["follow", "follow-author"])]),
    (&["unfollow"], &[Action(&["follow", "follow-author"])]),
    (&["digest", "summary", "news"], &[Action(&["catch-up"])]),
    (&["on this day", "this day", "day", "memories"], &[Action(&["on-this-day"])]),
    (&["mention", "mentions"], &[Action(&["timeline-4"]), Action(&["notifications"])]),
    (&["list", "circle", "group"], &[Action(&["lists"])]),
    (&["timelines", "hashtag"], &[Action(&["go-to"])]),
    (&["find", "query"], &[Action(&["search"])]),
    (&["numbers", "statistics"], &[Action(&["stats"])]),
    (&["alerts", "inbox"], &[Action(&["notifications"])]),
    (&["refresh", "update"], &[Action(&["reload"])]),
    (&["latest"], &[Action(&["newest"])]),
    (&["unread", "hide-read", "show-read", "only-unread"], &[Action(&["unread-only"])]),
    (&["seen"], &[Action(&["mark-read"])]),
    (&["keys", "shortcuts"], &[Action(&["help"])]),
    (&["bio", "about"], &[Action(&["profile"])]),
    (&["account"], &[Action(&["switch-user"])]),
    (&["login", "log in", "sign in"], &[Also("log in: run microblog account add"), Action(&["switch-user"])]),
    (&["logout", "log out", "sign out"], &[Also("log out: run microblog account remove"), Action(&["switch-user"])]),
    (&["night", "dark mode"], &[Action(&["theme: dark"])]),
    (&["sort", "order"], &[Note("order: press Tab while you catch up")]),
    (&["revert"], &[Action(&["undo"])]),
    (&["url", "browser"], &[Action(&["open-link"])]),
    (&["yank", "clipboard"], &[Action(&["copy"])]),
    (&["exit", "close"], &[Action(&["quit"])]),
    (&["quote"], &[Action(&["quote"])]),
    (&["select", "multiple"], &[Action(&["mark"])]),
    (&["tab", "tabs", "pin", "unpin"], &[Action(&["pin-tab"])]),
    (&["avatar", "name"], &[Action(&["edit-profile"])]),
    (&["visibility", "audience", "private"], &[Note("visibility: press ^V while you write a post")]),
    (&["attach", "media", "picture", "language"], &[Note("files, warning, language: ^G while you write")]),
    (&["dm", "direct", "message"], &[Note("direct post: mention the user, then ^V to direct")]),
    (&["export", "download"], &[Action(&["export-posts"]), Also("all posts: run microblog export --help")]),
    (&["poll", "polls"], &[Action(&["vote"]), Note("polls: search for has:poll")]),
    (&["schedule", "later", "timer", "queue"], &[Action(&["scheduled"])]),
    (&["feature", "sticky"], &[Action(&["pin-post"])]),
    (&["backup"], &[Note("backup: run microblog db --help")]),
    (
        &["settings", "config", "preferences", "options"],
        &[Action(&["settings"]), Note("settings: run microblog config --help")],
    ),
];

/// Returns what a typed word, or the start of one, stands for. An exact match goes before a start.
pub(super) fn meanings(typed: &str) -> &'static [Meaning] {
    let typed = typed.trim().to_lowercase();
    let find =
        |matches: &dyn Fn(&str) -> bool| SYNONYMS.iter().find(|(words, _)| words.iter().any(|word| matches(word)));
    let found = find(&|word| word == typed)
        .or_else(|| if typed.len() < MIN_PREFIX { None } else { find(&|word| word.starts_with(&typed)) });
    found.map_or(&[], |(_, meanings)| meanings)
}

/// Returns whether a word stands for something by itself, so that no fuzzy match is meant.
pub(super) fn is_word(typed: &str) -> bool {
    let typed = typed.trim().to_lowercase();
    SYNONYMS.iter().any(|(words, _)| words.contains(&typed.as_str()))
}
