-- What drafts and scheduled posts have besides their text: audience, warning, language, attachments. An account remembers
-- which audiences its server does not keep, so that its user is asked before the next such post. The tables are small, and a
-- new column changes no row.
ALTER TABLE draft ADD COLUMN details TEXT;
ALTER TABLE account ADD COLUMN widened INTEGER NOT NULL DEFAULT 0;
ALTER TABLE scheduled_post ADD COLUMN details TEXT;
