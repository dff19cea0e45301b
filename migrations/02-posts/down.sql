DROP INDEX post_author_created_at;
DROP INDEX post_created_at;
DROP TABLE post;
