-- Posts: one user has many. `created_at` is in microseconds since 1970 in UTC and unique, so that one key orders and
-- pages every timeline; ids stay short and are never reused. The second index is for the posts of one author by time.
-- Costs about 35 bytes a post beside the body.
CREATE TABLE post (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    author INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    body TEXT NOT NULL CHECK (trim(body, ' ' || char(9, 10, 13)) <> ''),
    created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX post_created_at ON post (created_at);
CREATE INDEX post_author_created_at ON post (author, created_at);
