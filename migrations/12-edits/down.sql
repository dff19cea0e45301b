-- The way back from 12-edits. Edits that were not sent are lost; posts are not.
DROP INDEX deleted_post_reply_to;
DROP TABLE edit_draft;
