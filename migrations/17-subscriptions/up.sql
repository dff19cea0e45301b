-- Feeds that are followed over HTTP: each is bound to one user, and remembers what the server said of it. The table is
-- new and empty, so that it costs a large database nothing.
CREATE TABLE subscription (
    user INTEGER PRIMARY KEY REFERENCES user (id) ON DELETE CASCADE,
    url TEXT NOT NULL UNIQUE,
    fetch_url TEXT NOT NULL,
    etag TEXT,
    last_modified TEXT,
    content_hash BLOB,
    checked_at INTEGER,
    fetched_at INTEGER,
    changed_at INTEGER,
    next_at INTEGER NOT NULL,
    failures INTEGER NOT NULL DEFAULT 0,
    failing_since INTEGER,
    error TEXT,
    is_gone INTEGER NOT NULL DEFAULT 0 CHECK (is_gone IN (0, 1))
) STRICT;
