-- The way back from 14-avatars. Users stay, their pictures go.
DROP TABLE avatar;
