-- Reverts 26-pins.
DROP TRIGGER deleted_post_forgotten;
DROP TRIGGER post_forgotten;
DROP TABLE pinned_post;
DROP TABLE scheduled_reply;
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
