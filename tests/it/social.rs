//! Commands for follows, reactions, search, filters, edits and notifications.

use crate::common::Shell;

/// Returns a database where john follows susan; susan wrote posts 1 and 3, david 2, john 4.
fn sample() -> Shell {
    let shell = Shell::with_users();
    shell.run(&["user", "add", "david"]).stdout("added @david\n").check();
    let posts = [("susan", "bread #Bread"), ("david", "hi @john"), ("susan", "rain"), ("john", "tea")];
    for (n, (who, text)) in posts.iter().enumerate() {
        let at = format!("2026-01-01 00:0{n}");
        shell.run(&["--as", who, "post", text, "--at", &at]).stdout(&format!("posted {}\n", n + 1)).check();
    }
    shell.run(&["follow", "susan"]).stdout("followed @susan\n").check();
    shell
}

const BREAD: &str = "susan  2026-01-01 00:00  #1\n  bread #Bread\n\n";
const HI: &str = "david  2026-01-01 00:01  #2\n  hi @john\n\n";
const RAIN: &str = "susan  2026-01-01 00:02  #3\n  rain\n\n";
const TEA: &str = "john  2026-01-01 00:03  #4\n  tea\n\n";

#[test]
fn unread_command_counts_unread_posts() {
    let shell = sample();
    let counts = "home           2\nall            3\nmentions       1\nnotifications  1\n";
    shell.run(&["unread"]).stdout(counts).check();
    let json = "{\"name\":\"home\",\"unread\":2}\n{\"name\":\"all\",\"unread\":3}\n\
                {\"name\":\"mentions\",\"unread\":1}\n{\"name\":\"notifications\",\"unread\":1}\n";
    shell.run(&["unread", "--json"]).stdout(json).check();
    // Your own posts are never unread.
    shell.run(&["timeline", "home", "--unread"]).stdout(&format!("{RAIN}{BREAD}")).check();
    shell.run(&["timeline", "mentions", "--unread", "--limit", "1"]).stdout(HI).check();
    shell.run(&["timeline", "home", "--unread", "--before", "3"]).stdout(BREAD).check();
}

#[test]
fn home_has_followed_users_and_your_own_posts() {
    let shell = sample();
    shell.run(&["timeline", "home"]).stdout(&format!("{TEA}{RAIN}{BREAD}")).check();
    shell.run(&["timeline", "home", "--reverse", "--limit", "2"]).stdout(&format!("{BREAD}{RAIN}")).check();
    shell.run(&["timeline", "home", "--before", "4"]).stdout(&format!("{RAIN}{BREAD}")).check();
    shell.run(&["unfollow", "susan"]).stdout("unfollowed @susan\n").check();
    shell.run(&["timeline", "home"]).stdout(TEA).check();
    shell.run(&["timeline", "mentions"]).stdout(HI).check();
    shell.run(&["timeline", "tag", "#BREAD"]).stdout(BREAD).check();
    shell.run(&["timeline", "tag", "none"]).stderr("no posts\n").check();
}

#[test]
fn follow_appears_in_following_and_followers() {
    let shell = sample();
    shell.run(&["follow", "susan", "@David"]).stdout("@susan is already followed\nfollowed @david\n").check();
    shell.run(&["--as", "susan", "follow", "john"]).stdout("followed @john\n").check();
    shell.run(&["following"]).stdout("david\nsusan  mutual\n").check();
    shell.run(&["followers", "john"]).stdout("susan  mutual\n").check();
    let out = shell.command().args(["user", "show", "susan"]).output().unwrap();
    let text = String::from_utf8(out.stdout).unwrap();
    assert!(text.contains("following  1\nfollowers  1\nrelation   you follow each other\n"), "{text}");
    let susan = r#""email":null,"display_name":null,"about_me":null"#;
    let out = shell.command().args(["followers", "--json"]).output().unwrap();
    let text = String::from_utf8(out.stdout).unwrap();
    assert!(text.contains(susan) && text.contains(r#""posts":2,"following":1,"followers":1,"active":false"#), "{text}");
    shell.fails(&["follow", "david", "zzz"], 1, "there is no user \"zzz\": microblog user list shows all users");
    shell.fails(
        &["follow", "david", "john"],
        1,
        "you cannot follow yourself: your posts are always in your home timeline",
    );
    shell.run(&["follow", "david"]).stdout("@david is already followed\n").check();
    shell.run(&["unfollow", "susan", "david"]).stdout("unfollowed @susan\nunfollowed @david\n").check();
    shell.run(&["unfollow", "susan"]).stdout("@susan was not followed\n").check();
    shell.run(&["following"]).stderr("@john does not follow anyone\n").check();
}

#[test]
fn boosted_post_appears_once() {
    let shell = sample();
    shell.run(&["--as", "susan", "boost", "2"]).stdout("boosted 2\n").check();
    shell.run(&["--as", "susan", "boost", "2"]).stdout("2 is already boosted\n").check();
    let boosted = "david  2026-01-01 00:01  #2  boosted by susan  1 boost\n  hi @john\n\n";
    shell.run(&["timeline", "home"]).stdout(&format!("{boosted}{TEA}{RAIN}{BREAD}")).check();
    shell.run(&["boosted-by", "2"]).stdout("susan\n").check();
    // The ID of a boost means the boosted post.
    shell.run(&["like", "5"]).stdout("liked 2\n").check();
    shell.run(&["boost", "5"]).stdout("boosted 2\n").check();
    shell.run(&["follow", "david"]).stdout("followed @david\n").check();
    let own = "david  2026-01-01 00:01  #2  boosted by susan, john  1 like  2 boosts\n  hi @john\n\n";
    shell.run(&["timeline", "home"]).stdout(&format!("{TEA}{RAIN}{own}{BREAD}")).check();
    let json = r#"{"id":5,"author":"susan","body":"hi @john","#;
    let out = shell.command().args(["timeline", "user", "susan", "--limit", "1", "--json"]).output().unwrap();
    let text = String::from_utf8(out.stdout).unwrap();
    assert!(text.starts_with(json) && text.contains(r#""boost_of":2,"likes":1,"boosts":2"#), "{text}");
    shell.run(&["--as", "susan", "unboost", "2"]).stdout("unboosted 2\n").check();
    shell.run(&["--as", "susan", "unboost", "2"]).stdout("2 was not boosted\n").check();
    shell.run(&["boosted-by", "2"]).stdout("john\n").check();
}

#[test]
fn reactions_to_several_posts_are_all_or_nothing() {
    let shell = sample();
    shell.fails(&["like", "1", "99"], 1, "there is no post 99: it never existed, or it was deleted");
    shell.run(&["liked-by", "1"]).stderr("no likes yet\n").check();
    shell.run(&["like", "1", "3"]).stdout("liked 1\nliked 3\n").check();
    shell.run(&["liked-by", "3"]).stdout("john\n").check();
    shell
        .run(&["timeline", "likes"])
        .stdout(
            "susan  2026-01-01 00:02  #3  1 like\n  rain\n\nsusan  2026-01-01 00:00  #1  1 like\n  bread #Bread\n\n",
        )
        .check();
    shell.run(&["like", "2", "3"]).stdout("liked 2\n3 is already liked\n").check();
    shell.run(&["unlike", "1", "3"]).stdout("unliked 1\nunliked 3\n").check();
    shell.run(&["unlike", "1", "2"]).stdout("1 was not liked\nunliked 2\n").check();
    shell.run(&["bookmark", "2"]).stdout("bookmarked 2\n").check();
    shell.run(&["bookmark", "2"]).stdout("2 is already bookmarked\n").check();
    shell.run(&["timeline", "bookmarks"]).stdout(HI).check();
    shell.run(&["--as", "susan", "timeline", "bookmarks"]).stderr("no posts\n").check();
    shell.run(&["unbookmark", "2"]).stdout("unbookmarked 2\n").check();
    shell.run(&["unbookmark", "2"]).stdout("2 was not bookmarked\n").check();
    shell.run(&["timeline", "bookmarks"]).stderr("no posts\n").check();
}

#[test]
fn muted_and_filtered_posts_are_left_out() {
    let shell = sample();
    shell.run(&["unmute", "david"]).stdout("@david was not muted\n").check();
    shell.run(&["mute", "david"]).stdout("muted @david\n").check();
    shell.run(&["mute", "david"]).stdout("@david is already muted\n").check();
    shell.run(&["muted"]).stdout("david\n").check();
    shell.run(&["timeline"]).stdout(&format!("{TEA}{RAIN}{BREAD}")).check();
    shell.run(&["timeline", "mentions"]).stderr("no posts\n").check();
    shell.run(&["timeline", "mentions", "--muted"]).stdout(HI).check();
    shell.run(&["timeline", "user", "david"]).stdout(HI).check();
    shell.run(&["search", "hi"]).stderr("no posts found\n").check();
    shell.run(&["search", "hi", "--muted"]).stdout(HI).check();
    shell.run(&["unmute", "david"]).stdout("unmuted @david\n").check();
    shell.run(&["filter", "add", "Rain"]).stdout("hiding posts with Rain\n").check();
    shell.run(&["filter", "add", "#bread", "--fold"]).stdout("collapsing posts with #bread\n").check();
    let folded = "susan  2026-01-01 00:00  #1\n  filtered: #bread\n\n";
    shell.run(&["timeline", "all"]).stdout(&format!("{TEA}{HI}{folded}")).check();
    shell.run(&["filter", "list"]).stdout("#bread  collapsed\nRain  hidden\n").check();
    shell.fails(
        &["filter", "remove", "rain", "snow"],
        1,
        "you have no filter \"snow\": microblog filter list shows yours",
    );
    shell.run(&["filter", "remove", "RAIN", "#Bread"]).stdout("removed filter RAIN\nremoved filter #Bread\n").check();
    shell.fails(&["filter", "add", " "], 2, "a filter needs words: give a word, a phrase or a #tag");
    shell.run(&["filter", "add", "tea", "--until", "2026-01-02"]).stdout("hiding posts with tea\n").check();
    shell.run(&["timeline", "--limit", "1"]).stdout(TEA).check();
}

#[test]
fn search_finds_posts_and_can_be_saved() {
    let shell = sample();
    shell.run(&["search", "BREAD"]).stdout(BREAD).check();
    shell.run(&["search", "from:susan -bread"]).stdout(RAIN).check();
    shell.run(&["search", "-bread", "from:susan"]).stdout(RAIN).check();
    shell.run(&["search", "#bread"]).stdout(BREAD).check();
    shell.run(&["search", "to:john"]).stdout(HI).check();
    shell.run(&["search", "*rea*"]).stdout(BREAD).check();
    shell.run(&["search", "--rank", "rain"]).stdout(RAIN).check();
    let note = "ranked the newest 1 matches: --among 10 compares more\n";
    shell.run(&["search", "--rank", "from:susan", "--among", "1", "--limit", "1"]).stdout(RAIN).stderr(note).check();
    for odd in ["\"left open", "-", "AND OR (", "*", "^", "a:b"] {
        shell.run(&["search", odd]).stderr("no posts found\n").check();
    }
    shell.run(&["search", "from:nobody"]).stderr("no user \"nobody\"\nno posts found\n").check();
    shell.run(&["search", &"x ".repeat(5_000)]).stderr("no posts found\n").check();
    shell.run(&["search", "--users", "sus"]).stdout("susan\n").check();
    shell
        .run(&["search", "rain", "--save", "wet"])
        .stdout("saved search \"wet\": show it with microblog timeline saved wet\n")
        .check();
    shell.fails(
        &["search", "snow", "--save", "WET"],
        1,
        "you already have a saved search \"wet\": choose another name, or delete that one first",
    );
    shell.run(&["timeline", "saved", "Wet"]).stdout(RAIN).check();
    shell.run(&["search", "--saved"]).stdout("wet  rain\n").check();
    shell.run(&["search", "--forget", "wet"]).stdout("deleted saved search \"wet\"\n").check();
    shell.fails(
        &["timeline", "saved", "wet"],
        1,
        "you have no saved search \"wet\": microblog search --saved lists yours",
    );
    shell.fails(&["search"], 2, "nothing to search for: give words; see microblog search --help");
}

#[test]
fn list_is_a_timeline_of_its_members() {
    let shell = sample();
    shell.run(&["list", "show"]).stderr("no lists yet: create one with microblog list create LIST NICK\n").check();
    shell.run(&["list", "create", "Night shift", "susan"]).stdout("created list \"Night shift\" with 1 user\n").check();
    shell.run(&["timeline", "list", "night SHIFT", "--limit", "1", "--reverse"]).stdout(BREAD).check();
    shell.run(&["search", "in:\"night shift\" rain"]).stdout(RAIN).check();
    shell.run(&["search", "in:day"]).stderr("no list \"day\"\nno posts found\n").check();
    shell.run(&["list", "add", "night shift", "susan", "john"]).stdout("unchanged: @susan\nadded @john\n").check();
    shell.run(&["list", "show", "--json"]).stdout("{\"name\":\"Night shift\",\"members\":2}\n").check();
    shell.run(&["list", "show", "Night Shift"]).stdout("john\nsusan\n").check();
    shell.run(&["list", "remove", "night shift", "susan"]).stdout("removed @susan\n").check();
    shell.run(&["timeline", "list", "night shift", "--limit", "1"]).stdout(TEA).check();
    shell.run(&["list", "rename", "night shift", "me"]).stdout("renamed list \"night shift\" to \"me\"\n").check();
    shell.fails(
        &["list", "create", "ME"],
        1,
        "you already have a list \"ME\": choose another name, or add users to it with microblog list add",
    );
    shell.fails(&["list", "create", " "], 2, "a list needs a name of 1 to 64 characters in one line");
    shell.run(&["list", "delete", "me"]).stdout("deleted list \"me\"\n").check();
    shell.fails(
        &["timeline", "list", "me"],
        1,
        "you have no list \"me\": microblog list show shows yours, microblog list create NAME creates one",
    );
}

#[test]
fn post_is_scheduled_edited_and_posted_now() {
    let shell = sample();
    let note = "no scheduled posts: schedule one with microblog post --in 2h TEXT\n";
    shell.run(&["schedule"]).stderr(note).check();
    shell.run(&["post", "later", "--on", "2999-01-02 09:00"]).stdout("scheduled 1 for 2999-01-02 09:00\n").check();
    shell.run(&["reply", "1", "yes", "--on", "2999-01-01"]).stdout("scheduled 2 for 2999-01-01 00:00\n").check();
    let listed = "2  2999-01-01 00:00  reply to #1: yes\n1  2999-01-02 09:00  later\n";
    shell.run(&["schedule"]).stdout(listed).check();
    shell.run(&["schedule", "edit", "1", "sooner"]).stdout("scheduled 1 for 2999-01-02 09:00\n").check();
    shell
        .run(&["schedule", "edit", "2", "--on", "2998-01-01 10:00"])
        .stdout("scheduled 2 for 2998-01-01 10:00\n")
        .check();
    shell.run(&["schedule", "now", "1"]).stdout("posted 5\n").check();
    shell.run(&["schedule", "delete", "2"]).stdout("deleted 2 from the schedule\n").check();
    shell.fails(&["schedule", "delete", "2"], 1, "you have no scheduled post 2: microblog schedule lists yours");
    let past = "2026-01-01 00:00 is in the past: give a time ahead, such as 2h";
    shell.fails(&["post", "late", "--on", "2026-01-01"], 2, past);
    let ahead = "2999-01-01 00:00 is in the future: schedule it with --in 2h or --on \"tomorrow 9:00\"";
    shell.fails(&["post", "early", "--at", "2999-01-01"], 2, ahead);
}

#[test]
fn catch_up_groups_unread_posts_and_marks_them_as_read() {
    let shell = sample();
    shell
        .run(&["--as", "susan", "reply", "3", "wet https://a.example", "--at", "2026-01-01 00:04"])
        .stdout("posted 5\n")
        .check();
    shell.run(&["--as", "susan", "boost", "2"]).stdout("boosted 2\n").check();
    let thread = "thread of 2 posts by @susan\n  susan  2026-01-01 00:02  #3\n    rain\n\n\
        \x20 susan  2026-01-01 00:04  #5  reply to #3 by susan\n    wet https://a.example\n\n";
    let rest = "1 post by @susan\n  susan  2026-01-01 00:00  #1\n    bread #Bread\n\n\
        1 boost by @susan\n  #2 by david, boosted by susan: hi @john\n\n1 link\n  https://a.example  @susan\n";
    shell.run(&["catch-up"]).stdout(&format!("{thread}{rest}")).check();
    shell.run(&["catch-up", "--since", "2026-01-01"]).stdout(&format!("{thread}{rest}")).check();
    let out = shell.command().args(["catch-up", "--markdown"]).output().unwrap();
    let text = String::from_utf8(out.stdout).unwrap();
    assert!(text.starts_with("# 4 posts to catch up with\n\n## thread of 2 posts by @susan\n"), "{text}");
    assert!(text.ends_with("\n## 1 link\n\n- <https://a.example> @susan\n"), "{text}");
    let out = shell.command().args(["catch-up", "--json", "--by", "author", "--read"]).output().unwrap();
    let text = String::from_utf8(out.stdout).unwrap();
    assert!(text.starts_with("{\"kind\":\"author\",\"authors\":[\"susan\"],\"posts\":[{\"id\":1,"), "{text}");
    assert_eq!(text.lines().count(), 3, "{text}");
    shell.run(&["catch-up"]).stderr("nothing new: you have read everything\n").check();
    shell.run(&["timeline", "home", "--unread"]).stderr("no unread posts\n").check();
}

#[test]
fn notifications_of_a_kind_are_listed() {
    let shell = sample();
    shell.run(&["--as", "susan", "reply", "4", "more?"]).stdout("posted 5\n").check();
    shell.run(&["--as", "david", "like", "4"]).stdout("liked 4\n").check();
    let kinds = |list: &str| {
        let out = shell.command().args(["notifications", "--json", "--kind", list]).output().unwrap();
        String::from_utf8(out.stdout).unwrap().matches("\"kind\":").count()
    };
    assert_eq!([kinds("reply"), kinds("like,mention"), kinds("follow")], [1, 2, 0]);
    shell.run(&["notifications", "--kind", "follow"]).stderr("no notifications of this kind\n").check();
}

#[test]
fn posts_of_this_day_in_earlier_years_are_listed() {
    let shell = sample();
    let found = "2026-01-01, 2 years ago\n  susan  2026-01-01 00:00  #1\n    bread #Bread\n\n";
    shell.run(&["on-this-day", "--day", "2028-01-01", "--limit", "1"]).stdout(found).check();
    let note = "no posts on this day in earlier years\n";
    shell.run(&["on-this-day", "--day", "2028-02-29", "--all"]).stderr(note).check();
}

#[test]
fn edit_history_lists_every_revision() {
    let shell = sample();
    shell.run(&["edit", "4", "tea", "and", "#cake"]).stdout("edited 4\n").check();
    shell.run(&["edit", "4", "tea and #cake"]).stdout("unchanged 4\n").check();
    shell.run(&["timeline", "tag", "cake"]).stdout("john  2026-01-01 00:03  #4  edited\n  tea and #cake\n\n").check();
    shell.run(&["search", "cake"]).stdout("john  2026-01-01 00:03  #4  edited\n  tea and #cake\n\n").check();
    let out = shell.command().args(["history", "4"]).output().unwrap();
    let text = String::from_utf8(out.stdout).unwrap();
    assert!(text.starts_with("version 1  2026-01-01 00:03\n  tea\n\nversion 2  "), "{text}");
    assert!(text.ends_with("\n  tea{+ and #cake+}\n\n"), "{text}");
    shell.fails(&["edit", "1", "mine"], 1, "post 1 is by susan: only its author can change it");
    shell.fails(&["edit", "9", "mine"], 1, "there is no post 9: it never existed, or it was deleted");
    shell.fails(&["edit", "4", &"a".repeat(141)], 1, "the post has 141 of 140 characters: shorten it by 1");
}

#[test]
fn deleted_post_is_restored_unless_purged() {
    let shell = sample();
    shell.run(&["like", "4"]).stdout("liked 4\n").check();
    shell.run(&["delete", "4"]).stdout("deleted 4\n").check();
    shell.fails(&["post", "x", "--reply-to", "4"], 1, "there is no post 4: it never existed, or it was deleted");
    shell.run(&["delete", "--undo", "4"]).stdout("restored 4\n").check();
    shell.run(&["timeline", "--limit", "1"]).stdout("john  2026-01-01 00:03  #4  1 like\n  tea\n\n").check();
    shell.run(&["delete", "--now", "4"]).stdout("deleted 4\n").check();
    shell.fails(&["delete", "--undo", "4"], 1, "post 4 cannot be restored: it was not deleted, or it was purged");
}

#[test]
fn notifications_list_actions_of_others() {
    let shell = sample();
    shell.run(&["--as", "susan", "follow", "john"]).stdout("followed @john\n").check();
    shell.run(&["--as", "susan", "like", "4"]).stdout("liked 4\n").check();
    shell.run(&["--as", "susan", "post", "me too", "--reply-to", "4"]).stdout("posted 5\n").check();
    let out = shell.command().args(["notifications"]).output().unwrap();
    let text = String::from_utf8(out.stdout).unwrap();
    let whats: Vec<&str> = text.lines().map(|line| &line[20..]).collect();
    assert_eq!(
        whats,
        [
            "susan replied to you in #5: me too",
            "susan liked #4: tea",
            "susan followed you",
            "david mentioned you in #2: hi @john"
        ]
    );
    assert!(text.lines().all(|line| line.starts_with("* ")));
    let read = shell.command().args(["notifications", "--read", "--limit", "1"]).output().unwrap();
    assert!(read.status.success());
    shell.run(&["notifications", "--unread"]).stderr("no unread notifications\n").check();
    shell.run(&["--as", "susan", "unlike", "4"]).stdout("unliked 4\n").check();
    let out = shell.command().args(["notifications", "--json", "--limit", "2"]).output().unwrap();
    let text = String::from_utf8(out.stdout).unwrap();
    assert!(text.contains(r#""kind":"follow","actor":"susan","post":null,"body":null,"unread":false"#), "{text}");
}

#[test]
fn post_thread_splits_a_long_text() {
    let shell = sample();
    let long = "A sentence of some length that goes on. ".repeat(6);
    shell.run(&["post", "--thread", &long]).stdout("posted 5 6\n").check();
    let out = shell.command().args(["thread", "6", "--json"]).output().unwrap();
    let text = String::from_utf8(out.stdout).unwrap();
    assert!(text.contains(" 1/2\"") && text.contains(" 2/2\"") && text.contains(r#""reply_to":5"#), "{text}");
    shell.run(&["drafts"]).stderr("no drafts\n").check();
    shell.fails(&["drafts", "delete"], 1, "there is no draft of a new post: microblog drafts lists yours");
    shell.fails(&["drafts", "show", "4"], 1, "there is no draft of a reply to 4: microblog drafts lists yours");
}

#[test]
fn mentions_follow_a_renamed_user() {
    let shell = sample();
    shell.run(&["user", "rename", "john", "jack"]).stdout("renamed @john to @jack\n").check();
    shell.run(&["timeline", "mentions"]).stdout(HI).check();
    shell.run(&["search", "to:jack"]).stdout(HI).check();
    let out = shell.command().args(["show", "2", "--json"]).output().unwrap();
    assert!(String::from_utf8(out.stdout).unwrap().contains(r#""mentions":["jack"]"#));
}

#[test]
fn stats_counts_posts_of_one_user_and_of_all() {
    let shell = Shell::with_users();
    shell.run(&["stats"]).stdout("0 posts, not counting boosts\n").check();
    shell.run(&["post", "the garden #hoe", "--at", "2026-01-10 12:00"]).stdout("posted 1\n").check();
    let answer = ["--as", "susan", "post", "Gardens or garden?", "--at", "2026-02-10 12:00", "--reply-to", "1"];
    shell.run(&answer).stdout("posted 2\n").check();
    let whole = "██████████████████████████████";
    let hours: String = (0..24)
        .map(
            |hour| {
                if hour == 12 { format!("  12 h         1  {whole}\n") } else { format!("  {hour:02} h         0\n") }
            },
        )
        .collect();
    let expected = format!(
        "1 post, not counting boosts\n\nPosts per month\n  2026-02         1  {whole}\n\nPosts per hour of the day\n{hours}\n\
         Words of at least 5 letters, by number of posts (newest 1)\n  garden          1  {whole}\n  gardens         1  {whole}\n\n\
         Replies between users (newest 1 post)\n  susan → john         1  {whole}\n"
    );
    shell.run(&["stats", "susan"]).stdout(&expected).check();
    let json = "{\"user\":null,\"posts\":2,\"months\":[{\"name\":\"2026-01\",\"posts\":1},{\"name\":\"2026-02\",\"posts\":1}],\
                \"days\":[{\"name\":\"2026-01-10\",\"posts\":1},{\"name\":\"2026-02-10\",\"posts\":1}],\
                \"hours\":[0,0,0,0,0,0,0,0,0,0,0,0,2,0,0,0,0,0,0,0,0,0,0,0],\
                \"words\":[{\"name\":\"garden\",\"posts\":2},{\"name\":\"gardens\",\"posts\":1}],\
                \"tags\":[{\"name\":\"hoe\",\"posts\":1}],\
                \"answers\":[{\"author\":\"susan\",\"to\":\"john\",\"posts\":1}],\"looked_at\":2}\n";
    shell.run(&["stats", "--json"]).stdout(json).check();
}

#[test]
fn tabs_are_pinned_moved_renamed_and_unpinned() {
    let shell = sample();
    let none = "no pinned timelines: pin one with microblog tabs pin tag TAG, or with $ on the screens\n";
    shell.run(&["tabs"]).stderr(none).check();
    shell.run(&["tabs", "pin", "tag", "bread"]).stdout("7  tag bread\n").check();
    shell.run(&["tabs", "pin", "user", "susan"]).stdout("7  tag bread\n8  user susan\n").check();
    shell.run(&["tabs", "rename", "8", "Su", "san"]).stdout("7  tag bread\n8  user susan  \"Su san\"\n").check();
    shell.run(&["tabs", "move", "8", "7"]).stdout("7  user susan  \"Su san\"\n8  tag bread\n").check();
    let json = "{\"number\":7,\"timeline\":\"user susan\",\"name\":\"Su san\"}\n{\"number\":8,\"timeline\":\"tag bread\",\"name\":null}\n";
    shell.run(&["tabs", "--json"]).stdout(json).check();
    shell.fails(&["tabs", "pin", "home"], 1, "home is always open: pin another timeline");
    shell.fails(&["tabs", "pin", "tag", "bread"], 1, "tag bread is pinned already");
    shell.run(&["tabs", "unpin", "7"]).stdout("7  tag bread\n").check();
    shell.fails(&["tabs", "unpin", "8"], 1, "there is no pinned timeline 8: microblog tabs lists yours");
    shell.run(&["list", "create", "pals", "susan"]).stdout("created list \"pals\" with 1 user\n").check();
    shell.run(&["tabs", "pin", "list", "pals"]).stdout("7  tag bread\n8  list pals\n").check();
    shell.fails(&["tabs", "unpin", "user", "susan"], 1, "user susan is not pinned: microblog tabs lists yours");
    shell.run(&["tabs", "unpin", "list", "pals"]).stdout("7  tag bread\n").check();
}

#[test]
fn pinned_posts_are_shown_first_on_the_profile() {
    let shell = sample();
    shell.run(&["pinned"]).stderr("@john has not pinned any posts\n").check();
    let posted = |text: &str| {
        let output = shell.command().args(["post", text]).output().unwrap();
        String::from_utf8(output.stdout).unwrap().trim().trim_start_matches("posted ").to_owned()
    };
    let ids: Vec<String> = (0..6).map(|n| posted(&format!("note {n}"))).collect();
    shell.run(&["pin", &ids[0], &ids[1]]).stdout(&format!("pinned {}\npinned {}\n", ids[0], ids[1])).check();
    let shown = |args: &[&str]| String::from_utf8(shell.command().args(args).output().unwrap().stdout).unwrap();
    let profile = shown(&["user", "show", "john"]);
    assert!(profile.contains("\npinned\n") && profile.contains("note 1") && profile.contains("note 0"), "{profile}");
    assert_eq!(shown(&["pinned", "--json"]).lines().count(), 2);
    for format in ["markdown", "html"] {
        assert_eq!(shown(&["export", format, "--user", "john"]).matches(" · pinned").count(), 2, "{format}");
    }
    shell.fails(
        &["pin", &ids[2], &ids[3], &ids[4], &ids[5]],
        1,
        "at most 5 posts can be pinned: unpin one with microblog unpin ID",
    );
    shell.fails(
        &["--as", "susan", "pin", &ids[0]],
        1,
        &format!("post {} is by john: you can pin only your own posts", ids[0]),
    );
    shell.run(&["unpin", &ids[0]]).stdout(&format!("unpinned {}\n", ids[0])).check();
    shell.run(&["unpin", &ids[0]]).stdout(&format!("{} was not pinned\n", ids[0])).check();
    shell.run(&["delete", &ids[1]]).stdout(&format!("deleted {}\n", ids[1])).check();
    assert_eq!(shown(&["pinned", "--json"]), "");
    shell.run(&["delete", "--undo", &ids[1]]).stdout(&format!("restored {}\n", ids[1])).check();
    assert_eq!(shown(&["pinned", "--json"]).lines().count(), 1);
}

#[test]
fn post_quotes_another_one_below_its_text() {
    let shell = sample();
    let shown = |args: &[&str]| String::from_utf8(shell.command().args(args).output().unwrap().stdout).unwrap();
    let id = shown(&["post", "good bread"]).trim().trim_start_matches("posted ").to_owned();
    shell.command().args(["post", "I agree", "--quote", &id]).output().unwrap();
    let newest = shown(&["timeline", "all", "--limit", "1", "--json"]);
    let body = format!("I agree\\n\\n“good bread” — @john, post {id}");
    assert!(newest.contains(&body), "{newest}");
    shell.fails(&["post", "no", "--quote", "99999"], 1, "there is no post 99999: it never existed, or it was deleted");
}

#[test]
fn thread_is_scheduled_and_edited_as_a_whole() {
    let shell = sample();
    let long = "one two three ".repeat(20);
    shell
        .run(&["post", "--thread", "--on", "2999-01-02 09:00", &long])
        .stdout("scheduled 1 for 2999-01-02 09:00\n")
        .check();
    let listed = String::from_utf8(shell.command().args(["schedule"]).output().unwrap().stdout).unwrap();
    assert!(listed.trim_end().ends_with("(thread of 3 posts)"), "{listed}");
    shell.run(&["schedule", "edit", "1", "short"]).stdout("scheduled 1 for 2999-01-02 09:00\n").check();
    shell.run(&["schedule"]).stdout("1  2999-01-02 09:00  short\n").check();
    shell
        .run(&["post", "--thread", "--on", "2999-01-02 09:00", &long])
        .stdout("scheduled 2 for 2999-01-02 09:00\n")
        .check();
    shell.run(&["schedule", "now", "2"]).stdout("posted 5 6 7\n").check();
}
