//! Reads twtxt feeds (<https://twtxt.readthedocs.io>, <https://twtxt.dev>): one post per line, `time TAB text`.
//!
//! Real feeds also have spaces instead of the tab, times without seconds or zone, and invalid UTF-8.

use std::borrow::Cow;
use std::collections::HashSet;
use std::io::{BufReader, Read};
use std::path::Path;

use blake2::{Blake2b, Digest, digest::consts::U32};
use chrono::{DateTime, FixedOffset, SecondsFormat};
use data_encoding::BASE32_NOPAD;

use super::address::authority;
use super::archive::{Archive, file_name};
use super::author::{about_me, avatar_url, display_name, host_of, person};
use super::encoding::repaired;
use super::line_reader::read_line;
use super::report::skipped;
use super::{ReadError, Sink, time};
use crate::model::{Body, ImportItem, Origin, RemotePost, RemoteUser, Timestamp};
use crate::text::{TokenKind, tokens};

/// Longest line, in bytes; real posts reach a few thousand.
const LONGEST: usize = 1 << 20;
/// Longest time that may have spaces, in bytes; the words before a tab in a text are longer.
const LONGEST_TIME: usize = 40;
/// Length of the part of a hash that identifies a post within its feed, in characters: 60 bits.
const HASH: usize = 12;
/// Replies use version 2 of the hash for posts since then, 2026-07-01T00:00:00Z, and version 1 before.
pub(super) const LONG_FROM: Timestamp = Timestamp::from_seconds(1_782_864_000);
/// Length of a version 2 hash: the first characters of the full hash.
pub(super) const LONG: usize = 12;
/// Length of a version 1 hash: the last characters of the full hash.
pub(super) const SHORT: usize = 7;

/// Metadata in the comments of a feed.
#[derive(Debug, Default)]
struct Header {
    nick: Option<String>,
    url: Option<String>,
    description: Option<String>,
    avatar: Option<String>,
    language: Option<String>,
    follows: Vec<String>,
    /// Archives of older posts.
    previous: Vec<String>,
}

pub(super) fn read(archive: &mut Archive, emit: &mut Sink<'_>) -> Result<(), ReadError> {
    let first = archive.single_file("feed")?;
    read_feed(&first, archive, emit)
}

/// Reads a feed and the archives of older posts that it names, as far as they can be opened.
fn read_feed(name: &str, archive: &mut Archive, emit: &mut Sink<'_>) -> Result<(), ReadError> {
    let header = header(name, archive.open_text(name)?)?;
    let owner = owner(&header, &default_nick(name, archive.url().is_some()));
    let hashed = hashed_url(header.url.as_deref(), archive.url());
    emit(ImportItem::Owner(owner))?;
    avatar_url(archive.url(), header.avatar.as_deref(), emit)?;
    for followed in header.follows.iter().filter_map(|value| followed(value)) {
        emit(ImportItem::Follow { follower: None, followed })?;
    }
    let mut seen = HashSet::new();
    let mut pending = vec![name.to_owned()];
    while let Some(next) = pending.pop() {
        if !seen.insert(next.clone()) {
            continue;
        }
        let is_older = next != name;
        let Ok(input) = archive.open_text(&next) else {
            if !is_older {
                return Err(ReadError::file(&next, &std::io::ErrorKind::NotFound.into()));
            }
            emit(skipped(&next, "this archive of older posts is not in the folder of the feed"))?;
            continue;
        };
        let feed = Feed { url: hashed.as_deref(), language: header.language.as_deref() };
        let found = posts(&next, is_older, input, &feed, emit)?;
        let folder = name.strip_suffix(file_name(name)).unwrap_or_default();
        if archive.url().is_none() {
            pending.extend(found.iter().map(|previous| format!("{folder}{}", file_name(previous))));
        }
    }
    Ok(())
}

/// Returns the address that the hashes of posts are made of: the one that the feed claims, or else the one that it was
/// fetched from. A feed that was fetched cannot claim an address of another site, and with it the hashes of others.
fn hashed_url(claimed: Option<&str>, fetched: Option<&str>) -> Option<String> {
    let is_own = |url: &&str| fetched.is_none_or(|fetched| authority(fetched) == authority(url));
    claimed.filter(is_own).or(fetched).map(str::to_owned)
}

fn header(name: &str, input: impl Read) -> Result<Header, ReadError> {
    let mut header = Header::default();
    let mut input = BufReader::with_capacity(1 << 16, input);
    let mut bytes = Vec::new();
    let mut first = true;
    while read_line(&mut input, &mut bytes, LONGEST).map_err(|error| ReadError::file(name, &error))?.is_some() {
        let text = if first { bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes) } else { &bytes };
        first = false;
        if text.first() == Some(&b'#')
            && let Some((key, value)) = field(&repaired(&text[1..]))
        {
            let one = |slot: &mut Option<String>| {
                slot.get_or_insert_with(|| value.clone());
            };
            match key.as_str() {
                "nick" => one(&mut header.nick),
                "url" => one(&mut header.url),
                "description" => one(&mut header.description),
                "avatar" => one(&mut header.avatar),
                "lang" => one(&mut header.language),
                "follow" => header.follows.push(value),
                "prev" => header.previous.push(value),
                _ => {}
            }
        }
    }
    Ok(header)
}

/// Parses `key = value` in a comment; the key is returned in lower case.
fn field(comment: &str) -> Option<(String, String)> {
    let (key, value) = comment.split_once('=')?;
    let (key, value) = (key.trim(), value.trim());
    let is_key = !key.is_empty() && !key.contains(char::is_whitespace) && !key.starts_with('#');
    (is_key && !value.is_empty()).then(|| (key.to_ascii_lowercase(), value.to_owned()))
}

/// Returns the nick of a feed that does not name one: the name of its file or, since most of them are called
/// `twtxt.txt`, of the folder that the file is in.
fn default_nick(name: &str, is_fetched: bool) -> String {
    let base = file_name(name);
    let stem = base.split('.').next().filter(|stem| !stem.is_empty()).unwrap_or("someone");
    let is_common = ["twtxt", "feed"].iter().any(|common| stem.eq_ignore_ascii_case(common));
    let path = std::path::absolute(name).ok().filter(|_| is_common && !is_fetched);
    let folder = path.as_deref().and_then(Path::parent).and_then(Path::file_name);
    folder.map_or_else(|| stem.to_owned(), |folder| folder.to_string_lossy().into_owned())
}

/// Returns the author of a feed.
fn owner(header: &Header, default_nick: &str) -> RemoteUser {
    let nick = header.nick.as_deref().unwrap_or(default_nick);
    let mut owner = match &header.url {
        Some(url) => person(nick, host_of(url), url.clone()),
        None => person(nick, "twtxt", format!("twtxt:{nick}")),
    };
    owner.display_name = display_name(nick).filter(|_| owner.nickname.as_str().split('@').next() != Some(nick));
    owner.about_me = header.description.as_deref().and_then(about_me);
    owner
}

/// Parses `nick url`, where the nick may contain spaces or be missing.
fn followed(value: &str) -> Option<RemoteUser> {
    let url = value.split_whitespace().next_back().filter(|url| url.contains("://"))?;
    let nick = value.strip_suffix(url).unwrap_or_default().trim();
    let host = host_of(url);
    let mut followed = person(if nick.is_empty() { host } else { nick }, host, url.to_owned());
    followed.display_name = display_name(nick).filter(|_| followed.nickname.as_str().split('@').next() != Some(nick));
    Some(followed)
}

/// Metadata that applies to all posts of a feed.
struct Feed<'f> {
    url: Option<&'f str>,
    language: Option<&'f str>,
}

/// Emits the posts; returns the archives that the comments name.
fn posts(
    name: &str,
    is_older: bool,
    input: impl Read,
    feed: &Feed<'_>,
    emit: &mut Sink<'_>,
) -> Result<Vec<String>, ReadError> {
    let mut input = BufReader::with_capacity(1 << 16, input);
    let (mut bytes, mut previous) = (Vec::new(), Vec::new());
    for number in 1.. {
        let Some(long) = read_line(&mut input, &mut bytes, LONGEST).map_err(|error| ReadError::file(name, &error))?
        else {
            break;
        };
        let place = if is_older { format!("{name} line {number}") } else { format!("line {number}") };
        if long {
            emit(skipped(place, format!("it is longer than {} MB", LONGEST >> 20)))?;
            continue;
        }
        let text = repaired(bytes.strip_prefix(b"\xef\xbb\xbf").filter(|_| number == 1).unwrap_or(&bytes));
        if let Some(comment) = text.strip_prefix('#') {
            if let Some((key, value)) = field(comment)
                && key == "prev"
            {
                previous.extend(value.split_whitespace().next_back().map(str::to_owned));
            }
        } else if !text.trim().is_empty() {
            match post(&text, &place, feed) {
                Ok(post) => emit(ImportItem::Post(Box::new(post)))?,
                Err(why) => emit(skipped(place, why))?,
            }
        }
    }
    Ok(previous)
}

fn post(line: &str, place: &str, feed: &Feed<'_>) -> Result<RemotePost, String> {
    let (stamp, raw) = split_line(line.trim_start()).ok_or_else(|| format!("{:?} has no text", start(line)))?;
    let moment = time::parse(stamp).ok_or_else(|| format!("{:?} is not a date", start(stamp)))?;
    let created_at = Timestamp::from(moment);
    // U+2028 is a line break in a post, since a line feed ends the post.
    let text = if raw.contains('\u{2028}') { Cow::Owned(raw.replace('\u{2028}', "\n")) } else { Cow::Borrowed(raw) };
    let mut body = Body::imported(&text).map_err(|_| "there is no text".to_owned())?;
    let source = format!("twtxt:{}", id(created_at, &body));
    let aliases = feed.url.map_or_else(Vec::new, |url| names(&full_hash(url, moment, raw), created_at));
    let mut origin = Origin { language: feed.language.map(str::to_owned), aliases, ..Origin::default() };
    if let Some((hash, rest)) = subject(body.as_str()) {
        origin.in_reply_to = Some(format!("#{hash}"));
        if let Ok(shorter) = Body::imported(&rest) {
            origin.original = Some(body.to_string());
            body = shorter;
        }
    }
    Ok(RemotePost {
        author: None,
        source,
        created_at,
        edited_at: None,
        revisions: Vec::new(),
        mentions: mentioned(body.as_str()),
        body,
        origin,
        place: place.to_owned(),
    })
}

/// Splits a line into time and text, at a tab or what some use instead: spaces, or the two characters `\t`. A time may have
/// spaces itself where a tab follows.
fn split_line(line: &str) -> Option<(&str, &str)> {
    if let Some((stamp, text)) = line.split_once('\t')
        && let Some((date, hour)) = stamp.split_once(' ')
        && !date.contains(':')
        && hour.starts_with(|c: char| c.is_ascii_digit())
        && hour.contains(':')
        && stamp.len() <= LONGEST_TIME
        && time::parse(stamp).is_some()
    {
        return Some((stamp, text));
    }
    let end = line.find(['\t', ' '])?;
    Some(match line[..end].find("\\t") {
        Some(at) => (&line[..at], line[at + 2..].trim_start()),
        None => (&line[..end], &line[end + 1..]),
    })
}

/// Returns the hashes by which replies name a post. Older programs still use version 1 for newer posts.
fn names(hash: &str, created_at: Timestamp) -> Vec<String> {
    let mut names = vec![format!("#{}", &hash[hash.len() - SHORT..])];
    names.extend((created_at >= LONG_FROM).then(|| format!("#{}", &hash[..LONG])));
    names
}

/// Returns the users that `@<nick url>` names, as nick and address.
fn mentioned(body: &str) -> Vec<(String, String)> {
    if !body.contains("@<") {
        return Vec::new();
    }
    let pair = |token: crate::text::Token<'_>| {
        let inside = body[token.range].strip_prefix("@<")?.strip_suffix('>')?;
        let url = inside.split_whitespace().next_back().filter(|url| url.contains("://"))?;
        Some((token.name.to_owned(), url.to_owned()))
    };
    tokens(body).into_iter().filter(|token| token.kind == TokenKind::Mention).filter_map(pair).collect()
}

/// Returns the hash of the post that a text replies to, and the text without it.
///
/// The hash is in the first brackets, which mentions may precede. Only 7 or 12 characters of base 32 are a hash.
pub(super) fn subject(text: &str) -> Option<(String, String)> {
    let mut at = 0;
    loop {
        let rest = &text[at..];
        let rest_trimmed = rest.trim_start();
        at += rest.len() - rest_trimmed.len();
        if let Some(mention) = rest_trimmed.strip_prefix("@<") {
            at += 2 + mention.find('>')? + 1;
        } else if rest_trimmed.starts_with('@') {
            at += rest_trimmed.find(char::is_whitespace)?;
        } else {
            break;
        }
    }
    let inside = text[at..].strip_prefix("(#")?;
    let end = inside.find(')')?;
    let hash = match inside[..end].strip_prefix('<') {
        Some(pair) => pair.strip_suffix('>')?.split_whitespace().next()?,
        None => &inside[..end],
    };
    let is_hash =
        matches!(hash.len(), 7 | 12) && hash.bytes().all(|b| b.is_ascii_lowercase() || (b'2'..=b'7').contains(&b));
    let rest = format!("{}{}", &text[..at], inside[end + 1..].trim_start());
    is_hash.then(|| (hash.to_owned(), rest))
}

/// Returns what identifies a post within its feed, however its line is written.
fn id(created_at: Timestamp, text: &Body) -> String {
    let mut id = hash(&[&created_at.micros().to_string(), "\n", text.as_str()]);
    id.truncate(HASH);
    id
}

/// Returns the full hash of a post in base 32: its last 7 characters are version 1, its first 12 version 2.
#[must_use]
pub(super) fn full_hash(url: &str, moment: DateTime<FixedOffset>, text: &str) -> String {
    hash(&[url, "\n", &moment.to_rfc3339_opts(SecondsFormat::Secs, true), "\n", text])
}

/// Returns the hash of a text in parts, in base 32.
fn hash(parts: &[&str]) -> String {
    let mut hasher = Blake2b::<U32>::new();
    for part in parts {
        hasher.update(part);
    }
    let mut hash = BASE32_NOPAD.encode(&hasher.finalize());
    hash.make_ascii_lowercase();
    hash
}

/// Returns the start of a text, by which its line can be found.
fn start(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::{full_hash, subject};
    use crate::model::{ImportItem, RemotePost, RemoteUser};
    use crate::transfer::archive::{Archive, file_name};
    use crate::transfer::time;

    #[derive(Debug, Default)]
    struct Read {
        owner: Option<RemoteUser>,
        follows: Vec<String>,
        posts: Vec<RemotePost>,
        skipped: Vec<(String, String)>,
    }

    fn read(files: &[(&str, &[u8])]) -> Read {
        let mut read = Read::default();
        let mut emit = |item| {
            match item {
                ImportItem::Owner(person) => read.owner = Some(person),
                ImportItem::Follow { followed, .. } => read.follows.push(followed.nickname.to_string()),
                ImportItem::Post(post) => read.posts.push(*post),
                ImportItem::Skipped(skipped) => read.skipped.push((skipped.place, skipped.why)),
                other => panic!("{other:?}"),
            }
            Ok(())
        };
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in files {
            std::fs::write(folder.path().join(name), bytes).unwrap();
        }
        let mut archive = Archive::open(&folder.path().join("jo.txt")).unwrap();
        super::read(&mut archive, &mut emit).unwrap();
        read
    }

    fn bodies(read: &Read) -> Vec<&str> {
        read.posts.iter().map(|post| post.body.as_str()).collect()
    }

    #[test]
    fn hashes_equal_those_of_other_programs() {
        for (url, stamp, text, first, second) in [
            ("https://example.com/twtxt.txt", "2026-07-01T00:00:00Z", "Hello World!", "j5uwzcq", "myzxbwxktuvs"),
            ("https://example.com/twtxt.txt", "2025-04-29T12:00:00Z", "Hello World!", "om5qesa", "ejnvat3u5tnr"),
            ("https://twtxt.net/twtxt.txt", "2024-12-31T23:59:59Z", "Happy New Year!", "jcezvlq", "rgg4k7lv5gzr"),
            (
                "https://example.com/hugo",
                "2026-12-28T14:00:00+01:00",
                "(#1234567890ab) Sounds good!",
                "qjqa4nq",
                "v4yu3xmr65z7",
            ),
            ("https://twtxt.net/user/prologic/twtxt.txt", "2020-07-18T12:39:52Z", "Hello World! 😊", "o6dsrga", ""),
        ] {
            let of = |stamp: &str| full_hash(url, time::parse(stamp).unwrap(), text);
            let hash = of(stamp);
            assert_eq!(&hash[hash.len() - 7..], first);
            assert!(hash.starts_with(second));
            // Fractions of a second and the notation of UTC make no difference.
            assert_eq!(of(&stamp.replace("Z", ".987Z")), hash);
            assert_eq!(of(&stamp.replace("Z", "+00:00")), hash);
        }
    }

    #[test]
    fn feed_is_read_line_by_line() {
        let read = read(&[(
            "jo.txt",
            b"\xef\xbb\xbf# NICK\t = john \n#nick = other\n\n2026-01-01T00:00:00Z\thello\r\n\
              2026-01-01T00:00:01Z   spaced text\n2026-01-01T00:00:02Z\ttwo\xe2\x80\xa8lines\n\
              2026-01-01T00:00:03Z\tbad \xff byte\n2024-08-75T13:04:00Z\tno day\nno time here\nalone\n2026-01-01T00:00:04Z\t \n",
        )]);
        assert_eq!(read.owner.as_ref().map(|owner| owner.nickname.as_str()), Some("john@twtxt"));
        assert_eq!(bodies(&read), ["hello", "spaced text", "two\nlines", "bad \u{fffd} byte"]);
        let skipped: Vec<_> = read.skipped.iter().map(|(place, why)| (place.as_str(), why.as_str())).collect();
        assert_eq!(
            skipped,
            [
                ("line 8", "\"2024-08-75T13:04:00Z\" is not a date"),
                ("line 9", "\"no\" is not a date"),
                ("line 10", "\"alone\" has no text"),
                ("line 11", "there is no text")
            ]
        );
    }

    #[test]
    fn metadata_names_author_and_follows() {
        let read = read(&[(
            "jo.txt",
            b"# nick = ada\n# url = https://example.com/ada.txt\n# url = gopher://example.com/ada.txt\n# description = reads\n\
              # follow = bob https://b.org/feed.txt\n# follow = two words https://c.org/x\n# follow = https://d.org/tw.txt\n\
              # follow = nobody\n## follow = no https://e.org\n# lang = en\n2026-01-01T00:00:00Z\thi @<bob https://b.org/feed.txt>\n\
              2026-07-01T00:00:00Z\tlater\n",
        )]);
        let owner = read.owner.unwrap();
        assert_eq!((owner.nickname.as_str(), owner.url.as_str()), ("ada@example.com", "https://example.com/ada.txt"));
        assert_eq!(owner.about_me.unwrap().as_str(), "reads");
        assert_eq!(read.follows, ["bob@b.org", "two_words@c.org", "d.org@d.org"]);
        assert_eq!(read.posts[0].mentions, [("bob".to_owned(), "https://b.org/feed.txt".to_owned())]);
        assert_eq!(read.posts[0].origin.language.as_deref(), Some("en"));
        let names: Vec<usize> = read.posts.iter().map(|post| post.origin.aliases.len()).collect();
        assert_eq!(names, [1, 2]);
    }

    #[test]
    fn subject_is_hash_of_parent() {
        let found = |text: &str| subject(text);
        assert_eq!(found("(#j5uwzcq) yes"), Some(("j5uwzcq".to_owned(), "yes".to_owned())));
        assert_eq!(found("@<bob https://b.org> (#myzxbwxktuvs) no").unwrap().1, "@<bob https://b.org> no");
        assert_eq!(found("(#<j5uwzcq https://b.org/>) yes").unwrap().0, "j5uwzcq");
        for none in ["(#117122622237646048) x", "(re: bread) x", "(#J5UWZCQ) x", "x (#j5uwzcq)", "(#", "@<", "@a", ""] {
            assert_eq!(found(none), None, "{none}");
        }
    }

    #[test]
    fn archives_in_the_folder_are_read_once() {
        let read = read(&[
            ("jo.txt", b"# prev = abc old.txt\n# prev = def https://example.com/gone.txt\n2026-01-02T00:00:00Z\tnew\n"),
            ("old.txt", b"# prev = abc jo.txt\n2026-01-01T00:00:00Z\told\nbad\n"),
        ]);
        assert_eq!(bodies(&read), ["new", "old"]);
        let places: Vec<_> = read.skipped.iter().map(|(place, _)| file_name(place)).collect();
        assert_eq!(places, ["gone.txt", "old.txt line 3"]);
    }

    #[test]
    fn tabs_and_control_characters_stay_and_a_huge_line_is_skipped() {
        let mut feed =
            b"2026-01-01T00:00:00Z hello\tworld\n2026-01-01T00:00:01Z\ta\rb\0c\n2026-01-01T00:00:02Z\t".to_vec();
        feed.extend(std::iter::repeat_n(b'x', 3 << 20));
        feed.extend(b"\n2026-01-01T00:00:03Z\tlast");
        let read = read(&[("jo.txt", &feed)]);
        assert_eq!(bodies(&read), ["hello\tworld", "a\rb\u{fffd}c", "last"]);
        assert_eq!(read.skipped, [("line 3".to_owned(), "it is longer than 1 MB".to_owned())]);
    }

    #[test]
    fn id_of_post_is_independent_of_notation() {
        let name = |line: &str| read(&[("jo.txt", line.as_bytes())]).posts[0].source.clone();
        assert_eq!(name("2026-01-01T01:00:00+01:00\thello"), name("2026-01-01T00:00:00Z  hello\r\n"));
        assert_ne!(name("2026-01-01T00:00:00Z\thello"), name("2026-01-01T00:00:00Z\tHello"));
    }
}
