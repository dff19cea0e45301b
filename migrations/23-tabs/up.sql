-- Timelines that users keep open beside the fixed ones. The table is new and empty, so that it costs a large database nothing.
CREATE TABLE tab (
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    timeline TEXT NOT NULL,
    name TEXT,
    PRIMARY KEY (user, position),
    UNIQUE (user, timeline)
) STRICT, WITHOUT ROWID;
