-- How wide the panes of the screen were made, so that they are so again at the next start. In the database, as the
-- drafts and what was read are: written whole or not at all, with no second file to find, make and repair. One row.
CREATE TABLE panes (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    users INTEGER NOT NULL CHECK (users BETWEEN -32768 AND 32767),
    timeline INTEGER NOT NULL CHECK (timeline BETWEEN -32768 AND 32767)
) STRICT;
