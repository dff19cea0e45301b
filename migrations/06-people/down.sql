-- Reverts 06-people.
DROP TRIGGER liked_uncounted;
DROP TRIGGER liked_counted;
DROP TABLE notification;
DROP TABLE bookmark;
DROP TABLE liked;
DROP TABLE mute;
DROP TABLE follow;
-- By hand: the counts outlive the rows that they count.
UPDATE post SET likes = 0 WHERE likes <> 0;
