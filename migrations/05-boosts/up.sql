-- Boosts, edits and counts. A boost is a row of `post` with `boost_of` and no body, so that it is paged and merged like
-- any post; a user boosts a post once. `edits` counts the earlier versions, so that conflicting edits are detected. `marks`
-- has extra search terms; see 07-words.
--
-- `likes`, `boosts` and `replies` are maintained by triggers: a page reads their row anyway, while counting them in their
-- indexes took 5 ms for one post with 100,000 likes. Boosts do not count in `user.posts`.
--
-- The search index is dropped here and created in 10-index, with more in it: nothing is searched in between, and a new
-- sample database is filled faster without it.
--
-- SQLite cannot make `body` nullable, so the table is rebuilt: rows, used ids, indexes and triggers are kept. Nothing refers
-- to `post` by a foreign key. Costs a copy of all posts, once, and 4 bytes a post.
DROP TRIGGER post_search_changed;
DROP TRIGGER post_search_removed;
DROP TRIGGER post_search_added;
DROP TRIGGER post_uncounted;
DROP TRIGGER post_counted;
DROP TABLE post_search;
-- post: SQLite cannot alter this table, so it is rebuilt with its rows.
CREATE TABLE new_post (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    author INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    body TEXT CHECK (trim(body, CAST(x'20090a0d' AS TEXT)) <> ''),
    created_at INTEGER NOT NULL,
    reply_to INTEGER,
    source TEXT,
    boost_of INTEGER,
    edited_at INTEGER,
    edits INTEGER NOT NULL DEFAULT 0,
    likes INTEGER NOT NULL DEFAULT 0,
    boosts INTEGER NOT NULL DEFAULT 0,
    replies INTEGER NOT NULL DEFAULT 0,
    marks TEXT,
    CHECK ((body IS NULL) = (boost_of IS NOT NULL)),
    CHECK (boost_of IS NULL OR reply_to IS NULL),
    CHECK (source IS NOT NULL OR body NOT GLOB CAST(x'2a5b012d090b2d1f7f2dc29f5d2a' AS TEXT))
) STRICT;
INSERT INTO sqlite_sequence (name, seq)
    SELECT 'new_post', seq FROM sqlite_sequence WHERE name = 'post';
INSERT INTO new_post (id, author, body, created_at, reply_to, source)
    SELECT id, author, body, created_at, reply_to, source FROM post;
DROP TABLE post;
ALTER TABLE new_post RENAME TO post;
CREATE UNIQUE INDEX post_created_at ON post (created_at);
CREATE INDEX post_author_created_at ON post (author, created_at);
CREATE INDEX post_reply_to ON post (reply_to, created_at) WHERE reply_to IS NOT NULL;
CREATE INDEX post_author_replies ON post (author, created_at) WHERE reply_to IS NOT NULL;
CREATE UNIQUE INDEX post_source ON post (author, source) WHERE source IS NOT NULL;
CREATE INDEX post_boost_of ON post (boost_of, created_at) WHERE boost_of IS NOT NULL;
CREATE UNIQUE INDEX post_boost_once ON post (boost_of, author) WHERE boost_of IS NOT NULL;
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
-- By hand: counts the existing replies.
UPDATE post SET replies = (SELECT count(*) FROM post r WHERE r.reply_to = post.id)
WHERE id IN (SELECT reply_to FROM post WHERE reply_to IS NOT NULL);
