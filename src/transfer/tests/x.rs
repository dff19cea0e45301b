//! Archives of X.

use super::*;

/// Writes the files of an archive and reads them.
fn read_files(files: &[(&str, &str)]) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let prefix = format!("{}/", folder.path().display());
    items(Format::X, folder.path()).unwrap().into_iter().map(|line| line.replace(&prefix, "")).collect()
}

const ACCOUNT: (&str, &str) =
    ("data/account.js", r#"window.YTD.account.part0 = [{"account":{"username":"ada","accountId":"1"}}]"#);

#[test]
fn long_text_of_a_reply_is_found_a_second_later() {
    let text = "This is a long text of a reply that goes on and on and on and on, and &lt; on.";
    let note = format!(
        r#"window.YTD.note_tweet.part0 = [{{"noteTweet":{{"createdAt":"2024-02-22T10:23:50.000Z","core":{{"text":"{text} The end."}}}}}}]"#
    );
    let tweet = format!(
        r#"window.YTD.tweets.part0 = [{{"tweet":{{"id_str":"7","created_at":"Thu Feb 22 10:23:49 +0000 2024","full_text":"@bob @cy {text}…"}}}}]"#
    );
    let read = read_files(&[ACCOUNT, ("data/note-tweet.js", &note), ("data/tweets.js", &tweet)]);
    let whole = "@bob @cy This is a long text of a reply that goes on and on and on and on, and < on. The end.";
    assert_eq!(read[1], format!("x:7 | 2024-02-22T10:23:49Z | {whole} | url=https://x.com/ada/status/7"));
}

#[test]
fn texts_of_an_edited_post_are_one_post_with_revisions() {
    let tweet = |id: u32, minute: u32, text: &str| {
        format!(
            r#"{{"tweet":{{"id_str":"{id}","created_at":"Fri Mar 06 14:0{minute}:05 +0000 2020","full_text":"{text}","edit_info":{{"edit":{{"editControlInitial":{{"editTweetIds":["2","3","4"]}}}}}}}}}}"#
        )
    };
    let texts = [tweet(4, 5, "hello world"), tweet(2, 2, "helo wrld"), tweet(3, 4, "hello wrld")];
    let tweets = format!("window.YTD.tweets.part0 = [{}]", texts.join(","));
    let read = read_files(&[ACCOUNT, ("data/tweets.js", &tweets)]);
    assert_eq!(read.len(), 2);
    let expected = "x:2 | 2020-03-06T14:02:05Z | hello world | edited=2020-03-06T14:05:05Z | before=2020-03-06T14:02:05Z helo wrld | \
        before=2020-03-06T14:04:05Z hello wrld | url=https://x.com/ada/status/4";
    assert_eq!(read[1], expected);
}

#[test]
fn videos_and_files_of_posts_are_attachments() {
    let tweets = r#"window.YTD.tweets.part0 = [{"tweet":{"id_str":"3","created_at":"Tue Aug 22 14:20:30 +0000 2017","full_text":"a film https://t.co/abc","extended_entities":{"media":[{"type":"video","url":"https://t.co/abc","media_url_https":"https://i.example/still.jpg","video_info":{"variants":[{"content_type":"application/x-mpegURL","url":"https://v.example/a.m3u8"},{"bitrate":"256000","content_type":"video/mp4","url":"https://v.example/small.mp4?tag=1"},{"bitrate":"832000","content_type":"video/mp4","url":"https://v.example/large.mp4?tag=1"}]}}]}}}]"#;
    let read = read_files(&[
        ACCOUNT,
        ("data/tweets.js", tweets),
        ("data/tweets_media/3-large.mp4", "x"),
        ("data/tweets_media/3-other.jpg", "y"),
    ]);
    let expected = "x:3 | 2017-08-22T14:20:30Z | a film | url=https://x.com/ada/status/3 | \
        with=video https://v.example/large.mp4?tag=1 data/tweets_media/3-large.mp4 - | with=- - data/tweets_media/3-other.jpg -";
    assert_eq!(read[1], expected);
}

#[test]
fn posts_to_communities_and_circles_are_read() {
    let file = |id: u32| {
        format!(
            r#"window.YTD.x.part0 = [{{"tweet":{{"id_str":"{id}","created_at":"Fri Mar 06 14:02:05 +0000 2020","full_text":"text {id}"}}}}]"#
        )
    };
    let read = read_files(&[
        ACCOUNT,
        ("data/tweets.js", &file(1)),
        ("data/community-tweet.js", &file(2)),
        ("data/twitter-circle-tweet.js", &file(3)),
    ]);
    assert_eq!(read[2], "x:2 | 2020-03-06T14:02:05Z | text 2 | url=https://x.com/ada/status/2");
    assert_eq!(read[3], "x:3 | 2020-03-06T14:02:05Z | text 3 | url=https://x.com/ada/status/3 | for=followers");
}

#[test]
fn archive_of_2012_is_read_by_month_and_as_a_table() {
    let month = r#"Grailbird.data.tweets_2012_05 =
 [{"id_str":"200","text":"first &amp; best","created_at":"2012-05-31 23:59:59 +0000","user":{"screen_name":"ada","name":"Ada","id_str":"1"}}]"#;
    let details = r#"var user_details = {"screen_name":"ada","full_name":"Ada","id":"1","bio":"counts"}"#;
    let post = "x:200 | 2012-05-31T23:59:59Z | first & best | url=https://x.com/ada/status/200";
    let read = read_files(&[("data/js/user_details.js", details), ("data/js/tweets/2012_05.js", month)]);
    assert_eq!(read, ["owner ada@x.com | https://x.com/i/user/1 | Ada | counts", post]);
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("2012_05.js"), month).unwrap();
    assert_eq!(
        items(Format::X, &folder.path().join("2012_05.js")).unwrap(),
        ["owner ada@x.com | https://x.com/i/user/1 | Ada", post]
    );
    let table = "\"tweet_id\",\"timestamp\",\"text\"\n\"200\",\"2012-05-31 23:59:59 +0000\",\"first, \"\"best\"\"\"\n";
    fs::write(folder.path().join("tweets.csv"), table).unwrap();
    let read = items(Format::X, &folder.path().join("tweets.csv")).unwrap();
    assert_eq!(read[1], "x:200 | 2012-05-31T23:59:59Z | first, \"best\" | url=https://x.com/someone/status/200");
}

#[test]
fn list_of_the_api_has_several_authors() {
    let list = r#"[{"id_str":"1","text":"a","created_at":"Fri Mar 06 14:02:05 +0000 2020","user":{"screen_name":"ada","id_str":"1"}},
        {"id_str":"2","text":"b","created_at":"Fri Mar 06 14:02:06 +0000 2020","user":{"screen_name":"bob","id_str":"2"}}]"#;
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("list.json"), list).unwrap();
    let read = items(Format::X, &folder.path().join("list.json")).unwrap();
    assert_eq!(read[2], "person bob@x.com | https://x.com/i/user/2");
    assert_eq!(read[3], "x:2 | 2020-03-06T14:02:06Z | b | by=https://x.com/i/user/2 | url=https://x.com/bob/status/2");
}
