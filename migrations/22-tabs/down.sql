-- Reverts 22-tabs.
DROP TABLE tab;
