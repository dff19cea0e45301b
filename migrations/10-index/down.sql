-- Reverts 10-index.
DROP TRIGGER post_search_changed;
DROP TRIGGER post_search_removed;
DROP TRIGGER post_search_added;
DROP TABLE post_part;
DROP TABLE post_search;
