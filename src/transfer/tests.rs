//! Reads the files in `tests/fixtures`, which contain the oddities of real files, and compares one line per item.

mod fediverse;
mod feeds;
mod mutated;
mod x;

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use super::archive::Archive;
use super::{Format, ReadError, read};
use crate::model::{ImportItem, Reaction, RemotePost, RemoteUser};

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

fn person(person: &RemoteUser) -> String {
    let name = person.display_name.as_ref().map_or("", |name| name.as_str());
    let about = person.about_me.as_ref().map_or("", |about| about.as_str());
    [person.nickname.as_str(), &person.url, name, about].join(" | ").trim_end_matches(" | ").to_owned()
}

/// Describes a post: id, date, text, and each field that is not the default.
fn post(post: &RemotePost) -> String {
    let origin = &post.origin;
    let mut parts = vec![post.source.clone(), post.created_at.rfc3339(), post.body.as_str().to_owned()];
    let mut also = |name: &str, value: Option<&str>| parts.extend(value.map(|value| format!("{name}={value}")));
    also("by", post.author.as_deref());
    also("edited", post.edited_at.filter(|at| *at > post.created_at).map(|at| at.rfc3339()).as_deref());
    for revision in &post.revisions {
        also("before", Some(&format!("{} {}", revision.written_at.rfc3339(), revision.body.as_str())));
    }
    also("url", origin.url.as_deref());
    also("language", origin.language.as_deref());
    also("warning", origin.warning.as_deref());
    also("answers", origin.in_reply_to.as_deref());
    also("boosts", origin.boost_of.as_deref());
    also("for", Some(origin.audience.word()).filter(|word| *word != "public"));
    for (name, url) in &post.mentions {
        also("mentions", Some(&format!("{name} {url}")));
    }
    for one in &origin.attachments {
        let parts = [&one.kind, &one.url, &one.file, &one.description];
        also("with", Some(&parts.map(|part| part.as_deref().unwrap_or("-")).join(" ")));
    }
    parts.join(" | ")
}

fn reaction(what: &str, reaction: &Reaction) -> String {
    let copy = reaction.copy.as_ref().map(|copy| format!(" ({})", post(copy)));
    format!("{what} {}{}", reaction.post, copy.unwrap_or_default())
}

fn describe(item: &ImportItem) -> String {
    match item {
        ImportItem::Owner(one) => format!("owner {}", person(one)),
        ImportItem::AvatarUrl(url) => format!("avatar {url}"),
        ImportItem::Avatar(picture) => format!("avatar {} bytes", picture.bytes().len()),
        ImportItem::User(one) => format!("person {}", person(one)),
        ImportItem::Post(one) => post(one),
        ImportItem::Follow { followed, .. } => format!("follows {}", person(followed)),
        ImportItem::FollowKnown { follower, followed } => format!("{follower} follows {followed}"),
        ImportItem::Like(one) => reaction("likes", one),
        ImportItem::Bookmark(one) => reaction("bookmarks", one),
        ImportItem::Deleted { post, .. } => format!("deleted {post}"),
        ImportItem::Skipped(one) => format!("skipped {}: {}", one.place, one.why),
    }
}

fn items(format: Format, path: &Path) -> Result<Vec<String>, ReadError> {
    let mut lines = Vec::new();
    read(format, &mut Archive::open(path)?, &mut |item| {
        lines.push(describe(&item));
        Ok(())
    })?;
    Ok(lines)
}

#[track_caller]
fn check(format: Format, path: &Path, expected: &[&str]) {
    assert_eq!(items(format, path).unwrap(), expected, "{}", path.display());
}

/// Copies the files of a fixture for whose names `fits` is true.
fn copy(from: &Path, to: &Path, fits: &dyn Fn(&str) -> bool) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to.join(name), fits);
        } else if fits(&name) {
            fs::copy(entry.path(), to.join(name)).unwrap();
        }
    }
}

const MASTODON: [&str; 24] = [
    "owner ada@example.social | https://example.social/users/ada | Ada L. | writes & counts",
    "avatar 355 bytes",
    "follows bob@other.example | acct:bob@other.example",
    "follows cyd@third.example | acct:cyd@third.example",
    "https://example.social/users/ada/statuses/1 | 2023-01-01T08:00:00Z | Hello @bob@other.example, see \
     https://example.org/a/long/path #tea | url=https://example.social/@ada/1 | language=en | \
     mentions=bob@other.example https://other.example/users/bob",
    "https://example.social/users/ada/statuses/2 | 2023-01-02T08:00:00Z | eight\nlegs\n\neach | \
     edited=2023-01-02T09:00:00Z | warning=spiders | answers=https://example.social/users/ada/statuses/1 | \
     for=unlisted | with=image/png - media_attachments/files/1/one.png a spider | \
     with=video/mp4 https://files.example/two.mp4 - - | with=image/png - - -",
    "https://example.social/users/ada/statuses/3 | 2023-01-03T08:00:00Z | for followers | for=followers",
    "https://example.social/users/ada/statuses/4 | 2023-01-04T08:00:00Z | psst | for=direct",
    "https://example.social/users/ada/statuses/5/activity | 2023-01-05T08:00:00Z | \
     https://other.example/users/bob/statuses/77 | boosts=https://other.example/users/bob/statuses/77",
    "https://example.social/users/ada/statuses/6 | 2023-01-06T08:00:00Z | Tea?\n- yes (3)\n- no (0)",
    "https://example.social/users/ada/statuses/7 | 2023-01-07T08:00:00Z | [a cup] | \
     with=image/jpeg - media_attachments/files/cup.jpg a cup",
    "skipped post 8: \"Delete\" is no post",
    "skipped post 9: it has no id",
    "skipped post 10: \"yesterday\" is not a date",
    "skipped post 11: it was written by https://other.example/users/bob",
    "skipped post 12: there is no text",
    "skipped post 13: it does not say what it is",
    "skipped post 14: it does not say what it is",
    "skipped post 15: it is no JSON: key must be a string at line 1 column 2",
    "https://example.social/users/ada/statuses/8 | 2023-01-08T08:00:00Z | party :blobcat: here (https://example.org/)",
    "https://example.social/users/ada/statuses/9/activity | 2023-01-09T08:00:00Z | \
     https://example.social/users/ada/statuses/3 | boosts=https://example.social/users/ada/statuses/3 | for=followers",
    "likes https://other.example/users/bob/statuses/78",
    "skipped likes.json 2: it names no post",
    "bookmarks https://example.social/users/ada/statuses/1",
];

/// Returns the lines for an archive whose files are in a folder.
fn inside(folder: &str) -> Vec<String> {
    let file = |line: &&str| line.replace(" media_attachments/", &format!(" {folder}media_attachments/"));
    MASTODON.iter().map(file).collect()
}

#[test]
fn mastodon_archive_is_read_from_folder_zip_and_tar_at_any_depth() {
    let from = fixtures().join("mastodon");
    assert_eq!(items(Format::Mastodon, &from).unwrap(), inside(&format!("{}/", from.display())));
    let folder = tempfile::tempdir().unwrap();
    for around in ["", "archive-2023/", "a/b/"] {
        let path = folder.path().join("archive.zip");
        zipped(&path, &from, around);
        assert_eq!(items(Format::Mastodon, &path).unwrap(), inside(around));
        let path = folder.path().join("archive.tar.gz");
        tarred(&path, &from, if around.is_empty() { "." } else { around });
        assert_eq!(items(Format::Mastodon, &path).unwrap(), inside(around));
    }
}

fn tarred(path: &Path, from: &Path, around: &str) {
    let gz = flate2::write::GzEncoder::new(File::create(path).unwrap(), flate2::Compression::fast());
    let mut tar = tar::Builder::new(gz);
    tar.append_dir_all(around, from).unwrap();
    tar.into_inner().unwrap().finish().unwrap();
}

fn zipped(path: &Path, from: &Path, around: &str) {
    let mut zip = zip::ZipWriter::new(File::create(path).unwrap());
    let mut folders = vec![from.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(from).unwrap().to_str().unwrap().to_owned();
            zip.start_file(format!("{around}{name}"), zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(&fs::read(path).unwrap()).unwrap();
        }
    }
    zip.finish().unwrap();
}

#[test]
fn mastodon_archive_with_missing_files_is_read() {
    let from = fixtures().join("mastodon");
    let folder = tempfile::tempdir().unwrap();
    let with = |name: &str, files: &[&str]| {
        let path = folder.path().join(name);
        copy(&from, &path, &|file| files.contains(&file));
        items(Format::Mastodon, &path)
    };
    let owner = MASTODON[0].to_owned();
    let no_posts = "skipped outbox.json: the archive has none, so there are no posts".to_owned();
    assert_eq!(with("a", &["actor.json"]).unwrap(), [owner, no_posts]);
    let alone = with("b", &["outbox.json"]).unwrap();
    assert_eq!(alone[0], "owner ada@example.social | https://example.social/users/ada");
    assert_eq!(alone.len(), 18);
    let file = items(Format::Mastodon, &from.join("outbox.json")).unwrap();
    assert_eq!(file.len(), 18);
    let why = with("c", &["likes.json"]).unwrap_err().to_string();
    assert!(why.ends_with("has no actor.json and no posts: it is no archive of an account"), "{why}");
}

#[test]
fn invalid_avatar_is_skipped() {
    let folder = tempfile::tempdir().unwrap();
    copy(&fixtures().join("mastodon"), folder.path(), &|file| file == "actor.json");
    let mut long = fs::read(fixtures().join("mastodon/avatar.png")).unwrap();
    let cut = long[..200].to_vec();
    long.resize(5 << 20, 0);
    for (bytes, why) in [
        (&b"\x1b[2J"[..], "not a PNG, JPEG, GIF or WebP picture: convert it to one of these"),
        (&cut, "the picture is damaged: save it again as PNG or JPEG"),
        (&long, "the picture is larger than 1 MB: use a smaller one"),
    ] {
        fs::write(folder.path().join("avatar.png"), bytes).unwrap();
        let found = items(Format::Mastodon, folder.path()).unwrap();
        assert_eq!(found[1..2], [format!("skipped avatar.png: {why}")]);
        assert_eq!(found.len(), 3);
    }
}

#[test]
fn follows_are_read_from_two_or_four_columns() {
    let folder = tempfile::tempdir().unwrap();
    copy(&fixtures().join("mastodon"), folder.path(), &|file| file == "actor.json");
    fs::write(
        folder.path().join("following_accounts.csv"),
        "Account address,Show boosts\r\nbob@other.example,true\r\n",
    )
    .unwrap();
    let found = items(Format::Mastodon, folder.path()).unwrap();
    assert_eq!(found[1], "follows bob@other.example | acct:bob@other.example");
}

#[test]
fn x_archive_is_read_with_all_parts() {
    let with_media = "https://img.example/1.jpg - a cup | with=video https://img.example/2.jpg - -";
    let first = format!(
        "x:1500000000000000001 | 2022-03-04T10:00:00Z | @bob 1 < 2 & 3, see https://example.org/long | \
         url=https://x.com/ada/status/1500000000000000001 | language=en | \
         mentions=bob https://x.com/i/user/2002 | with=photo {with_media}"
    );
    check(
        Format::X,
        &fixtures().join("x/data"),
        &[
            "owner ada@x.com | https://x.com/i/user/1001 | Ada & Co | tea > coffee",
            "avatar 540 bytes",
            "x:1400000000000000001 | 2021-06-04T10:00:00Z | the second part | \
             url=https://x.com/ada/status/1400000000000000001",
            &first,
            "x:1500000000000000002 | 2022-03-04T10:01:00Z | and so on | \
             url=https://x.com/ada/status/1500000000000000002 | answers=x:1500000000000000001",
            "x:1500000000000000003 | 2022-03-04T10:02:00Z | RT @bob: what somebody else said, cut… | \
             url=https://x.com/ada/status/1500000000000000003 | boosts=x:retweet of 1500000000000000003",
            "x:1500000000000000004 | 2022-03-04T10:03:00Z | \
             A long story that goes on and on and never comes to an end and then it does: https://example.org/told | \
             url=https://x.com/ada/status/1500000000000000004",
            "skipped tweets.js 5: \"Fri Foo 04 10:03:00 +0000 2022\" is not a date",
            "skipped tweets.js 6: it has no id",
            "x:1500000000000000006 | 2022-03-04T10:03:00Z | [media] | \
             url=https://x.com/ada/status/1500000000000000006 | with=photo - - -",
            "follows bob@x.com | https://x.com/i/user/2002",
            "follows 3003@x.com | https://x.com/i/user/3003",
            "skipped following.js 3: it names no user",
            "person unknown@x.com | https://x.com/i/user/unknown",
            "likes x:1500000000000000099 (x:1500000000000000099 | 2022-03-05T06:47:23.309Z | worth a like | \
             by=https://x.com/i/user/unknown | url=https://twitter.com/i/web/status/1500000000000000099)",
            "likes x:1500000000000000002",
            "skipped like.js 3: it names no post",
        ],
    );
}

#[test]
fn single_x_file_of_2018_is_read() {
    check(
        Format::X,
        &fixtures().join("x/tweet.js"),
        &[
            "owner someone@x.com | https://x.com/i/user/someone",
            "x:1000000000000000001 | 2018-05-26T08:00:00Z | in the old form | \
             url=https://x.com/someone/status/1000000000000000001",
        ],
    );
}

#[test]
fn single_x_file_of_2019_is_read() {
    check(
        Format::X,
        &fixtures().join("x/between/tweet.js"),
        &[
            "owner someone@x.com | https://x.com/i/user/someone",
            "x:1200000000000000001 | 2019-11-28T08:00:00Z | wrapped, with numbers that are none in strings | \
             url=https://x.com/someone/status/1200000000000000001",
        ],
    );
}

#[test]
fn json_feed_with_numeric_ids_and_missing_fields_is_read() {
    check(
        Format::Jsonfeed,
        &fixtures().join("feeds/odd.json"),
        &[
            "owner Jo_Odd@odd.example | https://odd.example/feed.json | Odd – Feed | what feeds really hold",
            "https://odd.example/feed.json 7 | 2022-12-31T23:00:00Z | a number for an id | language=en",
            "https://odd.example/8 | 2023-01-02T00:00:00Z | A ‘title’\n\nand a text | edited=2023-01-03T00:00:00Z | \
             url=https://odd.example/8 | language=de | with=- https://odd.example/8.mp3 - sound",
            "https://odd.example/9 | 2023-01-04T00:00:00Z | only a summary | \
             url=https://odd.example/9 | language=en",
            "https://odd.example/feed.json 10 | 2023-01-04T00:00:00.000001Z | no date | language=en",
            "skipped item 5: it has no text",
            "skipped item 6: it has no id",
            "https://odd.example/feed.json 12 | 2023-01-04T00:00:00.000002Z | when | language=en",
            "skipped item 7: \"soon\" is not a date: imported with the date of its neighbors",
            "skipped item 8: it has no id",
        ],
    );
}

#[test]
fn json_feed_1_1_with_several_authors_is_read() {
    check(
        Format::Jsonfeed,
        &fixtures().join("feeds/authors.json"),
        &[
            "owner Ada@three.example | https://three.example/ | Three of us",
            "avatar https://three.example/icon.png",
            "person Bob@three.example | author:three.example/Bob | Bob",
            "https://three.example/1 | 2023-01-01T00:00:00Z | the text with a link (https://example.org/) | \
             by=author:three.example/Bob",
            "https://three.example/2 | 2023-01-02T00:00:00Z | Only a title\n\nhttps://example.org/",
        ],
    );
}

#[test]
fn rss_of_mastodon_account_has_content_warnings_and_no_titles() {
    check(
        Format::Rss,
        &fixtures().join("feeds/account.rss"),
        &[
            "owner Ada_L.@example.social | https://example.social/@ada | Ada L. | Public posts from @ada@example.social",
            "https://example.social/@ada/1 | 2023-01-01T08:00:00Z | no title, & a link (https://example.org/x) | \
             url=https://example.social/@ada/1 | with=image/png https://files.example/1.png - a map",
            "https://example.social/@ada/2 | 2023-01-02T08:00:00Z | eight legs | url=https://example.social/@ada/2 | \
             warning=spiders",
            "https://example.social/@ada three | 2023-01-03T08:00:00Z | A title that is cut and goes on",
            "https://example.social/@ada undated | 2023-01-03T08:00:00.000001Z | when?",
        ],
    );
}

#[test]
fn atom_feed_with_titles_and_two_dates_is_read() {
    check(
        Format::Atom,
        &fixtures().join("feeds/notes.atom"),
        &[
            "owner Ada@example.org | https://example.org/notes.atom | Notes",
            "https://example.org/notes.atom urn:1 | 2023-01-01T00:00:00Z | One\n\nfirst | \
             edited=2023-01-02T00:00:00Z | url=https://example.org/1 | language=en",
            "https://example.org/notes.atom urn:2 | 2023-01-03T00:00:00Z | second | language=en",
        ],
    );
}

#[test]
fn twtxt_feed_with_metadata_and_replies_is_read() {
    check(
        Format::Twtxt,
        &fixtures().join("feeds/jo.txt"),
        &[
            "owner jo@jo.example | https://jo.example/twtxt.txt |  | what feeds really hold",
            "follows bob@bob.example | https://bob.example/feed.txt",
            "follows two_words@two.example | https://two.example/x | two words",
            "twtxt:htnlbemto3te | 2026-01-01T00:00:00Z | hello @<bob https://bob.example/feed.txt> and #tea | \
             mentions=bob https://bob.example/feed.txt",
            "twtxt:zo7qgorf3cml | 2025-12-31T23:00:01Z | an answer | answers=#j5uwzcq",
            "twtxt:6yj7jkzqdvyr | 2026-01-01T00:00:02Z | two\nlines",
            "twtxt:z56f4f3byer5 | 2026-01-01T00:00:00Z | spaces for a tab",
            "skipped line 12: \"2026-01-75T00:00:00Z\" is not a date",
            "twtxt:3yqbiauyhlnr | 2026-01-01T00:00:03Z | (re: bread) a topic",
            "skipped line 14: \"no\" is not a date",
            "twtxt:4atgjdskml25 | 2024-12-31T23:59:59Z | (#117122622237646048) no answer",
        ],
    );
}

#[test]
fn handwritten_twtxt_feed_is_read() {
    let long = format!("twtxt:xmspinfcus3v | 2023-02-28T06:00:00Z | {}post", "long ".repeat(468));
    check(
        Format::Twtxt,
        &fixtures().join("feeds/worn.txt"),
        &[
            "owner worn@worn.example | https://worn.example/tw.txt",
            "twtxt:szdom4awo5v5 | 2023-03-09T00:00:00Z | the newest first",
            "twtxt:ngnaxj4btyhf | 2023-03-08T10:00:00.123456Z | parts of a second",
            "twtxt:pkaqzzwtpkdn | 2023-03-08T09:00:00Z | no colon",
            "twtxt:aygwqcyh3mvb | 2023-03-08T08:30:00Z | neither seconds nor zone",
            "twtxt:r2nzbmiud4fy | 2023-03-08T16:00:00Z | no seconds, but a zone",
            "twtxt:k6bjilz6zey3 | 2023-03-07T00:00:00Z | a lone \r carriage return",
            "twtxt:rfasg2taw3e3 | 2023-03-06T00:00:00Z | broken \u{fffd}\u{fffd} bytes",
            "twtxt:7hiwcipggilp | 2023-03-05T00:00:00Z | four spaces    for no tab",
            "twtxt:lfvehu5sihy4 | 2023-03-04T00:00:00Z | the same twice",
            "twtxt:lfvehu5sihy4 | 2023-03-04T00:00:00Z | the same twice",
            "twtxt:vl6k7qwoe42t | 2023-03-04T00:00:00Z | and another in that second",
            "skipped line 16: \"2023-03-03T21:49:18:05:00\" is not a date",
            "skipped line 17: \"2023-08-75T13:04:00Z\" is not a date",
            "twtxt:ekkdxcbbus5h | 2023-03-02T00:00:00Z | a tab in letters",
            "twtxt:wldm5kkp52bb | 2023-03-01T00:00:00Z | @<https://no.example/name.txt> a subject with its address | answers=#abcdefg | mentions=no.example https://no.example/name.txt",
            "twtxt:6ooulnwyermf | 2023-02-28T12:00:00Z | ends\u{85}of\u{2029}lines\u{b}that\u{c}are none",
            &long,
            "twtxt:cwrf3nudplt7 | 2023-02-28T00:00:00Z | no end of the line",
        ],
    );
}

#[test]
fn twtxt_lines_in_windows_1252_are_decoded() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("twtxt.txt");
    let lines: &[u8] = b"# nick = andr\xe9\n2024-01-01T00:00:00Z\t\x93caf\xe9\x94\n2024-01-02T00:00:00Z\tcaf\xc3\xa9\n";
    std::fs::write(&path, lines).unwrap();
    let read = items(Format::Twtxt, &path).unwrap().join("\n");
    assert!(read.contains("andré") && read.contains("“café”") && !read.contains('\u{fffd}'), "{read}");
}

#[test]
fn twtxt_feed_of_one_byte_has_no_posts() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("quiet.txt"), "\n").unwrap();
    check(Format::Twtxt, &folder.path().join("quiet.txt"), &["owner quiet@twtxt | twtxt:quiet"]);
}

#[test]
fn mention_in_an_address_is_not_completed() {
    let note = |object: &str| {
        format!(
            r#"{{"type":"OrderedCollection","orderedItems":[{{"type":"Create","actor":"https://a.example/users/ada","object":{object}}}]}}"#
        )
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("outbox.json");
    let read_note = |object: &str| {
        fs::write(&path, note(object)).unwrap();
        items(Format::Mastodon, &path).unwrap().pop().unwrap()
    };
    let post = read_note(
        r#"{"id":"https://a.example/1","type":"Note","published":"2024-01-01T00:00:00Z","to":"as:Public","content":"https://b.example/@bob/7 by @bob","tag":{"type":"Mention","name":"@bob","href":"https://b.example/users/bob"}}"#,
    );
    assert!(post.contains("| https://b.example/@bob/7 by @bob@b.example | mentions=bob@b.example"), "{post}");
    let post = read_note(
        r#"{"id":"https://a.example/2","type":"Article","name":"A title","published":"2024-01-01T00:00:00Z","to":"as:Public","content":"<p>text</p>","attachment":{"mediaType":"image/png","url":"https://a.example/1.png"}}"#,
    );
    assert!(post.contains("| A title\n\ntext | with=image/png https://a.example/1.png - -"), "{post}");
}

#[test]
fn list_of_statuses_has_their_authors() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("statuses.json");
    let status = |id: u32, acct: &str, more: &str| {
        format!(
            r#"{{"id":"{id}","uri":"https://a.example/{id}","url":"https://a.example/@x/{id}","created_at":"2024-01-01T00:00:00.000Z","content":"<p>text {id}</p>","account":{{"acct":"{acct}","uri":"https://a.example/users/{acct}"}}{more}}}"#
        )
    };
    let list =
        [status(1, "ada", ""), status(2, "bob", r#","visibility":"private","spoiler_text":"food","reblog":null"#)];
    fs::write(&path, format!("[{}]", list.join(","))).unwrap();
    assert_eq!(
        items(Format::Mastodon, &path).unwrap(),
        [
            "owner ada@a.example | https://a.example/users/ada",
            "https://a.example/1 | 2024-01-01T00:00:00Z | text 1 | url=https://a.example/@x/1",
            "person bob@a.example | https://a.example/users/bob",
            "https://a.example/2 | 2024-01-01T00:00:00Z | text 2 | by=https://a.example/users/bob | \
             url=https://a.example/@x/2 | warning=food | for=followers",
        ]
    );
}
