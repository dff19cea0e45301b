-- Everything that the migrations up to version 23 make, for new databases. A test writes this file:
-- MICROBLOG_WRITE_DOCS=1 cargo test --lib recorded_schema
CREATE TABLE user (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    nickname TEXT NOT NULL CHECK (
        length(nickname) BETWEEN 1 AND 64
        AND nickname NOT GLOB '*[' || char(1) || '-' || char(31) || char(127) || '-' || char(159) || ']*'),
    nickname_key TEXT NOT NULL UNIQUE,
    email TEXT CHECK (
        length(email) <= 120 AND email GLOB '?*@?*'
        AND email NOT GLOB '*[' || char(1) || '-' || char(31) || char(127) || '-' || char(159) || ']*'),
    email_key TEXT UNIQUE, display_name TEXT CHECK (length(display_name) BETWEEN 1 AND 64), about_me TEXT CHECK (length(about_me) BETWEEN 1 AND 500), created_at INTEGER, last_seen INTEGER, posts INTEGER NOT NULL DEFAULT 0, url TEXT, kind TEXT NOT NULL DEFAULT 'local' CHECK (kind IN ('local', 'remote', 'claimed')),
    CHECK ((email IS NULL) = (email_key IS NULL))
) STRICT;
CREATE TABLE active_user (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE
) STRICT;
CREATE TABLE "post" (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    author INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    body TEXT CHECK (trim(body, CAST(x'20090a0d' AS TEXT)) <> ''),
    created_at INTEGER NOT NULL,
    reply_to INTEGER,
    source TEXT,
    boost_of INTEGER,
    edited_at INTEGER,
    edits INTEGER NOT NULL DEFAULT 0,
    likes INTEGER NOT NULL DEFAULT 0,
    boosts INTEGER NOT NULL DEFAULT 0,
    replies INTEGER NOT NULL DEFAULT 0,
    marks TEXT,
    CHECK ((body IS NULL) = (boost_of IS NOT NULL)),
    CHECK (boost_of IS NULL OR reply_to IS NULL),
    CHECK (source IS NOT NULL OR body NOT GLOB CAST(x'2a5b012d090b2d1f7f2dc29f5d2a' AS TEXT))
) STRICT;
CREATE UNIQUE INDEX post_created_at ON post (created_at);
CREATE INDEX post_author_created_at ON post (author, created_at);
CREATE INDEX post_reply_to ON post (reply_to, created_at) WHERE reply_to IS NOT NULL;
CREATE INDEX post_author_replies ON post (author, created_at) WHERE reply_to IS NOT NULL;
CREATE INDEX post_boost_of ON post (boost_of, created_at) WHERE boost_of IS NOT NULL;
CREATE UNIQUE INDEX post_boost_once ON post (boost_of, author) WHERE boost_of IS NOT NULL;
CREATE TRIGGER post_counted AFTER INSERT ON post WHEN new.boost_of IS NULL BEGIN
    UPDATE user SET posts = posts + 1 WHERE id = new.author;
END;
CREATE TRIGGER post_uncounted AFTER DELETE ON post WHEN old.boost_of IS NULL BEGIN
    UPDATE user SET posts = posts - 1 WHERE id = old.author;
END;
CREATE TRIGGER post_answered AFTER INSERT ON post WHEN new.reply_to IS NOT NULL BEGIN
    UPDATE post SET replies = replies + 1 WHERE id = new.reply_to;
END;
CREATE TRIGGER post_unanswered AFTER DELETE ON post WHEN old.reply_to IS NOT NULL BEGIN
    UPDATE post SET replies = replies - 1 WHERE id = old.reply_to;
END;
CREATE TRIGGER post_boosted AFTER INSERT ON post WHEN new.boost_of IS NOT NULL BEGIN
    UPDATE post SET boosts = boosts + 1 WHERE id = new.boost_of;
END;
CREATE TRIGGER post_unboosted AFTER DELETE ON post WHEN old.boost_of IS NOT NULL BEGIN
    UPDATE post SET boosts = boosts - 1 WHERE id = old.boost_of;
END;
CREATE TABLE follow (
    follower INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    followed INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    since INTEGER NOT NULL,
    PRIMARY KEY (follower, followed),
    CHECK (follower <> followed)
) STRICT, WITHOUT ROWID;
CREATE TABLE mute (
    muter INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    muted INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    since INTEGER NOT NULL,
    PRIMARY KEY (muter, muted),
    CHECK (muter <> muted)
) STRICT, WITHOUT ROWID;
CREATE TABLE liked (
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    post_created_at INTEGER NOT NULL,
    liked_at INTEGER NOT NULL,
    PRIMARY KEY (user, post_created_at)
) STRICT, WITHOUT ROWID;
CREATE TABLE bookmark (
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    post_created_at INTEGER NOT NULL,
    bookmarked_at INTEGER NOT NULL,
    PRIMARY KEY (user, post_created_at)
) STRICT, WITHOUT ROWID;
CREATE TABLE notification (
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 5),
    actor INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    post INTEGER,
    PRIMARY KEY (user, created_at),
    CHECK ((post IS NULL) = (kind = 1))
) STRICT, WITHOUT ROWID;
CREATE INDEX follow_followed ON follow (followed, since);
CREATE INDEX follow_since ON follow (follower, since);
CREATE INDEX mute_muted ON mute (muted);
CREATE INDEX liked_moment ON liked (post_created_at, liked_at);
CREATE INDEX bookmark_moment ON bookmark (post_created_at);
CREATE INDEX notification_actor ON notification (actor, kind, post);
CREATE TRIGGER liked_counted AFTER INSERT ON liked BEGIN
    UPDATE post SET likes = likes + 1 WHERE created_at = new.post_created_at;
END;
CREATE TRIGGER liked_uncounted AFTER DELETE ON liked BEGIN
    UPDATE post SET likes = likes - 1 WHERE created_at = old.post_created_at;
END;
CREATE TABLE tag (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    uses INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE tagged (
    tag INTEGER NOT NULL,
    post_created_at INTEGER NOT NULL,
    PRIMARY KEY (tag, post_created_at)
) STRICT, WITHOUT ROWID;
CREATE TABLE mention (
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    post_created_at INTEGER NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (user, post_created_at)
) STRICT, WITHOUT ROWID;
CREATE INDEX tagged_moment ON tagged (post_created_at);
CREATE INDEX mention_moment ON mention (post_created_at);
CREATE TRIGGER tagged_counted AFTER INSERT ON tagged BEGIN
    UPDATE tag SET uses = uses + 1 WHERE id = new.tag;
END;
CREATE TRIGGER tagged_uncounted AFTER DELETE ON tagged BEGIN
    UPDATE tag SET uses = uses - 1 WHERE id = old.tag;
END;
CREATE TABLE post_version (
    post INTEGER NOT NULL,
    version INTEGER NOT NULL,
    body TEXT NOT NULL,
    written_at INTEGER NOT NULL,
    PRIMARY KEY (post, version)
) STRICT, WITHOUT ROWID;
CREATE TABLE deleted_post (
    id INTEGER PRIMARY KEY,
    author INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    body TEXT,
    created_at INTEGER NOT NULL UNIQUE,
    reply_to INTEGER,
    source TEXT,
    boost_of INTEGER,
    edited_at INTEGER,
    edits INTEGER NOT NULL,
    marks TEXT,
    deleted_at INTEGER NOT NULL,
    with_post INTEGER
) STRICT;
CREATE INDEX deleted_post_author ON deleted_post (author);
CREATE INDEX deleted_post_with ON deleted_post (with_post) WHERE with_post IS NOT NULL;
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
    cursor INTEGER,
    PRIMARY KEY (user, timeline)
) STRICT, WITHOUT ROWID;
CREATE VIRTUAL TABLE post_search USING fts5 (
    body,
    marks,
    content = 'post',
    content_rowid = 'created_at',
    tokenize = 'unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE post_part USING fts5 (
    body,
    content = 'post',
    content_rowid = 'id',
    tokenize = 'trigram',
    detail = none,
    columnsize = 0
);
CREATE TRIGGER post_search_added AFTER INSERT ON post BEGIN
    INSERT INTO post_search (rowid, body, marks) VALUES (new.created_at, new.body, new.marks);
    INSERT INTO post_part (rowid, body) VALUES (new.id, new.body);
END;
CREATE TRIGGER post_search_removed AFTER DELETE ON post BEGIN
    INSERT INTO post_search (post_search, rowid, body, marks) VALUES ('delete', old.created_at, old.body, old.marks);
    INSERT INTO post_part (post_part, rowid, body) VALUES ('delete', old.id, old.body);
END;
CREATE TRIGGER post_search_changed AFTER UPDATE OF body, created_at, marks ON post BEGIN
    INSERT INTO post_search (post_search, rowid, body, marks) VALUES ('delete', old.created_at, old.body, old.marks);
    INSERT INTO post_part (post_part, rowid, body) VALUES ('delete', old.id, old.body);
    INSERT INTO post_search (rowid, body, marks) VALUES (new.created_at, new.body, new.marks);
    INSERT INTO post_part (rowid, body) VALUES (new.id, new.body);
END;
CREATE TABLE panes (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    users INTEGER NOT NULL CHECK (users BETWEEN -32768 AND 32767),
    timeline INTEGER NOT NULL CHECK (timeline BETWEEN -32768 AND 32767)
) STRICT;
CREATE INDEX deleted_post_reply_to ON deleted_post (reply_to) WHERE reply_to IS NOT NULL;
CREATE TABLE origin (
    post INTEGER PRIMARY KEY,
    url TEXT,
    language TEXT,
    warning TEXT,
    audience INTEGER NOT NULL DEFAULT 0 CHECK (audience BETWEEN 0 AND 3),
    original TEXT,
    reply_to_remote_id TEXT,
    boost_of_remote_id TEXT
) STRICT;
CREATE TABLE other_name (
    name TEXT NOT NULL,
    post INTEGER NOT NULL,
    PRIMARY KEY (name, post)
) STRICT, WITHOUT ROWID;
CREATE TABLE attachment (
    post INTEGER NOT NULL,
    position INTEGER NOT NULL,
    media_type TEXT,
    url TEXT,
    file TEXT,
    description TEXT,
    PRIMARY KEY (post, position)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX user_url ON user (url) WHERE url IS NOT NULL;
CREATE UNIQUE INDEX post_source ON post (source, author) WHERE source IS NOT NULL;
CREATE INDEX origin_answers ON origin (reply_to_remote_id) WHERE reply_to_remote_id IS NOT NULL;
CREATE INDEX origin_boosts ON origin (boost_of_remote_id) WHERE boost_of_remote_id IS NOT NULL;
CREATE INDEX other_name_post ON other_name (post);
CREATE TABLE avatar (
    user INTEGER PRIMARY KEY REFERENCES user (id) ON DELETE CASCADE,
    picture BLOB NOT NULL CHECK (length(picture) BETWEEN 1 AND 1048576)
) STRICT;
CREATE TABLE pending_reaction (
    remote_id TEXT NOT NULL,
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('like', 'bookmark')),
    reacted_at INTEGER NOT NULL,
    PRIMARY KEY (remote_id, user, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX pending_reaction_user ON pending_reaction (user);
CREATE TABLE "draft" (
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    reply_to INTEGER NOT NULL,
    slot INTEGER NOT NULL DEFAULT 0 CHECK (slot >= 0),
    body TEXT NOT NULL,
    saved_at INTEGER NOT NULL,
    PRIMARY KEY (user, reply_to, slot)
) STRICT, WITHOUT ROWID;
CREATE TABLE "edit_draft" (
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    post INTEGER NOT NULL,
    slot INTEGER NOT NULL DEFAULT 0 CHECK (slot >= 0),
    edits INTEGER NOT NULL,
    body TEXT NOT NULL,
    saved_at INTEGER NOT NULL,
    PRIMARY KEY (user, post, slot)
) STRICT, WITHOUT ROWID;
CREATE TABLE subscription (
    user INTEGER PRIMARY KEY REFERENCES user (id) ON DELETE CASCADE,
    url TEXT NOT NULL UNIQUE,
    fetch_url TEXT NOT NULL,
    etag TEXT,
    last_modified TEXT,
    content_hash BLOB,
    checked_at INTEGER,
    fetched_at INTEGER,
    changed_at INTEGER,
    next_at INTEGER NOT NULL,
    failures INTEGER NOT NULL DEFAULT 0,
    failing_since INTEGER,
    error TEXT,
    is_gone INTEGER NOT NULL DEFAULT 0 CHECK (is_gone IN (0, 1))
) STRICT;
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
CREATE TABLE account (
    user INTEGER PRIMARY KEY REFERENCES user (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    server TEXT NOT NULL,
    remote_id TEXT NOT NULL,
    character_limit INTEGER NOT NULL DEFAULT 500 CHECK (character_limit > 0),
    added_at INTEGER NOT NULL,
    checked_at INTEGER,
    synced_at INTEGER,
    next_at INTEGER NOT NULL,
    failures INTEGER NOT NULL DEFAULT 0,
    failing_since INTEGER,
    error TEXT,
    needs_login INTEGER NOT NULL DEFAULT 0 CHECK (needs_login IN (0, 1)),
    UNIQUE (name, server)
) STRICT;
CREATE TABLE account_cursor (
    user INTEGER NOT NULL REFERENCES account (user) ON DELETE CASCADE,
    list TEXT NOT NULL,
    newest TEXT NOT NULL,
    PRIMARY KEY (user, list)
) STRICT, WITHOUT ROWID;
CREATE TABLE account_gap (
    user INTEGER NOT NULL REFERENCES account (user) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    PRIMARY KEY (user, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE server_status (
    user INTEGER NOT NULL REFERENCES account (user) ON DELETE CASCADE,
    post INTEGER NOT NULL,
    status_id TEXT NOT NULL,
    likes INTEGER NOT NULL DEFAULT 0,
    boosts INTEGER NOT NULL DEFAULT 0,
    replies INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (user, post)
) STRICT, WITHOUT ROWID;
CREATE INDEX server_status_post ON server_status (post);
CREATE INDEX server_status_id ON server_status (user, status_id);
CREATE TABLE list (
    id INTEGER PRIMARY KEY,
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    name_key TEXT NOT NULL CHECK (name_key <> ''),
    name TEXT NOT NULL,
    UNIQUE (user, name_key)
) STRICT;
CREATE TABLE list_member (
    list INTEGER NOT NULL REFERENCES list (id) ON DELETE CASCADE,
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    PRIMARY KEY (list, user)
) STRICT, WITHOUT ROWID;
CREATE INDEX list_member_user ON list_member (user);
CREATE TABLE scheduled_post (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    reply_to INTEGER,
    body TEXT NOT NULL CHECK (body <> ''),
    post_at INTEGER NOT NULL
) STRICT;
CREATE INDEX scheduled_post_user ON scheduled_post (user);
CREATE INDEX scheduled_post_at ON scheduled_post (post_at);
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    action TEXT NOT NULL CHECK (action IN ('post', 'edit', 'delete', 'like', 'unlike', 'boost', 'unboost', 'bookmark',
        'unbookmark', 'follow', 'unfollow', 'mute', 'unmute')),
    post INTEGER,
    target INTEGER REFERENCES user (id) ON DELETE CASCADE,
    remote_id TEXT,
    body TEXT,
    state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'sending', 'unsure', 'failed', 'withdrawn')),
    idempotency_key TEXT NOT NULL,
    queued_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    tried_at INTEGER,
    attempts INTEGER NOT NULL DEFAULT 0,
    error TEXT,
    CHECK ((post IS NULL) = (target IS NOT NULL))
) STRICT;
CREATE INDEX outbox_user ON outbox (user, id);
CREATE INDEX outbox_post ON outbox (post) WHERE post IS NOT NULL;
CREATE INDEX outbox_target ON outbox (target) WHERE target IS NOT NULL;
CREATE TRIGGER post_forgotten AFTER DELETE ON post
WHEN NOT EXISTS (SELECT 1 FROM deleted_post WHERE id = old.id) BEGIN
    DELETE FROM liked WHERE post_created_at = old.created_at;
    DELETE FROM bookmark WHERE post_created_at = old.created_at;
    DELETE FROM tagged WHERE post_created_at = old.created_at;
    DELETE FROM mention WHERE post_created_at = old.created_at;
    DELETE FROM post_version WHERE post = old.id;
    DELETE FROM origin WHERE post = old.id;
    DELETE FROM other_name WHERE post = old.id;
    DELETE FROM attachment WHERE post = old.id;
    DELETE FROM server_status WHERE post = old.id;
    DELETE FROM outbox WHERE post = old.id AND state NOT IN ('sending', 'unsure') AND action NOT IN ('delete', 'unboost');
    DELETE FROM post WHERE boost_of = old.id;
END;
CREATE TRIGGER deleted_post_forgotten AFTER DELETE ON deleted_post
WHEN NOT EXISTS (SELECT 1 FROM post WHERE id = old.id) BEGIN
    DELETE FROM liked WHERE post_created_at = old.created_at;
    DELETE FROM bookmark WHERE post_created_at = old.created_at;
    DELETE FROM tagged WHERE post_created_at = old.created_at;
    DELETE FROM mention WHERE post_created_at = old.created_at;
    DELETE FROM post_version WHERE post = old.id;
    DELETE FROM origin WHERE post = old.id;
    DELETE FROM other_name WHERE post = old.id;
    DELETE FROM attachment WHERE post = old.id;
    DELETE FROM server_status WHERE post = old.id;
    DELETE FROM outbox WHERE post = old.id AND state NOT IN ('sending', 'unsure') AND action NOT IN ('delete', 'unboost');
    DELETE FROM deleted_post WHERE with_post = old.id;
END;
CREATE TABLE tab (
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    timeline TEXT NOT NULL,
    name TEXT,
    PRIMARY KEY (user, position),
    UNIQUE (user, timeline)
) STRICT, WITHOUT ROWID;
INSERT INTO sqlite_sequence (name, seq) VALUES ('post', 0);
