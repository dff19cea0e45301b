-- Reverts 27-votes.
DROP TRIGGER deleted_post_forgotten;
DROP TRIGGER post_forgotten;
ALTER TABLE account DROP COLUMN characters_per_link;
ALTER TABLE server_status DROP COLUMN poll;
-- By hand: votes that were not sent are lost, because the earlier outbox cannot hold them.
DELETE FROM outbox WHERE action = 'vote';
-- outbox: SQLite cannot alter this table, so it is rebuilt with its rows.
CREATE TABLE new_outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    action TEXT NOT NULL CHECK (action IN ('post', 'edit', 'delete', 'like', 'unlike', 'boost', 'unboost', 'bookmark',
        'unbookmark', 'follow', 'unfollow', 'mute', 'unmute')),
    post INTEGER,
    target INTEGER REFERENCES user (id) ON DELETE CASCADE,
    remote_id TEXT,
    body TEXT,
    state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'sending', 'unsure', 'failed', 'withdrawn')),
    idempotency_key TEXT NOT NULL,
    queued_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    tried_at INTEGER,
    attempts INTEGER NOT NULL DEFAULT 0,
    error TEXT,
    CHECK ((post IS NULL) = (target IS NOT NULL))
) STRICT;
INSERT INTO sqlite_sequence (name, seq)
    SELECT 'new_outbox', seq FROM sqlite_sequence WHERE name = 'outbox';
INSERT INTO new_outbox (id, user, action, post, target, remote_id, body, state, idempotency_key, queued_at, due_at, tried_at, attempts, error)
    SELECT id, user, action, post, target, remote_id, body, state, idempotency_key, queued_at, due_at, tried_at, attempts, error FROM outbox;
DROP TABLE outbox;
ALTER TABLE new_outbox RENAME TO outbox;
CREATE INDEX outbox_user ON outbox (user, id);
CREATE INDEX outbox_post ON outbox (post) WHERE post IS NOT NULL;
CREATE INDEX outbox_target ON outbox (target) WHERE target IS NOT NULL;
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
