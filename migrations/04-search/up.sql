-- Full-text search over all bodies. The index stores no text: its content is `post`, and its rowid is `created_at`, so
-- that results come newest first without sorting. Three triggers maintain it. Costs about 60 bytes a post; upgrading reads
-- each body once, seconds at a million posts.
CREATE VIRTUAL TABLE post_search USING fts5 (
    body,
    content = 'post',
    content_rowid = 'created_at',
    tokenize = 'unicode61 remove_diacritics 2'
);
INSERT INTO post_search (post_search) VALUES ('rebuild');
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
