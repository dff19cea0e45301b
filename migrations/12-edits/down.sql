-- Reverts 12-edits. Unsent edits are lost; posts are not.
DROP INDEX deleted_post_reply_to;
DROP TABLE edit_draft;
