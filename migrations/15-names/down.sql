-- The way back from 15-names. Nothing is lost.
CREATE TABLE waiting (
    name TEXT NOT NULL,
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    deed INTEGER NOT NULL CHECK (deed BETWEEN 1 AND 2),
    at INTEGER NOT NULL,
    PRIMARY KEY (name, user, deed)
) STRICT, WITHOUT ROWID;
INSERT INTO waiting (name, user, deed, at)
SELECT remote_id, user, iif(kind = 'like', 1, 2), reacted_at FROM pending_reaction;
DROP TABLE pending_reaction;
CREATE INDEX waiting_user ON waiting (user);
ALTER TABLE user ADD COLUMN home INTEGER NOT NULL DEFAULT 0 CHECK (home BETWEEN 0 AND 2);
UPDATE user SET home = iif(kind = 'remote', 1, 2) WHERE kind <> 'local';
ALTER TABLE user DROP COLUMN kind;
ALTER TABLE read_mark RENAME COLUMN cursor TO place;
ALTER TABLE attachment RENAME COLUMN media_type TO kind;
ALTER TABLE attachment RENAME COLUMN position TO place;
ALTER TABLE origin RENAME COLUMN boost_of_remote_id TO boosts;
ALTER TABLE origin RENAME COLUMN reply_to_remote_id TO answers;
ALTER TABLE notification RENAME COLUMN created_at TO at;
ALTER TABLE mention RENAME COLUMN post_created_at TO moment;
ALTER TABLE tagged RENAME COLUMN post_created_at TO moment;
ALTER TABLE bookmark RENAME COLUMN bookmarked_at TO at;
ALTER TABLE bookmark RENAME COLUMN post_created_at TO moment;
ALTER TABLE liked RENAME COLUMN liked_at TO at;
ALTER TABLE liked RENAME COLUMN post_created_at TO moment;
