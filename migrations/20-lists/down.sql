-- Reverts 20-lists.
DROP TABLE list_member;
DROP TABLE list;
