//! Writes posts to a Markdown file.

use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::{self, BufWriter, Write};
use std::path::{Path, absolute};

use crate::config;
use crate::model::Post;
use crate::output_file;
use crate::text::pluralize;
use crate::transfer::export::{FeedInfo, Markdown, Writer};

/// Writes posts to a new file, the oldest first; returns where they are, or why not. Nothing that exists is replaced.
///
/// # Errors
/// When the file exists, or cannot be written.
pub(in crate::tui) fn run(title: String, mut posts: Vec<Post>, path: &str) -> Result<String, String> {
    posts.sort_by_key(|post| post.created_at);
    let file = config::expand_home(Path::new(path));
    let written = write(title, &posts, &file);
    let count = pluralize(posts.len() as u64, "post");
    // A name alone would not say in which folder the program was started.
    let place = absolute(&file).unwrap_or(file);
    written.map(|()| format!("exported {count} to {}", place.display())).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => format!("{path} exists already: give another name"),
        _ => format!("cannot write {path}: {}", output_file::describe(&error)),
    })
}

fn write(title: String, posts: &[Post], path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut file = BufWriter::new(options.open(path)?);
    let mut markdown = Markdown::new(FeedInfo { title, owner: None, url: None, pinned: BTreeSet::new() });
    markdown.head(&mut file)?;
    for post in posts {
        markdown.post(&mut file, post, None)?;
    }
    markdown.foot(&mut file, None)?;
    file.flush()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Body, Nickname, PostId, Timestamp, UserId};

    #[test]
    fn posts_are_written_oldest_first_and_no_file_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("posts.md").display().to_string();
        let post = |id: i64| {
            let body = Body::written(&format!("post {id}")).unwrap();
            Post::plain(PostId(id), UserId(1), Nickname::parse("ada").unwrap(), body, Timestamp::from_micros(id))
        };
        let line = run("Posts".to_owned(), vec![post(2), post(1)], &path).unwrap();
        assert_eq!(line, format!("exported 2 posts to {path}"));
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("# Posts\n"), "{text}");
        assert!(text.find("post 1").unwrap() < text.find("post 2").unwrap(), "{text}");
        let why = run("Posts".to_owned(), vec![post(3)], &path).unwrap_err();
        assert!(why.ends_with("exists already: give another name"), "{why}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        let here = tempfile::tempdir_in(".").unwrap();
        let line = run("Posts".to_owned(), vec![post(3)], &here.path().join("posts.md").display().to_string()).unwrap();
        let place = std::env::current_dir().unwrap().join(here.path().file_name().unwrap()).join("posts.md");
        assert_eq!(line, format!("exported 1 post to {}", place.display()));
    }
}
