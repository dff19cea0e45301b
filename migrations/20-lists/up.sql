-- Lists of users, which are timelines of their own. It adds two empty tables, whatever the size of the database.
CREATE TABLE list (
    id INTEGER PRIMARY KEY,
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    name_key TEXT NOT NULL CHECK (name_key <> ''),
    name TEXT NOT NULL,
    UNIQUE (user, name_key)
) STRICT;
CREATE TABLE list_member (
    list INTEGER NOT NULL REFERENCES list (id) ON DELETE CASCADE,
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    PRIMARY KEY (list, user)
) STRICT, WITHOUT ROWID;
CREATE INDEX list_member_user ON list_member (user);
