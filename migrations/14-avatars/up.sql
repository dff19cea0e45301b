-- Avatars of users, from the archives that they were imported from or from a file. They are in a table of their own, so that
-- reading users with a page does not read their pictures. Upgrading creates an empty table and costs nothing.
CREATE TABLE avatar (
    user INTEGER PRIMARY KEY REFERENCES user (id) ON DELETE CASCADE,
    picture BLOB NOT NULL CHECK (length(picture) BETWEEN 1 AND 1048576)
) STRICT;
