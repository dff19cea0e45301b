-- What was deleted is then deleted for good, and what hung on it goes with it.
DELETE FROM deleted_post;
DROP TRIGGER deleted_post_forgotten;
DROP TRIGGER post_forgotten;
DROP TABLE deleted_post;
DROP TABLE post_version;
