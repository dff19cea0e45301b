-- The widths of the panes, so that they are the same at the next start. They are in the database like drafts and read marks:
-- written atomically, without a second file to find, create and repair. One row.
CREATE TABLE panes (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    users INTEGER NOT NULL CHECK (users BETWEEN -32768 AND 32767),
    timeline INTEGER NOT NULL CHECK (timeline BETWEEN -32768 AND 32767)
) STRICT;
