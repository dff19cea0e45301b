-- The way back from 11-panes.
DROP TABLE panes;
