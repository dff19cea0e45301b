-- Reverts 09-reading.
DROP TABLE read_mark;
DROP TABLE saved_search;
DROP TABLE filter;
