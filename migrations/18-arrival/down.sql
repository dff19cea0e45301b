-- The way back from 18-arrival. What arrived late and was not read yet counts as read.
DROP TABLE read_on_arrival;
DROP TABLE read_span;
