use super::address::address;
use super::{ListFormat, Subscription, SubscriptionList, detect_list, read_list, refusal, write_list};

/// A list in one line per subscription: `title <address> page [folder/folder]`.
fn lines(list: &SubscriptionList) -> Vec<String> {
    let optional = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    let line = |one: &Subscription| {
        format!("{} <{}> {} [{}]", optional(&one.title), one.address, optional(&one.page), one.folders.join("/"))
    };
    let skipped = list.skipped.iter().map(|skipped| format!("{}: {}", skipped.place, skipped.why));
    list.subscriptions.iter().map(line).chain(skipped).collect()
}

fn read(text: &str) -> Vec<String> {
    lines(&read_list(text.as_bytes()).unwrap())
}

#[test]
fn opml_keeps_titles_pages_and_folders() {
    let text = r#"<?xml version="1.0"?>
<!-- exported --><opml version="1.1"><head><title>mine</title></head><body>
<outline text="Tech &amp; more">
  <outline text="Ada&#39;s" title="Ada" type="rss" xmlUrl="https://ada.example/feed?a=1&amp;b=2" htmlUrl="https://ada.example/"/>
  <outline text="Deep"><outline text="Bob" type="atom" xmlURL='https://bob.example/atom'></outline>
    <outline text="again" xmlUrl="https://bob.example/atom"/></outline>
</outline>
<outline text="Cyd" type="rss" url="feed://cyd.example/rss"/>
<outline text="a note"/><outline type="link" text="page" url="https://page.example/"/>
<outline text="old" type="rss" xmlUrl="gopher://old.example/1"/>
</body></opml>"#;
    assert_eq!(
        read(text),
        [
            "Ada <https://ada.example/feed?a=1&b=2> https://ada.example/ [Tech & more]",
            "Bob <https://bob.example/atom> - [Tech & more/Deep]",
            "Cyd <http://cyd.example/rss> - []",
            "line 10: \"gopher://old.example/1\" is neither a web address nor an account",
        ]
    );
}

#[test]
fn opml_that_is_not_well_formed_is_read() {
    let text = "<opml><body><outline text='R&D <new>' xmlUrl=https://a.example/x>\n\
                <outline text=\"b\n c\" xmlUrl=\"https://b.example/?x=1&y=2\"></outline></body>";
    assert_eq!(read(text), ["R&D <new> <https://a.example/x> - []", "b c <https://b.example/?x=1&y=2> - []"]);
    let latin =
        b"<?xml version='1.0' encoding='ISO-8859-1'?><opml><outline text='caf\xe9' xmlUrl='http://a.example/'/></opml>";
    assert_eq!(lines(&read_list(latin).unwrap()), ["café <http://a.example/> - []"]);
    assert_eq!(read("<OPML><body></body></OPML>"), Vec::<String>::new());
}

#[test]
fn accounts_are_read_from_tables_of_all_servers() {
    let mastodon = "Account address,Show boosts,Notify on new posts,Languages\nada@a.example,true,false,\"en, de\"\r\n\"bob@b.example\",true\n\nno\n";
    let expected = ["- <ada@a.example> - []", "- <bob@b.example> - []"];
    let mut with_skipped: Vec<&str> = expected.to_vec();
    with_skipped.push("row 5: \"no\" is neither a web address nor an account");
    assert_eq!(read(mastodon), with_skipped);
    assert_eq!(read("@ada@a.example\nacct:bob@b.example\nada@a.example\n"), expected);
    assert_eq!(read("ada@a.example,withReplies=true\nbob@b.example"), expected);
}

#[test]
fn tables_of_blocked_and_muted_accounts_are_refused() {
    let (followed, plain) =
        ("Account address,Show boosts,Notify on new posts,Languages\na@b.example,true,false,\n", "a@b.example\n");
    let muted = "Account address,Hide notifications\na@b.example,true\n";
    let bookmarks = "https://b.example/users/a/statuses/1\n";
    for (name, text, expected) in [
        ("following_accounts.csv", followed, None),
        ("x.csv", followed, None),
        ("friends.csv", plain, None),
        ("accounts.txt", plain, None),
        ("-", plain, None),
        ("muted_accounts.csv", muted, Some("it lists accounts that are blocked or muted")),
        ("x.csv", muted, Some("it lists accounts that are muted")),
        ("blocked_accounts.csv", plain, Some("it lists accounts that are blocked or muted")),
        ("Blocks.CSV", plain, Some("it lists accounts that are blocked or muted")),
        ("x.csv", plain, Some("it does not say that its accounts are followed")),
        ("bookmarks.csv", bookmarks, Some("it lists bookmarked posts")),
        ("urls", bookmarks, None),
        ("blocked.opml", "<opml></opml>", None),
    ] {
        assert_eq!(refusal(name, text.as_bytes()), expected, "{name}: {text}");
    }
}

#[test]
fn following_is_read_from_the_twtxt_client() {
    let text = "[twtxt]\nnick = me\ntwturl = https://me.example/twtxt.txt\n\n[following]\n# friends\nBob = https://bob.example/tw%%20txt.txt\n\
                alice: http://alice.example/a.txt\nold = gopher://x.example/0/t\n\n[other]\nno = https://no.example/\n";
    assert_eq!(
        read(text),
        [
            "Bob <https://bob.example/tw%20txt.txt> - []",
            "alice <http://alice.example/a.txt> - []",
            "line 9: \"gopher://x.example/0/t\" is neither a web address nor an account",
        ]
    );
}

#[test]
fn addresses_are_read_from_plain_lines() {
    let text = "# mine\nhttps://a.example/feed tech \"~Ada L.\" \"!hidden\"\n\"query:Unread:unread = \\\"yes\\\"\"\nhttps://b.example/\nada@c.example\n";
    assert_eq!(
        read(text),
        ["Ada L. <https://a.example/feed> - [tech]", "- <https://b.example/> - []", "- <ada@c.example> - []"]
    );
}

#[test]
fn formats_of_lists_are_detected() {
    for (text, expected) in [
        ("\u{feff}<?xml version='1.0'?><opml version='2.0'>", Some(ListFormat::Opml)),
        ("<rss><channel><title>opml</title>", None),
        ("<html><opml>", None),
        ("Account address,Show boosts\n", Some(ListFormat::Accounts)),
        ("ada@example.com\n", Some(ListFormat::Accounts)),
        ("[twtxt]\nnick = x\n[following]\n", Some(ListFormat::TwtxtConfig)),
        ("https://a.example/\n", Some(ListFormat::Plain)),
        ("# nick = ada\n2026-01-01T00:00:00Z\thello\n", None),
        ("{}", None),
        ("", None),
    ] {
        assert_eq!(detect_list(text.as_bytes()), expected, "{text}");
    }
}

#[test]
fn addresses_are_web_addresses_or_accounts() {
    for (text, expected) in [
        (" https://a.example/x ", Some("https://a.example/x")),
        ("HTTPS://a.example", Some("HTTPS://a.example")),
        ("feed:https://a.example/x", Some("https://a.example/x")),
        ("feed://a.example/x", Some("http://a.example/x")),
        ("@ada@a.example", Some("ada@a.example")),
        ("ada@a.example:8080", Some("ada@a.example:8080")),
        ("https://", None),
        ("https:///x", None),
        ("https://a b.example/", None),
        ("file:///etc/passwd", None),
        ("javascript:alert(1)", None),
        ("ada@localhost", None),
        ("ada", None),
        ("é@", None),
        ("fée:x", None),
    ] {
        assert_eq!(address(text).as_deref(), expected, "{text}");
    }
}

#[test]
fn written_lists_are_read_back() {
    let feed = |address: &str, title: Option<&str>, folders: &[&str]| Subscription {
        address: address.to_owned(),
        title: title.map(str::to_owned),
        page: title.map(|_| "https://page.example/?a&b".to_owned()),
        folders: folders.iter().map(|&name| name.to_owned()).collect(),
    };
    let subscriptions = [
        feed("https://a.example/x?a=1&b=%20", Some("Ada \"&\" <Bo>"), &["Tech", "Deep"]),
        feed("https://b.example/", None, &[]),
        feed("https://c.example/", Some("ada bo"), &["Tech"]),
        feed("https://d.example/", Some("Ada Bo"), &[]),
        Subscription { address: "ada@e.example".to_owned(), ..Subscription::default() },
    ];
    let write = |format| {
        let mut bytes = Vec::new();
        write_list(&mut bytes, format, "mine & yours", &subscriptions).unwrap();
        String::from_utf8(bytes).unwrap()
    };
    let opml = r#"<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0">
  <head>
    <title>mine &amp; yours</title>
  </head>
  <body>
    <outline text="Tech">
      <outline text="Deep">
        <outline type="rss" text="Ada &quot;&amp;&quot; &lt;Bo&gt;" title="Ada &quot;&amp;&quot; &lt;Bo&gt;" xmlUrl="https://a.example/x?a=1&amp;b=%20" htmlUrl="https://page.example/?a&amp;b"/>
      </outline>
      <outline type="rss" text="ada bo" title="ada bo" xmlUrl="https://c.example/" htmlUrl="https://page.example/?a&amp;b"/>
    </outline>
    <outline type="rss" text="https://b.example/" title="https://b.example/" xmlUrl="https://b.example/"/>
    <outline type="rss" text="Ada Bo" title="Ada Bo" xmlUrl="https://d.example/" htmlUrl="https://page.example/?a&amp;b"/>
  </body>
</opml>
"#;
    assert_eq!(write(ListFormat::Opml), opml);
    assert_eq!(
        read(&write(ListFormat::Opml)),
        [
            "Ada \"&\" <Bo> <https://a.example/x?a=1&b=%20> https://page.example/?a&b [Tech/Deep]",
            "ada bo <https://c.example/> https://page.example/?a&b [Tech]",
            "https://b.example/ <https://b.example/> - []",
            "Ada Bo <https://d.example/> https://page.example/?a&b []",
        ]
    );
    let config = write(ListFormat::TwtxtConfig);
    assert_eq!(
        config,
        "[following]\nAda__Bo = https://a.example/x?a=1&b=%%20\nb.example = https://b.example/\n\
         ada_bo = https://c.example/\nAda_Bo2 = https://d.example/\n"
    );
    assert_eq!(read(&config)[0], "Ada__Bo <https://a.example/x?a=1&b=%20> - []");
    let accounts = write(ListFormat::Accounts);
    assert_eq!(accounts, "Account address,Show boosts,Notify on new posts,Languages\nada@e.example,true,false,\n");
    assert_eq!(read(&accounts), ["- <ada@e.example> - []"]);
    assert_eq!(read(&write(ListFormat::Plain)).len(), 5);
}

#[test]
fn nested_outlines_are_read_in_linear_time() {
    let text = format!("<opml>{}", "<outline text='x'>".repeat(100_000));
    assert_eq!(read(&text), Vec::<String>::new());
    let text = format!("<opml>{}", "<outline text='x' xmlUrl='https://a.example/'>\n".repeat(100_000));
    assert_eq!(read(&text).len(), 1);
}
