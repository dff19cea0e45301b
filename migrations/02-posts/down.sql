-- The way back from 02-posts.
DROP TABLE post;
