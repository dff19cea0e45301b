-- Search for all that a person may ask. `post_search` holds bodies and `marks`: who wrote a post, whom it is for,
-- its tags, whether it answers or links, and pairs of neighbouring letters of scripts that put no spaces between
-- words. Each is a word of the index like any other, so that "from:maya bread" is one walk along two lists however
-- common the word and however busy the author. `post_part` holds every three letters in a row, without their
-- places, and finds parts of words with LIKE.
--
-- MEASURE
CREATE VIRTUAL TABLE post_search USING fts5 (
    body,
    marks,
    content = 'post',
    content_rowid = 'created_at',
    tokenize = 'unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE post_part USING fts5 (
    body,
    content = 'post',
    content_rowid = 'id',
    tokenize = 'trigram',
    detail = none,
    columnsize = 0
);
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
INSERT INTO post_search (post_search) VALUES ('rebuild');
INSERT INTO post_part (post_part) VALUES ('rebuild');
