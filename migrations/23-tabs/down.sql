-- Reverts 23-tabs.
DROP TABLE tab;
