-- Reverts 11-panes.
DROP TABLE panes;
