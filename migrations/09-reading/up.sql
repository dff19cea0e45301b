-- How users read: phrases that they do not want to see, searches that they keep, and how far they have read.
-- `filter.phrase` is as typed and `phrase_key` folded; `folded` posts are shown as a line that says why, others not
-- at all; `until` is the moment at which it ends. `read_mark.seen` is the newest moment seen of a timeline, `place`
-- where the cursor was; the timeline is named in words, as in "tag bread". A few rows a user.
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
