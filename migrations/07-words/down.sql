-- Reverts 07-words.
DROP TRIGGER tagged_uncounted;
DROP TRIGGER tagged_counted;
DROP TABLE mention;
DROP TABLE tagged;
DROP TABLE tag;
-- By hand: the program sets marks again on an upgrade.
UPDATE post SET marks = NULL WHERE marks IS NOT NULL;
