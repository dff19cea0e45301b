-- Reverts 16-draft-slots. Drafts with the same purpose become one, with an empty line between their texts.
CREATE TABLE old_draft (
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    reply_to INTEGER NOT NULL,
    body TEXT NOT NULL,
    saved_at INTEGER NOT NULL,
    PRIMARY KEY (user, reply_to)
) STRICT, WITHOUT ROWID;
INSERT INTO old_draft (user, reply_to, body, saved_at)
SELECT user, reply_to, group_concat(body, char(10, 10) ORDER BY slot), max(saved_at) FROM draft GROUP BY user, reply_to;
DROP TABLE draft;
ALTER TABLE old_draft RENAME TO draft;
CREATE TABLE old_edit_draft (
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    post INTEGER NOT NULL,
    edits INTEGER NOT NULL,
    body TEXT NOT NULL,
    saved_at INTEGER NOT NULL,
    PRIMARY KEY (user, post)
) STRICT, WITHOUT ROWID;
INSERT INTO old_edit_draft (user, post, edits, body, saved_at)
SELECT user, post, min(edits), group_concat(body, char(10, 10) ORDER BY slot), max(saved_at)
FROM edit_draft GROUP BY user, post;
DROP TABLE edit_draft;
ALTER TABLE old_edit_draft RENAME TO edit_draft;
