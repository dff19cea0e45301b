-- Users. The two keys hold the nickname and the address case-folded after NFC by the program, because SQLite folds
-- ASCII only and "Ärger" and "ärger" are the same user. AUTOINCREMENT: an id is never reused. Costs two indexes on a
-- small table.
CREATE TABLE user (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    nickname TEXT NOT NULL CHECK (
        length(nickname) BETWEEN 1 AND 64
        AND nickname NOT GLOB '*[' || char(1) || '-' || char(31) || char(127) || '-' || char(159) || ']*'),
    nickname_key TEXT NOT NULL UNIQUE,
    email TEXT CHECK (
        length(email) <= 120 AND email GLOB '?*@?*'
        AND email NOT GLOB '*[' || char(1) || '-' || char(31) || char(127) || '-' || char(159) || ']*'),
    email_key TEXT UNIQUE,
    CHECK ((email IS NULL) = (email_key IS NULL))
) STRICT;
