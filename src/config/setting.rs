//! How one setting is parsed, printed and described.

use std::fmt::Write as _;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Problem;
use super::file::line_of;
use crate::text::wrap;

/// Columns of a comment without its `# `, so that a line has at most 78.
const COMMENT_COLUMNS: usize = 76;

/// Definition of one setting of a table `S`.
pub(super) struct Setting<S> {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    pub(super) allowed: &'static str,
    /// Formats the value as TOML.
    pub(super) get: fn(&S) -> String,
    /// Parses a value; returns false if it is not allowed.
    pub(super) set: fn(&mut S, &DeValue<'_>) -> bool,
}

/// Parses one setting, and returns whether it is valid. `others` are names of the same file that are no settings, but
/// could be meant.
pub(super) fn parse_setting<S>(
    settings: &mut S,
    table: &[Setting<S>],
    text: &str,
    (name, value): (&str, &Spanned<DeValue<'_>>),
    (line, others): (usize, &[&str]),
    problems: &mut Vec<Problem>,
) -> bool {
    let what = match table.iter().find(|setting| setting.name == name) {
        Some(setting) if (setting.set)(settings, value.get_ref()) => return true,
        Some(setting) => {
            let found = text.get(value.span()).unwrap_or_default();
            let found: String = found.chars().take_while(|c| *c != '\n').take(40).collect();
            format!("{name} cannot be {found}: use {}", setting.allowed)
        }
        None => unknown(name, table.iter().map(|setting| setting.name).chain(others.iter().copied())),
    };
    problems.push(Problem { line: Some(line), what });
    false
}

/// Says what is allowed in place of a value that is not valid TOML because it has no quotes; `None` if there is no such setting.
pub(super) fn unquoted<S: Default>(table: &[Setting<S>], name: &str, value: &str) -> Option<String> {
    let setting = table.iter().find(|setting| setting.name == name)?;
    let is_text = (setting.set)(&mut S::default(), &DeValue::String(value.into()));
    Some(match is_text {
        true => format!("{name} needs quotes: write {name} = {}", quoted(value)),
        false => format!("{name} cannot be {value}: use {}", setting.allowed),
    })
}

/// Parses a table of settings.
pub(super) fn parse_table<S>(
    settings: &mut S,
    known: &[Setting<S>],
    text: &str,
    table: &DeTable<'_>,
    problems: &mut Vec<Problem>,
) {
    for (name, value) in table {
        let line = line_of(text, name.span().start);
        parse_setting(settings, known, text, (name.get_ref().as_ref(), value), (line, &[]), problems);
    }
}

/// Adds a table of settings with explanations.
pub(super) fn show_table<S>(settings: &S, table: &[Setting<S>], text: &mut String) {
    for setting in table {
        let comment = format!("{} ({})", setting.about, setting.allowed);
        for line in wrap(&comment, COMMENT_COLUMNS) {
            let _ = writeln!(text, "# {}", &comment[line]);
        }
        let _ = writeln!(text, "{} = {}\n", setting.name, (setting.get)(settings));
    }
}

pub(super) fn number(value: &DeValue<'_>, least: u64, most: u64) -> Option<u64> {
    let number = value.as_integer()?;
    u64::from_str_radix(number.as_str(), number.radix()).ok().filter(|n| (least..=most).contains(n))
}

/// Assigns a value if there is one, and returns whether there was.
pub(super) fn assign<T>(field: &mut T, value: Option<T>) -> bool {
    let is_valid = value.is_some();
    if let Some(value) = value {
        *field = value;
    }
    is_valid
}

pub(super) fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

/// Returns an error for an unknown setting, with the most similar name.
pub(crate) fn unknown<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    let similar = known.map(|known| (strsim::jaro_winkler(name, known), known));
    match similar.max_by(|a, b| a.0.total_cmp(&b.0)).filter(|(similarity, _)| *similarity > 0.8) {
        Some((_, known)) => format!("there is no setting {name}: did you mean {known}?"),
        None => format!("there is no setting {name}: list them with microblog config show"),
    }
}
