-- Reverts 24-feeds.
ALTER TABLE origin DROP COLUMN dated_at;
ALTER TABLE subscription DROP COLUMN avatar_checked_at;
ALTER TABLE subscription DROP COLUMN avatar_last_modified;
ALTER TABLE subscription DROP COLUMN avatar_etag;
ALTER TABLE subscription DROP COLUMN avatar_url;
ALTER TABLE subscription DROP COLUMN is_public;
DROP TABLE published_name;
DROP TABLE published_feed;
