DROP TRIGGER post_search_changed;
DROP TRIGGER post_search_removed;
DROP TRIGGER post_search_added;
DROP TABLE post_part;
DROP TABLE post_search;
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
