-- Reverts 13-imports. Posts and users are kept; where they come from is lost.
DROP TRIGGER deleted_post_forgotten;
DROP TRIGGER post_forgotten;
DROP INDEX post_source;
DROP INDEX user_url;
ALTER TABLE user DROP COLUMN home;
ALTER TABLE user DROP COLUMN url;
DROP TABLE waiting;
DROP TABLE attachment;
DROP TABLE other_name;
DROP TABLE origin;
CREATE UNIQUE INDEX post_source ON post (author, source) WHERE source IS NOT NULL;
CREATE TRIGGER post_forgotten AFTER DELETE ON post
WHEN NOT EXISTS (SELECT 1 FROM deleted_post WHERE id = old.id) BEGIN
    DELETE FROM liked WHERE moment = old.created_at;
    DELETE FROM bookmark WHERE moment = old.created_at;
    DELETE FROM tagged WHERE moment = old.created_at;
    DELETE FROM mention WHERE moment = old.created_at;
    DELETE FROM post_version WHERE post = old.id;
    DELETE FROM post WHERE boost_of = old.id;
END;
CREATE TRIGGER deleted_post_forgotten AFTER DELETE ON deleted_post
WHEN NOT EXISTS (SELECT 1 FROM post WHERE id = old.id) BEGIN
    DELETE FROM liked WHERE moment = old.created_at;
    DELETE FROM bookmark WHERE moment = old.created_at;
    DELETE FROM tagged WHERE moment = old.created_at;
    DELETE FROM mention WHERE moment = old.created_at;
    DELETE FROM post_version WHERE post = old.id;
    DELETE FROM deleted_post WHERE with_post = old.id;
END;
