DROP TABLE notification;
DROP TABLE bookmark;
DROP TABLE liked;
DROP TABLE mute;
DROP TABLE follow;
UPDATE post SET likes = 0 WHERE likes <> 0;
