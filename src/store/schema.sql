-- The schema of the database as this program wants it: the meaning of each table and column.
--
-- To change it, edit this file; microblog db migrate NAME then writes the migration. Add a new column after the
-- others of its table, where the migration puts it. Times are microseconds since 1970 in UTC.

-- Users. AUTOINCREMENT: an id is never reused.
CREATE TABLE user (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- As displayed: 1 to 64 characters, none of them a control character.
    nickname TEXT NOT NULL CHECK (
        length(nickname) BETWEEN 1 AND 64
        AND nickname NOT GLOB '*[' || char(1) || '-' || char(31) || char(127) || '-' || char(159) || ']*'),
    -- The nickname as it is compared: case-folded after NFC by the program, because SQLite folds ASCII only, and
    -- "Ärger" and "ärger" are the same user.
    nickname_key TEXT NOT NULL UNIQUE,
    -- The email address, if there is one; no control characters.
    email TEXT CHECK (
        length(email) <= 120 AND email GLOB '?*@?*'
        AND email NOT GLOB '*[' || char(1) || '-' || char(31) || char(127) || '-' || char(159) || ']*'),
    -- The address as it is compared, folded like the nickname; NULL when the address is.
    email_key TEXT UNIQUE,
    -- The name that is displayed beside the nickname.
    display_name TEXT CHECK (length(display_name) BETWEEN 1 AND 64),
    -- A short description of the user.
    about_me TEXT CHECK (length(about_me) BETWEEN 1 AND 500),
    -- When the user was added; NULL for users from before version 3.
    created_at INTEGER,
    -- When the user last was the active user.
    last_seen INTEGER,
    -- How many posts they wrote: maintained by two triggers, so that a profile never counts a million rows.
    posts INTEGER NOT NULL DEFAULT 0,
    -- Remote id: the address of the feed or profile that they were imported from.
    url TEXT,
    -- local: posts are written here; remote: imported, and nobody here posts as them; claimed: imported, and one of ours.
    kind TEXT NOT NULL DEFAULT 'local' CHECK (kind IN ('local', 'remote', 'claimed')),
    CHECK ((email IS NULL) = (email_key IS NULL))
) STRICT;
-- A remote user is imported once.
CREATE UNIQUE INDEX user_url ON user (url) WHERE url IS NOT NULL;

-- Posts: one user has many. Ids stay short and are never reused. A boost is a row of its own, with `boost_of` and no
-- body, so that it is paged and merged like any post.
CREATE TABLE post (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- The author; posts are deleted with their author.
    author INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    -- The text, never blank; NULL for a boost.
    body TEXT CHECK (trim(body, CAST(x'20090a0d' AS TEXT)) <> ''),
    -- Creation time; unique (one is added when it is taken), so that one key orders and pages every timeline.
    created_at INTEGER NOT NULL,
    -- The id of the post that it replies to. Not a foreign key: a reply outlives its parent, and an id without a post
    -- shows that there was one.
    reply_to INTEGER,
    -- Remote id of an imported post, unique for its author; NULL for posts written here.
    source TEXT,
    -- The id of the post that it boosts.
    boost_of INTEGER,
    -- When it was last edited.
    edited_at INTEGER,
    -- How many earlier versions it has; conflicting edits are detected by it.
    edits INTEGER NOT NULL DEFAULT 0,
    -- Counts, maintained by triggers: a page reads this row anyway.
    likes INTEGER NOT NULL DEFAULT 0,
    boosts INTEGER NOT NULL DEFAULT 0,
    replies INTEGER NOT NULL DEFAULT 0,
    -- Extra search terms that no body can contain: author, recipients, tags.
    marks TEXT,
    CHECK ((body IS NULL) = (boost_of IS NOT NULL)),
    CHECK (boost_of IS NULL OR reply_to IS NULL),
    -- Posts written here have no control characters but line breaks; imported ones are kept whole. The pattern in
    -- hexadecimal is *[...]* with U+0001-0009, U+000B-001F, U+007F-009F: building it from char() took a tenth of each
    -- insert.
    CHECK (source IS NOT NULL OR body NOT GLOB CAST(x'2a5b012d090b2d1f7f2dc29f5d2a' AS TEXT))
) STRICT;
-- All posts by time.
CREATE UNIQUE INDEX post_created_at ON post (created_at);
-- The posts of an author by time.
CREATE INDEX post_author_created_at ON post (author, created_at);
-- The replies to a post by time; posts that are no replies cost nothing.
CREATE INDEX post_reply_to ON post (reply_to, created_at) WHERE reply_to IS NOT NULL;
-- The replies of an author by time.
CREATE INDEX post_author_replies ON post (author, created_at) WHERE reply_to IS NOT NULL;
-- A post is imported once; replies find it by its remote id.
CREATE UNIQUE INDEX post_source ON post (source, author) WHERE source IS NOT NULL;
-- The boosts of a post by time; each user boosts it once.
CREATE INDEX post_boost_of ON post (boost_of, created_at) WHERE boost_of IS NOT NULL;
CREATE UNIQUE INDEX post_boost_once ON post (boost_of, author) WHERE boost_of IS NOT NULL;

-- Where an imported post comes from. A table of its own, so that posts written here cost nothing.
CREATE TABLE origin (
    post INTEGER PRIMARY KEY,
    -- Where it can be read.
    url TEXT,
    -- Its language, as it says itself.
    language TEXT,
    -- The content warning; the text is hidden until the reader asks for it.
    warning TEXT,
    -- Audience: 0 public, 1 public but unlisted, 2 followers, 3 mentioned users. 2 and 3 are private.
    audience INTEGER NOT NULL DEFAULT 0 CHECK (audience BETWEEN 0 AND 3),
    -- The text as it was received, if `body` was converted from it, as from HTML.
    original TEXT,
    -- Remote id of the post that it replies to, which may not be here yet.
    reply_to_remote_id TEXT,
    -- Remote id of the post that it boosts, while that is not here; its body is that id.
    boost_of_remote_id TEXT,
    -- The date that the source gives, if that was in the future; `created_at` is then the time of arrival.
    dated_at INTEGER
) STRICT;
-- Posts that wait for another post.
CREATE INDEX origin_answers ON origin (reply_to_remote_id) WHERE reply_to_remote_id IS NOT NULL;
CREATE INDEX origin_boosts ON origin (boost_of_remote_id) WHERE boost_of_remote_id IS NOT NULL;

-- Further remote ids of a post beside its `source`, to which others reply.
CREATE TABLE other_name (
    name TEXT NOT NULL,
    post INTEGER NOT NULL,
    PRIMARY KEY (name, post)
) STRICT, WITHOUT ROWID;
CREATE INDEX other_name_post ON other_name (post);

-- Pictures and other attachments of a post.
CREATE TABLE attachment (
    post INTEGER NOT NULL,
    -- From 0.
    position INTEGER NOT NULL,
    -- Such as image/png.
    media_type TEXT,
    -- Address from which it can be fetched.
    url TEXT,
    -- Path on this machine, or in the archive.
    file TEXT,
    -- Alternative text.
    description TEXT,
    PRIMARY KEY (post, position)
) STRICT, WITHOUT ROWID;

-- Likes and bookmarks of posts that are not here yet; they are applied when the post arrives.
CREATE TABLE pending_reaction (
    -- Remote id of the post.
    remote_id TEXT NOT NULL,
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('like', 'bookmark')),
    reacted_at INTEGER NOT NULL,
    PRIMARY KEY (remote_id, user, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX pending_reaction_user ON pending_reaction (user);

-- Avatars. A table of their own, so that reading users with a page does not read their pictures.
CREATE TABLE avatar (
    user INTEGER PRIMARY KEY REFERENCES user (id) ON DELETE CASCADE,
    -- The bytes of a PNG, JPEG, GIF or WebP, as they were received.
    picture BLOB NOT NULL CHECK (length(picture) BETWEEN 1 AND 1048576)
) STRICT;

-- The active user: one row, or none.
CREATE TABLE active_user (
    -- Always 1.
    one INTEGER PRIMARY KEY CHECK (one = 1),
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE
) STRICT;

-- By how many columns the panes are wider than by default: one row, or none.
CREATE TABLE panes (
    -- Always 1.
    one INTEGER PRIMARY KEY CHECK (one = 1),
    users INTEGER NOT NULL CHECK (users BETWEEN -32768 AND 32767),
    timeline INTEGER NOT NULL CHECK (timeline BETWEEN -32768 AND 32767)
) STRICT;

-- Drafts of posts: one for each user and post replied to, or one for each terminal that writes it.
CREATE TABLE draft (
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    -- The id of the post that it replies to; 0 for a new post, because a key cannot be NULL.
    reply_to INTEGER NOT NULL,
    -- From 0; a terminal takes the lowest one that no other terminal writes in.
    slot INTEGER NOT NULL DEFAULT 0 CHECK (slot >= 0),
    body TEXT NOT NULL,
    saved_at INTEGER NOT NULL,
    -- What the post will have besides its text, as JSON: audience, warning, language, attachments. NULL for none.
    details TEXT,
    PRIMARY KEY (user, reply_to, slot)
) STRICT, WITHOUT ROWID;

-- Posts that are to be posted at a time, by the next process that runs then.
CREATE TABLE scheduled_post (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- The author.
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    -- The id of the post that it replies to, which may be deleted; NULL for none.
    reply_to INTEGER,
    body TEXT NOT NULL CHECK (body <> ''),
    post_at INTEGER NOT NULL,
    -- What it has besides its text, as in `draft`.
    details TEXT
) STRICT;
CREATE INDEX scheduled_post_user ON scheduled_post (user);
CREATE INDEX scheduled_post_at ON scheduled_post (post_at);

-- The other posts of scheduled threads: each replies to the one before.
CREATE TABLE scheduled_reply (
    scheduled INTEGER NOT NULL REFERENCES scheduled_post (id) ON DELETE CASCADE,
    -- The place in the thread, from 1 on.
    position INTEGER NOT NULL,
    body TEXT NOT NULL CHECK (body <> ''),
    PRIMARY KEY (scheduled, position)
) STRICT, WITHOUT ROWID;

-- Drafts of edits: one for each user and post, or one for each terminal that writes it.
CREATE TABLE edit_draft (
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    -- The id of the post.
    post INTEGER NOT NULL,
    slot INTEGER NOT NULL DEFAULT 0 CHECK (slot >= 0),
    -- How many versions the post had when the draft was started; a conflicting edit is detected by it.
    edits INTEGER NOT NULL,
    body TEXT NOT NULL,
    saved_at INTEGER NOT NULL,
    PRIMARY KEY (user, post, slot)
) STRICT, WITHOUT ROWID;

-- Who follows whom.
CREATE TABLE follow (
    follower INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    followed INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    since INTEGER NOT NULL,
    PRIMARY KEY (follower, followed),
    CHECK (follower <> followed)
) STRICT, WITHOUT ROWID;
-- A user's followers, and the users that they follow, by time.
CREATE INDEX follow_followed ON follow (followed, since);
CREATE INDEX follow_since ON follow (follower, since);

-- Feeds that are followed over HTTP. Each is bound to one user: the posts that come through its address are theirs and
-- nobody else's, whatever the feed says. It is fetched while somebody of ours follows that user.
CREATE TABLE subscription (
    user INTEGER PRIMARY KEY REFERENCES user (id) ON DELETE CASCADE,
    -- The address as it was followed, which identifies it.
    url TEXT NOT NULL UNIQUE,
    -- The address that is fetched: where the server redirected to for good.
    fetch_url TEXT NOT NULL,
    -- What the server sent to recognize this version, sent back as it was received; and a hash of the content.
    etag TEXT,
    last_modified TEXT,
    content_hash BLOB,
    -- When it was fetched last, when last successfully, and when it then had changed.
    checked_at INTEGER,
    fetched_at INTEGER,
    changed_at INTEGER,
    -- When it is due again.
    next_at INTEGER NOT NULL,
    -- How often in a row it could not be fetched, since when, and why.
    failures INTEGER NOT NULL DEFAULT 0,
    failing_since INTEGER,
    error TEXT,
    -- 1: the server says that it is gone for good, and it is not fetched anymore.
    is_gone INTEGER NOT NULL DEFAULT 0 CHECK (is_gone IN (0, 1)),
    -- 1: it was fetched from the public internet, so that its name may not lead to a private address later.
    is_public INTEGER NOT NULL DEFAULT 0 CHECK (is_public IN (0, 1)),
    -- The address of the avatar that the feed names, by what its version is recognized, and when it was fetched last.
    avatar_url TEXT,
    avatar_etag TEXT,
    avatar_last_modified TEXT,
    avatar_checked_at INTEGER
) STRICT;

-- Feeds of our own users: where others fetch them, as they were published last.
CREATE TABLE published_feed (
    user INTEGER PRIMARY KEY REFERENCES user (id) ON DELETE CASCADE,
    url TEXT NOT NULL
) STRICT;

-- Remote ids by which others reply to the newest posts of a published feed.
CREATE TABLE published_name (
    name TEXT NOT NULL,
    post INTEGER NOT NULL REFERENCES post (id) ON DELETE CASCADE,
    PRIMARY KEY (name, post)
) STRICT, WITHOUT ROWID;
CREATE INDEX published_name_post ON published_name (post);

-- Accounts on servers: users as whom this program reads and writes there. Access tokens are never in the database.
CREATE TABLE account (
    user INTEGER PRIMARY KEY REFERENCES user (id) ON DELETE CASCADE,
    -- The name of the account on its server, without the host.
    name TEXT NOT NULL,
    -- The host of the server, with its port.
    server TEXT NOT NULL,
    -- The id that the server uses for the account.
    remote_id TEXT NOT NULL,
    -- Most characters of a post there.
    character_limit INTEGER NOT NULL DEFAULT 500 CHECK (character_limit > 0),
    added_at INTEGER NOT NULL,
    -- When it was synchronized last, and when last successfully.
    checked_at INTEGER,
    synced_at INTEGER,
    -- When it is due again.
    next_at INTEGER NOT NULL,
    -- How often in a row that failed, since when, and why.
    failures INTEGER NOT NULL DEFAULT 0,
    failing_since INTEGER,
    error TEXT,
    -- 1: the server does not accept the token, so nothing is sent until the user logs in again.
    needs_login INTEGER NOT NULL DEFAULT 0 CHECK (needs_login IN (0, 1)),
    -- The audiences that the server replaced by larger ones: the sum of 2 to the power of each.
    widened INTEGER NOT NULL DEFAULT 0,
    -- How many characters each link of a post counts as there; NULL if links count as they are.
    characters_per_link INTEGER,
    UNIQUE (name, server)
) STRICT;

-- Up to where the lists of an account were read.
CREATE TABLE account_cursor (
    user INTEGER NOT NULL REFERENCES account (user) ON DELETE CASCADE,
    -- home, notifications, posts, bookmarks, likes or follows, whose cursor is the time at which they were read.
    list TEXT NOT NULL,
    -- The cursor after which newer items are: a text of the server, never compared.
    newest TEXT NOT NULL,
    PRIMARY KEY (user, list)
) STRICT, WITHOUT ROWID;

-- Posts of a home timeline that were not read from the server, between two that were.
CREATE TABLE account_gap (
    user INTEGER NOT NULL REFERENCES account (user) ON DELETE CASCADE,
    -- The `created_at` of the oldest post above the gap.
    position INTEGER NOT NULL,
    -- The cursor before which the missing posts are, and the one after which they are.
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    PRIMARY KEY (user, position)
) STRICT, WITHOUT ROWID;

-- What the server of an account says about a post.
CREATE TABLE server_status (
    user INTEGER NOT NULL REFERENCES account (user) ON DELETE CASCADE,
    post INTEGER NOT NULL,
    -- The id that the server uses for it. Some servers change it: a post is known by its remote id.
    status_id TEXT NOT NULL,
    -- The counts of the server, which are never added to ours.
    likes INTEGER NOT NULL DEFAULT 0,
    boosts INTEGER NOT NULL DEFAULT 0,
    replies INTEGER NOT NULL DEFAULT 0,
    -- The poll of the post as JSON, as the account saw it last; NULL if it has none.
    poll TEXT,
    PRIMARY KEY (user, post)
) STRICT, WITHOUT ROWID;
CREATE INDEX server_status_post ON server_status (post);
CREATE INDEX server_status_id ON server_status (user, status_id);

-- The avatars that the servers of accounts name for users. Those that feeds name are in `subscription`.
CREATE TABLE account_avatar (
    user INTEGER PRIMARY KEY REFERENCES user (id) ON DELETE CASCADE,
    -- The account whose server named it.
    account INTEGER NOT NULL REFERENCES account (user) ON DELETE CASCADE,
    -- Its address, and by which headers the version that is stored is recognized.
    url TEXT NOT NULL,
    etag TEXT,
    last_modified TEXT,
    -- When it was asked for; NULL if never.
    checked_at INTEGER
) STRICT;
CREATE INDEX account_avatar_account ON account_avatar (account, checked_at);

-- The outbox: actions of accounts that their servers do not have yet, sent in the order of their ids. Each is queued in
-- the transaction that does it here, and removed once the server has it.
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    -- The account.
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    action TEXT NOT NULL CHECK (action IN ('post', 'edit', 'delete', 'like', 'unlike', 'boost', 'unboost', 'bookmark',
        'unbookmark', 'follow', 'unfollow', 'mute', 'unmute', 'vote')),
    -- The post that it is about. Not a foreign key: a deletion outlives its post.
    post INTEGER,
    -- The user that it is about.
    target INTEGER REFERENCES user (id) ON DELETE CASCADE,
    -- Remote id of that post when the action was queued; NULL if it had none yet.
    remote_id TEXT,
    -- The text as it was sent, to recognize it on the server; NULL until then, because the post has it.
    body TEXT,
    -- pending: still to be sent; sending: a request was started, and its result is not known; unsure: the user has to
    -- say whether to send it again; failed: the server refused it; withdrawn: the post was deleted before it was sent.
    state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'sending', 'unsure', 'failed', 'withdrawn')),
    -- By this a server recognizes a repeated request.
    idempotency_key TEXT NOT NULL,
    queued_at INTEGER NOT NULL,
    -- When it may be tried next.
    due_at INTEGER NOT NULL,
    -- When the last request was started.
    tried_at INTEGER,
    attempts INTEGER NOT NULL DEFAULT 0,
    -- Why it was not sent.
    error TEXT,
    -- Of a vote: the chosen choices of the poll as a JSON list of their numbers, from 0.
    choices TEXT,
    CHECK ((post IS NULL) = (target IS NOT NULL)),
    CHECK ((action = 'vote') = (choices IS NOT NULL))
) STRICT;
CREATE INDEX outbox_user ON outbox (user, id);
CREATE INDEX outbox_post ON outbox (post) WHERE post IS NOT NULL;
CREATE INDEX outbox_target ON outbox (target) WHERE target IS NOT NULL;

-- Who mutes whom.
CREATE TABLE mute (
    muter INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    muted INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    since INTEGER NOT NULL,
    PRIMARY KEY (muter, muted),
    CHECK (muter <> muted)
) STRICT, WITHOUT ROWID;
CREATE INDEX mute_muted ON mute (muted);

-- Likes.
CREATE TABLE liked (
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    -- The `created_at` of the post: a page of likes is then one range of the key. Not a foreign key, because a deleted
    -- post may be restored with its likes.
    post_created_at INTEGER NOT NULL,
    -- When they liked it.
    liked_at INTEGER NOT NULL,
    PRIMARY KEY (user, post_created_at)
) STRICT, WITHOUT ROWID;
-- The users who like a post, by time.
CREATE INDEX liked_moment ON liked (post_created_at, liked_at);

-- Bookmarks; columns as in `liked`.
CREATE TABLE bookmark (
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    post_created_at INTEGER NOT NULL,
    bookmarked_at INTEGER NOT NULL,
    PRIMARY KEY (user, post_created_at)
) STRICT, WITHOUT ROWID;
CREATE INDEX bookmark_moment ON bookmark (post_created_at);

-- Posts that their authors pinned to their profiles.
CREATE TABLE pinned_post (
    post INTEGER PRIMARY KEY,
    -- The author of the post.
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    pinned_at INTEGER NOT NULL
) STRICT;
CREATE INDEX pinned_post_user ON pinned_post (user, pinned_at);

-- Notifications.
CREATE TABLE notification (
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    -- Time; unique for a user (one is added when it is taken), so that it can be paged.
    created_at INTEGER NOT NULL,
    -- 1 followed, 2 replied, 3 mentioned, 4 liked, 5 boosted.
    kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 5),
    actor INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    -- The id of the post that it is about, which may be deleted; NULL for a new follower.
    post INTEGER,
    PRIMARY KEY (user, created_at),
    CHECK ((post IS NULL) = (kind = 1))
) STRICT, WITHOUT ROWID;
CREATE INDEX notification_actor ON notification (actor, kind, post);

-- Tags, each once whatever its case.
CREATE TABLE tag (
    id INTEGER PRIMARY KEY,
    -- As it is compared: case-folded after NFC by the program.
    key TEXT NOT NULL UNIQUE,
    -- As it was first written.
    name TEXT NOT NULL,
    -- How many posts have it, maintained by two triggers.
    uses INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Which posts have a tag, by their `created_at`.
CREATE TABLE tagged (
    tag INTEGER NOT NULL,
    post_created_at INTEGER NOT NULL,
    PRIMARY KEY (tag, post_created_at)
) STRICT, WITHOUT ROWID;
CREATE INDEX tagged_moment ON tagged (post_created_at);

-- Which posts mention a user, by their `created_at`: found when the post is written, so that a rename keeps them.
CREATE TABLE mention (
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    post_created_at INTEGER NOT NULL,
    -- The nickname as it was written.
    name TEXT NOT NULL,
    PRIMARY KEY (user, post_created_at)
) STRICT, WITHOUT ROWID;
CREATE INDEX mention_moment ON mention (post_created_at);

-- Earlier versions of edited posts.
CREATE TABLE post_version (
    post INTEGER NOT NULL,
    -- Counted from 0, the first text.
    version INTEGER NOT NULL,
    body TEXT NOT NULL,
    written_at INTEGER NOT NULL,
    PRIMARY KEY (post, version)
) STRICT, WITHOUT ROWID;

-- Deleted posts that can still be restored, with their reactions and tags; timelines never read them.
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
    -- The post with which this boost of it was deleted.
    with_post INTEGER
) STRICT;
CREATE INDEX deleted_post_author ON deleted_post (author);
-- Those that are purged, at each delete.
CREATE INDEX deleted_post_deleted_at ON deleted_post (deleted_at);
-- The replies to a post, so that a thread shows where one of them was.
CREATE INDEX deleted_post_reply_to ON deleted_post (reply_to) WHERE reply_to IS NOT NULL;
CREATE INDEX deleted_post_with ON deleted_post (with_post) WHERE with_post IS NOT NULL;

-- Word filters.
CREATE TABLE filter (
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    -- As it is compared, case-folded.
    phrase_key TEXT NOT NULL CHECK (phrase_key <> ''),
    -- As it was typed.
    phrase TEXT NOT NULL,
    -- 1: such a post is shown as a line that says why; 0: it is hidden.
    folded INTEGER NOT NULL CHECK (folded IN (0, 1)),
    -- When it ends; NULL for never.
    until INTEGER,
    PRIMARY KEY (user, phrase_key)
) STRICT, WITHOUT ROWID;

-- Saved searches.
CREATE TABLE saved_search (
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    name_key TEXT NOT NULL CHECK (name_key <> ''),
    name TEXT NOT NULL,
    query TEXT NOT NULL,
    PRIMARY KEY (user, name_key)
) STRICT, WITHOUT ROWID;

-- Lists of users, which are timelines of their own; only their owner sees them.
CREATE TABLE list (
    id INTEGER PRIMARY KEY,
    -- The owner.
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    -- As it is compared, case-folded.
    name_key TEXT NOT NULL CHECK (name_key <> ''),
    -- As it was typed.
    name TEXT NOT NULL,
    UNIQUE (user, name_key)
) STRICT;

-- The users in a list.
CREATE TABLE list_member (
    list INTEGER NOT NULL REFERENCES list (id) ON DELETE CASCADE,
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    PRIMARY KEY (list, user)
) STRICT, WITHOUT ROWID;
CREATE INDEX list_member_user ON list_member (user);

-- Timelines that users keep open beside the fixed ones.
CREATE TABLE tab (
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    -- The place among the user's tabs, from 1 on.
    position INTEGER NOT NULL,
    -- The timeline as text, such as "tag bread".
    timeline TEXT NOT NULL,
    -- The name in the header; NULL for that of the timeline.
    name TEXT,
    PRIMARY KEY (user, position),
    UNIQUE (user, timeline)
) STRICT, WITHOUT ROWID;

-- Where users are in their timelines.
CREATE TABLE read_mark (
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    -- The timeline as text, such as "tag bread"; also "notifications", and "detail" once the detail pane was used.
    timeline TEXT NOT NULL,
    -- The `created_at` of the newest post or notification seen; never after the time at which it was seen.
    seen INTEGER NOT NULL,
    -- The `created_at` of the post that the cursor was on.
    cursor INTEGER,
    PRIMARY KEY (user, timeline)
) STRICT, WITHOUT ROWID;

-- Which posts users have read: for each range of positions in a timeline, the last arrival that was on the screen.
CREATE TABLE read_span (
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    -- As in `read_mark`.
    timeline TEXT NOT NULL,
    -- The first `created_at` of the range, which ends where the next one of the timeline starts.
    start INTEGER NOT NULL,
    -- Posts in the range with ids up to this one were read; 0 for none.
    arrival INTEGER NOT NULL CHECK (arrival >= 0),
    PRIMARY KEY (user, timeline, start)
) STRICT, WITHOUT ROWID;

-- Posts that nobody needs to read, since they came with an archive: ranges of ids.
CREATE TABLE read_on_arrival (
    first INTEGER PRIMARY KEY,
    last INTEGER NOT NULL CHECK (last >= first)
) STRICT;

-- Full-text search over bodies and extra search terms. The index stores no text: its content is `post`, and its rowid is
-- `created_at`, so that results come newest first without sorting, and even the most common word costs one page.
CREATE VIRTUAL TABLE post_search USING fts5 (
    body,
    marks,
    content = 'post',
    content_rowid = 'created_at',
    tokenize = 'unicode61 remove_diacritics 2'
);
-- Trigrams, without positions: finds parts of words.
CREATE VIRTUAL TABLE post_part USING fts5 (
    body,
    content = 'post',
    content_rowid = 'id',
    tokenize = 'trigram',
    detail = none,
    columnsize = 0
);

-- These maintain the counts of users and posts; boosts do not count as posts of their author.
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
CREATE TRIGGER liked_counted AFTER INSERT ON liked BEGIN
    UPDATE post SET likes = likes + 1 WHERE created_at = new.post_created_at;
END;
CREATE TRIGGER liked_uncounted AFTER DELETE ON liked BEGIN
    UPDATE post SET likes = likes - 1 WHERE created_at = old.post_created_at;
END;
CREATE TRIGGER tagged_counted AFTER INSERT ON tagged BEGIN
    UPDATE tag SET uses = uses + 1 WHERE id = new.tag;
END;
CREATE TRIGGER tagged_uncounted AFTER DELETE ON tagged BEGIN
    UPDATE tag SET uses = uses - 1 WHERE id = old.tag;
END;

-- A post that leaves both `post` and `deleted_post` is deleted with everything that belongs to it.
CREATE TRIGGER post_forgotten AFTER DELETE ON post
WHEN NOT EXISTS (SELECT 1 FROM deleted_post WHERE id = old.id) BEGIN
    DELETE FROM liked WHERE post_created_at = old.created_at;
    DELETE FROM bookmark WHERE post_created_at = old.created_at;
    DELETE FROM tagged WHERE post_created_at = old.created_at;
    DELETE FROM mention WHERE post_created_at = old.created_at;
    DELETE FROM post_version WHERE post = old.id;
    DELETE FROM pinned_post WHERE post = old.id;
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
    DELETE FROM pinned_post WHERE post = old.id;
    DELETE FROM origin WHERE post = old.id;
    DELETE FROM other_name WHERE post = old.id;
    DELETE FROM attachment WHERE post = old.id;
    DELETE FROM server_status WHERE post = old.id;
    DELETE FROM outbox WHERE post = old.id AND state NOT IN ('sending', 'unsure') AND action NOT IN ('delete', 'unboost');
    DELETE FROM deleted_post WHERE with_post = old.id;
END;

-- These maintain both search indexes.
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
