//! Archives and lists of Mastodon and of other servers of the Fediverse.

use super::*;

/// Writes the files of an archive and reads them.
fn read_files(files: &[(&str, &str)]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    items(Format::Mastodon, folder.path()).unwrap()
}

#[test]
fn nickname_of_a_numeric_actor_is_that_of_their_pages() {
    let id = "https://a.example/ap/users/11684";
    let outbox = |url: &str| {
        format!(
            r#"{{"orderedItems":[{{"type":"Create","actor":"{id}","object":{{"id":"{id}/statuses/1","type":"Note",
            "published":"2026-01-01T00:00:00Z","url":"{url}","to":["as:Public"],"content":"<p>hello</p>"}}}}]}}"#
        )
    };
    for (url, nickname) in [
        ("https://a.example/@ada/1", "ada"),
        ("https://a.example/@bob@other.example/1", "11684"),
        ("https://a.example/notes/1", "11684"),
    ] {
        let read = read_files(&[("outbox.json", &outbox(url))]);
        assert_eq!(read[0], format!("owner {nickname}@a.example | {id}"));
    }
}
