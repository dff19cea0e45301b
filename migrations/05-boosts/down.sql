-- Deletes boosts, because the older schema has no post without a body; every other post is kept.
-- By hand: no body could replace the missing one.
DELETE FROM post WHERE boost_of IS NOT NULL;
DROP TRIGGER post_unboosted;
DROP TRIGGER post_boosted;
DROP TRIGGER post_unanswered;
DROP TRIGGER post_answered;
DROP TRIGGER post_uncounted;
DROP TRIGGER post_counted;
-- post: SQLite cannot alter this table, so it is rebuilt with its rows.
CREATE TABLE new_post (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    author INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    body TEXT NOT NULL CHECK (trim(body, ' ' || char(9, 10, 13)) <> ''),
    created_at INTEGER NOT NULL,
    reply_to INTEGER,
    source TEXT CHECK (
    source IS NOT NULL
    OR body NOT GLOB CAST(x'2a5b012d090b2d1f7f2dc29f5d2a' AS TEXT))
) STRICT;
INSERT INTO sqlite_sequence (name, seq)
    SELECT 'new_post', seq FROM sqlite_sequence WHERE name = 'post';
INSERT INTO new_post (id, author, body, created_at, reply_to, source)
    SELECT id, author, ifnull(body, ''), created_at, reply_to, source FROM post;
DROP TABLE post;
ALTER TABLE new_post RENAME TO post;
CREATE VIRTUAL TABLE post_search USING fts5 (
    body,
    content = 'post',
    content_rowid = 'created_at',
    tokenize = 'unicode61 remove_diacritics 2'
);
INSERT INTO post_search (post_search) VALUES ('rebuild');
CREATE UNIQUE INDEX post_created_at ON post (created_at);
CREATE INDEX post_author_created_at ON post (author, created_at);
CREATE INDEX post_reply_to ON post (reply_to, created_at) WHERE reply_to IS NOT NULL;
CREATE UNIQUE INDEX post_source ON post (author, source) WHERE source IS NOT NULL;
CREATE TRIGGER post_counted AFTER INSERT ON post BEGIN
    UPDATE user SET posts = posts + 1 WHERE id = new.author;
END;
CREATE TRIGGER post_uncounted AFTER DELETE ON post BEGIN
    UPDATE user SET posts = posts - 1 WHERE id = old.author;
END;
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
