-- Word filters, saved searches, and how far each user has read. `filter.phrase` is as typed and `phrase_key` folded;
-- `folded` posts are shown as a line that says why, others are hidden; `until` is the time at which it ends.
-- `read_mark.seen` is the newest post seen of a timeline, `place` the post that the cursor was on; the timeline is text,
-- such as "tag bread". A few rows for each user.
CREATE TABLE filter (
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    phrase_key TEXT NOT NULL CHECK (phrase_key <> ''),
    phrase TEXT NOT NULL,
    folded INTEGER NOT NULL CHECK (folded IN (0, 1)),
    until INTEGER,
    PRIMARY KEY (user, phrase_key)
) STRICT, WITHOUT ROWID;
CREATE TABLE saved_search (
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    name_key TEXT NOT NULL CHECK (name_key <> ''),
    name TEXT NOT NULL,
    query TEXT NOT NULL,
    PRIMARY KEY (user, name_key)
) STRICT, WITHOUT ROWID;
CREATE TABLE read_mark (
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    timeline TEXT NOT NULL,
    seen INTEGER NOT NULL,
    place INTEGER,
    PRIMARY KEY (user, timeline)
) STRICT, WITHOUT ROWID;
