-- Where imported users and posts come from: the address of users; language, content warning, audience, attachments and
-- remote ids of posts.
--
-- All of it is beside `post`, by the id of the post: posts written here have no such rows and cost nothing. Replies, boosts,
-- likes and bookmarks of posts that are not here wait under the remote id of the post. `post_source` now starts with the
-- remote id, so that a post is found without its author. Upgrading rewrites that index, which has only imported posts.
DROP TRIGGER deleted_post_forgotten;
DROP TRIGGER post_forgotten;
DROP INDEX post_source;
CREATE TABLE origin (
    post INTEGER PRIMARY KEY,
    url TEXT,
    language TEXT,
    warning TEXT,
    audience INTEGER NOT NULL DEFAULT 0 CHECK (audience BETWEEN 0 AND 3),
    original TEXT,
    answers TEXT,
    boosts TEXT
) STRICT;
CREATE TABLE other_name (
    name TEXT NOT NULL,
    post INTEGER NOT NULL,
    PRIMARY KEY (name, post)
) STRICT, WITHOUT ROWID;
CREATE TABLE attachment (
    post INTEGER NOT NULL,
    place INTEGER NOT NULL,
    kind TEXT,
    url TEXT,
    file TEXT,
    description TEXT,
    PRIMARY KEY (post, place)
) STRICT, WITHOUT ROWID;
CREATE TABLE waiting (
    name TEXT NOT NULL,
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    deed INTEGER NOT NULL CHECK (deed BETWEEN 1 AND 2),
    at INTEGER NOT NULL,
    PRIMARY KEY (name, user, deed)
) STRICT, WITHOUT ROWID;
ALTER TABLE user ADD COLUMN url TEXT;
ALTER TABLE user ADD COLUMN home INTEGER NOT NULL DEFAULT 0 CHECK (home BETWEEN 0 AND 2);
CREATE UNIQUE INDEX user_url ON user (url) WHERE url IS NOT NULL;
CREATE UNIQUE INDEX post_source ON post (source, author) WHERE source IS NOT NULL;
CREATE INDEX origin_answers ON origin (answers) WHERE answers IS NOT NULL;
CREATE INDEX origin_boosts ON origin (boosts) WHERE boosts IS NOT NULL;
CREATE INDEX other_name_post ON other_name (post);
CREATE INDEX waiting_user ON waiting (user);
CREATE TRIGGER post_forgotten AFTER DELETE ON post
WHEN NOT EXISTS (SELECT 1 FROM deleted_post WHERE id = old.id) BEGIN
    DELETE FROM liked WHERE moment = old.created_at;
    DELETE FROM bookmark WHERE moment = old.created_at;
    DELETE FROM tagged WHERE moment = old.created_at;
    DELETE FROM mention WHERE moment = old.created_at;
    DELETE FROM post_version WHERE post = old.id;
    DELETE FROM origin WHERE post = old.id;
    DELETE FROM other_name WHERE post = old.id;
    DELETE FROM attachment WHERE post = old.id;
    DELETE FROM post WHERE boost_of = old.id;
END;
CREATE TRIGGER deleted_post_forgotten AFTER DELETE ON deleted_post
WHEN NOT EXISTS (SELECT 1 FROM post WHERE id = old.id) BEGIN
    DELETE FROM liked WHERE moment = old.created_at;
    DELETE FROM bookmark WHERE moment = old.created_at;
    DELETE FROM tagged WHERE moment = old.created_at;
    DELETE FROM mention WHERE moment = old.created_at;
    DELETE FROM post_version WHERE post = old.id;
    DELETE FROM origin WHERE post = old.id;
    DELETE FROM other_name WHERE post = old.id;
    DELETE FROM attachment WHERE post = old.id;
    DELETE FROM deleted_post WHERE with_post = old.id;
END;
