//! Settings. One table defines how each setting is parsed, printed and described, so that `config show`, the settings
//! file and error messages always agree.

use std::env;

use toml::de::{DeTable, DeValue};

use super::feeds::{FEEDS, Feeds, PUBLISH, Publish};
use super::file::line_of;
use super::setting::{Setting, assign, number, parse_setting, parse_table, quoted, show_table, unquoted};
use super::{AUTO, ColorDepth, Problem, locale};
use crate::model::BODY_LIMIT;
use crate::text::{Clock, TimeFormat, Weekday};

/// All settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The name of a theme, or [`AUTO`].
    pub theme: String,
    /// How many colors are used.
    pub colors: Colors,
    /// The timeline shown at the start.
    pub timeline: FirstTimeline,
    /// Where a timeline opens.
    pub start: StartAt,
    /// How times are written.
    pub times: TimeFormat,
    /// Maximum length of a new post, in grapheme clusters.
    pub post_limit: usize,
    /// Command line of the editor; empty means `$VISUAL` or `$EDITOR`.
    pub editor: String,
    /// Command line of the browser, to which an address is appended; empty means that of the desktop.
    pub browser: String,
    /// How avatars are drawn.
    pub images: Images,
    /// Whether the mouse is used.
    pub mouse: bool,
    /// Whether quitting asks while something would be lost.
    pub confirm_quit: bool,
    /// Interval at which the screens check for changes by other processes, in milliseconds.
    pub refresh: u64,
    /// How feeds are fetched.
    pub feeds: Feeds,
    /// How your own feed is published.
    pub publish: Publish,
    /// Key bindings.
    pub keys: Keys,
    clock: Option<Clock>,
    week: Option<Weekday>,
    pub(super) theme_line: Option<usize>,
}

/// How many colors are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Colors {
    /// As many as the terminal has.
    #[default]
    Auto,
    /// This depth.
    Exactly(ColorDepth),
}

/// How avatars are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Images {
    /// As images if the terminal can show them, else as block characters.
    #[default]
    Auto,
    /// As block characters.
    Blocks,
    /// Not at all.
    Off,
}

/// The timeline shown at the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FirstTimeline {
    /// Posts of followed users and your own.
    #[default]
    Home,
    /// Everyone's posts.
    All,
    /// Your own posts.
    Own,
    /// Posts that mention you.
    Mentions,
    /// Posts you like.
    Likes,
    /// Posts you bookmarked.
    Bookmarks,
}

/// Where a timeline opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StartAt {
    /// At the newest post.
    #[default]
    Newest,
    /// At the oldest unread post.
    Unread,
}

/// Key bindings as written in the settings file; the screens validate the names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keys {
    /// Name of the preset that the bindings extend.
    pub preset: String,
    /// Line of `preset`.
    pub preset_line: Option<usize>,
    /// Bindings of the settings file.
    pub own: Vec<Binding>,
}

/// The keys of one action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// Context: empty for the panes, else the name of an overlay.
    pub section: String,
    /// Name of the action.
    pub action: String,
    /// Names of the keys; an empty list unbinds the action.
    pub keys: Vec<String>,
    /// Line in the settings file.
    pub line: usize,
}

impl Default for Keys {
    fn default() -> Self {
        Self { preset: "default".to_owned(), preset_line: None, own: vec![] }
    }
}

impl Default for Settings {
    fn default() -> Self {
        let mut settings = Self {
            theme: AUTO.to_owned(),
            colors: Colors::Auto,
            timeline: FirstTimeline::Home,
            start: StartAt::Newest,
            times: TimeFormat::default(),
            post_limit: BODY_LIMIT,
            editor: String::new(),
            browser: String::new(),
            images: Images::Auto,
            mouse: true,
            confirm_quit: true,
            refresh: 250,
            feeds: Feeds::default(),
            publish: Publish::default(),
            keys: Keys::default(),
            clock: None,
            week: None,
            theme_line: None,
        };
        settings.resolve();
        settings
    }
}

/// Names of tables in the settings file.
const TABLES: [&str; 3] = ["keys", "feeds", "publish"];

#[rustfmt::skip]
const TABLE: &[Setting<Settings>] = &[
    Setting {
        name: "theme",
        about: "Color theme; auto follows the terminal's background. Put your own themes into the folder themes beside this file.",
        allowed: "auto or the name of a theme",
        get: |it| quoted(&it.theme),
        set: |it, value| assign(&mut it.theme, value.as_str().map(str::to_owned)),
    },
    Setting {
        name: "colors",
        about: "Number of colors; auto detects what the terminal can show.",
        allowed: "auto, true, 256, 16 or none",
        get: |it| quoted(word(COLORS, it.colors)),
        set: |it, value| assign(&mut it.colors, parse_word(COLORS, value)),
    },
    Setting {
        name: "timeline",
        about: "Timeline shown at the start.",
        allowed: "home, all, own, mentions, likes or bookmarks",
        get: |it| quoted(word(FIRSTS, it.timeline)),
        set: |it, value| assign(&mut it.timeline, parse_word(FIRSTS, value)),
    },
    Setting {
        name: "start",
        about: "Where a timeline opens: at the newest post, or at the oldest unread one.",
        allowed: "newest or unread",
        get: |it| quoted(word(STARTS, it.start)),
        set: |it, value| assign(&mut it.start, parse_word(STARTS, value)),
    },
    Setting {
        name: "clock",
        about: "12-hour or 24-hour clock; auto follows the locale (LC_ALL, LC_TIME, LANG).",
        allowed: "auto, 12 or 24",
        get: |it| quoted(word(CLOCKS, it.clock)),
        set: |it, value| assign(&mut it.clock, parse_word(CLOCKS, value)),
    },
    Setting {
        name: "week_start",
        about: "First day of the week; auto follows the locale.",
        allowed: "auto, monday, saturday or sunday",
        get: |it| quoted(word(WEEKS, it.week)),
        set: |it, value| assign(&mut it.week, parse_word(WEEKS, value)),
    },
    Setting {
        name: "post_limit",
        about: "Maximum length of a new post, in characters.",
        allowed: "a number from 1 to 100000",
        get: |it| it.post_limit.to_string(),
        set: |it, value| assign(&mut it.post_limit, number(value, 1, 100_000).and_then(|n| n.try_into().ok())),
    },
    Setting {
        name: "editor",
        about: "Editor for posts; if empty, $VISUAL or $EDITOR.",
        allowed: "a command in quotes",
        get: |it| quoted(&it.editor),
        set: |it, value| assign(&mut it.editor, value.as_str().map(str::to_owned)),
    },
    Setting {
        name: "browser",
        about: "Browser for links, a command that gets the address as its last word; if empty, that of the desktop.",
        allowed: "a command in quotes",
        get: |it| quoted(&it.browser),
        set: |it, value| assign(&mut it.browser, value.as_str().map(str::to_owned)),
    },
    Setting {
        name: "images",
        about: "How avatars are drawn: auto uses images if the terminal supports them (kitty, Ghostty, iTerm2, WezTerm, sixel), else blocks.",
        allowed: "auto, blocks or off",
        get: |it| quoted(word(IMAGES, it.images)),
        set: |it, value| assign(&mut it.images, parse_word(IMAGES, value)),
    },
    Setting {
        name: "mouse",
        about: "Use the mouse.",
        allowed: "true or false",
        get: |it| it.mouse.to_string(),
        set: |it, value| assign(&mut it.mouse, value.as_bool()),
    },
    Setting {
        name: "confirm_quit",
        about: "Ask before quitting while something would be lost: the demo, and deleted posts that can still be restored.",
        allowed: "true or false",
        get: |it| it.confirm_quit.to_string(),
        set: |it, value| assign(&mut it.confirm_quit, value.as_bool()),
    },
    Setting {
        name: "refresh",
        about: "How often to check for changes by other programs, in milliseconds.",
        allowed: "a number from 250 to 3600000",
        get: |it| it.refresh.to_string(),
        set: |it, value| assign(&mut it.refresh, number(value, 250, 3_600_000)),
    },
];

const COLORS: &[(&str, Colors)] = &[
    ("auto", Colors::Auto),
    ("true", Colors::Exactly(ColorDepth::True)),
    ("256", Colors::Exactly(ColorDepth::Indexed)),
    ("16", Colors::Exactly(ColorDepth::Sixteen)),
    ("none", Colors::Exactly(ColorDepth::None)),
];
const FIRSTS: &[(&str, FirstTimeline)] = &[
    ("home", FirstTimeline::Home),
    ("all", FirstTimeline::All),
    ("own", FirstTimeline::Own),
    ("mentions", FirstTimeline::Mentions),
    ("likes", FirstTimeline::Likes),
    ("bookmarks", FirstTimeline::Bookmarks),
];
const STARTS: &[(&str, StartAt)] = &[("newest", StartAt::Newest), ("unread", StartAt::Unread)];
const IMAGES: &[(&str, Images)] = &[("auto", Images::Auto), ("blocks", Images::Blocks), ("off", Images::Off)];
const CLOCKS: &[(&str, Option<Clock>)] =
    &[("auto", None), ("12", Some(Clock::Twelve)), ("24", Some(Clock::TwentyFour))];
const WEEKS: &[(&str, Option<Weekday>)] =
    &[("auto", None), ("monday", Some(Weekday::Mon)), ("saturday", Some(Weekday::Sat)), ("sunday", Some(Weekday::Sun))];

/// Returns the word of a value.
fn word<T: PartialEq>(words: &[(&'static str, T)], value: T) -> &'static str {
    words.iter().find(|(_, known)| *known == value).map_or("", |(word, _)| word)
}

/// Returns the value of a word. A number or boolean may be written without quotes.
fn parse_word<T: Copy>(words: &[(&str, T)], value: &DeValue<'_>) -> Option<T> {
    let text = match value {
        DeValue::String(text) => text.as_ref(),
        DeValue::Integer(number) => number.as_str(),
        DeValue::Boolean(true) => "true",
        _ => return None,
    };
    words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value)
}

impl Settings {
    /// Parses a settings file. Wrong settings keep their defaults, and all of them are reported.
    #[must_use]
    pub fn parse(text: &str) -> (Self, Vec<Problem>) {
        let mut settings = Self::default();
        let (table, errors) = DeTable::parse_recoverable(text);
        let mut problems: Vec<Problem> = errors
            .iter()
            .map(|error| {
                let line = error.span().map_or(1, |span| line_of(text, span.start));
                let message = || error.message().lines().collect::<Vec<_>>().join(" ");
                let what = unquoted_value(text, line).unwrap_or_else(message);
                Problem { line: Some(line), what }
            })
            .collect();
        for (name, value) in table.get_ref() {
            let line = line_of(text, name.span().start);
            let name = name.get_ref().as_ref();
            if name == "keys" {
                settings.parse_keys(text, value.get_ref(), line, &mut problems);
                continue;
            }
            let mut parsed =
                |done: fn(&mut Self, &str, &DeTable<'_>, &mut Vec<Problem>)| match value.get_ref().as_table() {
                    Some(table) => done(&mut settings, text, table, &mut problems),
                    None => {
                        let what = format!("{name} must be a table: write [{name}] on a line of its own");
                        problems.push(Problem { line: Some(line), what });
                    }
                };
            match name {
                "feeds" => parsed(|it, text, table, problems| parse_table(&mut it.feeds, FEEDS, text, table, problems)),
                "publish" => {
                    parsed(|it, text, table, problems| parse_table(&mut it.publish, PUBLISH, text, table, problems));
                }
                name => {
                    let is_valid =
                        parse_setting(&mut settings, TABLE, text, (name, value), (line, &TABLES), &mut problems);
                    if is_valid && name == "theme" {
                        settings.theme_line = Some(line);
                    }
                }
            }
        }
        settings.resolve();
        problems.sort_by_key(|problem| problem.line);
        // The parser reports some errors twice.
        problems.dedup_by_key(|problem| problem.line);
        (settings, problems)
    }

    /// Returns the color depth to use on a terminal with `terminal` colors.
    #[must_use]
    pub fn depth(&self, terminal: ColorDepth) -> ColorDepth {
        match self.colors {
            Colors::Exactly(depth) if terminal > ColorDepth::None => depth,
            _ => terminal,
        }
    }

    /// Parses the table of keys: a list of keys per action, or a table of such lists per context.
    fn parse_keys(&mut self, text: &str, value: &DeValue<'_>, line: usize, problems: &mut Vec<Problem>) {
        let mut wrong = |line, what: String| problems.push(Problem { line: Some(line), what });
        let Some(table) = value.as_table() else {
            return wrong(line, "keys must be a table: write [keys] on a line of its own".to_owned());
        };
        for (name, value) in table {
            let line = line_of(text, name.span().start);
            let name = name.get_ref().as_ref();
            if name == "preset" {
                if let Some(preset) = value.get_ref().as_str() {
                    (self.keys.preset, self.keys.preset_line) = (preset.to_owned(), Some(line));
                } else {
                    wrong(line, "preset must be a name in quotes: use default, vim or emacs".to_owned());
                }
                continue;
            }
            let Some(section) = value.get_ref().as_table() else {
                match key_names(value.get_ref()) {
                    Some(keys) => self.bind("", name, keys, line),
                    None => wrong(line, format!("{name} must be a list of keys: write {name} = [\"x\", \"ctrl-x\"]")),
                }
                continue;
            };
            for (action, value) in section {
                let line = line_of(text, action.span().start);
                let action = action.get_ref().as_ref();
                match key_names(value.get_ref()) {
                    Some(keys) => self.bind(name, action, keys, line),
                    None => {
                        wrong(line, format!("{action} must be a list of keys: write {action} = [\"x\", \"ctrl-x\"]"))
                    }
                }
            }
        }
        // In the order of the file, so that the later of two conflicting bindings is reported.
        self.keys.own.sort_by_key(|binding| binding.line);
    }

    fn bind(&mut self, section: &str, action: &str, keys: Vec<String>, line: usize) {
        self.keys.own.push(Binding { section: section.to_owned(), action: action.to_owned(), keys, line });
    }

    /// Resolves settings that depend on the locale.
    fn resolve(&mut self) {
        let named = |name| env::var(name).ok().filter(|value: &String| !value.is_empty());
        let locale = ["LC_ALL", "LC_TIME", "LANG"].into_iter().find_map(named).unwrap_or_default();
        let (clock, week) = locale::times(&locale);
        self.times = TimeFormat { clock: self.clock.unwrap_or(clock), week: self.week.unwrap_or(week) };
    }
}

/// Says what is allowed in place of a word without quotes that a line sets; `None` if the line sets none.
fn unquoted_value(text: &str, line: usize) -> Option<String> {
    let lines: Vec<&str> = text.lines().take(line).map(str::trim).collect();
    let (last, above) = lines.split_last()?;
    let (name, value) = last.split_once('=')?;
    let (name, value) = (name.trim(), value.split('#').next()?.trim());
    if !value.starts_with(char::is_alphanumeric) || DeTable::parse(&format!("x = {value}")).is_ok() {
        return None;
    }
    match above.iter().rev().find(|line| line.starts_with('[')) {
        None => unquoted(TABLE, name, value),
        Some(&"[feeds]") => unquoted(FEEDS, name, value),
        Some(&"[publish]") => unquoted(PUBLISH, name, value),
        Some(_) => None,
    }
}

fn key_names(value: &DeValue<'_>) -> Option<Vec<String>> {
    if let Some(one) = value.as_str() {
        return Some(vec![one.to_owned()]);
    }
    value.as_array()?.iter().map(|key| key.get_ref().as_str().map(str::to_owned)).collect()
}

/// Formats all settings with explanations as a settings file, which parses to the same settings.
#[must_use]
pub fn show(settings: &Settings) -> String {
    let mut text = String::new();
    show_table(settings, TABLE, &mut text);
    text.push_str("[feeds]\n");
    show_table(&settings.feeds, FEEDS, &mut text);
    text.push_str("[publish]\n");
    show_table(&settings.publish, PUBLISH, &mut text);
    text
}
