DROP TABLE mention;
DROP TABLE tagged;
DROP TABLE tag;
UPDATE post SET marks = NULL WHERE marks IS NOT NULL;
