-- Reverts 29-trash.
DROP INDEX deleted_post_deleted_at;
