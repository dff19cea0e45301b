//! What servers send for an address: a feed, a page that names its feeds, or something else. The content decides, since
//! many servers send a wrong type.

mod older;

use std::borrow::Cow;
use std::io::Read;

use encoding_rs::Encoding;
use flate2::read::GzDecoder;

use super::address::{is_web, resolve};
use super::archive::Archive;
use super::encoding;
use super::markup::{Piece, TagKind, attribute, piece};
use super::{Detected, Format, detect};
use crate::model::ImportItem;

/// Bytes of a page in which the feeds are looked for.
const PAGE: usize = 1 << 20;
/// Bytes of a feed in which its `ttl` is looked for.
const HEAD: usize = 1 << 16;
/// Largest size of a decompressed body, in bytes.
const UNPACKED: u64 = 16 << 20;
/// Feeds of a page that are listed.
const MOST_FEEDS: usize = 20;

/// What a server sent.
#[derive(Debug)]
pub enum Content {
    /// A feed that can be read.
    Feed(FetchedFeed),
    /// A web page, with the feeds that it names.
    Page(Vec<FeedLink>),
    /// Something else, in words.
    Other(&'static str),
}

/// A feed as a server sent it.
#[derive(Debug)]
pub struct FetchedFeed {
    /// Its format.
    pub format: Format,
    /// For how many minutes it asks not to be fetched again: the `ttl` of RSS.
    pub ttl: Option<u64>,
    archive: Archive,
    body: Vec<u8>,
}

/// A feed that a page names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedLink {
    /// Its address.
    pub url: String,
    /// Its title; empty if it has none.
    pub title: String,
}

impl FetchedFeed {
    /// Returns the address of the document with older posts that the feed names; `url` is where the feed was fetched.
    #[must_use]
    pub fn older(&self, url: &str) -> Option<String> {
        older::older(self.format, url, &self.body)
    }

    /// Reads all items of the feed.
    ///
    /// # Errors
    /// If it cannot be read at all.
    pub fn items(mut self) -> Result<Vec<ImportItem>, super::ReadError> {
        let mut items = Vec::new();
        super::read(self.format, &mut self.archive, &mut |item| {
            items.push(item);
            Ok(())
        })?;
        Ok(items)
    }
}

/// Recognizes what a server sent for an address; `content_type` is its header of that name.
#[must_use]
pub fn recognize(url: &str, content_type: Option<&str>, body: Vec<u8>) -> Content {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Content::Other("the response is empty");
    }
    let Some(body) = unpacked(body) else {
        return Content::Other("the response is compressed, and cannot be decompressed to less than 16 MiB");
    };
    let body = with_charset(content_type, body);
    let mut archive = Archive::fetched(url, body.clone());
    let format = match detect(&mut archive) {
        Ok(Detected::Format(format @ (Format::Twtxt | Format::Jsonfeed | Format::Rss | Format::Atom))) => format,
        Ok(Detected::Format(_)) => return Content::Other("the response is an archive, not a feed"),
        Ok(Detected::Jsonl | Detected::Sqlite) => return Content::Other("the response is a database, not a feed"),
        _ => {
            let (text, _) = encoding::decode(&body);
            let is_page = is_page(&text);
            return if is_page {
                Content::Page(feed_links(url, &text))
            } else {
                Content::Other("the response is not a feed")
            };
        }
    };
    let ttl = if format == Format::Rss { ttl(&body) } else { None };
    Content::Feed(FetchedFeed { format, ttl, archive, body })
}

/// Decompresses a body that is a gzip file, as servers send a feed that they store in that form: without the header that says so.
/// Returns `None` if it is broken or too large.
fn unpacked(body: Vec<u8>) -> Option<Vec<u8>> {
    if !body.starts_with(b"\x1f\x8b") {
        return Some(body);
    }
    let mut unpacked = Vec::new();
    GzDecoder::new(&body[..]).take(UNPACKED + 1).read_to_end(&mut unpacked).ok()?;
    (unpacked.len() as u64 <= UNPACKED).then_some(unpacked)
}

/// Converts a body to UTF-8 if its header names another charset, and marks it so that no declaration in the document is
/// believed instead. UTF-8 in the header is a default of many servers, so the document may still say otherwise.
fn with_charset(content_type: Option<&str>, body: Vec<u8>) -> Vec<u8> {
    let label = content_type.and_then(|header| {
        let parameters = header.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
        let (_, label) = parameters.into_iter().find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))?;
        Encoding::for_label(label.trim().trim_matches('"').as_bytes())
    });
    match label {
        Some(charset) if charset != encoding_rs::UTF_8 && Encoding::for_bom(&body).is_none() => {
            let (text, _, _) = charset.decode(&body);
            [b"\xef\xbb\xbf", text.as_bytes()].concat()
        }
        _ => body,
    }
}

/// Returns whether a text is a web page.
fn is_page(text: &str) -> bool {
    let head: String = text.trim_start().chars().take(4_096).collect::<String>().to_ascii_lowercase();
    head.starts_with("<!doctype html") || ["<html", "<head", "<body", "<title"].iter().any(|tag| head.contains(tag))
}

/// Returns the feeds that a page names, by `<link rel="alternate">`, in its order.
fn feed_links(url: &str, page: &str) -> Vec<FeedLink> {
    let mut end = page.len().min(PAGE);
    while !page.is_char_boundary(end) {
        end -= 1;
    }
    let (page, mut base, mut found) = (&page[..end], Cow::Borrowed(url), Vec::<FeedLink>::new());
    let mut at = 0;
    while let Some((part, next)) = piece(page, at) {
        at = next.max(at + 1);
        let Piece::Tag(tag) = part else { continue };
        if tag.kind == TagKind::Close {
            continue;
        }
        let value = |name: &str| attribute(tag.attributes, name).map(|value| value.trim().to_owned());
        if tag.name.eq_ignore_ascii_case("base") {
            if let Some(href) = value("href").and_then(|href| resolve(Some(url), &href)) {
                base = Cow::Owned(href);
            }
        } else if tag.name.eq_ignore_ascii_case("link") && is_feed_link(&value("rel"), &value("type"), &value("title"))
        {
            let href = value("href").filter(|href| !href.is_empty()).and_then(|href| resolve(Some(&base), &href));
            if let Some(href) = href.filter(|href| is_web(href) && found.iter().all(|link| link.url != *href)) {
                found.push(FeedLink { url: href, title: value("title").unwrap_or_default() });
            }
        }
        if found.len() == MOST_FEEDS {
            break;
        }
    }
    found
}

fn is_feed_link(rel: &Option<String>, media: &Option<String>, title: &Option<String>) -> bool {
    let has_rel = |wanted: &str| {
        rel.as_deref().unwrap_or_default().split_whitespace().any(|rel| rel.eq_ignore_ascii_case(wanted))
    };
    let media = media.as_deref().unwrap_or_default().to_ascii_lowercase();
    let media = media.split(';').next().unwrap_or_default().trim();
    let is_twtxt = title.as_deref().is_some_and(|title| title.to_lowercase().contains("twtxt"));
    match media {
        "application/rss+xml" | "application/atom+xml" | "application/rdf+xml" | "application/feed+json" => {
            has_rel("alternate") || has_rel("feed")
        }
        "application/json" => has_rel("feed") || has_rel("alternate") && title.is_some(),
        "text/plain" => has_rel("alternate") && is_twtxt,
        "" => has_rel("feed"),
        _ => false,
    }
}

/// Returns the `ttl` of RSS, in minutes.
fn ttl(body: &[u8]) -> Option<u64> {
    let head = String::from_utf8_lossy(&body[..body.len().min(HEAD)]);
    let value = head.split_once("<ttl>")?.1.split_once("</ttl>")?.0;
    value.trim().parse().ok()
}

/// Returns the address of the profile page in an answer of WebFinger (RFC 7033), and that of a feed if it names one.
#[must_use]
pub fn webfinger_links(body: &[u8]) -> Vec<String> {
    let Ok(answer) = serde_json::from_slice::<serde_json::Value>(body) else { return Vec::new() };
    let links = answer["links"].as_array().map(Vec::as_slice).unwrap_or_default();
    let of = |wanted: &'static [&'static str]| {
        links.iter().filter(move |link| link["rel"].as_str().is_some_and(|rel| wanted.contains(&rel)))
    };
    let feeds = of(&["http://schemas.google.com/g/2010#updates-from", "feed", "alternate"]);
    let pages = of(&["http://webfinger.net/rel/profile-page"]);
    let found = feeds.chain(pages).filter_map(|link| link["href"].as_str());
    found.filter(|href| is_web(href)).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE_URL: &str = "https://example.org/blog/";

    fn of(content_type: Option<&str>, body: &str) -> String {
        match recognize(PAGE_URL, content_type, body.as_bytes().to_vec()) {
            Content::Feed(feed) => feed.format.word().to_owned(),
            Content::Page(links) => links.iter().map(|link| link.url.clone()).collect::<Vec<_>>().join(" "),
            Content::Other(why) => why.to_owned(),
        }
    }

    #[test]
    fn content_decides_whatever_the_type_says() {
        for (content_type, body, expected) in [
            (Some("text/html"), "<rss version='2.0'><channel><title>A</title></channel></rss>", "rss"),
            (Some("text/plain"), "<feed xmlns='http://www.w3.org/2005/Atom'></feed>", "atom"),
            (None, "2026-01-01T00:00:00Z\thello\n", "twtxt"),
            (Some("text/html"), "{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[]}", "jsonfeed"),
            (Some("application/rss+xml"), "<!DOCTYPE html><html><title>Log in</title></html>", ""),
            (None, " \n", "the response is empty"),
            (None, "hello there", "the response is not a feed"),
            (None, "{\"microblog\":{\"version\":1}}\n", "the response is a database, not a feed"),
            (None, "window.YTD.tweets.part0 = []", "the response is an archive, not a feed"),
            (None, "PK\u{3}\u{4}", "the response is not a feed"),
        ] {
            assert_eq!(of(content_type, body), expected, "{body}");
        }
    }

    #[test]
    fn page_names_its_feeds_once_each() {
        let page = "<!doctype html><html><head><!-- <link rel=alternate type=application/rss+xml href=no> -->\
            <base href='/x/'><link rel='stylesheet alternate' type='text/css' href='a.css'>\
            <link rel=\"Alternate\" type=\"application/rss+xml\" title=\"Posts &amp; more\" href=\"feed.xml\">\
            <link rel=alternate type=application/rss+xml href=feed.xml>\
            <link href='https://b.example/atom' type='application/atom+xml; charset=utf-8' rel='alternate'>\
            <link rel=alternate type=text/plain title='My twtxt' href=/twtxt.txt>\
            <link rel=alternate type=application/rss+xml href='javascript:x'>\
            <link rel=alternate hreflang=de href=/de></head>";
        let Content::Page(links) = recognize(PAGE_URL, None, page.as_bytes().to_vec()) else { panic!("not a page") };
        let urls: Vec<&str> = links.iter().map(|link| link.url.as_str()).collect();
        let expected = ["https://example.org/x/feed.xml", "https://b.example/atom", "https://example.org/twtxt.txt"];
        assert_eq!(urls, expected);
        assert_eq!(links[0].title, "Posts & more");
    }

    #[test]
    fn charset_of_the_header_precedes_that_of_the_document() {
        let body = b"<?xml version='1.0' encoding='utf-8'?><rss><channel><title>caf\xe9</title>\
            <item><title>na\xefve</title></item></channel></rss>";
        let text = |content_type: Option<&str>| {
            let Content::Feed(feed) = recognize(PAGE_URL, content_type, body.to_vec()) else { panic!("not a feed") };
            let items = feed.items().unwrap();
            let post = items.iter().find_map(|item| match item {
                ImportItem::Post(post) => Some(post.body.as_str().to_owned()),
                _ => None,
            });
            post.unwrap()
        };
        assert_eq!(text(Some("text/xml; charset=\"ISO-8859-7\"")), "naοve");
        assert_eq!(text(Some("text/xml; charset=utf-8")), "naïve");
        assert_eq!(text(None), "naïve");
    }

    #[test]
    fn ttl_is_read_from_rss_only() {
        let ttl = |body: &str| match recognize(PAGE_URL, None, body.as_bytes().to_vec()) {
            Content::Feed(feed) => feed.ttl,
            other => panic!("{other:?}"),
        };
        assert_eq!(ttl("<rss><channel><ttl> 90 </ttl></channel></rss>"), Some(90));
        assert_eq!(ttl("<rss><channel><ttl>soon</ttl></channel></rss>"), None);
        assert_eq!(ttl("<feed xmlns='http://www.w3.org/2005/Atom'><ttl>5</ttl></feed>"), None);
    }

    #[test]
    fn webfinger_names_feed_and_profile_page() {
        let answer = br#"{"subject":"acct:susan@example.org","links":[
            {"rel":"self","type":"application/activity+json","href":"https://example.org/users/susan"},
            {"rel":"http://webfinger.net/rel/profile-page","type":"text/html","href":"https://example.org/@susan"},
            {"rel":"http://schemas.google.com/g/2010#updates-from","href":"https://example.org/@susan.atom"},
            {"rel":"http://webfinger.net/rel/profile-page","href":"javascript:x"}]}"#;
        assert_eq!(webfinger_links(answer), ["https://example.org/@susan.atom", "https://example.org/@susan"]);
        assert_eq!(webfinger_links(b"<html>"), Vec::<String>::new());
    }
}
