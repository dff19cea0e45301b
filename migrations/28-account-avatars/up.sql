-- Avatars that the servers of accounts name. The table is new and empty, so that it costs a large database nothing.
CREATE TABLE account_avatar (
    user INTEGER PRIMARY KEY REFERENCES user (id) ON DELETE CASCADE,
    account INTEGER NOT NULL REFERENCES account (user) ON DELETE CASCADE,
    url TEXT NOT NULL,
    etag TEXT,
    last_modified TEXT,
    checked_at INTEGER
) STRICT;
CREATE INDEX account_avatar_account ON account_avatar (account, checked_at);
