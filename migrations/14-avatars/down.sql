-- Reverts 14-avatars. Users are kept, their avatars are lost.
DROP TABLE avatar;
