//! The command palette: chooses by name among all actions of the pane, the themes (previewed under the cursor), the key
//! presets, and the posts of a `#tag` or a `@user`.

mod synonyms;

use std::ops::ControlFlow;

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use self::synonyms::Meaning;
use super::list_screen::row_at;
use super::registration::Registration;
use super::timeline::pages;
use crate::model::{Timeline, User, case_fold};
use crate::text::{clean_line, tags, truncate, width};
use crate::tui::keys::{
    self, Action, Binding, Context, KeyTable, Named, OPEN_PALETTE, PICKER_CLOSE, PICKER_MOVES, Scope, ScreenName, key,
};
use crate::tui::labels::tab_label;
use crate::tui::layout;
use crate::tui::list::List;
use crate::tui::state::{Editor, Effect, Message, Outcome, Screen, SettingsEffect, State};
use crate::tui::update::movement;
use crate::tui::widgets::{Theme, frame as window, rows, text_field};

/// The command palette.
#[derive(Debug, Clone, PartialEq)]
pub struct Palette {
    /// The query that was typed.
    pub query: Editor,
    /// All commands.
    pub all: Vec<Command>,
    /// The commands that match the query, the best first.
    pub found: List<Command>,
    /// Whether a theme is previewed that is not the chosen one.
    pub previewing: bool,
}

/// An entry of the palette.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// What it shows.
    pub label: String,
    /// Its name in the settings and in the shell, if it has one; it is matched too.
    pub name: String,
    /// Its keys.
    pub keys: String,
    /// What it does.
    pub effect: CommandEffect,
}

/// What a command does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommandEffect {
    /// Does what a key does as well.
    Act(Action),
    /// Chooses a theme.
    Theme(String),
    /// Opens a timeline.
    Open(Timeline),
    /// Chooses a key preset.
    KeyPreset(String),
    /// Says how to do what the screens cannot do.
    Note(&'static str),
}

/// The names of the actions that people use most, which are first while nothing is typed.
const COMMON: &[&str] = &[
    "new-post",
    "reply",
    "search",
    "notifications",
    "catch-up",
    "like",
    "boost",
    "bookmark",
    "next-unread",
    "mark-read",
    "follow-address",
    "edit-profile",
    "switch-user",
    "undo",
    "help",
];

const OWN: &[Binding] = &[
    key("Picker", &["Enter"], Action::Accept, "run", "run"),
    key("Picker", &["PgDn"], Action::PageDown, "page down", ""),
    key("Picker", &["PgUp"], Action::PageUp, "page up", ""),
];

/// Adds the themes to the palette once they are listed.
fn receive(state: &mut State, message: Message) -> ControlFlow<Vec<Effect>, Message> {
    let Message::Themes(names) = message else { return ControlFlow::Continue(message) };
    let Some(mut shown) = state.screen_mut::<Palette>().cloned() else { return ControlFlow::Break(vec![]) };
    let command = |name: String| Command::unnamed(format!("theme: {name}"), CommandEffect::Theme(name));
    shown.all.extend(names.into_iter().map(command));
    let effects = shown.narrow(state);
    state.show(shown);
    ControlFlow::Break(effects)
}

/// The name of the screen and of the action that opens it.
pub const NAME: ScreenName = ScreenName::PALETTE;

/// The screen in the registry.
pub const SCREEN: Registration = Registration {
    keys: &[KeyTable {
        context: Context("commands"),
        scope: Scope::TextField,
        bindings: &[PICKER_MOVES, OWN, PICKER_CLOSE],
    }],
    opened_by: &[OPEN_PALETTE],
    open: Some(open),
    receive: Some(receive),
    ..Registration::named(NAME)
};

/// Opens the screen.
fn open(state: &mut State) -> Vec<Effect> {
    let reader = state.active.as_ref().map(|user| user.id);
    let command = |named: Named| {
        let label = match named.action {
            Action::Timeline(at) if at < state.tabs.len() => {
                format!("timeline {}: {}", at + 1, tab_label(&state.tabs[at], reader))
            }
            _ => named.label,
        };
        Command { label, name: named.name, keys: named.keys, effect: CommandEffect::Act(named.action) }
    };
    let preset = |name: &str| Command::unnamed(format!("keys: {name}"), CommandEffect::KeyPreset(name.to_owned()));
    let all: Vec<Command> =
        keys::commands(state).into_iter().map(command).chain(keys::presets().into_iter().map(preset)).collect();
    let mut palette = Palette { query: Editor::new(""), all, found: List::default(), previewing: false };
    palette.found = List::new(palette.usual());
    state.show(palette);
    vec![Effect::Settings(SettingsEffect::ListThemes)]
}

impl Screen for Palette {
    fn name(&self) -> ScreenName {
        NAME
    }

    fn context(&self, _state: &State) -> Context {
        Context("commands")
    }

    fn act(&mut self, state: &mut State, action: Action) -> Outcome {
        let rows = usize::from(layout::commands_list(state.size).height);
        if movement::move_cursor(&mut self.found, action, rows, |_, _| 1) {
            return Outcome::stay(self.preview(state));
        }
        if action != Action::Accept {
            return Outcome::close(self.end_preview(state));
        }
        let Some(chosen) = self.found.selected().map(|command| command.effect.clone()) else {
            return Outcome::stay(vec![]);
        };
        Outcome::close(match chosen {
            CommandEffect::Act(action) => {
                // The actions are those of the panes, so a list below closes.
                state.screens.clear();
                state.next_action = Some(action);
                self.end_preview(state)
            }
            CommandEffect::Open(timeline) => {
                state.screens.clear();
                let mut effects = self.end_preview(state);
                effects.extend(pages::open_timeline(state, timeline));
                effects
            }
            CommandEffect::Theme(name) => vec![Effect::Settings(SettingsEffect::ChooseTheme(name))],
            CommandEffect::KeyPreset(name) => vec![Effect::Settings(SettingsEffect::ChooseKeyPreset(name))],
            CommandEffect::Note(text) => {
                let mut effects = self.end_preview(state);
                effects.extend(state.show_notice(text));
                effects
            }
        })
    }

    fn field(&mut self) -> Option<&mut Editor> {
        Some(&mut self.query)
    }

    fn edited(&mut self, state: &mut State, _before: &str) -> Vec<Effect> {
        self.narrow(state)
    }

    fn cursor(&mut self) -> Option<&mut usize> {
        Some(&mut self.found.cursor)
    }

    fn cursor_moved(&mut self, state: &State) -> Vec<Effect> {
        self.preview(state)
    }

    fn row_at(&self, state: &State, at: Position) -> Option<usize> {
        row_at(&self.found, layout::commands_list(state.size), at)
    }

    fn ensure_cursor_visible(&mut self, state: &mut State) {
        self.found.reveal(usize::from(layout::commands_list(state.size).height), |_, _| 1);
    }

    fn draw(&self, state: &State, theme: &Theme, frame: &mut Frame<'_>) {
        let inside = window::draw("Commands", layout::commands(state.size), theme, frame);
        let query = Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), height: 1, ..inside };
        frame.render_widget(Line::styled(":", theme.accent), Rect { width: 1, ..query });
        text_field::draw_line(
            &self.query,
            Rect { x: query.x + 2, width: query.width.saturating_sub(2), ..query },
            frame,
        );
        if self.query.text().is_empty() {
            let room = query.width.saturating_sub(4);
            let hint = truncate("Type a command, theme, #tag or @user", usize::from(room)).into_owned();
            frame.render_widget(Line::styled(hint, theme.dim), Rect { x: query.x + 4, width: room, ..query });
        }
        let below = layout::commands_list(state.size);
        if self.found.items.is_empty() {
            return frame.render_widget(Line::styled(" No matching command", theme.dim), below);
        }
        let columns = usize::from(below.width);
        rows::draw(&self.found, below, frame, |at, command| {
            vec![row(command, at == self.found.cursor, columns, theme)]
        });
    }

    fn covers_panes(&self) -> bool {
        false
    }
}

impl Palette {
    /// Keeps the commands that match the query, the best first.
    fn narrow(&mut self, state: &State) -> Vec<Effect> {
        let typed = self.query.text();
        let found = go_to(state, typed.trim()).unwrap_or_else(|| self.matching(&typed));
        self.found = List::new(found);
        self.preview(state)
    }

    /// Returns all commands, those first that people use most.
    fn usual(&self) -> Vec<Command> {
        let mut all = self.all.clone();
        all.sort_by_key(|command| COMMON.iter().position(|name| *name == command.name).unwrap_or(COMMON.len()));
        all
    }

    fn matching(&self, typed: &str) -> Vec<Command> {
        if typed.trim().is_empty() {
            return self.usual();
        }
        let pattern = Pattern::parse(typed, CaseMatching::Smart, Normalization::Smart);
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut buffer = Vec::new();
        let mut score = |name: &str| pattern.score(Utf32Str::new(name, &mut buffer), &mut matcher);
        let mut matching: Vec<(u32, &Command)> = Vec::new();
        for command in &self.all {
            matching.extend(score(&command.label).max(score(&command.name)).map(|score| (score, command)));
        }
        // A word is not matched letter by letter: `pin` would find `theme: plain`, and `help` `scheduled posts`.
        let lowercase = typed.trim().to_lowercase();
        let meant = self.meant(typed);
        let has_words = |(_, command): &(u32, &Command)| {
            let text = format!("{} {}", command.label, command.name).to_lowercase();
            lowercase.split_whitespace().all(|word| text.contains(word))
        };
        if synonyms::is_word(typed) || !meant.is_empty() || matching.iter().any(has_words) {
            matching.retain(has_words);
        }
        // Commands with the same score stay in the order of the key tables.
        matching.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        let mut found: Vec<Command> = self.named(&lowercase).into_iter().collect();
        for command in meant.into_iter().chain(matching.into_iter().map(|(_, command)| command.clone())) {
            if !found.contains(&command) {
                found.push(command);
            }
        }
        found
    }

    /// Returns the command with a name or a label.
    fn named(&self, typed: &str) -> Option<Command> {
        let is_it = |command: &&Command| command.name == typed || command.label == typed;
        self.all.iter().find(is_it).filter(|_| !typed.is_empty()).cloned()
    }

    /// Returns the commands that a synonym stands for: the first that there is here, and what is offered besides.
    fn meant(&self, typed: &str) -> Vec<Command> {
        let mut meant: Vec<Command> = Vec::new();
        for meaning in synonyms::meanings(typed) {
            let note = |text: &'static str| Command::unnamed(text.to_owned(), CommandEffect::Note(text));
            match meaning {
                Meaning::Action(names) => meant.extend(names.iter().find_map(|name| self.named(name))),
                Meaning::Note(text) if meant.is_empty() => meant.push(note(text)),
                Meaning::Note(_) => {}
                Meaning::Also(text) => meant.push(note(text)),
            }
        }
        meant
    }

    /// Previews the theme under the cursor; elsewhere shows the chosen one again.
    fn preview(&mut self, state: &State) -> Vec<Effect> {
        match self.found.selected().map(|command| &command.effect) {
            Some(CommandEffect::Theme(name)) => {
                self.previewing = true;
                vec![Effect::Settings(SettingsEffect::PreviewTheme(name.clone()))]
            }
            _ => self.end_preview(state),
        }
    }

    /// Shows the chosen theme again if another is previewed.
    fn end_preview(&mut self, state: &State) -> Vec<Effect> {
        if !std::mem::take(&mut self.previewing) {
            return vec![];
        }
        vec![Effect::Settings(SettingsEffect::PreviewTheme(state.settings.theme.clone()))]
    }
}

impl Command {
    /// Makes a command that has neither keys nor a name in the settings.
    fn unnamed(label: String, effect: CommandEffect) -> Self {
        Self { label, name: String::new(), keys: String::new(), effect }
    }
}

/// Returns the timelines that a typed `#tag` or the start of a `@nickname` leads to; `None` for anything else.
fn go_to(state: &State, typed: &str) -> Option<Vec<Command>> {
    let open = |label: String, timeline| Command::unnamed(label, CommandEffect::Open(timeline));
    if let Some(prefix) = typed.strip_prefix('@').map(case_fold) {
        let users =
            state.shown_users().chain(if state.shows_hidden_users { [].as_slice() } else { &state.hidden_users });
        let users = users.filter(|user| user.nickname.key().starts_with(&prefix));
        let user =
            |user: &User| open(format!("posts by @{}", user.nickname), Timeline::User(user.id, user.nickname.clone()));
        return Some(users.map(user).collect());
    }
    typed.starts_with('#').then(|| {
        let tags = tags(typed).into_iter().filter(|tag| tag.len() + 1 == typed.len());
        tags.map(|tag| open(format!("posts with #{tag}"), Timeline::Tag(tag.to_owned()))).collect()
    })
}

fn row(command: &Command, selected: bool, columns: usize, theme: &Theme) -> Line<'static> {
    let keys = truncate(&command.keys, columns / 2).into_owned();
    let room = columns.saturating_sub(width(&keys) + 4);
    let label = truncate(&clean_line(&command.label), room).into_owned();
    let gap = " ".repeat(room.saturating_sub(width(&label)) + 1);
    let (bar, style) = if selected { ("▌ ", theme.strong) } else { ("  ", Style::new()) };
    Line::from(vec![
        Span::styled(bar, theme.accent),
        Span::styled(label, style),
        Span::raw(gap),
        Span::styled(keys, theme.dim),
    ])
}
