//! The keys in force: the table, a preset that overrides it, and the user's settings that override both.

use std::fmt::Write as _;

use foldhash::{HashMap, HashMapExt, HashSet};
use include_dir::{Dir, include_dir};

use super::action::Action;
use super::binding::{Binding, Context, section};
use super::key::Key;
use super::names::{name, renamed_action, renamed_section};
use super::strokes::Strokes;
use crate::config::{Binding as Wish, Keys, Problem, Settings};

static PRESETS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/assets/keys");

/// Which key does what, and where.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Keymap {
    /// The index of the row of each binding.
    bound: HashMap<(Context, Strokes), usize>,
    /// The keys that start a chord.
    prefixes: HashSet<(Context, Key)>,
    /// The contexts in which keys without a binding type text.
    text_fields: HashSet<Context>,
    /// The bindings, with the keys that are in force.
    pub(super) rows: Vec<Row>,
}

/// A row of the table with its keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) contexts: Vec<Context>,
    /// The position of the binding in the order of each context.
    ranks: Vec<usize>,
    /// Whether one of the contexts is a text field.
    takes_text: bool,
    pub(super) binding: &'static Binding,
    pub(super) action: Action,
    pub(super) keys: Vec<Strokes>,
    /// Where the keys come from; a later variant overrides the earlier ones.
    meant: Meant,
}

/// Groups, which the settings name by the form they are in, and their headings in the help, which say what one does there.
const HEADINGS: &[(&str, &str)] = &[
    ("Address", "Follow an address"),
    ("Date", "Go to date"),
    ("Details", "Details of a post"),
    ("Naming", "Name a list"),
    ("Picker", "Choose from a list"),
    ("Question", "Yes or no"),
    ("Tab", "Rename timeline"),
    ("Thread", "Send a thread"),
];

impl Row {
    /// Returns the heading in the help: that of the group, and for a key of one of the lists, which one.
    pub(super) fn heading(&self) -> String {
        match (self.binding.group, self.contexts.as_slice()) {
            ("List", [one]) => format!("List: {}", one.0.replace('-', " ")),
            (group, _) => {
                HEADINGS.iter().find(|(name, _)| *name == group).map_or(group, |(_, heading)| heading).to_owned()
            }
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Meant {
    Table,
    Preset,
    Line(usize),
}

/// A binding in one context.
#[derive(Debug, Clone, Copy)]
pub struct ContextBinding {
    /// The context.
    pub context: Context,
    /// Whether the context is a text field.
    pub takes_text: bool,
    /// The binding.
    pub binding: &'static Binding,
}

impl Keymap {
    /// Builds the keymap of the settings; invalid keys are ignored, and returned as problems.
    #[must_use]
    pub fn new(wanted: &Keys, bindings: &[ContextBinding]) -> (Self, Vec<Problem>) {
        let text_fields = bindings.iter().filter(|row| row.takes_text).map(|row| row.context).collect();
        let mut rows = merged(bindings);
        let mut problems = Vec::new();
        match preset(&wanted.preset) {
            Some(preset) => preset.iter().for_each(|wish| {
                let _ = grant(&mut rows, wish, Meant::Preset);
            }),
            None => {
                let what = format!("there is no preset {:?} of keys: it is {}", wanted.preset, presets().join(", "));
                problems.push(Problem { line: wanted.preset_line, what });
            }
        }
        for wish in &wanted.own {
            let (wish, renamed) = current_names(wish);
            let refused = grant(&mut rows, &wish, Meant::Line(wish.line)).err();
            problems.extend(renamed.into_iter().chain(refused).map(|what| Problem { line: Some(wish.line), what }));
        }
        let bound = bind(&mut rows, &mut problems);
        let prefixes = bound.keys().filter_map(|(context, keys)| Some((*context, keys.prefix?))).collect();
        (Self { bound, prefixes, text_fields, rows }, problems)
    }

    /// Returns the action of a key or a chord in a context.
    pub(super) fn action(&self, context: Context, keys: Strokes) -> Option<Action> {
        self.bound.get(&(context, keys)).map(|at| self.rows[*at].action)
    }

    /// Returns whether a key starts a chord in a context.
    pub(super) fn begins(&self, context: Context, key: Key) -> bool {
        self.prefixes.contains(&(context, key))
    }

    /// Returns whether keys without a binding type text in a context.
    pub(super) fn takes_text(&self, context: Context) -> bool {
        self.text_fields.contains(&context)
    }

    /// Returns all keys in force as a part of the settings.
    #[must_use]
    pub fn show(&self, preset: &str) -> String {
        let mut sections: Vec<(String, Vec<&Row>)> = vec![(String::new(), vec![])];
        for row in &self.rows {
            let section = section(row.binding);
            match sections.iter_mut().find(|(known, _)| *known == section) {
                // The same action in two contexts of a section has the same keys.
                Some((_, rows)) if rows.iter().any(|known| known.action == row.action) => {}
                Some((_, rows)) => rows.push(row),
                None => sections.push((section, vec![row])),
            }
        }
        let preset = toml::Value::from(preset);
        let mut text = "# Keys of the panes, each a list of names such as g, G, ctrl-s, shift-tab, f5, space; \"g g\" is two, one after the\n# other, and [] is none. Ctrl-C quits from anywhere, whatever is set here.\n[keys]\n".to_owned();
        let _ = writeln!(text, "# What else is not set ({}).\npreset = {preset}", presets().join(", "));
        for (section, rows) in sections {
            if !section.is_empty() {
                let _ = writeln!(text, "\n[keys.{section}]");
            }
            for row in rows {
                let keys: toml::Value = row.keys.iter().map(|keys| keys.name()).collect::<Vec<_>>().into();
                let _ = writeln!(text, "{} = {keys} # {}", name(row.action), row.label());
            }
        }
        text
    }
}

impl Row {
    /// Returns its position in the order of a context; `None` if it is not bound there.
    pub(super) fn rank(&self, context: Context) -> Option<usize> {
        self.contexts.iter().zip(&self.ranks).find(|(known, _)| **known == context).map(|(_, rank)| *rank)
    }

    /// Returns its label in help and palette.
    pub(super) fn label(&self) -> String {
        match self.action {
            Action::Timeline(at) => format!("timeline {}", at + 1),
            _ => self.binding.label.to_owned(),
        }
    }

    /// Returns false for a timeline by number whose key is not that number.
    pub(super) fn is_plain_number(&self) -> bool {
        !matches!(self.action, Action::Timeline(_)) || self.meant == Meant::Table && !self.keys.is_empty()
    }

    /// Returns the keys and the label for a list of keys; the timelines by number share the row of the first one.
    pub(super) fn shown_together(&self) -> Option<(String, String)> {
        match self.action {
            Action::Timeline(0) => Some((self.binding.keys.join(" "), self.binding.label.to_owned())),
            Action::Timeline(_) => None,
            _ => Some((self.shown(), self.label())),
        }
    }

    /// Returns its name in the settings.
    pub(super) fn name(&self) -> String {
        name(self.action).into_owned()
    }

    /// Returns its keys as they are shown.
    pub(super) fn shown(&self) -> String {
        self.keys.iter().map(Strokes::to_string).collect::<Vec<_>>().join(" ")
    }
}

/// Returns the rows of all bindings; equal bindings of several contexts are one row.
fn merged(bindings: &[ContextBinding]) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for (rank, ContextBinding { context, takes_text, binding }) in bindings.iter().enumerate() {
        let mut known = false;
        for row in rows.iter_mut().filter(|row| *row.binding == **binding) {
            row.contexts.push(*context);
            row.ranks.push(rank);
            row.takes_text |= takes_text;
            known = true;
        }
        if !known {
            rows.extend(rows_of(*context, rank, *takes_text, binding));
        }
    }
    rows
}

/// Returns the rows of a binding: nine for the timelines by number, else one.
fn rows_of(context: Context, rank: usize, takes_text: bool, binding: &'static Binding) -> Vec<Row> {
    let row = |action, keys| Row {
        contexts: vec![context],
        ranks: vec![rank],
        takes_text,
        binding,
        action,
        keys,
        meant: Meant::Table,
    };
    match binding.action {
        Action::Timeline(_) => {
            let digit =
                |at: usize| char::from_digit(at as u32 + 1, 10).and_then(|digit| digit.to_string().parse().ok());
            (0..9).map(|at| row(Action::Timeline(at), digit(at).into_iter().collect())).collect()
        }
        action => vec![row(action, binding.keys.iter().filter_map(|key| key.parse().ok()).collect())],
    }
}

/// Replaces earlier names of a section and an action by those of today, with a notice for each.
fn current_names(wish: &Wish) -> (Wish, Vec<String>) {
    let mut current = wish.clone();
    let mut notices = Vec::new();
    if let Some(section) = renamed_section(&wish.section) {
        notices.push(format!("[keys.{}] is now called [keys.{section}]", wish.section));
        section.clone_into(&mut current.section);
    }
    if let Some(action) = renamed_action(&wish.action) {
        notices.push(format!("{} is now called {action}", wish.action));
        action.clone_into(&mut current.action);
    }
    (current, notices)
}

/// Gives an action the keys that are wished for.
fn grant(rows: &mut [Row], wish: &Wish, meant: Meant) -> Result<(), String> {
    let mut keys: Vec<Strokes> = Vec::new();
    for key in &wish.keys {
        let key = key.parse().map_err(|()| {
            format!("there is no key {key:?}: write a character, or a name such as ctrl-s, alt-x, shift-tab, f5, space or pagedown")
        })?;
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    let meets = |row: &Row| section(row.binding) == wish.section && name(row.action) == wish.action;
    if !rows.iter().any(meets) {
        return Err(no_such(rows, wish));
    }
    if let Some(key) = keys.iter().find(|key| key.types())
        && rows.iter().any(|row| meets(row) && row.takes_text)
        && wish.action != "quit"
    {
        return Err(format!(
            "{} types a character where {} is used: take it with ctrl or alt",
            key.name(),
            wish.action
        ));
    }
    for row in rows.iter_mut().filter(|row| meets(row)) {
        (row.keys, row.meant) = (keys.clone(), meant);
    }
    Ok(())
}

fn no_such(rows: &[Row], wish: &Wish) -> String {
    let inside = |row: &&Row| section(row.binding) == wish.section;
    if !rows.iter().any(|row| inside(&row)) {
        let mut sections: Vec<_> = rows.iter().map(|row| section(row.binding)).filter(|it| !it.is_empty()).collect();
        sections.dedup();
        return format!("there is no part {} of the keys: there are {}", wish.section, sections.join(", "));
    }
    let names = rows.iter().filter(inside).map(|row| (strsim::jaro_winkler(&row.name(), &wish.action), row.name()));
    let near = names.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, name)| name).unwrap_or_default();
    format!("there is no action {} here: did you mean {near}? microblog config show lists them", wish.action)
}

/// Binds every key: the lines of the user come before the preset, and the preset before the table. If two lines of the
/// user name the same key, the first one gets it and the other is reported. A key with an action cannot start a chord.
fn bind(rows: &mut [Row], problems: &mut Vec<Problem>) -> HashMap<(Context, Strokes), usize> {
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by_key(|at| match rows[*at].meant {
        Meant::Line(line) => (0, line),
        Meant::Preset => (1, 0),
        Meant::Table => (2, 0),
    });
    let room = rows.iter().map(|row| row.keys.len() * row.contexts.len()).sum();
    let mut owners: HashMap<(Context, Strokes), usize> = HashMap::with_capacity(room);
    // The rows that have a key as the first one of a chord.
    let mut prefixes: HashMap<(Context, Key), usize> = HashMap::new();
    for at in order {
        for keys in rows[at].keys.clone() {
            let contexts = rows[at].contexts.clone();
            let in_the_way = |context: &Context| match keys.prefix {
                Some(first) => owners.get(&(*context, keys)).or_else(|| owners.get(&(*context, first.into()))),
                None => owners.get(&(*context, keys)).or_else(|| prefixes.get(&(*context, keys.key))),
            };
            let taken = contexts.iter().find_map(|context| in_the_way(context).copied());
            let Some(owner) = taken.filter(|owner| *owner != at) else {
                owners.extend(contexts.iter().map(|context| ((*context, keys), at)));
                prefixes.extend(
                    keys.prefix.iter().flat_map(|first| contexts.iter().map(|context| ((*context, *first), at))),
                );
                continue;
            };
            problems.extend(clash(&rows[owner], &rows[at], keys).filter(|clash| !problems.contains(clash)));
            rows[at].keys.retain(|it| *it != keys);
        }
    }
    owners
}

/// Returns the problem when two lines of the user give the same keys to different actions; the first one keeps them.
fn clash(owner: &Row, other: &Row, keys: Strokes) -> Option<Problem> {
    let (Meant::Line(first), Meant::Line(line)) = (owner.meant, other.meant) else { return None };
    let (name, owner, other) = (keys.name(), owner.name(), other.name());
    let what = format!("{name} is {owner} in line {first} and {other} in line {line}: {owner} keeps it");
    Some(Problem { line: Some(line), what })
}

/// Returns the names of the presets.
#[must_use]
pub fn presets() -> Vec<&'static str> {
    let stems = PRESETS.files().filter_map(|file| file.path().file_stem()?.to_str());
    let mut names: Vec<&str> = stems.collect();
    names.sort_unstable();
    names
}

/// Returns the keys that a preset sets.
fn preset(name: &str) -> Option<Vec<Wish>> {
    let text = PRESETS.get_file(format!("{name}.toml"))?.contents_utf8()?;
    Some(Settings::parse(text).0.keys.own)
}

#[cfg(test)]
mod tests;
