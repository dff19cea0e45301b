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
    CHECK ((email IS NULL) = (email_key IS NULL))
) STRICT;

-- What is written: one user, many posts. Numbers stay short and are never used again.
CREATE TABLE post (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- Whose it is; posts go with their author.
    author INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    -- The text, never blank.
    body TEXT NOT NULL CHECK (trim(body, ' ' || char(9, 10, 13)) <> ''),
    -- When it was written; unique (moved on by one when taken), so that one key orders and pages every timeline.
    created_at INTEGER NOT NULL,
    -- The number of the post that it answers. No foreign key: an answer outlives what it answers, and a number
    -- without a post says that there was one.
    reply_to INTEGER,
    -- What names it in the world that it was brought in from, once an author. What was written here has none, and
    -- holds no control characters but line breaks, while what was brought in is kept whole. The pattern in
    -- hexadecimal is *[...]* with U+0001-0009, U+000B-001F, U+007F-009F: building it from char() took a tenth of
    -- each insert.
    source TEXT CHECK (
        source IS NOT NULL
        OR body NOT GLOB CAST(x'2a5b012d090b2d1f7f2dc29f5d2a' AS TEXT))
) STRICT;
-- All posts by time.
CREATE UNIQUE INDEX post_created_at ON post (created_at);
-- One author's posts by time.
CREATE INDEX post_author_created_at ON post (author, created_at);
-- A post's answers by time; costs nothing for posts that answer none.
CREATE INDEX post_reply_to ON post (reply_to, created_at) WHERE reply_to IS NOT NULL;
-- What was brought in is brought in once.
CREATE UNIQUE INDEX post_source ON post (author, source) WHERE source IS NOT NULL;

-- On whose behalf one writes: one row, or none.
CREATE TABLE active_user (
    -- Always 1.
    one INTEGER PRIMARY KEY CHECK (one = 1),
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE
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

-- Full text search over all bodies. The index holds no text of its own: its content is `post`, and its rowid is
-- `created_at`, so that newest first is the order it is walked in, and the commonest word costs a page, not a sort.
CREATE VIRTUAL TABLE post_search USING fts5 (
    body,
    content = 'post',
    content_rowid = 'created_at',
    tokenize = 'unicode61 remove_diacritics 2'
);

-- These two keep user.posts in step.
CREATE TRIGGER post_counted AFTER INSERT ON post BEGIN
    UPDATE user SET posts = posts + 1 WHERE id = new.author;
END;
CREATE TRIGGER post_uncounted AFTER DELETE ON post BEGIN
    UPDATE user SET posts = posts - 1 WHERE id = old.author;
END;

-- These three keep post_search in step.
CREATE TRIGGER post_search_added AFTER INSERT ON post BEGIN
    INSERT INTO post_search (rowid, body) VALUES (new.created_at, new.body);
END;
CREATE TRIGGER post_search_removed AFTER DELETE ON post BEGIN
    INSERT INTO post_search (post_search, rowid, body) VALUES ('delete', old.created_at, old.body);
END;
CREATE TRIGGER post_search_changed AFTER UPDATE OF body, created_at ON post BEGIN
    INSERT INTO post_search (post_search, rowid, body) VALUES ('delete', old.created_at, old.body);
    INSERT INTO post_search (rowid, body) VALUES (new.created_at, new.body);
END;
