//! Exports are read back by our own readers, as far as each format preserves them.

use std::collections::BTreeSet;
use std::io::Write;

use proptest::prelude::*;

use super::{Atom, FeedInfo, Html, JsonFeed, Twtxt, Writer};
use crate::model::{Attachment, Body, ImportItem, Nickname, Origin, Post, PostId, RemotePost, Timestamp, UserId};
use crate::transfer::archive::Archive;
use crate::transfer::{Format, read};

fn about() -> FeedInfo {
    FeedInfo {
        title: "A <title> & more".to_owned(),
        owner: None,
        url: Some("https://example.com/feed".to_owned()),
        pinned: BTreeSet::new(),
    }
}

fn post(body: &str, time: i64) -> Option<Post> {
    let body = Body::imported(body).ok()?;
    let nickname = Nickname::parse("john").unwrap();
    Some(Post::plain(PostId(1), UserId(1), nickname, body, Timestamp::from_micros(time)))
}

fn written(writer: &mut dyn Writer, posts: &[Post]) -> Vec<u8> {
    let mut out = Vec::new();
    writer.head(&mut out).unwrap();
    for post in posts {
        writer.post(&mut out, post, None).unwrap();
    }
    writer.foot(&mut out, None).unwrap();
    out
}

fn read_back(format: Format, bytes: &[u8]) -> Vec<RemotePost> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("feed");
    std::fs::File::create(&path).unwrap().write_all(bytes).unwrap();
    let mut posts = Vec::new();
    let mut emit = |item| {
        match item {
            ImportItem::Post(post) => posts.push(*post),
            ImportItem::Skipped(skipped) => panic!("{}: {}", skipped.place, skipped.why),
            _ => {}
        }
        Ok(())
    };
    read(format, &mut Archive::open(&path).unwrap(), &mut emit).unwrap();
    posts
}

fn body() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("<script>alert(1)</script>".to_owned()),
        Just("]]> &amp; &#60; <!-- \" '".to_owned()),
        Just("(#abcdefg) @<john https://example.com/a> #tag".to_owned()),
        Just("https://example.com/?a=1&b=\"2\"".to_owned()),
        Just("javascript:alert(1) \u{202e}\u{2028}\u{feff}👨‍👩‍👧‍👦".to_owned()),
        Just("two\nlines\r\nmore\rand\tmore".to_owned()),
        any::<String>(),
        "[a-z ]{1,12}",
    ];
    proptest::collection::vec(piece, 1..5).prop_map(|pieces| pieces.join(" "))
}

fn some_posts() -> impl Strategy<Value = Vec<Post>> {
    let moments = 0_i64..253_402_300_799_000_000;
    proptest::collection::vec((body(), moments), 0..5)
        .prop_map(|all| all.iter().filter_map(|(text, time)| post(text, *time)).collect())
}

/// Returns the elements of a page; panics unless each open tag is closed.
#[track_caller]
fn elements(page: &str) -> Vec<String> {
    let (mut open, mut all) = (Vec::new(), Vec::new());
    for part in page.split('<').skip(1) {
        let (tag, _) = part.split_once('>').unwrap();
        let name = tag.split([' ', '/']).find(|word| !word.is_empty()).unwrap();
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name), "{page}");
        } else if !tag.starts_with('!') && !tag.ends_with('/') {
            open.push(name);
        }
        all.push(name.to_owned());
    }
    assert_eq!(open, Vec::<&str>::new(), "{page}");
    all
}

proptest! {
    #[test]
    fn twtxt_preserves_text_and_time(posts in some_posts()) {
        let found = read_back(Format::Twtxt, &[&b"# nick = x\n"[..], &written(&mut Twtxt::new(about(), &[]), &posts)].concat());
        prop_assert_eq!(found.len(), posts.len());
        for (post, found) in posts.iter().zip(&found) {
            // All line breaks are equal, and a leading hash may be the subject of a reply.
            let whole = post.body.as_str().replace("\r\n", "\n").replace(['\r', '\u{2028}'], "\n");
            let text = found.origin.original.as_deref().unwrap_or(found.body.as_str());
            prop_assert_eq!((text, found.created_at), (whole.trim(), post.created_at));
        }
    }

    #[test]
    fn json_feed_preserves_text_and_time(posts in some_posts()) {
        let found = read_back(Format::Jsonfeed, &written(&mut JsonFeed::new(about()), &posts));
        prop_assert_eq!(found.len(), posts.len());
        for (post, found) in posts.iter().zip(&found) {
            prop_assert_eq!((&found.body, found.created_at), (&post.body, post.created_at));
        }
    }

    #[test]
    fn atom_preserves_text_and_time(posts in some_posts()) {
        let found = read_back(Format::Atom, &written(&mut Atom::new(about()), &posts));
        prop_assert_eq!(found.len(), posts.len());
        for (post, found) in posts.iter().zip(&found) {
            // XML forbids control characters.
            let odd = |c: char| (c.is_control() && !matches!(c, '\t' | '\n' | '\r')) || matches!(c, '\u{fffe}' | '\u{ffff}');
            let whole = post.body.as_str().replace(odd, "\u{fffd}");
            prop_assert_eq!((found.body.as_str(), found.created_at), (whole.as_str(), post.created_at));
        }
    }

    #[test]
    fn html_page_contains_only_known_elements(mut posts in some_posts(), words in body()) {
        for post in &mut posts {
            let attachment = Attachment {
                kind: Some(words.clone()),
                url: Some(format!("https://example.com/{words}")),
                file: None,
                description: Some(words.clone()),
            };
            post.origin = Some(Box::new(Origin {
                url: Some(words.clone()),
                warning: Some(words.clone()),
                language: Some(words.clone()),
                attachments: vec![attachment],
                ..Origin::default()
            }));
        }
        let page = String::from_utf8(written(&mut Html::one(FeedInfo { title: words, ..about() }), &posts)).unwrap();
        const KNOWN: [&str; 22] = [
            "!DOCTYPE", "html", "head", "meta", "title", "style", "body", "h1", "bdi", "main", "h2", "article", "header",
            "b", "time", "div", "details", "summary", "a", "ul", "li", "nav",
        ];
        for name in elements(&page) {
            prop_assert!(KNOWN.contains(&name.as_str()), "{} in {}", name, page);
        }
        for target in page.split("href=\"").skip(1) {
            prop_assert!(target.starts_with("https://") || target.starts_with("http://"), "{}", target);
        }
    }
}

#[test]
fn invalid_address_media_type_or_language_is_left_out() {
    for (url, expected) in [
        ("https://example.org/a?b=1&c=%41#d", Some("https://example.org/a?b=1&c=%41#d")),
        ("HTTP://bücher.example/日本", Some("HTTP://bücher.example/日本")),
        ("https://example.org/a b\"<c>|é", Some("https://example.org/a%20b%22%3Cc%3E%7Cé")),
        ("https://example.org/100%\r\u{202e}", Some("https://example.org/100%25%0D%E2%80%AE")),
        ("javascript:alert(1)", None),
        ("", None),
    ] {
        assert_eq!(super::web_url(url).as_deref(), expected);
    }
    let typed = |kind: &str, url: &str| {
        let one = Attachment { kind: Some(kind.to_owned()), url: Some(url.to_owned()), file: None, description: None };
        super::media_type(&one).map(str::to_owned)
    };
    for (kind, url, expected) in [
        ("image/svg+xml", "https://example.org/a.png", Some("image/svg+xml")),
        ("photo", "https://example.org/a.JPG?large", Some("image/jpeg")),
        ("a b/\"c", "https://example.org/b.mp4", Some("video/mp4")),
        ("video", "https://example.org/b", None),
        ("/", "", None),
    ] {
        assert_eq!(typed(kind, url).as_deref(), expected, "{kind} {url}");
    }
    for (language, kept) in [("de-AT", true), ("zh-Hant-TW", true), ("", false), ("no language", false), ("-", false)] {
        let mut post = post("x", 0).unwrap();
        post.origin = Some(Box::new(Origin { language: Some(language.to_owned()), ..Origin::default() }));
        assert_eq!(super::language(&post), Some(language).filter(|_| kept));
    }
}

/// RFC 4287 requires these elements.
#[test]
fn atom_feed_has_the_required_elements() {
    let mut odd = post("]]> <b>&amp;</b>\nmore", -1_000_000).unwrap();
    odd.edited_at = Some(Timestamp::from_micros(1));
    odd.origin = Some(Box::new(Origin {
        url: Some("https://example.org/a b".to_owned()),
        language: Some("de".to_owned()),
        warning: Some("<spiders>".to_owned()),
        attachments: vec![Attachment {
            kind: Some("photo".to_owned()),
            url: Some("https://example.org/c.png".to_owned()),
            file: None,
            description: None,
        }],
        ..Origin::default()
    }));
    let text = |writer: &mut dyn Writer, posts: &[Post]| String::from_utf8(written(writer, posts)).unwrap();
    let head = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n";
    let whose = "<id>https://example.com/feed</id>\n<title>A &lt;title&gt; &amp; more</title>\n\
        <link rel=\"self\" href=\"https://example.com/feed\"/>\n<generator>microblog</generator>\n";
    assert_eq!(
        text(&mut Atom::new(about()), &[]),
        format!("{head}{whose}<updated>1970-01-01T00:00:00Z</updated>\n</feed>\n")
    );
    let entry = "<entry xml:lang=\"de\">\n<id>https://example.org/a%20b</id>\n<title>&lt;spiders&gt;</title>\n\
        <published>1969-12-31T23:59:59Z</published>\n<updated>1970-01-01T00:00:00.000001Z</updated>\n\
        <author><name>john</name></author>\n<link rel=\"alternate\" href=\"https://example.org/a%20b\"/>\n\
        <link rel=\"enclosure\" type=\"image/png\" href=\"https://example.org/c.png\"/>\n\
        <summary>&lt;spiders&gt;</summary>\n\
        <content type=\"text\">]]&gt; &lt;b&gt;&amp;amp;&lt;/b&gt;\nmore</content>\n</entry>\n";
    assert_eq!(
        text(&mut Atom::new(about()), &[odd]),
        format!("{head}{whose}<updated>1970-01-01T00:00:00.000001Z</updated>\n{entry}</feed>\n")
    );
}

#[test]
fn atom_export_preserves_warning_address_and_attachments() {
    let mut whole = post("the text\nand more", 1_000_000).unwrap();
    whole.origin = Some(Box::new(Origin {
        url: Some("https://example.org/a".to_owned()),
        warning: Some("spiders".to_owned()),
        attachments: vec![Attachment {
            kind: Some("image/png".to_owned()),
            url: Some("https://example.org/c.png".to_owned()),
            file: None,
            description: Some("a \"web\"".to_owned()),
        }],
        ..Origin::default()
    }));
    let found = read_back(Format::Atom, &written(&mut Atom::new(about()), std::slice::from_ref(&whole)));
    let origin = whole.origin.as_deref().unwrap();
    assert_eq!(found[0].body, whole.body);
    assert_eq!((&found[0].origin.url, &found[0].origin.warning), (&origin.url, &origin.warning));
    assert_eq!(found[0].origin.attachments, origin.attachments);
}

#[test]
fn exports_never_repeat_an_id() {
    let mut posts = [post("one", 1).unwrap(), post("two", 2).unwrap(), post("three", 3).unwrap()];
    for post in &mut posts {
        post.origin = Some(Box::new(Origin { url: Some("https://sponsor.example/".to_owned()), ..Origin::default() }));
    }
    let atom = String::from_utf8(written(&mut Atom::new(about()), &posts)).unwrap();
    let json = String::from_utf8(written(&mut JsonFeed::new(about()), &posts)).unwrap();
    for id in ["https://sponsor.example/", "urn:microblog:john:2", "urn:microblog:john:3"] {
        assert_eq!(atom.matches(&format!("<id>{id}</id>")).count(), 1);
        assert_eq!(json.matches(&format!("\"id\":\"{id}\"")).count(), 1);
    }
}
