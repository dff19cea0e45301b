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

#[test]
fn notes_of_misskey_are_read() {
    let note = |id: &str, text: &str, more: &str| {
        format!(
            r#"{{"id":"{id}","text":{text},"createdAt":"2026-01-01T00:00:00.000Z","fileIds":[],"files":[],"replyId":null,
            "renoteId":null,"cw":null,"visibility":"public","localOnly":false{more}}}"#
        )
    };
    let file = r#","files":[{"id":"f","type":"image/png","url":"https://m.example/f.png","comment":"a cup"}]"#;
    let notes = [
        note("a1", r#""hello""#, ""),
        note("a2", r#""reply""#, r#","replyId":"a1","cw":"spiders","visibility":"home""#),
        note("a3", "null", r#","renoteId":"a1""#),
        note("a4", "null", r#","renoteId":"other""#),
        note("a5", "null", file),
        note("a6", r#""which?""#, r#","poll":{"choices":[{"text":"tea","votes":2}]},"visibility":"specified""#),
    ];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.json");
    fs::write(&path, format!("[{}]", notes.join(","))).unwrap();
    let read = items(Format::Mastodon, &path).unwrap();
    assert_eq!(
        read,
        [
            "owner someone@misskey | misskey:someone",
            "misskey:a1 | 2026-01-01T00:00:00Z | hello",
            "misskey:a2 | 2026-01-01T00:00:00Z | reply | warning=spiders | answers=misskey:a1 | for=unlisted",
            "misskey:a3 | 2026-01-01T00:00:00Z | misskey:a1 | boosts=misskey:a1",
            "skipped post 4: it boosts a note of another user, whose address the file does not have",
            "misskey:a5 | 2026-01-01T00:00:00Z | [a cup] | with=image/png https://m.example/f.png - a cup",
            "misskey:a6 | 2026-01-01T00:00:00Z | which?\n- tea (2) | for=direct",
        ]
    );
}

#[test]
fn addresses_of_pleroma_are_lists_of_links() {
    let outbox = r#"{"orderedItems":[{"type":"Create","actor":"https://p.example/users/ada","object":{"id":"https://p.example/objects/1",
        "type":"Note","published":"2026-01-01T00:00:00Z","to":["https://www.w3.org/ns/activitystreams#Public"],"content":"hi","summary":"",
        "url":[{"type":"Link","href":"https://p.example/notice/1"}],
        "attachment":[{"type":"Document","mediaType":"image/png","name":"","url":[{"type":"Link","href":"https://p.example/m.png","mediaType":"image/png"}]}]}}]}"#;
    let read = read_files(&[("outbox.json", outbox)]);
    assert_eq!(
        read[1],
        "https://p.example/objects/1 | 2026-01-01T00:00:00Z | hi | url=https://p.example/notice/1 | with=image/png https://p.example/m.png - -"
    );
}
