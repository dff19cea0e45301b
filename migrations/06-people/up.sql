-- Follows, mutes, likes, bookmarks and notifications.
--
-- `liked` and `bookmark` refer to a post by its `created_at`, the one key that pages everything: a page of likes is then
-- one range of the primary key. They are not foreign keys, because a deleted post may be restored with its likes. Each
-- table is its own index in one direction, and has a second one where the other direction is needed. Costs about 12 bytes
-- a row and index.
CREATE TABLE follow (
    follower INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    followed INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    since INTEGER NOT NULL,
    PRIMARY KEY (follower, followed),
    CHECK (follower <> followed)
) STRICT, WITHOUT ROWID;
CREATE TABLE mute (
    muter INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    muted INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    since INTEGER NOT NULL,
    PRIMARY KEY (muter, muted),
    CHECK (muter <> muted)
) STRICT, WITHOUT ROWID;
CREATE TABLE liked (
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    moment INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (user, moment)
) STRICT, WITHOUT ROWID;
CREATE TABLE bookmark (
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    moment INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (user, moment)
) STRICT, WITHOUT ROWID;
CREATE TABLE notification (
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 5),
    actor INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    post INTEGER,
    PRIMARY KEY (user, at),
    CHECK ((post IS NULL) = (kind = 1))
) STRICT, WITHOUT ROWID;
CREATE INDEX follow_followed ON follow (followed, since);
CREATE INDEX follow_since ON follow (follower, since);
CREATE INDEX mute_muted ON mute (muted);
CREATE INDEX liked_moment ON liked (moment, at);
CREATE INDEX bookmark_moment ON bookmark (moment);
CREATE INDEX notification_actor ON notification (actor, kind, post);
CREATE TRIGGER liked_counted AFTER INSERT ON liked BEGIN
    UPDATE post SET likes = likes + 1 WHERE created_at = new.moment;
END;
CREATE TRIGGER liked_uncounted AFTER DELETE ON liked BEGIN
    UPDATE post SET likes = likes - 1 WHERE created_at = old.moment;
END;
