-- What drafts and scheduled posts have besides their text: audience, warning, language, attachments. Both tables are small,
-- and a new column changes no row.
ALTER TABLE draft ADD COLUMN details TEXT;
ALTER TABLE scheduled_post ADD COLUMN details TEXT;
