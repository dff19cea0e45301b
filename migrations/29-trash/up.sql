-- Each delete purges what was deleted more than a day ago, without reading everything that was deleted. Costs 12 bytes a
-- deleted post.
CREATE INDEX deleted_post_deleted_at ON deleted_post (deleted_at);
