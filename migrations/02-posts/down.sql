-- Reverts 02-posts.
DROP TABLE post;
