//! Opens links in a browser, without waiting for it.

use std::io;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;

use crate::config::expand_home;

/// Opens a link with a command line, to which it is appended, or, if that is empty, with the program of the desktop. If the
/// command ends with an error, `failed` is called with its status on another thread.
///
/// # Errors
/// When the command line is not valid, or no program could be started.
pub fn open_link(link: &str, command: &str, failed: impl FnOnce(ExitStatus) + Send + 'static) -> io::Result<()> {
    if command.trim().is_empty() {
        return open::that_detached(link);
    }
    let words = shell_words::split(command).map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))?;
    let (program, arguments) = words.split_first().ok_or(io::ErrorKind::InvalidInput)?;
    let mut child = Command::new(expand_home(Path::new(program)))
        .args(arguments)
        .arg(link)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    // An ended program stays in the list of processes until somebody asks for its status.
    let _ = thread::Builder::new().name("browser".to_owned()).spawn(move || match child.wait() {
        Ok(status) if !status.success() => failed(status),
        _ => {}
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[cfg(unix)]
    #[test]
    fn browser_of_the_settings_gets_the_link_as_its_last_word() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("link");
        let (sender, failed) = std::sync::mpsc::channel();
        let command = format!("sh -c 'printf %s \"$0\" > {}; exit 3'", file.display());
        open_link("https://a.example/?a=1&b=2", &command, move |status| sender.send(status.code()).unwrap()).unwrap();
        assert_eq!(failed.recv_timeout(Duration::from_secs(60)), Ok(Some(3)));
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "https://a.example/?a=1&b=2");
        assert!(open_link("https://a.example", "no-such-browser-here", |_| {}).is_err());
        assert!(open_link("https://a.example", "'", |_| {}).is_err());
    }
}
