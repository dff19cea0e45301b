-- Posts that are pinned to profiles, and scheduled threads. The tables are new and empty, and no post changes, so that it
-- costs a large database nothing.
DROP TRIGGER deleted_post_forgotten;
DROP TRIGGER post_forgotten;
CREATE TABLE scheduled_reply (
    scheduled INTEGER NOT NULL REFERENCES scheduled_post (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    body TEXT NOT NULL CHECK (body <> ''),
    PRIMARY KEY (scheduled, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE pinned_post (
    post INTEGER PRIMARY KEY,
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    pinned_at INTEGER NOT NULL
) STRICT;
CREATE INDEX pinned_post_user ON pinned_post (user, pinned_at);
CREATE TRIGGER post_forgotten AFTER DELETE ON post
WHEN NOT EXISTS (SELECT 1 FROM deleted_post WHERE id = old.id) BEGIN
    DELETE FROM liked WHERE post_created_at = old.created_at;
    DELETE FROM bookmark WHERE post_created_at = old.created_at;
    DELETE FROM tagged WHERE post_created_at = old.created_at;
    DELETE FROM mention WHERE post_created_at = old.created_at;
    DELETE FROM post_version WHERE post = old.id;
    DELETE FROM pinned_post WHERE post = old.id;
    DELETE FROM origin WHERE post = old.id;
    DELETE FROM other_name WHERE post = old.id;
    DELETE FROM attachment WHERE post = old.id;
    DELETE FROM server_status WHERE post = old.id;
    DELETE FROM outbox WHERE post = old.id AND state NOT IN ('sending', 'unsure') AND action NOT IN ('delete', 'unboost');
    DELETE FROM post WHERE boost_of = old.id;
END;
CREATE TRIGGER deleted_post_forgotten AFTER DELETE ON deleted_post
WHEN NOT EXISTS (SELECT 1 FROM post WHERE id = old.id) BEGIN
    DELETE FROM liked WHERE post_created_at = old.created_at;
    DELETE FROM bookmark WHERE post_created_at = old.created_at;
    DELETE FROM tagged WHERE post_created_at = old.created_at;
    DELETE FROM mention WHERE post_created_at = old.created_at;
    DELETE FROM post_version WHERE post = old.id;
    DELETE FROM pinned_post WHERE post = old.id;
    DELETE FROM origin WHERE post = old.id;
    DELETE FROM other_name WHERE post = old.id;
    DELETE FROM attachment WHERE post = old.id;
    DELETE FROM server_status WHERE post = old.id;
    DELETE FROM outbox WHERE post = old.id AND state NOT IN ('sending', 'unsure') AND action NOT IN ('delete', 'unboost');
    DELETE FROM deleted_post WHERE with_post = old.id;
END;
