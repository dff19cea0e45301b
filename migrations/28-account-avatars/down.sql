-- Reverts 28-account-avatars.
DROP TABLE account_avatar;
