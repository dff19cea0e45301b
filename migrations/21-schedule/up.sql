-- Scheduled posts: drafts with a time. It adds an empty table, whatever the size of the database.
CREATE TABLE scheduled_post (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    reply_to INTEGER,
    body TEXT NOT NULL CHECK (body <> ''),
    post_at INTEGER NOT NULL
) STRICT;
CREATE INDEX scheduled_post_user ON scheduled_post (user);
CREATE INDEX scheduled_post_at ON scheduled_post (post_at);
