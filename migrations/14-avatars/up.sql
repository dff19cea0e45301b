-- Users have pictures, from the archives they were brought in with or from a file. They lie in a table of their own, so
-- that no page that reads users carries them along. Upgrading makes an empty table and costs nothing.
CREATE TABLE avatar (
    user INTEGER PRIMARY KEY REFERENCES user (id) ON DELETE CASCADE,
    picture BLOB NOT NULL CHECK (length(picture) BETWEEN 1 AND 1048576)
) STRICT;
