-- The schema of the database as this program wants it: what each table and column means.
--
-- A change begins here; microblog db migrate NAME then writes the migration that leads to it. A new column goes
-- behind the others of its table, where the migration puts it. Times count microseconds since 1970 in UTC.

-- Who writes. AUTOINCREMENT: a number is never given to another.
CREATE TABLE user (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- As it is shown: 1 to 64 characters, none of them a control character.
    nickname TEXT NOT NULL CHECK (
        length(nickname) BETWEEN 1 AND 64
        AND nickname NOT GLOB '*[' || char(1) || '-' || char(31) || char(127) || '-' || char(159) || ']*'),
    -- The same as it is compared: case-folded after NFC by the program, since SQLite folds ASCII only, and
    -- "Ärger" and "ärger" are one user.
    nickname_key TEXT NOT NULL UNIQUE,
    -- The address, if they gave one; no control characters.
    email TEXT CHECK (
        length(email) <= 120 AND email GLOB '?*@?*'
        AND email NOT GLOB '*[' || char(1) || '-' || char(31) || char(127) || '-' || char(159) || ']*'),
    -- The same as it is compared, folded like the nickname; there when the address is.
    email_key TEXT UNIQUE,
    -- The name shown beside the nickname.
    display_name TEXT CHECK (length(display_name) BETWEEN 1 AND 64),
    -- A few words about them.
    about_me TEXT CHECK (length(about_me) BETWEEN 1 AND 500),
    -- When they were added; unknown for those from before version 3.
    created_at INTEGER,
    -- When they last were the active user.
    last_seen INTEGER,
    -- How many posts are theirs: kept in step by two triggers, so that a profile never counts a million rows.
    posts INTEGER NOT NULL DEFAULT 0,
    -- What names them in the world that they were brought in from: the address of their feed or profile.
    url TEXT,
    -- Where they write: 0 here, 1 elsewhere, so that nobody here acts as them, 2 elsewhere but claimed by somebody here.
    home INTEGER NOT NULL DEFAULT 0 CHECK (home BETWEEN 0 AND 2),
    CHECK ((email IS NULL) = (email_key IS NULL))
) STRICT;
-- Who was brought in is brought in once.
CREATE UNIQUE INDEX user_url ON user (url) WHERE url IS NOT NULL;

-- What is written: one user, many posts. Numbers stay short and are never used again. A boost is a row of its own,
-- with `boost_of` and no body, so that it pages and merges like any post.
CREATE TABLE post (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- Whose it is; posts go with their author.
    author INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    -- The text, never blank; none for a boost.
    body TEXT CHECK (trim(body, CAST(x'20090a0d' AS TEXT)) <> ''),
    -- When it was written; unique (moved on by one when taken), so that one key orders and pages every timeline.
    created_at INTEGER NOT NULL,
    -- The number of the post that it answers. No foreign key: an answer outlives what it answers, and a number
    -- without a post says that there was one.
    reply_to INTEGER,
    -- What names it in the world that it was brought in from, once an author; none for what was written here.
    source TEXT,
    -- The number of the post that this one passes on.
    boost_of INTEGER,
    -- When it was edited last.
    edited_at INTEGER,
    -- How many versions there were before this one: two who edit it at once are told apart by it.
    edits INTEGER NOT NULL DEFAULT 0,
    -- Counts, kept in step by triggers: they ride in the row that a page reads anyway.
    likes INTEGER NOT NULL DEFAULT 0,
    boosts INTEGER NOT NULL DEFAULT 0,
    replies INTEGER NOT NULL DEFAULT 0,
    -- What search can ask of it beside its words, as words that no body can hold: who wrote it, for whom, its tags.
    marks TEXT,
    CHECK ((body IS NULL) = (boost_of IS NOT NULL)),
    CHECK (boost_of IS NULL OR reply_to IS NULL),
    -- What was written here holds no control characters but line breaks; what was brought in is kept whole. The
    -- pattern in hexadecimal is *[...]* with U+0001-0009, U+000B-001F, U+007F-009F: building it from char() took a
    -- tenth of each insert.
    CHECK (source IS NOT NULL OR body NOT GLOB CAST(x'2a5b012d090b2d1f7f2dc29f5d2a' AS TEXT))
) STRICT;
-- All posts by time.
CREATE UNIQUE INDEX post_created_at ON post (created_at);
-- One author's posts by time.
CREATE INDEX post_author_created_at ON post (author, created_at);
-- A post's answers by time; costs nothing for posts that answer none.
CREATE INDEX post_reply_to ON post (reply_to, created_at) WHERE reply_to IS NOT NULL;
-- One author's answers by time.
CREATE INDEX post_author_replies ON post (author, created_at) WHERE reply_to IS NOT NULL;
-- What was brought in is brought in once; what answers it finds it by its name.
CREATE UNIQUE INDEX post_source ON post (source, author) WHERE source IS NOT NULL;
-- Who passed a post on, by time, and each of them once.
CREATE INDEX post_boost_of ON post (boost_of, created_at) WHERE boost_of IS NOT NULL;
CREATE UNIQUE INDEX post_boost_once ON post (boost_of, author) WHERE boost_of IS NOT NULL;

-- What a post brought in keeps of where it comes from, beside its text. It lies apart, so that what was written here
-- pays nothing for it.
CREATE TABLE origin (
    post INTEGER PRIMARY KEY,
    -- Where it can be read.
    url TEXT,
    -- The language that it says it is in.
    language TEXT,
    -- What its author warns of; the text is then folded.
    warning TEXT,
    -- For whom it was written: 0 all, 1 all, but in no lists, 2 followers, 3 those it names. 2 and 3 are private.
    audience INTEGER NOT NULL DEFAULT 0 CHECK (audience BETWEEN 0 AND 3),
    -- The text as it came, where `body` is another, as of HTML.
    original TEXT,
    -- The name of the post that it answers, which may not be here yet.
    answers TEXT,
    -- The name of the post that it passes on, as long as that is not here; its body is that name.
    boosts TEXT
) STRICT;
-- What waits for a post.
CREATE INDEX origin_answers ON origin (answers) WHERE answers IS NOT NULL;
CREATE INDEX origin_boosts ON origin (boosts) WHERE boosts IS NOT NULL;

-- Names of a post beside its `source`, by which others answer it.
CREATE TABLE other_name (
    name TEXT NOT NULL,
    post INTEGER NOT NULL,
    PRIMARY KEY (name, post)
) STRICT, WITHOUT ROWID;
CREATE INDEX other_name_post ON other_name (post);

-- Pictures and the like that came with a post.
CREATE TABLE attachment (
    post INTEGER NOT NULL,
    -- Counted from 0.
    place INTEGER NOT NULL,
    -- What it is, as in image/png.
    kind TEXT,
    -- Where it can be fetched.
    url TEXT,
    -- Where it lies on this machine, or in the archive.
    file TEXT,
    -- What it shows, in words.
    description TEXT,
    PRIMARY KEY (post, place)
) STRICT, WITHOUT ROWID;

-- What users did to posts that are not here: it comes into force when the post comes.
CREATE TABLE waiting (
    -- The post's name.
    name TEXT NOT NULL,
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    -- 1 liked it, 2 bookmarked it.
    deed INTEGER NOT NULL CHECK (deed BETWEEN 1 AND 2),
    -- When.
    at INTEGER NOT NULL,
    PRIMARY KEY (name, user, deed)
) STRICT, WITHOUT ROWID;
CREATE INDEX waiting_user ON waiting (user);

-- What users look like. It lies apart, so that who is read with a page brings no picture along.
CREATE TABLE avatar (
    user INTEGER PRIMARY KEY REFERENCES user (id) ON DELETE CASCADE,
    -- A PNG, a JPEG, a GIF or a WebP, its bytes as they came.
    picture BLOB NOT NULL CHECK (length(picture) BETWEEN 1 AND 1048576)
) STRICT;

-- On whose behalf one writes: one row, or none.
CREATE TABLE active_user (
    -- Always 1.
    one INTEGER PRIMARY KEY CHECK (one = 1),
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE
) STRICT;

-- How many columns wider than usual the panes of the screen are: one row, or none.
CREATE TABLE panes (
    -- Always 1.
    one INTEGER PRIMARY KEY CHECK (one = 1),
    users INTEGER NOT NULL CHECK (users BETWEEN -32768 AND 32767),
    timeline INTEGER NOT NULL CHECK (timeline BETWEEN -32768 AND 32767)
) STRICT;

-- What users were writing: one draft a user and post answered.
CREATE TABLE draft (
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    -- The number of the post that it answers; 0 for a draft that answers nothing, since a key may not be NULL.
    reply_to INTEGER NOT NULL,
    body TEXT NOT NULL,
    saved_at INTEGER NOT NULL,
    PRIMARY KEY (user, reply_to)
) STRICT, WITHOUT ROWID;

-- What users were making of posts of their own: one draft a user and post edited.
CREATE TABLE edit_draft (
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    -- The number of the post.
    post INTEGER NOT NULL,
    -- How often it had been edited when the draft was begun: by that a newer text is noticed.
    edits INTEGER NOT NULL,
    body TEXT NOT NULL,
    saved_at INTEGER NOT NULL,
    PRIMARY KEY (user, post)
) STRICT, WITHOUT ROWID;

-- Who follows whom.
CREATE TABLE follow (
    follower INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    followed INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    since INTEGER NOT NULL,
    PRIMARY KEY (follower, followed),
    CHECK (follower <> followed)
) STRICT, WITHOUT ROWID;
-- A user's followers, and whom they follow, by time.
CREATE INDEX follow_followed ON follow (followed, since);
CREATE INDEX follow_since ON follow (follower, since);

-- Whose posts a user does not want to see.
CREATE TABLE mute (
    muter INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    muted INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    since INTEGER NOT NULL,
    PRIMARY KEY (muter, muted),
    CHECK (muter <> muted)
) STRICT, WITHOUT ROWID;
CREATE INDEX mute_muted ON mute (muted);

-- Which posts a user likes.
CREATE TABLE liked (
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    -- The post, by its `created_at`: a page of likes is then one walk along the key. No foreign key, since what was
    -- deleted may come back with its likes.
    moment INTEGER NOT NULL,
    -- When they liked it.
    at INTEGER NOT NULL,
    PRIMARY KEY (user, moment)
) STRICT, WITHOUT ROWID;
-- Who likes a post, by time.
CREATE INDEX liked_moment ON liked (moment, at);

-- Which posts a user keeps; as `liked`.
CREATE TABLE bookmark (
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    moment INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (user, moment)
) STRICT, WITHOUT ROWID;
CREATE INDEX bookmark_moment ON bookmark (moment);

-- What a user is told about.
CREATE TABLE notification (
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    -- When; unique for a user (moved on by one when taken), so that it pages.
    at INTEGER NOT NULL,
    -- 1 followed, 2 answered, 3 mentioned, 4 liked, 5 boosted.
    kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 5),
    actor INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    -- The number of the post that it is about, which may be gone; none where somebody follows.
    post INTEGER,
    PRIMARY KEY (user, at),
    CHECK ((post IS NULL) = (kind = 1))
) STRICT, WITHOUT ROWID;
CREATE INDEX notification_actor ON notification (actor, kind, post);

-- Tags, each once whatever its case.
CREATE TABLE tag (
    id INTEGER PRIMARY KEY,
    -- As it is compared: case-folded after NFC by the program.
    key TEXT NOT NULL UNIQUE,
    -- As it was written first.
    name TEXT NOT NULL,
    -- How many posts have it, kept in step by two triggers.
    uses INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Which posts have a tag, by their `created_at`.
CREATE TABLE tagged (
    tag INTEGER NOT NULL,
    moment INTEGER NOT NULL,
    PRIMARY KEY (tag, moment)
) STRICT, WITHOUT ROWID;
CREATE INDEX tagged_moment ON tagged (moment);

-- Which posts mention a user, by their `created_at`: found when the post is written, so that a rename keeps them.
CREATE TABLE mention (
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    moment INTEGER NOT NULL,
    -- The nickname as it was written.
    name TEXT NOT NULL,
    PRIMARY KEY (user, moment)
) STRICT, WITHOUT ROWID;
CREATE INDEX mention_moment ON mention (moment);

-- What posts said before they were edited.
CREATE TABLE post_version (
    post INTEGER NOT NULL,
    -- Counted from 0, the first text.
    version INTEGER NOT NULL,
    body TEXT NOT NULL,
    written_at INTEGER NOT NULL,
    PRIMARY KEY (post, version)
) STRICT, WITHOUT ROWID;

-- What was deleted and may yet come back, with what hangs on it; timelines pay nothing for it.
CREATE TABLE deleted_post (
    id INTEGER PRIMARY KEY,
    author INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    body TEXT,
    created_at INTEGER NOT NULL UNIQUE,
    reply_to INTEGER,
    source TEXT,
    boost_of INTEGER,
    edited_at INTEGER,
    edits INTEGER NOT NULL,
    marks TEXT,
    deleted_at INTEGER NOT NULL,
    -- The post with which this boost of it went.
    with_post INTEGER
) STRICT;
CREATE INDEX deleted_post_author ON deleted_post (author);
-- The answers to a post, so that a thread shows where one of them was.
CREATE INDEX deleted_post_reply_to ON deleted_post (reply_to) WHERE reply_to IS NOT NULL;
CREATE INDEX deleted_post_with ON deleted_post (with_post) WHERE with_post IS NOT NULL;

-- Phrases that a user does not want to read.
CREATE TABLE filter (
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    -- As it is compared, case-folded.
    phrase_key TEXT NOT NULL CHECK (phrase_key <> ''),
    -- As it was typed.
    phrase TEXT NOT NULL,
    -- 1: such a post is shown as a line that says why; 0: not at all.
    folded INTEGER NOT NULL CHECK (folded IN (0, 1)),
    -- When it ends; none for never.
    until INTEGER,
    PRIMARY KEY (user, phrase_key)
) STRICT, WITHOUT ROWID;

-- Searches that a user keeps.
CREATE TABLE saved_search (
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    name_key TEXT NOT NULL CHECK (name_key <> ''),
    name TEXT NOT NULL,
    query TEXT NOT NULL,
    PRIMARY KEY (user, name_key)
) STRICT, WITHOUT ROWID;

-- How far a user has read.
CREATE TABLE read_mark (
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    -- Which timeline, in words, as in "tag bread"; also "notifications", and "detail" for who knows the detail pane.
    timeline TEXT NOT NULL,
    -- The newest moment seen of it.
    seen INTEGER NOT NULL,
    -- Where the cursor was.
    place INTEGER,
    PRIMARY KEY (user, timeline)
) STRICT, WITHOUT ROWID;

-- Full text search over bodies and marks. The index holds no text of its own: its content is `post`, and its rowid
-- is `created_at`, so that newest first is the order it is walked in, and the commonest word costs a page, not a
-- sort.
CREATE VIRTUAL TABLE post_search USING fts5 (
    body,
    marks,
    content = 'post',
    content_rowid = 'created_at',
    tokenize = 'unicode61 remove_diacritics 2'
);
-- Every three letters in a row, without their places: finds parts of words.
CREATE VIRTUAL TABLE post_part USING fts5 (
    body,
    content = 'post',
    content_rowid = 'id',
    tokenize = 'trigram',
    detail = none,
    columnsize = 0
);

-- These keep the counts of users and posts in step; boosts are no posts of their author's own.
CREATE TRIGGER post_counted AFTER INSERT ON post WHEN new.boost_of IS NULL BEGIN
    UPDATE user SET posts = posts + 1 WHERE id = new.author;
END;
CREATE TRIGGER post_uncounted AFTER DELETE ON post WHEN old.boost_of IS NULL BEGIN
    UPDATE user SET posts = posts - 1 WHERE id = old.author;
END;
CREATE TRIGGER post_answered AFTER INSERT ON post WHEN new.reply_to IS NOT NULL BEGIN
    UPDATE post SET replies = replies + 1 WHERE id = new.reply_to;
END;
CREATE TRIGGER post_unanswered AFTER DELETE ON post WHEN old.reply_to IS NOT NULL BEGIN
    UPDATE post SET replies = replies - 1 WHERE id = old.reply_to;
END;
CREATE TRIGGER post_boosted AFTER INSERT ON post WHEN new.boost_of IS NOT NULL BEGIN
    UPDATE post SET boosts = boosts + 1 WHERE id = new.boost_of;
END;
CREATE TRIGGER post_unboosted AFTER DELETE ON post WHEN old.boost_of IS NOT NULL BEGIN
    UPDATE post SET boosts = boosts - 1 WHERE id = old.boost_of;
END;
CREATE TRIGGER liked_counted AFTER INSERT ON liked BEGIN
    UPDATE post SET likes = likes + 1 WHERE created_at = new.moment;
END;
CREATE TRIGGER liked_uncounted AFTER DELETE ON liked BEGIN
    UPDATE post SET likes = likes - 1 WHERE created_at = old.moment;
END;
CREATE TRIGGER tagged_counted AFTER INSERT ON tagged BEGIN
    UPDATE tag SET uses = uses + 1 WHERE id = new.tag;
END;
CREATE TRIGGER tagged_uncounted AFTER DELETE ON tagged BEGIN
    UPDATE tag SET uses = uses - 1 WHERE id = old.tag;
END;

-- Whatever leaves both `post` and `deleted_post` takes all that hangs on it along.
CREATE TRIGGER post_forgotten AFTER DELETE ON post
WHEN NOT EXISTS (SELECT 1 FROM deleted_post WHERE id = old.id) BEGIN
    DELETE FROM liked WHERE moment = old.created_at;
    DELETE FROM bookmark WHERE moment = old.created_at;
    DELETE FROM tagged WHERE moment = old.created_at;
    DELETE FROM mention WHERE moment = old.created_at;
    DELETE FROM post_version WHERE post = old.id;
    DELETE FROM origin WHERE post = old.id;
    DELETE FROM other_name WHERE post = old.id;
    DELETE FROM attachment WHERE post = old.id;
    DELETE FROM post WHERE boost_of = old.id;
END;
CREATE TRIGGER deleted_post_forgotten AFTER DELETE ON deleted_post
WHEN NOT EXISTS (SELECT 1 FROM post WHERE id = old.id) BEGIN
    DELETE FROM liked WHERE moment = old.created_at;
    DELETE FROM bookmark WHERE moment = old.created_at;
    DELETE FROM tagged WHERE moment = old.created_at;
    DELETE FROM mention WHERE moment = old.created_at;
    DELETE FROM post_version WHERE post = old.id;
    DELETE FROM origin WHERE post = old.id;
    DELETE FROM other_name WHERE post = old.id;
    DELETE FROM attachment WHERE post = old.id;
    DELETE FROM deleted_post WHERE with_post = old.id;
END;

-- These keep both search indexes in step.
CREATE TRIGGER post_search_added AFTER INSERT ON post BEGIN
    INSERT INTO post_search (rowid, body, marks) VALUES (new.created_at, new.body, new.marks);
    INSERT INTO post_part (rowid, body) VALUES (new.id, new.body);
END;
CREATE TRIGGER post_search_removed AFTER DELETE ON post BEGIN
    INSERT INTO post_search (post_search, rowid, body, marks) VALUES ('delete', old.created_at, old.body, old.marks);
    INSERT INTO post_part (post_part, rowid, body) VALUES ('delete', old.id, old.body);
END;
CREATE TRIGGER post_search_changed AFTER UPDATE OF body, created_at, marks ON post BEGIN
    INSERT INTO post_search (post_search, rowid, body, marks) VALUES ('delete', old.created_at, old.body, old.marks);
    INSERT INTO post_part (post_part, rowid, body) VALUES ('delete', old.id, old.body);
    INSERT INTO post_search (rowid, body, marks) VALUES (new.created_at, new.body, new.marks);
    INSERT INTO post_part (rowid, body) VALUES (new.id, new.body);
END;
