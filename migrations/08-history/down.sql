-- The way back from 08-history: what was deleted is then deleted for good, and what hung on it goes with it.
-- By hand: what hangs on a deleted post goes by the triggers that are still there.
DELETE FROM deleted_post;
DROP TRIGGER deleted_post_forgotten;
DROP TRIGGER post_forgotten;
DROP TABLE deleted_post;
DROP TABLE post_version;
