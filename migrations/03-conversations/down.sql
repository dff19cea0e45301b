-- Reverts 03-conversations.
DROP TRIGGER post_uncounted;
DROP TRIGGER post_counted;
DROP INDEX post_source;
DROP INDEX post_reply_to;
ALTER TABLE user DROP COLUMN posts;
ALTER TABLE user DROP COLUMN last_seen;
ALTER TABLE user DROP COLUMN created_at;
ALTER TABLE user DROP COLUMN about_me;
ALTER TABLE user DROP COLUMN display_name;
ALTER TABLE post DROP COLUMN source;
ALTER TABLE post DROP COLUMN reply_to;
DROP TABLE draft;
DROP TABLE active_user;
