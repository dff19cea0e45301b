-- What following feeds needs besides: whether a feed was public, its avatar, the dates of posts from the future, and by which
-- names others mention and reply to your own feed. The tables are new and empty, and the columns are empty, so that they cost
-- a large database nothing.
CREATE TABLE published_feed (
    user INTEGER PRIMARY KEY REFERENCES user (id) ON DELETE CASCADE,
    url TEXT NOT NULL
) STRICT;
CREATE TABLE published_name (
    name TEXT NOT NULL,
    post INTEGER NOT NULL REFERENCES post (id) ON DELETE CASCADE,
    PRIMARY KEY (name, post)
) STRICT, WITHOUT ROWID;
ALTER TABLE origin ADD COLUMN dated_at INTEGER;
ALTER TABLE subscription ADD COLUMN is_public INTEGER NOT NULL DEFAULT 0 CHECK (is_public IN (0, 1));
ALTER TABLE subscription ADD COLUMN avatar_url TEXT;
ALTER TABLE subscription ADD COLUMN avatar_etag TEXT;
ALTER TABLE subscription ADD COLUMN avatar_last_modified TEXT;
ALTER TABLE subscription ADD COLUMN avatar_checked_at INTEGER;
CREATE INDEX published_name_post ON published_name (post);
