-- Profiles, replies, drafts, remote ids, and the active user.
--
-- `user.posts` is maintained by two triggers, so that a profile never counts a million rows. `post.reply_to` is not a
-- foreign key: a reply outlives its parent, and as ids are never reused, an id without a post shows that there was one.
-- `post.source` is the remote id of an imported post, unique for its author. Posts written here have none, and no control
-- characters but line breaks, while imported ones are kept whole. The pattern in hexadecimal is *[...]* with U+0001-0009,
-- U+000B-001F, U+007F-009F: building it from char() took a tenth of each insert. The partial indexes cost nothing for
-- posts that are neither. `draft.reply_to` is 0 for a new post, because a key cannot be NULL.
-- Upgrading counts each user's posts once and checks each body once: seconds at a million posts.
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
-- By hand: an imported post may have control characters, and lost its source if the schema was downgraded in between.
-- It gets one before its text is checked.
PRAGMA ignore_check_constraints = ON;
ALTER TABLE post ADD COLUMN source TEXT CHECK (
    source IS NOT NULL
    OR body NOT GLOB CAST(x'2a5b012d090b2d1f7f2dc29f5d2a' AS TEXT));
-- By hand: the same, since the column exists now.
UPDATE post SET source = 'kept:' || id WHERE body GLOB CAST(x'2a5b012d090b2d1f7f2dc29f5d2a' AS TEXT);
-- By hand: from here on every text is checked.
PRAGMA ignore_check_constraints = OFF;
-- By hand: the values of user.posts in old rows.
UPDATE user SET posts = (SELECT count(*) FROM post WHERE author = user.id);
CREATE INDEX post_reply_to ON post (reply_to, created_at) WHERE reply_to IS NOT NULL;
CREATE UNIQUE INDEX post_source ON post (author, source) WHERE source IS NOT NULL;
CREATE TRIGGER post_counted AFTER INSERT ON post BEGIN
    UPDATE user SET posts = posts + 1 WHERE id = new.author;
END;
CREATE TRIGGER post_uncounted AFTER DELETE ON post BEGIN
    UPDATE user SET posts = posts - 1 WHERE id = old.author;
END;
