//! Manual pages: microblog(1), a page for each command, and microblog.toml(5).
//!
//! Commands and options come from clap, settings and keys from the text of `config show`, so that no page can differ from
//! the program.

use std::fs;
use std::io;
use std::path::Path;

use clap::{Command, CommandFactory};
use clap_mangen::Man;
use clap_mangen::roff::{Inline, Roff, bold, italic, roman};

use super::args::Args;
use super::{CliError, Context, version};
use crate::config::{self, Settings};
use crate::output_file;
use crate::tui::screens;

/// Prints the manual page of the program, or writes all pages to a folder.
pub(super) fn man(context: &mut Context, folder: Option<&Path>) -> Result<(), CliError> {
    let Some(folder) = folder else { return Ok(context.out.bytes(&page()?)?) };
    let count = write_all(folder)?;
    Ok(context.out.clean_line(&format!("wrote {count} manual pages to {}", folder.display()))?)
}

/// Environment variables and their meaning.
const ENVIRONMENT: &[(&str, &str)] = &[
    ("MICROBLOG_DB", "The database, like --db."),
    ("MICROBLOG_CONFIG", "The settings file, like --config."),
    ("MICROBLOG_USER", "The user to act as, like --as."),
    ("NO_COLOR", "If set, nothing is colored."),
    ("VISUAL, EDITOR", "The editor, unless the setting editor names one."),
    ("LC_ALL, LC_TIME, LANG", "The locale, which decides about clock and week_start when they are auto."),
    ("TZ", "Your time zone."),
];

/// Files and their meaning, with the paths of Linux.
const FILES: &[(&str, &str)] = &[
    ("~/.local/share/microblog/microblog.db", "The database; microblog db path prints the path on this system."),
    (
        "microblog.db-wal, microblog.db-shm",
        "Its log. Copy a database with microblog db backup, which includes the log.",
    ),
    ("microblog.db.vN.bak", "Copies made before an upgrade from schema version N; the three newest are kept."),
    ("~/.config/microblog/config.toml", "The settings; microblog config path prints the path on this system."),
    ("~/.config/microblog/themes/NAME.toml", "Your own themes."),
];

/// Exit statuses and their meaning.
const STATUS: &[(&str, &str)] = &[
    ("0", "Success."),
    ("1", "Every other failure. One line on standard error says what was found and what to do; nothing is half done."),
    (
        "2",
        "The command line is wrong, whatever the database and the files contain (an unknown option, an invalid value), or lacks the \
         option that confirms.",
    ),
    ("130", "A signal stopped the command."),
];

/// Examples: what a command does, and the command.
const EXAMPLES: &[(&str, &str)] = &[
    ("Open the screens", "microblog"),
    ("Look around in a temporary sample database", "microblog demo"),
    ("Post the output of a program", "df -h / | microblog post -"),
    ("Read your home timeline as JSON Lines", "microblog timeline home --json"),
    ("Search", "microblog search 'bread -rye from:maya since:2026-01-01'"),
    ("Import an archive", "microblog import auto archive.zip"),
    ("Back up", "microblog db backup"),
];

/// Renders microblog(1).
///
/// # Errors
/// When writing fails.
pub(super) fn page() -> io::Result<Vec<u8>> {
    let man = Man::new(Args::command());
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    man.render_subcommands_section(&mut page)?;
    let mut more = Roff::new();
    keys(&mut more);
    settings(&mut more);
    list(&mut more, "FILES", FILES);
    list(&mut more, "ENVIRONMENT", ENVIRONMENT);
    list(&mut more, "EXIT STATUS", STATUS);
    list(&mut more, "EXAMPLES", &[]);
    for (purpose, command) in EXAMPLES {
        more.control("TP", []).text([roman(*purpose)]).text([bold(*command)]);
    }
    section(&mut more, "SEE ALSO").text([bold("microblog.toml"), roman("(5), "), bold("sqlite3"), roman("(1)")]);
    more.to_writer(&mut page)?;
    man.render_version_section(&mut page)?;
    Ok(tidy("microblog", &String::from_utf8_lossy(&page)).into_bytes())
}

/// Returns a page of `clap_mangen` with a complete title line, and without line breaks beside empty lines, of which
/// `mandoc` warns.
fn tidy(name: &str, page: &str) -> String {
    let spaced = page.replace("\n.br\n\n", "\n.sp\n").replace("\n\n.br\n", "\n.sp\n").replace(".sp\n.br\n", ".sp\n");
    let lines = spaced.lines().map(|line| if line.starts_with(".TH ") { title(name, "1") } else { line.to_owned() });
    lines.map(|line| line + "\n").collect()
}

/// Returns the title line: the name, the section, the date, the source and the manual.
fn title(name: &str, section: &str) -> String {
    let (date, version) = (version::date(), env!("CARGO_PKG_VERSION"));
    format!(".TH {name} {section} {date} \"microblog {version}\" \"Manual of microblog\"")
}

/// Writes microblog(1), the pages of all commands, and microblog.toml(5) into a folder. Returns the number of pages.
///
/// # Errors
/// When the folder cannot be created, or a page cannot be written.
pub(super) fn write_all(folder: &Path) -> Result<usize, CliError> {
    let cannot = |path: &Path, error: &io::Error| {
        CliError::Failed(format!("cannot write {}: {}", path.display(), output_file::describe(error)))
    };
    let mut root = Args::command().disable_help_subcommand(true);
    root.build();
    let mut pages = vec![("microblog.1".to_owned(), page()?), ("microblog.toml.5".to_owned(), settings_page()?)];
    add_command_pages(&root, &mut pages)?;
    fs::create_dir_all(folder).map_err(|error| cannot(folder, &error))?;
    for (name, page) in &pages {
        let path = folder.join(name);
        output_file::check_no_database(&path)?;
        output_file::write_public(&path, page).map_err(|error| cannot(&path, &error))?;
    }
    Ok(pages.len())
}

/// Adds the pages of all commands below a command, each with its file name.
fn add_command_pages(command: &Command, pages: &mut Vec<(String, Vec<u8>)>) -> io::Result<()> {
    for command in command.get_subcommands().filter(|command| !command.is_hide_set()) {
        let man = Man::new(command.clone());
        let mut page = Vec::new();
        man.render(&mut page)?;
        let file = man.get_filename();
        let name = file.trim_end_matches(".1");
        let page = tidy(name, &String::from_utf8_lossy(&page)).into_bytes();
        pages.push((file, page));
        add_command_pages(command, pages)?;
    }
    Ok(())
}

/// Renders microblog.toml(5).
fn settings_page() -> io::Result<Vec<u8>> {
    let mut page = Roff::new();
    section(&mut page, "NAME").text([roman("microblog.toml - settings of "), bold("microblog"), roman("(1)")]);
    section(&mut page, "DESCRIPTION").text([roman(
        "The settings are a TOML file, ~/.config/microblog/config.toml on Linux. It applies as soon as it is saved. \
         An error is reported with its line, and the default is used.",
    )]);
    settings(&mut page);
    keys(&mut page);
    section(&mut page, "SEE ALSO").text([bold("microblog"), roman("(1)")]);
    let mut bytes = format!("{}\n", title("microblog.toml", "5")).into_bytes();
    page.to_writer(&mut bytes)?;
    Ok(bytes)
}

fn section<'a>(page: &'a mut Roff, title: &str) -> &'a mut Roff {
    page.control("SH", [title])
}

/// Adds a section with a paragraph for each term.
fn list(page: &mut Roff, title: &str, entries: &[(&str, &str)]) {
    section(page, title);
    for (term, meaning) in entries {
        page.control("TP", []).text([bold(*term)]).text([roman(*meaning)]);
    }
}

/// Adds each setting with its default, its meaning, and the allowed values.
fn settings(page: &mut Roff) {
    section(page, "SETTINGS").text([bold("microblog config show"), roman(" prints all settings.")]);
    let text = config::show(&Settings::default());
    let mut about = "";
    for line in text.lines() {
        if let Some(comment) = line.strip_prefix("# ") {
            about = comment;
        } else if let Some((name, value)) = line.split_once(" = ") {
            page.control("TP", []).text([bold(name), roman(" = "), roman(value)]).text([roman(about)]);
        }
    }
}

/// Adds the default keys, by the part of the screen that they work on.
fn keys(page: &mut Roff) {
    section(page, "KEYS").text([
        roman("These are the default keys, with the name of each in the settings file. "),
        bold("?"),
        roman(" shows the keys of the current screen, and "),
        bold(":"),
        roman(" finds every command by its name."),
    ]);
    for line in screens::default_keymap().show("default").lines() {
        if let Some(heading) = line.strip_prefix('[') {
            page.control("SS", [key_group(heading.trim_end_matches(']')).as_str()]);
        } else if let Some((binding, action)) = line.split_once("] # ")
            && let Some((name, keys)) = binding.split_once(" = [")
        {
            let keys: Vec<&str> = keys.split('"').skip(1).step_by(2).collect();
            let mut meaning: Vec<Inline> = vec![roman(action), roman(" ("), italic(name), roman(")")];
            if keys.is_empty() {
                meaning.push(roman(", no key"));
            }
            page.control("TP", []).text([bold(keys.join(", "))]).text(meaning);
        }
    }
}

/// Turns a heading of the settings file into a title: `keys.import-form` into `Import form`.
fn key_group(heading: &str) -> String {
    let name = heading.trim_start_matches("keys").trim_start_matches('.').replace('-', " ");
    let mut letters = name.chars();
    letters.next().map_or_else(|| "Panes".to_owned(), |first| first.to_uppercase().chain(letters).collect())
}
