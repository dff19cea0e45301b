-- Reverts 08-history: deleted posts are purged with everything that belongs to them.
-- By hand: the triggers, which still exist, delete what belongs to them.
DELETE FROM deleted_post;
DROP TRIGGER deleted_post_forgotten;
DROP TRIGGER post_forgotten;
DROP TABLE deleted_post;
DROP TABLE post_version;
