-- Accounts on servers: up to where their lists were read, gaps of the home timeline, and what servers say about posts. The
-- tables are new and empty, and no post changes, so that it costs a large database nothing.
DROP TRIGGER deleted_post_forgotten;
DROP TRIGGER post_forgotten;
CREATE TABLE account (
    user INTEGER PRIMARY KEY REFERENCES user (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    server TEXT NOT NULL,
    remote_id TEXT NOT NULL,
    character_limit INTEGER NOT NULL DEFAULT 500 CHECK (character_limit > 0),
    added_at INTEGER NOT NULL,
    checked_at INTEGER,
    synced_at INTEGER,
    next_at INTEGER NOT NULL,
    failures INTEGER NOT NULL DEFAULT 0,
    failing_since INTEGER,
    error TEXT,
    needs_login INTEGER NOT NULL DEFAULT 0 CHECK (needs_login IN (0, 1)),
    UNIQUE (name, server)
) STRICT;
CREATE TABLE account_cursor (
    user INTEGER NOT NULL REFERENCES account (user) ON DELETE CASCADE,
    list TEXT NOT NULL,
    newest TEXT NOT NULL,
    PRIMARY KEY (user, list)
) STRICT, WITHOUT ROWID;
CREATE TABLE account_gap (
    user INTEGER NOT NULL REFERENCES account (user) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    PRIMARY KEY (user, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE server_status (
    user INTEGER NOT NULL REFERENCES account (user) ON DELETE CASCADE,
    post INTEGER NOT NULL,
    status_id TEXT NOT NULL,
    likes INTEGER NOT NULL DEFAULT 0,
    boosts INTEGER NOT NULL DEFAULT 0,
    replies INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (user, post)
) STRICT, WITHOUT ROWID;
CREATE INDEX server_status_post ON server_status (post);
CREATE INDEX server_status_id ON server_status (user, status_id);
CREATE TRIGGER post_forgotten AFTER DELETE ON post
WHEN NOT EXISTS (SELECT 1 FROM deleted_post WHERE id = old.id) BEGIN
    DELETE FROM liked WHERE post_created_at = old.created_at;
    DELETE FROM bookmark WHERE post_created_at = old.created_at;
    DELETE FROM tagged WHERE post_created_at = old.created_at;
    DELETE FROM mention WHERE post_created_at = old.created_at;
    DELETE FROM post_version WHERE post = old.id;
    DELETE FROM origin WHERE post = old.id;
    DELETE FROM other_name WHERE post = old.id;
    DELETE FROM attachment WHERE post = old.id;
    DELETE FROM server_status WHERE post = old.id;
    DELETE FROM post WHERE boost_of = old.id;
END;
CREATE TRIGGER deleted_post_forgotten AFTER DELETE ON deleted_post
WHEN NOT EXISTS (SELECT 1 FROM post WHERE id = old.id) BEGIN
    DELETE FROM liked WHERE post_created_at = old.created_at;
    DELETE FROM bookmark WHERE post_created_at = old.created_at;
    DELETE FROM tagged WHERE post_created_at = old.created_at;
    DELETE FROM mention WHERE post_created_at = old.created_at;
    DELETE FROM post_version WHERE post = old.id;
    DELETE FROM origin WHERE post = old.id;
    DELETE FROM other_name WHERE post = old.id;
    DELETE FROM attachment WHERE post = old.id;
    DELETE FROM server_status WHERE post = old.id;
    DELETE FROM deleted_post WHERE with_post = old.id;
END;
