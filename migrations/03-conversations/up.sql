-- Profiles, answers, drafts, where a post was brought in from, and on whose behalf one writes.
--
-- `user.posts` is kept in step by two triggers, so that a profile never counts a million rows.
-- `post.reply_to` is no foreign key: an answer outlives what it answers, and since ids are never used again
-- a number without a post says that there was one. `post.source` names a post in the world it came from, once
-- an author; what was written here has none and holds no control characters but line breaks, while what was
-- brought in is kept whole (the pattern in hexadecimal is *[...]* with U+0001-0009, U+000B-001F, U+007F-009F,
-- written so because building it from char() took a tenth of each insert). The partial indexes cost nothing for
-- posts that are neither.
-- `draft.reply_to` 0 stands for a draft that answers nothing: a key may not be NULL.
-- Upgrading counts each user's posts once and checks each body once: seconds at a million.
CREATE TABLE active_user (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE
) STRICT;
CREATE TABLE draft (
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    reply_to INTEGER NOT NULL,
    body TEXT NOT NULL,
    saved_at INTEGER NOT NULL,
    PRIMARY KEY (user, reply_to)
) STRICT, WITHOUT ROWID;
ALTER TABLE user ADD COLUMN display_name TEXT CHECK (length(display_name) BETWEEN 1 AND 64);
ALTER TABLE user ADD COLUMN about_me TEXT CHECK (length(about_me) BETWEEN 1 AND 500);
ALTER TABLE user ADD COLUMN created_at INTEGER;
ALTER TABLE user ADD COLUMN last_seen INTEGER;
ALTER TABLE user ADD COLUMN posts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE post ADD COLUMN reply_to INTEGER;
-- By hand: what was brought in may hold control characters, and has lost its source if the schema was taken back
-- in between. It is given one before its text is checked.
PRAGMA ignore_check_constraints = ON;
ALTER TABLE post ADD COLUMN source TEXT CHECK (
    source IS NOT NULL
    OR body NOT GLOB CAST(x'2a5b012d090b2d1f7f2dc29f5d2a' AS TEXT));
-- By hand: the same, since the column is there now.
UPDATE post SET source = 'kept:' || id WHERE body GLOB CAST(x'2a5b012d090b2d1f7f2dc29f5d2a' AS TEXT);
-- By hand: from here on every text is checked.
PRAGMA ignore_check_constraints = OFF;
-- By hand: what old rows have in user.posts.
UPDATE user SET posts = (SELECT count(*) FROM post WHERE author = user.id);
CREATE INDEX post_reply_to ON post (reply_to, created_at) WHERE reply_to IS NOT NULL;
CREATE UNIQUE INDEX post_source ON post (author, source) WHERE source IS NOT NULL;
CREATE TRIGGER post_counted AFTER INSERT ON post BEGIN
    UPDATE user SET posts = posts + 1 WHERE id = new.author;
END;
CREATE TRIGGER post_uncounted AFTER DELETE ON post BEGIN
    UPDATE user SET posts = posts - 1 WHERE id = old.author;
END;
