-- Reverts 17-subscriptions.
DROP TABLE subscription;
