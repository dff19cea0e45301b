-- Earlier versions of edited posts, and deleted posts that can still be restored.
--
-- A deleted post moves from `post` to `deleted_post` with its boosts: timelines never read it, its time stays taken, and its
-- likes, tags and mentions stay where they are, because only its time refers to them. `with_post` is the post with which a
-- boost was deleted. A post that leaves both tables is deleted with everything that belongs to it.
CREATE TABLE post_version (
    post INTEGER NOT NULL,
    version INTEGER NOT NULL,
    body TEXT NOT NULL,
    written_at INTEGER NOT NULL,
    PRIMARY KEY (post, version)
) STRICT, WITHOUT ROWID;
CREATE TABLE deleted_post (
    id INTEGER PRIMARY KEY,
    author INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    body TEXT,
    created_at INTEGER NOT NULL UNIQUE,
    reply_to INTEGER,
    source TEXT,
    boost_of INTEGER,
    edited_at INTEGER,
    edits INTEGER NOT NULL,
    marks TEXT,
    deleted_at INTEGER NOT NULL,
    with_post INTEGER
) STRICT;
CREATE INDEX deleted_post_author ON deleted_post (author);
CREATE INDEX deleted_post_with ON deleted_post (with_post) WHERE with_post IS NOT NULL;
CREATE TRIGGER post_forgotten AFTER DELETE ON post
WHEN NOT EXISTS (SELECT 1 FROM deleted_post WHERE id = old.id) BEGIN
    DELETE FROM liked WHERE moment = old.created_at;
    DELETE FROM bookmark WHERE moment = old.created_at;
    DELETE FROM tagged WHERE moment = old.created_at;
    DELETE FROM mention WHERE moment = old.created_at;
    DELETE FROM post_version WHERE post = old.id;
    DELETE FROM post WHERE boost_of = old.id;
END;
CREATE TRIGGER deleted_post_forgotten AFTER DELETE ON deleted_post
WHEN NOT EXISTS (SELECT 1 FROM post WHERE id = old.id) BEGIN
    DELETE FROM liked WHERE moment = old.created_at;
    DELETE FROM bookmark WHERE moment = old.created_at;
    DELETE FROM tagged WHERE moment = old.created_at;
    DELETE FROM mention WHERE moment = old.created_at;
    DELETE FROM post_version WHERE post = old.id;
    DELETE FROM deleted_post WHERE with_post = old.id;
END;
