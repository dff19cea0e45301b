//! Feeds as strangers write them: each test is a kind of input, and the right values of its posts.

use super::*;

/// Reads a feed and describes its posts, and what is reported.
fn read_text(format: Format, text: &[u8]) -> Vec<String> {
    let file = tempfile::Builder::new().prefix("feed").tempfile().unwrap();
    fs::write(file.path(), text).unwrap();
    let lines = items(format, file.path()).unwrap();
    assert!(lines[0].starts_with("owner "), "{lines:?}");
    lines[1..].to_vec()
}

/// Returns the texts of the posts of an RSS feed with these items.
#[track_caller]
fn check_items(items: &str, expected: &[&str]) {
    let feed = format!(
        "<?xml version='1.0'?>\n<rss version='2.0'><channel><title>T</title><link>https://a.example/</link>\n{items}</channel></rss>"
    );
    assert_eq!(bodies(&read_text(Format::Rss, feed.as_bytes())), expected, "{items}");
}

fn bodies(lines: &[String]) -> Vec<&str> {
    let body = |line: &'_ String| {
        line.split(" | ").nth(2).map_or(0..line.len(), |body| {
            let start = body.as_ptr() as usize - line.as_ptr() as usize;
            start..start + body.len()
        })
    };
    lines.iter().map(|line| &line[body(line)]).collect()
}

fn item(id: u32, inside: &str) -> String {
    format!(
        "<item><guid isPermaLink='false'>{id}</guid><pubDate>Fri, 26 Oct 2012 01:47:0{id} GMT</pubDate>{inside}</item>\n"
    )
}

#[test]
fn malformed_field_costs_only_itself() {
    for (inside, text) in [
        ("<description>fish & chips</description>", "fish & chips"),
        ("<description>1 < 2 <3</description>", "1 < 2 <3"),
        ("<description><p>one <br> two</p></description>", "one\ntwo"),
        ("<description>one &nbsp; two &copy; &#0;</description>", "one \u{a0} two © \u{fffd}"),
        ("<description>half &#55357; a &#55357;&#56832;</description>", "half \u{fffd} a 😀"),
        ("<title>open<description>text</description>", "open\n\ntext"),
        ("<description>never closed", "never closed"),
        ("<description>text</description><author>z@example.com（名）</author>", "text"),
        ("<description><![CDATA[a <b>bold</b> word]]></description>", "a bold word"),
        ("<description title=\"x>text</description>", "text"),
        ("<description>it&#146;s &#x93;x&#148;</description>", "it’s “x”"),
    ] {
        let feed = [item(1, "<title>first</title>"), item(2, inside), item(3, "<title>last</title>")].concat();
        let read = read_text(Format::Rss, format!("<rss><channel><title>T</title>{feed}</channel></rss>").as_bytes());
        let posts: Vec<_> =
            read.into_iter().filter(|line| !line.starts_with("skipped") && !line.starts_with("person")).collect();
        assert_eq!(bodies(&posts), ["first", text, "last"], "{inside}");
    }
}

#[test]
fn malformed_entry_costs_only_itself_and_the_line_is_named() {
    let first = item(1, "<title>first</title>");
    let feed = format!("<rss><channel>\n{first}{}<item><guid>3</guid><title>cut", item(2, "<title>a & b</title>"));
    let read = read_text(Format::Rss, feed.as_bytes());
    assert_eq!(bodies(&read[..1]), ["first"]);
    assert_eq!(read[2], "skipped item 3, line 4: the file ends in the middle of it: fetch it again");
    assert_eq!(read[3], "skipped line 3: \"&\" is not escaped: read as far as possible");
    check_items(
        "<item><title>open</title>\n<item><title>closed</title></item>",
        &["open", "closed", "skipped line 3: an entry is not closed: read as far as possible"],
    );
}

#[test]
fn last_entry_of_a_truncated_feed_is_imported_if_its_fields_are_complete() {
    let first = item(1, "<title>first</title>");
    let whole = item(2, "<title>last</title><enclosure url='https://a.example/x' />");
    for (cut, imported) in [("</item", true), ("<", true), ("", true), ("<description>wor", false), ("<descr", false)] {
        let feed = format!("<rss><channel>{first}{}{cut}", whole.trim_end().trim_end_matches("</item>"));
        let read = read_text(Format::Rss, feed.as_bytes());
        assert_eq!(bodies(&read).contains(&"last"), imported, "{cut}: {read:?}");
    }
}

#[test]
fn text_before_the_prolog_is_ignored() {
    let feed =
        "Notice: x in y on line 3\n<?xml version='1.0'?><rss><channel><item><title>x</title></item></channel></rss>";
    assert_eq!(bodies(&read_text(Format::Rss, feed.as_bytes()))[0], "x");
}

#[test]
fn undated_items_are_placed_beside_their_neighbors() {
    let dated = |day: u32| format!("<item><title>{day}</title><pubDate>2020-01-{day:02}</pubDate></item>");
    let feed = format!(
        "<rss><channel><item><title>top</title></item>{}<item><title>odd</title><pubDate>soon</pubDate></item>{}</channel></rss>",
        dated(9),
        dated(8)
    );
    let read = read_text(Format::Rss, feed.as_bytes());
    let dates: Vec<_> = read.iter().filter_map(|line| line.split(" | ").nth(1)).collect();
    let expected =
        ["2020-01-09T00:00:00.000001Z", "2020-01-09T00:00:00Z", "2020-01-08T23:59:59.999999Z", "2020-01-08T00:00:00Z"];
    assert_eq!(dates, expected);
    assert!(read.contains(
        &"skipped item 3, line 1: \"soon\" is not a date: imported with the date of its neighbors".to_owned()
    ));
    let feed = "<rss><channel><pubDate>2020-01-09</pubDate><item><title>a</title></item><item><title>b</title></item></channel></rss>";
    let read = read_text(Format::Rss, feed.as_bytes());
    assert!(
        read[0].contains("2020-01-09T00:00:00Z | a") && read[1].contains("2020-01-08T23:59:59.999999Z | b"),
        "{read:?}"
    );
}

#[test]
fn old_and_prefixed_forms_are_read() {
    for (format, feed) in [
        (
            Format::Atom,
            "<feed version='0.3' xmlns='http://purl.org/atom/ns#'><entry><title>One</title><id>https://a.example/1</id><link rel='alternate' href='https://a.example/1'/><issued>2004-01-01T00:00:00Z</issued><content type='text/html' mode='escaped'>&lt;p&gt;hello&lt;/p&gt;</content></entry></feed>",
        ),
        (
            Format::Atom,
            "<a:feed xmlns:a='http://www.w3.org/2005/Atom'><a:entry><a:id>https://a.example/1</a:id><a:title>One</a:title><a:link href='https://a.example/1'/><a:updated>2004-01-01T00:00:00Z</a:updated><a:content>hello</a:content></a:entry></a:feed>",
        ),
        (
            Format::Rss,
            "<rss version='2.0' xmlns='http://backend.userland.com/rss2'><channel><item><guid>https://a.example/1</guid><title>One</title><pubDate>2004-01-01</pubDate><description>hello</description></item></channel></rss>",
        ),
        (
            Format::Rss,
            "<rdf:RDF xmlns:rdf='x' xmlns='http://my.netscape.com/rdf/simple/0.9/' xmlns:dc='http://purl.org/dc/elements/1.1/'><channel><title>T</title></channel><image><title>no</title></image><item rdf:about='x'><title>One</title><link>https://a.example/1</link><description>hello</description><dc:date>2004-01-01</dc:date></item></rdf:RDF>",
        ),
        (
            Format::Rss,
            "<r:RDF xmlns:r='x' xmlns:rss='http://purl.org/rss/1.0/' xmlns:d='http://purl.org/dc/elements/1.1/'><rss:item><rss:title>One</rss:title><rss:link>https://a.example/1</rss:link><rss:description>hello</rss:description><d:date>2004-01-01</d:date></rss:item></r:RDF>",
        ),
        (
            Format::Rss,
            "<RSS><Channel><Item><Title>One</Title><Link>https://a.example/1</Link><pubdate>2004-01-01</pubdate><Description>hello</Description></Item></Channel></RSS>",
        ),
    ] {
        let read = read_text(format, feed.as_bytes());
        assert_eq!(
            read,
            ["https://a.example/1 | 2004-01-01T00:00:00Z | One\n\nhello | url=https://a.example/1"],
            "{feed}"
        );
    }
}

#[test]
fn encodings_are_detected() {
    let feed = "<rss><channel><item><title>caf\u{e9} \u{201c}x\u{201d}</title><pubDate>2004-01-01</pubDate></item></channel></rss>";
    let utf16: Vec<u8> = feed.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let latin: Vec<u8> = feed
        .chars()
        .map(|c| match c {
            '\u{201c}' => 0x93,
            '\u{201d}' => 0x94,
            c => c as u8,
        })
        .collect();
    for bytes in [feed.as_bytes().to_vec(), utf16, latin] {
        assert_eq!(bodies(&read_text(Format::Rss, &bytes))[0], "café “x”");
    }
}

#[test]
fn atom_texts_have_the_type_that_they_declare() {
    let entry = |inside: &str| format!("<entry><id>urn:1</id><updated>2024-01-01T00:00:00Z</updated>{inside}</entry>");
    for (inside, expected) in [
        (
            "<title type='text'>Vec&lt;T&gt;</title><summary type='text'>a &lt; b, &lt;i&gt;</summary>",
            "Vec<T>\n\na < b, <i>",
        ),
        (
            "<title type='html'>Using &amp;lt;b&amp;gt; &lt;b&gt;now&lt;/b&gt;</title><content type='html'>&lt;p&gt;x&lt;/p&gt;</content>",
            "Using <b> now\n\nx",
        ),
        (
            "<title type='xhtml'><div>An <em>x</em> &lt;i&gt;</div></title><content type='xhtml'><div><p>see <a href='rel/x'>it</a></p></div></content>",
            "An x <i>\n\nsee it (https://a.example/blog/rel/x)",
        ),
        ("<title>no type &lt;b&gt; AT&amp;T &amp;amp;</title>", "no type <b> AT&T &amp;"),
        (
            "<title>link</title><content type='html' xml:base='/other/'>&lt;a href='p'&gt;here&lt;/a&gt;</content>",
            "link\n\nhere (https://a.example/other/p)",
        ),
        (
            "<title>out</title><content type='text/html' src='https://a.example/6'/><summary>the summary</summary>",
            "out\n\nthe summary",
        ),
        ("<title>Same start</title><content type='html'>Same start of more</content>", "Same start of more"),
    ] {
        let feed = format!(
            "<feed xmlns='http://www.w3.org/2005/Atom' xml:base='https://a.example/blog/'>{}</feed>",
            entry(inside)
        );
        assert_eq!(bodies(&read_text(Format::Atom, feed.as_bytes())), [expected], "{inside}");
    }
}

#[test]
fn address_of_an_entry_is_its_page_and_enclosures_are_attachments() {
    let feed = "<feed><entry><id>tag:1</id><updated>2024-01-01T00:00:00Z</updated><title>A day</title>\
        <link rel='replies' type='text/html' href='https://b.example/c'/><link rel='edit' href='https://b.example/e'/>\
        <link rel='enclosure' type='audio/mpeg' href='one.mp3'/><link rel='self' href='https://b.example/s'/>\
        <link rel='alternate' type='text/html' href='https://b.example/day.html'/></entry>\
        <link rel='alternate' href='https://b.example/'/></feed>";
    let read = read_text(Format::Atom, feed.as_bytes());
    let expected = "https://b.example/ tag:1 | 2024-01-01T00:00:00Z | A day | url=https://b.example/day.html | \
        with=audio/mpeg https://b.example/one.mp3 - -";
    assert_eq!(read, [expected]);
}

#[test]
fn items_of_only_pictures_are_imported() {
    let media = "<media:content url='https://a.example/cat.jpg' type='image/jpeg'><media:description>a cat</media:description></media:content>";
    check_items(&item(1, media), &["[a cat]"]);
    check_items(&item(1, "<description>&lt;img src='/dog.jpg'/&gt;</description>"), &["[picture]"]);
    check_items(&item(1, "<enclosure url='https://a.example/x.mp3' type='audio/mpeg'/>"), &["[audio]"]);
}

#[test]
fn private_and_other_posts_of_wordpress_are_known() {
    let post = |kind: &str, status: &str| {
        item(
            1,
            &format!("<title>x</title><wp:post_type>{kind}</wp:post_type><wp:status><![CDATA[{status}]]></wp:status>"),
        )
    };
    let read = |kind: &str, status: &str| {
        read_text(Format::Rss, format!("<rss><channel>{}</channel></rss>", post(kind, status)).as_bytes())
    };
    assert!(read("post", "publish")[0].ends_with("| x"));
    for status in ["private", "draft", "pending", "future"] {
        assert!(read("post", status)[0].ends_with("| x | for=direct"), "{status}");
    }
    assert!(read("post", "trash")[0].ends_with("it is in the trash of WordPress"));
    assert!(read("attachment", "inherit")[0].ends_with("it is of the type attachment of WordPress, not a post"));
}

#[test]
fn authors_of_entries_are_users_of_their_own() {
    let entries = [
        item(1, "<title>a</title><dc:creator>Ada</dc:creator>"),
        item(2, "<title>b</title><author>b@c.example (Bob)</author>"),
    ];
    let feed = format!(
        "<rss><channel><link>https://planet.example/</link><title>Planet</title>{}</channel></rss>",
        entries.concat()
    );
    let read = read_text(Format::Rss, feed.as_bytes());
    assert_eq!(read[0], "person Ada@planet.example | author:planet.example/Ada | Ada");
    assert!(read[1].ends_with("| a | by=author:planet.example/Ada"), "{read:?}");
    assert_eq!(read[2], "person Bob@planet.example | author:planet.example/Bob | Bob");
}

#[test]
fn json_feed_prefers_html_and_keeps_links_and_pictures() {
    let feed = |item: &str| {
        format!(
            "{{\"version\":\"https://jsonfeed.org/version/1.1\",\"home_page_url\":\"https://a.example/\",\"items\":[{item}]}}"
        )
    };
    for (item, expected) in [
        (
            r#"{"id":"1","date_published":1577786400,"content_html":"<p>See <a href='/x'>this</a> &amp; <img src='c.png' alt='a cat'></p>","content_text":"See this"}"#,
            "https://a.example/ 1 | 2019-12-31T10:00:00Z | See this (https://a.example/x) & [a cat]",
        ),
        (
            r#"{"id":"2","date_published":"2019-12-31 10:00:00 +0100","title":"Read","content_text":"x","external_url":"https://b.example/y"}"#,
            "https://a.example/ 2 | 2019-12-31T09:00:00Z | Read\n\nx\n\nhttps://b.example/y",
        ),
        (
            r#"{"id":"3","date_published":"2019-12-31","image":"/p.jpg","banner_image":"https://a.example/b.jpg"}"#,
            "https://a.example/ 3 | 2019-12-31T00:00:00Z | [picture] [picture] | with=picture https://a.example/p.jpg - - | with=picture https://a.example/b.jpg - -",
        ),
    ] {
        assert_eq!(read_text(Format::Jsonfeed, feed(item).as_bytes()), [expected]);
    }
}

#[test]
fn rss_in_json_is_read() {
    let feed = r##"{"rss":{"version":"2.0","channel":{"title":"T","link":"https://a.example/","item":[
        {"title":"One","link":"https://a.example/1","guid":{"#value":"https://a.example/1"},"pubDate":"Fri, 26 Oct 2012 01:47:01 GMT","description":"<p>hello</p>","enclosure":{"url":"https://a.example/1.mp3","type":"audio/mpeg"}}]}}}"##;
    let expected = "https://a.example/1 | 2012-10-26T01:47:01Z | One\n\nhello | url=https://a.example/1 | with=audio/mpeg https://a.example/1.mp3 - -";
    assert_eq!(read_text(Format::Jsonfeed, feed.as_bytes()), [expected]);
}

#[test]
fn markup_that_never_ends_is_read_in_linear_time() {
    let names: String = (0..20_000).map(|number| format!("<n{number}>")).collect();
    let starts = ["<!--", "<![CDATA[", "<?", "<!", "<title>", "<a b='", "&", "</", "<![CDATA[</item>"];
    let texts = starts.iter().map(|start| start.repeat(200_000 / start.len())).chain([names]);
    for text in texts {
        let feed = format!("<rss><channel>{}<item><title>x</title>{text}", item(1, "<title>first</title>"));
        let start = std::time::Instant::now();
        let read = read_text(Format::Rss, feed.as_bytes());
        assert!(read[0].contains("| first"), "{}", &text[..20]);
        // A quadratic reader needs minutes in a debug build.
        assert!(start.elapsed().as_secs() < 20, "{}: {:?}", &text[..20], start.elapsed());
    }
}
