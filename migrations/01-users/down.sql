-- Reverts 01-users.
DROP TABLE user;
