//! twtxt feeds: a post a line, `time TAB text`, as <https://twtxt.readthedocs.io> has it, and as people
//! really keep them: with spaces for the tab, times without seconds or zone, and broken bytes.

use blake2::{Blake2b, Digest, digest::consts::U32};
use chrono::{DateTime, Datelike, FixedOffset, NaiveDateTime};
use data_encoding::BASE32_NOPAD;

use crate::model::{Body, Timestamp};

/// Characters of the hash that names a post; 60 bits tell one feed's posts apart.
const HASH: usize = 12;

/// What a feed holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Feed {
    /// The nickname that its author gives.
    pub nick: Option<String>,
    /// Its posts, in the order of the file.
    pub posts: Vec<FeedPost>,
    /// The lines that are no posts.
    pub skipped: Vec<Skipped>,
}

/// A post of a feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedPost {
    /// When it was written; without a zone in the file, UTC.
    pub created_at: Timestamp,
    /// Its text, whole.
    pub body: Body,
    /// Its name in the world: `twtxt:` and a hash of its moment and text. The feed's address is not part
    /// of it, so that a feed that moved to another host does not come in twice.
    pub source: String,
}

/// A line that is no post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// Its number, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub why: String,
}

/// Reads a feed. Bytes that are not UTF-8 become U+FFFD; a bad line is skipped, never the file.
#[must_use]
pub fn parse(bytes: &[u8]) -> Feed {
    let mut feed = Feed::default();
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    for (at, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        let line = String::from_utf8_lossy(line.strip_suffix(b"\r").unwrap_or(line));
        if let Some(comment) = line.strip_prefix('#') {
            feed.nick = feed.nick.or_else(|| nick(comment));
        } else if !line.trim().is_empty() {
            match post(&line) {
                Ok(post) => feed.posts.push(post),
                Err(why) => feed.skipped.push(Skipped { line: at + 1, why }),
            }
        }
    }
    feed
}

/// The value of a `nick = …` comment.
fn nick(comment: &str) -> Option<String> {
    let (key, value) = comment.split_once('=')?;
    let value = value.trim();
    (key.trim().eq_ignore_ascii_case("nick") && !value.is_empty()).then(|| value.to_owned())
}

fn post(line: &str) -> Result<FeedPost, String> {
    let (moment, text) =
        line.trim_start().split_once(['\t', ' ']).ok_or_else(|| format!("{:?} has no text", start(line)))?;
    let created_at = time(moment).ok_or_else(|| format!("{:?} is no time", start(moment)))?;
    // U+2028 stands for a line break, since the file's own end a post.
    let body = Body::imported(&text.replace('\u{2028}', "\n")).map_err(|_| "there is no text".to_owned())?;
    let digest = Blake2b::<U32>::digest(format!("{}\n{body}", created_at.micros()));
    let hash = BASE32_NOPAD.encode(&digest).to_lowercase();
    Ok(FeedPost { created_at, body, source: format!("twtxt:{}", &hash[..HASH]) })
}

/// Enough of a line to find it by.
fn start(text: &str) -> String {
    text.chars().take(40).collect()
}

/// The forms of time that feeds are seen to have.
fn time(text: &str) -> Option<Timestamp> {
    const ZONED: [&str; 4] =
        ["%Y-%m-%dT%H:%M:%S%.f%:z", "%Y-%m-%dT%H:%M:%S%.f%z", "%Y-%m-%dT%H:%M%:z", "%Y-%m-%dT%H:%M%z"];
    const UTC: [&str; 2] = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M"];
    let text = text.to_ascii_uppercase();
    let zoned = |text: &str| ZONED.iter().find_map(|form| DateTime::<FixedOffset>::parse_from_str(text, form).ok());
    let moment = DateTime::parse_from_rfc3339(&text).ok().or_else(|| zoned(&text)).or_else(|| {
        let plain = text.strip_suffix('Z').unwrap_or(&text);
        let naive = UTC.iter().find_map(|form| NaiveDateTime::parse_from_str(plain, form).ok())?;
        Some(naive.and_utc().fixed_offset())
    })?;
    (1..=9999).contains(&moment.to_utc().year()).then(|| moment.into())
}

#[cfg(test)]
mod tests {
    use super::{parse, time};

    #[track_caller]
    fn check_time(text: &str, expected: Option<&str>) {
        assert_eq!(time(text).map(|moment| moment.rfc3339()).as_deref(), expected);
    }

    #[test]
    fn times_are_read_in_every_form_that_is_seen() {
        check_time("2016-06-20T10:01:29-04:00", Some("2016-06-20T14:01:29Z"));
        check_time("2019-10-30T13:27:11+0100", Some("2019-10-30T12:27:11Z"));
        check_time("2022-06-15T18:08:17", Some("2022-06-15T18:08:17Z"));
        check_time("2022-06-15T18:08Z", Some("2022-06-15T18:08:00Z"));
        check_time("2022-06-15T18:08-08:00", Some("2022-06-16T02:08:00Z"));
        check_time("2022-06-15T18:08", Some("2022-06-15T18:08:00Z"));
        check_time("2022-06-15t18:08:17.5z", Some("2022-06-15T18:08:17.500Z"));
        for bad in ["2024-08-75T13:04:00Z", "2021-01-01T21:49:18:05:00", "-0001-01-01T00:00:00Z", "", "today"] {
            check_time(bad, None);
        }
    }

    #[test]
    fn a_feed_is_read_line_by_line() {
        let feed = parse(
            b"\xef\xbb\xbf# NICK\t = john \n#nick = other\n\n2026-01-01T00:00:00Z\thello\r\n\
              2026-01-01T00:00:01Z   spaced text\n2026-01-01T00:00:02Z\ttwo\xe2\x80\xa8lines\n\
              2026-01-01T00:00:03Z\tbad \xff byte\n2024-08-75T13:04:00Z\tno day\nno time here\nalone\n2026-01-01T00:00:04Z\t \n",
        );
        assert_eq!(feed.nick.as_deref(), Some("john"));
        let bodies: Vec<&str> = feed.posts.iter().map(|post| post.body.as_str()).collect();
        assert_eq!(bodies, ["hello", "spaced text", "two\nlines", "bad \u{fffd} byte"]);
        let skipped: Vec<_> = feed.skipped.iter().map(|skipped| (skipped.line, skipped.why.as_str())).collect();
        assert_eq!(
            skipped,
            [
                (8, "\"2024-08-75T13:04:00Z\" is no time"),
                (9, "\"no\" is no time"),
                (10, "\"alone\" has no text"),
                (11, "there is no text")
            ]
        );
    }

    #[test]
    fn a_tab_or_an_odd_character_in_the_text_is_part_of_it() {
        let feed = parse(b"2026-01-01T00:00:00Z hello\tworld\n2026-01-01T00:00:01Z\ta\rb\0c\n");
        let bodies: Vec<&str> = feed.posts.iter().map(|post| post.body.as_str()).collect();
        assert_eq!((bodies, feed.skipped), (vec!["hello\tworld", "a\rb\u{fffd}c"], vec![]));
    }

    #[test]
    fn a_post_has_the_same_name_however_its_line_is_written() {
        let name = |line: &str| parse(line.as_bytes()).posts[0].source.clone();
        assert_eq!(name("2026-01-01T01:00:00+01:00\thello"), name("2026-01-01T00:00:00Z  hello\r\n"));
        assert_ne!(name("2026-01-01T00:00:00Z\thello"), name("2026-01-01T00:00:00Z\tHello"));
    }
}
