-- Edits that were not sent are kept like drafts, each with the version it began from, so that one that was edited
-- elsewhere meanwhile is noticed. The index leads from a post to the deleted ones that answered it, so that a thread
-- shows where they were; it grows with what was deleted within the last day. Costs nothing else.
CREATE TABLE edit_draft (
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    post INTEGER NOT NULL,
    edits INTEGER NOT NULL,
    body TEXT NOT NULL,
    saved_at INTEGER NOT NULL,
    PRIMARY KEY (user, post)
) STRICT, WITHOUT ROWID;
CREATE INDEX deleted_post_reply_to ON deleted_post (reply_to) WHERE reply_to IS NOT NULL;
