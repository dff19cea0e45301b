-- Boosts go, since the older schema has no room for a post without a body; every other post stays. Search reads each body once again.
DELETE FROM post WHERE boost_of IS NOT NULL;
ALTER TABLE post RENAME TO post_after;
CREATE TABLE post (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    author INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    body TEXT NOT NULL CHECK (trim(body, ' ' || char(9, 10, 13)) <> ''),
    created_at INTEGER NOT NULL
) STRICT;
ALTER TABLE post ADD COLUMN reply_to INTEGER;
ALTER TABLE post ADD COLUMN source TEXT CHECK (
    source IS NOT NULL
    OR body NOT GLOB CAST(x'2a5b012d090b2d1f7f2dc29f5d2a' AS TEXT));
INSERT INTO sqlite_sequence (name, seq) SELECT 'post', seq FROM sqlite_sequence WHERE name = 'post_after';
INSERT INTO post (id, author, body, created_at, reply_to, source)
SELECT id, author, body, created_at, reply_to, source FROM post_after ORDER BY id;
DROP TABLE post_after;
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
CREATE VIRTUAL TABLE post_search USING fts5 (
    body,
    content = 'post',
    content_rowid = 'created_at',
    tokenize = 'unicode61 remove_diacritics 2'
);
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
INSERT INTO post_search (post_search) VALUES ('rebuild');
