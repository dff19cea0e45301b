-- Several drafts with the same purpose: two terminals of one user that write at once do not replace each other's text.
--
-- `slot` counts from 0; the second terminal takes the lowest free one. SQLite cannot extend a primary key, so both tables,
-- which hold a few rows, are made again.
--
-- By hand instead: recorded, a downgrade would fail on two drafts with one purpose.
CREATE TABLE new_draft (
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    reply_to INTEGER NOT NULL,
    slot INTEGER NOT NULL DEFAULT 0 CHECK (slot >= 0),
    body TEXT NOT NULL,
    saved_at INTEGER NOT NULL,
    PRIMARY KEY (user, reply_to, slot)
) STRICT, WITHOUT ROWID;
INSERT INTO new_draft (user, reply_to, body, saved_at) SELECT user, reply_to, body, saved_at FROM draft;
DROP TABLE draft;
ALTER TABLE new_draft RENAME TO draft;
CREATE TABLE new_edit_draft (
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    post INTEGER NOT NULL,
    slot INTEGER NOT NULL DEFAULT 0 CHECK (slot >= 0),
    edits INTEGER NOT NULL,
    body TEXT NOT NULL,
    saved_at INTEGER NOT NULL,
    PRIMARY KEY (user, post, slot)
) STRICT, WITHOUT ROWID;
INSERT INTO new_edit_draft (user, post, edits, body, saved_at) SELECT user, post, edits, body, saved_at FROM edit_draft;
DROP TABLE edit_draft;
ALTER TABLE new_edit_draft RENAME TO edit_draft;
