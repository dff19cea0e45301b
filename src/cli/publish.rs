//! The command that publishes your own feed: writes the file, and runs the command that uploads it.

use std::fs;
use std::path::{Path, PathBuf};

use super::args::follow::Publish;
use super::args::transfer::{Export, ExportFormat, ExportOf};
use super::export::writer::archive_path;
use super::{CliError, Context, export};
use crate::auto_publish;
use crate::config::expand_home;
use crate::model::Nickname;
use crate::shell;
use crate::store::Store;

pub(super) fn publish(context: &mut Context, args: &Publish) -> Result<(), CliError> {
    let settings = context.config.settings.publish.clone();
    let path = match &args.to {
        Some(path) => path.clone(),
        None if !settings.to.is_empty() => expand_home(Path::new(&settings.to)),
        None => {
            let why =
                "no file is named: name one with --to PATH, or with to = \"PATH\" under [publish] in the settings";
            return Err(CliError::Failed(why.to_owned()));
        }
    };
    let wrong = if args.to.is_some() { CliError::Usage } else { CliError::Failed };
    let format = format(&path).map_err(wrong)?;
    let url = args.url.clone().or_else(|| Some(settings.url.clone()).filter(|url| !url.is_empty()));
    let author = match (&context.args.actor, Nickname::parse(&settings.user)) {
        (None, Ok(user)) => context.store()?.user(user.as_str())?,
        _ => context.actor(&context.store()?)?,
    };
    let mode = mode(&path);
    let exported = export::export(
        context,
        &Export {
            format,
            path: Some(path.clone()),
            user: vec![author.nickname.to_string()],
            of: ExportOf::default(),
            since: None,
            until: None,
            private: false,
            url: url.clone(),
            force: true,
            archives: true,
        },
    )?;
    set_mode(&path, mode)?;
    let mut archives = (1..).map(|number| archive_path(&path, number)).take_while(|archive| archive.exists());
    archives.try_for_each(|archive| set_mode(&archive, mode))?;
    // Mentions of the feed and replies to its posts then reach its author.
    if let Some(url) = url.filter(|_| !context.args.read_only) {
        context.store()?.set_published(author.id, &url, &exported.names)?;
    }
    context.out.flush()?;
    if settings.command.is_empty() || args.no_command { Ok(()) } else { run(context, &settings.command, &path) }
}

/// Publishes after a change by the user of the command, if the settings ask for it. A failure is a warning: what was done
/// is done.
pub(super) fn after_change(context: &mut Context) -> Result<(), CliError> {
    if !context.config.settings.publish.auto {
        return Ok(());
    }
    let store = context.store()?;
    let author = context.actor(&store)?.nickname;
    after_change_by(context, &store, &author)
}

/// Publishes after a change by a user, as [`after_change`].
pub(super) fn after_change_by(context: &mut Context, store: &Store, author: &Nickname) -> Result<(), CliError> {
    if auto_publish::is_due(&context.config.settings.publish, author) {
        context.out.flush()?;
        if let Err(why) = auto_publish::run(store.path()) {
            context.note(&format!("not published: {why}; try again with microblog publish"));
        }
    }
    Ok(())
}

/// Returns the format that the name of a file asks for.
fn format(path: &Path) -> Result<ExportFormat, String> {
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase());
    match extension.as_deref() {
        Some("txt") => Ok(ExportFormat::Twtxt),
        Some("json") => Ok(ExportFormat::Jsonfeed),
        Some("xml" | "atom") => Ok(ExportFormat::Atom),
        _ => Err(format!("{} has no known extension: use .txt for twtxt, .json or .xml", path.display())),
    }
}

/// Returns the permissions of the file as it is; for a new one, all users may read it, as a web server must.
#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).map_or(0o644, |found| found.permissions().mode() & 0o777)
}

#[cfg(not(unix))]
fn mode(_: &Path) -> u32 {
    0
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) -> Result<(), CliError> {
    use std::os::unix::fs::PermissionsExt;
    let set = fs::set_permissions(path, fs::Permissions::from_mode(mode));
    set.map_err(|error| CliError::Failed(format!("cannot make {} readable: {error}", path.display())))
}

#[cfg(not(unix))]
fn set_mode(_: &Path, _: u32) -> Result<(), CliError> {
    Ok(())
}

/// Runs the command of the settings; what it prints goes to standard error, so that it cannot be mistaken for results.
fn run(context: &mut Context, command: &str, path: &Path) -> Result<(), CliError> {
    let path: PathBuf = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let output = shell::command(command)
        .env("MICROBLOG_FILE", &path)
        .output()
        .map_err(|error| CliError::Failed(format!("cannot run the command of [publish]: {error}")))?;
    for line in String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).lines() {
        context.note(line);
    }
    if output.status.success() {
        return Ok(context.out.clean_line(&format!("ran {command}"))?);
    }
    let status =
        output.status.code().map_or_else(|| "was killed".to_owned(), |code| format!("failed with status {code}"));
    Err(CliError::Failed(format!("the file is written, but the command of [publish] {status}: {command}")))
}
