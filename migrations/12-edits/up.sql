-- Unsent edits are saved like drafts, each with the version that it started from, so that a conflicting edit is detected.
-- The index leads from a post to its deleted replies, so that a thread shows where they were; it grows with the posts that
-- were deleted within the last day. Costs nothing else.
CREATE TABLE edit_draft (
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    post INTEGER NOT NULL,
    edits INTEGER NOT NULL,
    body TEXT NOT NULL,
    saved_at INTEGER NOT NULL,
    PRIMARY KEY (user, post)
) STRICT, WITHOUT ROWID;
CREATE INDEX deleted_post_reply_to ON deleted_post (reply_to) WHERE reply_to IS NOT NULL;
