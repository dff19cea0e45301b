//! All that can be set. One table names each setting, reads it and writes it, so that what `config show` prints,
//! what a file may say, and what an error allows cannot differ.

use std::env;
use std::fmt::Write as _;

use toml::de::{DeTable, DeValue};

use super::file::line_of;
use super::{AUTO, ColorDepth, Problem, locale};
use crate::model::BODY_LIMIT;
use crate::text::{Clock, TimeFormat, Weekday};

/// What is set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The name of a theme, or [`AUTO`].
    pub theme: String,
    /// How many colours are used.
    pub colors: Colors,
    /// Which timeline is shown first.
    pub timeline: FirstTimeline,
    /// Where reading begins in a timeline.
    pub start: StartAt,
    /// How times are written.
    pub times: TimeFormat,
    /// The longest post that can be written, in grapheme clusters.
    pub post_limit: usize,
    /// The command line of the editor; empty for what the environment names.
    pub editor: String,
    /// How pictures of users are drawn.
    pub images: Images,
    /// The mouse is listened to.
    pub mouse: bool,
    /// How often the screens look for what others wrote, in milliseconds.
    pub refresh: u64,
    /// The keys.
    pub keys: Keys,
    clock: Option<Clock>,
    week: Option<Weekday>,
    pub(super) theme_line: Option<usize>,
}

/// How many colours are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Colors {
    /// As many as the environment tells of.
    #[default]
    Auto,
    /// So many.
    Exactly(ColorDepth),
}

/// How pictures of users are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Images {
    /// By the terminal where it says that it can, else out of blocks.
    #[default]
    Auto,
    /// Out of blocks.
    Blocks,
    /// Not at all.
    Off,
}

/// Which timeline of the active user is shown first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FirstTimeline {
    /// Those whom they follow, and their own.
    #[default]
    Home,
    /// Everybody's.
    All,
    /// Their own.
    Own,
    /// What mentions them.
    Mentions,
    /// What they like.
    Likes,
    /// What they keep.
    Bookmarks,
}

/// Where reading begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StartAt {
    /// At the newest post.
    #[default]
    Newest,
    /// At the oldest that was not read.
    Unread,
}

/// What is set of the keys; the names are known to the screens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keys {
    /// The name of the preset that the others go before.
    pub preset: String,
    /// The line it stands in.
    pub preset_line: Option<usize>,
    /// The keys of actions.
    pub own: Vec<Binding>,
}

/// The keys of an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// Where: empty for the panes, else the name of what lies over them.
    pub section: String,
    /// The name of the action.
    pub action: String,
    /// The names of the keys; none take the action's keys away.
    pub keys: Vec<String>,
    /// The line in which it is said.
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
            images: Images::Auto,
            mouse: true,
            refresh: 250,
            keys: Keys::default(),
            clock: None,
            week: None,
            theme_line: None,
        };
        settings.settle();
        settings
    }
}

/// A setting.
struct Setting {
    name: &'static str,
    about: &'static str,
    allowed: &'static str,
    /// Its value as TOML.
    get: fn(&Settings) -> String,
    /// Takes a value in; false for one that is not allowed.
    set: fn(&mut Settings, &DeValue<'_>) -> bool,
}

#[rustfmt::skip]
const TABLE: &[Setting] = &[
    Setting {
        name: "theme",
        about: "The colours; auto follows the terminal's background. Own themes lie in the folder themes beside this file.",
        allowed: "auto or the name of a theme",
        get: |it| quoted(&it.theme),
        set: |it, value| take(&mut it.theme, value.as_str().map(str::to_owned)),
    },
    Setting {
        name: "colors",
        about: "How many colours the terminal shows.",
        allowed: "auto, true, 256, 16 or none",
        get: |it| quoted(word(COLORS, it.colors)),
        set: |it, value| take(&mut it.colors, chosen(COLORS, value)),
    },
    Setting {
        name: "timeline",
        about: "The timeline that is shown first.",
        allowed: "home, all, own, mentions, likes or bookmarks",
        get: |it| quoted(word(FIRSTS, it.timeline)),
        set: |it, value| take(&mut it.timeline, chosen(FIRSTS, value)),
    },
    Setting {
        name: "start",
        about: "Where reading begins.",
        allowed: "newest or unread",
        get: |it| quoted(word(STARTS, it.start)),
        set: |it, value| take(&mut it.start, chosen(STARTS, value)),
    },
    Setting {
        name: "clock",
        about: "Hours a clock has; auto asks the locale (LC_ALL, LC_TIME, LANG).",
        allowed: "auto, 12 or 24",
        get: |it| quoted(word(CLOCKS, it.clock)),
        set: |it, value| take(&mut it.clock, chosen(CLOCKS, value)),
    },
    Setting {
        name: "week_start",
        about: "The first day of a week; auto asks the locale.",
        allowed: "auto, monday, saturday or sunday",
        get: |it| quoted(word(WEEKS, it.week)),
        set: |it, value| take(&mut it.week, chosen(WEEKS, value)),
    },
    Setting {
        name: "post_limit",
        about: "The longest post that can be written, in characters as people count them.",
        allowed: "a number from 1 to 100000",
        get: |it| it.post_limit.to_string(),
        set: |it, value| take(&mut it.post_limit, number(value, 1, 100_000).and_then(|n| n.try_into().ok())),
    },
    Setting {
        name: "editor",
        about: "The editor to write posts in; with none, VISUAL and EDITOR name it.",
        allowed: "a command in quotes",
        get: |it| quoted(&it.editor),
        set: |it, value| take(&mut it.editor, value.as_str().map(str::to_owned)),
    },
    Setting {
        name: "images",
        about: "How pictures of users are drawn: by terminals that can (kitty, Ghostty, iTerm2, WezTerm, and all that speak sixel), or out of blocks.",
        allowed: "auto, blocks or off",
        get: |it| quoted(word(IMAGES, it.images)),
        set: |it, value| take(&mut it.images, chosen(IMAGES, value)),
    },
    Setting {
        name: "mouse",
        about: "Listen to the mouse.",
        allowed: "true or false",
        get: |it| it.mouse.to_string(),
        set: |it, value| take(&mut it.mouse, value.as_bool()),
    },
    Setting {
        name: "refresh",
        about: "Milliseconds between two looks for what other programs wrote.",
        allowed: "a number from 250 to 3600000",
        get: |it| it.refresh.to_string(),
        set: |it, value| take(&mut it.refresh, number(value, 250, 3_600_000)),
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

fn word<T: PartialEq>(words: &[(&'static str, T)], value: T) -> &'static str {
    words.iter().find(|(_, known)| *known == value).map_or("", |(word, _)| word)
}

/// The value that a word stands for; a number or a truth may be written without quotes.
fn chosen<T: Copy>(words: &[(&str, T)], value: &DeValue<'_>) -> Option<T> {
    let text = match value {
        DeValue::String(text) => text.as_ref(),
        DeValue::Integer(number) => number.as_str(),
        DeValue::Boolean(true) => "true",
        _ => return None,
    };
    words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value)
}

fn number(value: &DeValue<'_>, least: u64, most: u64) -> Option<u64> {
    let number = value.as_integer()?;
    u64::from_str_radix(number.as_str(), number.radix()).ok().filter(|n| (least..=most).contains(n))
}

fn take<T>(place: &mut T, value: Option<T>) -> bool {
    let found = value.is_some();
    if let Some(value) = value {
        *place = value;
    }
    found
}

fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

impl Settings {
    /// Reads settings. What is wrong is left at its default and reported, all of it.
    #[must_use]
    pub fn parse(text: &str) -> (Self, Vec<Problem>) {
        let mut settings = Self::default();
        let (table, errors) = DeTable::parse_recoverable(text);
        let mut problems: Vec<Problem> = errors
            .iter()
            .map(|error| Problem {
                line: Some(error.span().map_or(1, |span| line_of(text, span.start))),
                what: error.message().lines().collect::<Vec<_>>().join(" "),
            })
            .collect();
        for (name, value) in table.get_ref() {
            let line = line_of(text, name.span().start);
            let name = name.get_ref().as_ref();
            if name == "keys" {
                settings.take_keys(text, value.get_ref(), line, &mut problems);
                continue;
            }
            let what = match TABLE.iter().find(|setting| setting.name == name) {
                Some(setting) if (setting.set)(&mut settings, value.get_ref()) => {
                    if name == "theme" {
                        settings.theme_line = Some(line);
                    }
                    continue;
                }
                Some(setting) => {
                    let found = text.get(value.span()).unwrap_or_default();
                    let found: String = found.chars().take_while(|c| *c != '\n').take(40).collect();
                    format!("{name} cannot be {found}: it is {}", setting.allowed)
                }
                None => unknown(name, TABLE.iter().map(|setting| setting.name).chain(["keys"])),
            };
            problems.push(Problem { line: Some(line), what });
        }
        settings.settle();
        problems.sort_by_key(|problem| problem.line);
        // The parser tells some faults twice.
        problems.dedup_by_key(|problem| problem.line);
        (settings, problems)
    }

    /// How many colours are shown where the environment tells of so many; none where none are wanted.
    #[must_use]
    pub fn depth(&self, told: ColorDepth) -> ColorDepth {
        match self.colors {
            Colors::Exactly(depth) if told > ColorDepth::None => depth,
            _ => told,
        }
    }

    /// Takes in the table of keys: a list an action, or a table of such lists for a place of its own.
    fn take_keys(&mut self, text: &str, value: &DeValue<'_>, line: usize, problems: &mut Vec<Problem>) {
        let mut wrong = |line, what: String| problems.push(Problem { line: Some(line), what });
        let Some(table) = value.as_table() else {
            return wrong(line, "keys is a table: write [keys] in a line of its own".to_owned());
        };
        for (name, value) in table {
            let line = line_of(text, name.span().start);
            let name = name.get_ref().as_ref();
            if name == "preset" {
                if let Some(preset) = value.get_ref().as_str() {
                    (self.keys.preset, self.keys.preset_line) = (preset.to_owned(), Some(line));
                } else {
                    wrong(line, "preset is the name of one, in quotes".to_owned());
                }
                continue;
            }
            let Some(section) = value.get_ref().as_table() else {
                match names_of_keys(value.get_ref()) {
                    Some(keys) => self.bind("", name, keys, line),
                    None => wrong(line, format!("{name} is a list of keys: write {name} = [\"x\", \"ctrl-x\"]")),
                }
                continue;
            };
            for (action, value) in section {
                let line = line_of(text, action.span().start);
                let action = action.get_ref().as_ref();
                match names_of_keys(value.get_ref()) {
                    Some(keys) => self.bind(name, action, keys, line),
                    None => wrong(line, format!("{action} is a list of keys: write {action} = [\"x\", \"ctrl-x\"]")),
                }
            }
        }
        // In the order of the file, so that of two that clash the later one is reported.
        self.keys.own.sort_by_key(|binding| binding.line);
    }

    fn bind(&mut self, section: &str, action: &str, keys: Vec<String>, line: usize) {
        self.keys.own.push(Binding { section: section.to_owned(), action: action.to_owned(), keys, line });
    }

    /// Works out what follows from what is set and from the locale.
    fn settle(&mut self) {
        let named = |name| env::var(name).ok().filter(|value: &String| !value.is_empty());
        let locale = ["LC_ALL", "LC_TIME", "LANG"].into_iter().find_map(named).unwrap_or_default();
        let (clock, week) = locale::times(&locale);
        self.times = TimeFormat { clock: self.clock.unwrap_or(clock), week: self.week.unwrap_or(week) };
    }
}

fn names_of_keys(value: &DeValue<'_>) -> Option<Vec<String>> {
    if let Some(one) = value.as_str() {
        return Some(vec![one.to_owned()]);
    }
    value.as_array()?.iter().map(|key| key.get_ref().as_str().map(str::to_owned)).collect()
}

/// Says that there is no such name, and which there is that looks like it.
pub(crate) fn unknown<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    let near = known.map(|known| (strsim::jaro_winkler(name, known), known));
    match near.max_by(|a, b| a.0.total_cmp(&b.0)).filter(|(likeness, _)| *likeness > 0.8) {
        Some((_, known)) => format!("there is no setting {name}: did you mean {known}?"),
        None => format!("there is no setting {name}: microblog config show lists them"),
    }
}

/// All settings with what they mean, as a file to start from; what it says is read as the same settings.
#[must_use]
pub fn show(settings: &Settings) -> String {
    let mut text = String::new();
    for setting in TABLE {
        let value = (setting.get)(settings);
        let _ = writeln!(text, "# {} ({})\n{} = {value}\n", setting.about, setting.allowed, setting.name);
    }
    text
}
