-- Reverts 25-details.
-- By hand: an older version would post these to everyone. They wait until the year 9999, where their author sees them.
UPDATE scheduled_post SET post_at = 253402300799999999 WHERE details IS NOT NULL;
ALTER TABLE draft DROP COLUMN details;
ALTER TABLE account DROP COLUMN widened;
ALTER TABLE scheduled_post DROP COLUMN details;
