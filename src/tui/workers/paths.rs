//! Completes the path of a file, as a shell does.

use std::fs;
use std::path::Path;

use crate::config::expand_home;

/// At most so many names are returned.
const MAX_NAMES: usize = 20;

/// Returns a path as far as all files agree that it is the start of, and the names of these files; folders end with a
/// slash. A file whose name starts with a dot is only found by the dot.
pub(super) fn complete(typed: &str) -> (String, Vec<String>) {
    let (folder, start) = typed.rfind('/').map_or(("", typed), |slash| typed.split_at(slash + 1));
    let shown = if folder.is_empty() { Path::new(".").to_owned() } else { expand_home(Path::new(folder)) };
    let Ok(entries) = fs::read_dir(shown) else { return (typed.to_owned(), vec![]) };
    let name = |entry: fs::DirEntry| {
        let name = entry.file_name().into_string().ok()?;
        let is_meant = name.starts_with(start) && (start.starts_with('.') || !name.starts_with('.'));
        is_meant.then(|| if entry.path().is_dir() { format!("{name}/") } else { name })
    };
    let mut names: Vec<String> = entries.flatten().filter_map(name).collect();
    names.sort();
    let Some(first) = names.first() else { return (typed.to_owned(), vec![]) };
    let common = names.iter().fold(first.as_str(), |common, name| {
        let end = common.char_indices().zip(name.chars()).find(|((_, a), b)| a != b).map(|((at, _), _)| at);
        &common[..end.unwrap_or(common.len().min(name.len()))]
    });
    let completed = format!("{folder}{common}");
    names.truncate(MAX_NAMES);
    (completed, names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn path_is_completed_as_far_as_all_names_agree() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["archive-1.zip", "archive-2.zip", "Äpfel.txt", ".hidden"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        fs::create_dir(folder.path().join("feeds")).unwrap();
        let base = folder.path().display().to_string();
        for (typed, completed, names) in [
            ("/a", "/archive-", vec!["archive-1.zip", "archive-2.zip"]),
            ("/archive-2", "/archive-2.zip", vec!["archive-2.zip"]),
            ("/Ä", "/Äpfel.txt", vec!["Äpfel.txt"]),
            ("/f", "/feeds/", vec!["feeds/"]),
            ("/.h", "/.hidden", vec![".hidden"]),
            ("/", "/", vec!["archive-1.zip", "archive-2.zip", "feeds/", "Äpfel.txt"]),
            ("/nothing", "/nothing", vec![]),
            ("/none/x", "/none/x", vec![]),
        ] {
            let (found, shown) = complete(&format!("{base}{typed}"));
            assert_eq!(found, format!("{base}{completed}"), "{typed}");
            assert_eq!(shown, names, "{typed}");
        }
    }
}
