-- Reverts 21-schedule.
DROP TABLE scheduled_post;
