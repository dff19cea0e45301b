-- Gives columns the names of the field, so that the schema reads without this program beside it: a post that is liked,
-- bookmarked, tagged or mentioned is named by its created_at, each time says of what it is the time, the remote ids
-- that an imported post replies to or boosts no longer read like counts, and users and pending reactions say in words
-- what kind they are.
--
-- By hand instead: recorded, each renamed column would be one that is dropped and another that is added, empty.
-- Renaming a column changes only the text of the schema, whatever the table holds. Only `user` and `waiting`, which are
-- small, are rewritten. Indexes keep their names (`liked_moment` and so on): to rename one is to build it again.
ALTER TABLE liked RENAME COLUMN moment TO post_created_at;
ALTER TABLE liked RENAME COLUMN at TO liked_at;
ALTER TABLE bookmark RENAME COLUMN moment TO post_created_at;
ALTER TABLE bookmark RENAME COLUMN at TO bookmarked_at;
ALTER TABLE tagged RENAME COLUMN moment TO post_created_at;
ALTER TABLE mention RENAME COLUMN moment TO post_created_at;
ALTER TABLE notification RENAME COLUMN at TO created_at;
ALTER TABLE origin RENAME COLUMN answers TO reply_to_remote_id;
ALTER TABLE origin RENAME COLUMN boosts TO boost_of_remote_id;
ALTER TABLE attachment RENAME COLUMN place TO position;
ALTER TABLE attachment RENAME COLUMN kind TO media_type;
ALTER TABLE read_mark RENAME COLUMN place TO cursor;
ALTER TABLE user ADD COLUMN kind TEXT NOT NULL DEFAULT 'local' CHECK (kind IN ('local', 'remote', 'claimed'));
UPDATE user SET kind = iif(home = 1, 'remote', 'claimed') WHERE home <> 0;
ALTER TABLE user DROP COLUMN home;
CREATE TABLE pending_reaction (
    remote_id TEXT NOT NULL,
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('like', 'bookmark')),
    reacted_at INTEGER NOT NULL,
    PRIMARY KEY (remote_id, user, kind)
) STRICT, WITHOUT ROWID;
INSERT INTO pending_reaction (remote_id, user, kind, reacted_at)
SELECT name, user, iif(deed = 1, 'like', 'bookmark'), at FROM waiting;
DROP TABLE waiting;
CREATE INDEX pending_reaction_user ON pending_reaction (user);
