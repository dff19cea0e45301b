-- Search for everything that a query can ask. `post_search` has bodies and `marks`: the author, the recipients, tags, whether
-- a post is a reply or has a link, and bigrams of scripts that put no spaces between words. Each is a term of the index like
-- any other, so that "from:maya bread" merges two lists however common the word and however busy the author. `post_part` has
-- trigrams, without positions, and finds parts of words.
--
-- At a million posts `post_search` took 94 MB, 16 of them for the marks, and `post_part` 59; with `created_at` for its
-- rowid, whose steps are larger, it took 262. So parts of words are sorted by time after they were found: all finds of a
-- rare one, at most 4,000; a common one is searched for in bodies, newest first. A page of 50 took 0.2 ms for the most
-- common word, 0.3 ms for three words, 0.9 ms for an author and a word that they never wrote, 0.03 ms for a Chinese word,
-- 2.3 ms for a part of a word. Trigrams alone would not find words of two letters, as most Chinese and Japanese words are.
-- Upgrading reads each body twice.
CREATE VIRTUAL TABLE post_search USING fts5 (
    body,
    marks,
    content = 'post',
    content_rowid = 'created_at',
    tokenize = 'unicode61 remove_diacritics 2'
);
INSERT INTO post_search (post_search) VALUES ('rebuild');
CREATE VIRTUAL TABLE post_part USING fts5 (
    body,
    content = 'post',
    content_rowid = 'id',
    tokenize = 'trigram',
    detail = none,
    columnsize = 0
);
INSERT INTO post_part (post_part) VALUES ('rebuild');
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
