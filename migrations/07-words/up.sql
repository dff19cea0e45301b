-- The tags and mentions of each post, found when it is written. A tag is one whatever its case, folded by the program; a
-- mention refers to a user, not to a nickname, so that it outlives a rename. Both refer to a post by its `created_at`, as
-- `liked` does, so that a page is one range of the primary key.
--
-- Then the program reads the bodies of all posts, fills both tables, and gives each post its `marks`: terms for the search
-- index that no body can contain. Costs about 25 bytes a tag or mention, and 10 a post for the marks; upgrading a million
-- posts took 15 s with the migrations around it.
CREATE TABLE tag (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    uses INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE tagged (
    tag INTEGER NOT NULL,
    moment INTEGER NOT NULL,
    PRIMARY KEY (tag, moment)
) STRICT, WITHOUT ROWID;
CREATE TABLE mention (
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    moment INTEGER NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (user, moment)
) STRICT, WITHOUT ROWID;
CREATE INDEX tagged_moment ON tagged (moment);
CREATE INDEX mention_moment ON mention (moment);
CREATE TRIGGER tagged_counted AFTER INSERT ON tagged BEGIN
    UPDATE tag SET uses = uses + 1 WHERE id = new.tag;
END;
CREATE TRIGGER tagged_uncounted AFTER DELETE ON tagged BEGIN
    UPDATE tag SET uses = uses - 1 WHERE id = old.tag;
END;
