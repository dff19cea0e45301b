-- The way back from 01-users.
DROP TABLE user;
