//! The keyboard shortcuts of all contexts; those of the screen or pane below come first and are highlighted.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::registration::Registration;
use crate::text::{width, wrap_message};
use crate::tui::keys::{
    self, Action, BACK, Binding, Context, KeyTable, LIST_SCROLL, OPEN_PALETTE, Opening, Scope, ScreenName, key,
};
use crate::tui::layout;
use crate::tui::state::{Editor, Effect, Outcome, Screen, State};
use crate::tui::update::movement;
use crate::tui::widgets::{Theme, page, text_field};

/// The help screen.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Help {
    /// How many lines are scrolled off the top.
    pub scroll: usize,
    /// What is searched for, while something is.
    pub query: Option<Editor>,
}

/// From so many columns on, the keys are in two columns.
const TWO_COLUMNS: u16 = 120;
/// Columns before a key.
const KEY_INDENT: usize = 4;
/// Columns between the longest key and its label.
const KEY_GAP: usize = 3;
/// Labels have at least so many columns.
const MIN_LABEL: usize = 12;

const LIST: Context = Context("help");
const SEARCH: Context = Context("help-search");

const OWN: &[Binding] =
    &[key("Help", &["/"], Action::Show(ScreenName::SEARCH), "search help", "search"), OPEN_PALETTE.binding];
const SEARCH_KEYS: &[Binding] = &[
    key("Help", &["↓"], Action::Down, "down", ""),
    key("Help", &["↑"], Action::Up, "up", ""),
    key("Help", &["PgDn"], Action::PageDown, "page down", ""),
    key("Help", &["PgUp"], Action::PageUp, "page up", ""),
    key("Help", &["Esc"], Action::Close, "show all", "show all"),
];

/// The name of the screen and of the action that opens it.
pub const NAME: ScreenName = ScreenName::HELP;

/// The screen in the registry.
pub const SCREEN: Registration = Registration {
    keys: &[
        KeyTable { context: LIST, scope: Scope::Screen, bindings: &[LIST_SCROLL, OWN, BACK] },
        KeyTable { context: SEARCH, scope: Scope::TextField, bindings: &[SEARCH_KEYS] },
    ],
    opened_by: &[Opening::anywhere("General", &["?"], NAME, "keyboard shortcuts", "help")],
    open: Some(open),
    ..Registration::named(NAME)
};

/// Opens the screen.
fn open(state: &mut State) -> Vec<Effect> {
    state.show(Help::default());
    vec![]
}

impl Screen for Help {
    fn name(&self) -> ScreenName {
        NAME
    }

    fn context(&self, _state: &State) -> Context {
        if self.query.is_some() { SEARCH } else { LIST }
    }

    fn act(&mut self, state: &mut State, action: Action) -> Outcome {
        match action {
            Action::Down | Action::Up | Action::PageDown | Action::PageUp => {
                let all = lines(state, &self.word(), &Theme::new(false)).len();
                self.scroll = movement::scrolled(self.scroll, action, layout::help_rows(state.size), all);
            }
            Action::Show(ScreenName::SEARCH) => (self.query, self.scroll) = (Some(Editor::new("")), 0),
            Action::Close if self.query.is_some() => (self.query, self.scroll) = (None, 0),
            _ => return Outcome::close(vec![]),
        }
        Outcome::stay(vec![])
    }

    fn offers(&self, action: Action) -> bool {
        action != Action::Show(NAME)
    }

    fn field(&mut self) -> Option<&mut Editor> {
        self.query.as_mut()
    }

    fn edited(&mut self, _state: &mut State, _before: &str) -> Vec<Effect> {
        self.scroll = 0;
        vec![]
    }

    fn draw(&self, state: &State, theme: &Theme, frame: &mut Frame<'_>) {
        let all = frame.area();
        let first = Rect { height: 1, ..all };
        match &self.query {
            Some(query) => {
                frame.render_widget(Line::styled(" /", theme.accent), first);
                text_field::draw_line(query, Rect { x: 3, width: first.width.saturating_sub(4), ..first }, frame);
            }
            None => {
                let title = Line::styled(" keyboard shortcuts", theme.accent.patch(theme.strong));
                frame.render_widget(title, first);
            }
        }
        let rows = u16::try_from(layout::help_rows(state.size)).unwrap_or(u16::MAX);
        let area = Rect { y: 1, height: rows, ..all };
        let lines = lines(state, &self.word(), theme);
        if lines.is_empty() {
            let text = Line::styled("  No matching shortcut. Press Esc to show all.", theme.dim);
            return frame.render_widget(text, Rect { height: 1, ..area });
        }
        page::draw(lines, self.scroll, area, first, theme, frame);
    }
}

impl Help {
    /// Returns what is searched for; empty when nothing is.
    #[must_use]
    pub fn word(&self) -> String {
        self.query.as_ref().map(Editor::text).unwrap_or_default()
    }
}

fn lines(state: &State, word: &str, theme: &Theme) -> Vec<Line<'static>> {
    let groups = keys::help(state, word);
    let columns = groups.iter().flat_map(|(_, entries)| entries).map(|entry| width(&entry.keys)).max().unwrap_or(0);
    let two_columns = state.size.0 >= TWO_COLUMNS;
    let room = usize::from(if two_columns { state.size.0 / 2 } else { state.size.0 });
    let room = room.saturating_sub(columns + KEY_INDENT + KEY_GAP + 1).max(MIN_LABEL);
    let mut blocks = Vec::new();
    for (group, entries) in groups {
        let mut lines = Vec::new();
        lines.push(Line::from(Span::styled(format!("  {group}"), theme.accent.patch(theme.strong))));
        for entry in entries {
            let gap = " ".repeat(columns - width(&entry.keys) + KEY_GAP);
            let (key, label) = if entry.here { (theme.strong, Style::new()) } else { (theme.dim, theme.dim) };
            let key = Span::styled(format!("{:KEY_INDENT$}{}", "", entry.keys), key);
            let ranges = wrap_message(&entry.label, room);
            let mut labels = ranges.into_iter().map(|range| Span::styled(entry.label[range].to_owned(), label));
            lines.push(Line::from_iter([key, Span::raw(gap)].into_iter().chain(labels.next())));
            let indent = " ".repeat(KEY_INDENT + columns + KEY_GAP);
            lines.extend(labels.map(|label| Line::from(vec![Span::raw(indent.clone()), label])));
        }
        lines.push(Line::default());
        blocks.push(lines);
    }
    if two_columns { in_two_columns(blocks, usize::from(state.size.0 / 2)) } else { blocks.concat() }
}

/// Puts blocks of lines into two columns that are as equally long as possible; the left one is `columns` wide.
fn in_two_columns(blocks: Vec<Vec<Line<'static>>>, columns: usize) -> Vec<Line<'static>> {
    let count = |blocks: &[Vec<Line<'static>>]| blocks.iter().map(Vec::len).sum::<usize>();
    let longer = |at: &usize| count(&blocks[..*at]).max(count(&blocks[*at..]));
    let split = (0..=blocks.len()).rev().min_by_key(longer).unwrap_or(0);
    let (left, right) = (blocks[..split].concat(), blocks[split..].concat());
    let rows = left.len().max(right.len());
    let (mut left, mut right) = (left.into_iter(), right.into_iter());
    let row = |_| {
        let mut line = left.next().unwrap_or_default();
        if let Some(beside) = right.next() {
            let gap = columns.saturating_sub(line.width());
            line.spans.push(Span::raw(" ".repeat(gap)));
            line.spans.extend(beside.spans.into_iter().map(|span| span.patch_style(beside.style)));
        }
        line
    };
    (0..rows).map(row).collect()
}
