-- Posts are unread from their arrival until they were on the screen, whatever their date, so that what a slow feed brings
-- late is not taken for read. Ids grow with the order of arrival: a range of positions in a timeline is read up to an id.
-- Costs two small tables; no post is touched.
CREATE TABLE read_span (
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    timeline TEXT NOT NULL,
    start INTEGER NOT NULL,
    arrival INTEGER NOT NULL CHECK (arrival >= 0),
    PRIMARY KEY (user, timeline, start)
) STRICT, WITHOUT ROWID;
CREATE TABLE read_on_arrival (
    first INTEGER PRIMARY KEY,
    last INTEGER NOT NULL CHECK (last >= first)
) STRICT;
-- By hand: what was read stays read. Everything up to the newest post seen is read as far as it has arrived by now, and
-- everything above it is not.
INSERT INTO read_span (user, timeline, start, arrival)
SELECT user, timeline, -62135596800000000, (SELECT max(id) FROM post) FROM read_mark
WHERE timeline NOT IN ('notifications', 'detail') AND EXISTS (SELECT 1 FROM post)
UNION ALL SELECT user, timeline, seen + 1, 0 FROM read_mark
WHERE timeline NOT IN ('notifications', 'detail') AND EXISTS (SELECT 1 FROM post);
