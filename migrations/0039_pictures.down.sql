alter table communities drop column avatar_url;
drop index webhooks_avatar_url_idx;
drop index community_members_avatar_url_idx;
drop index users_avatar_url_idx;
drop table emoji;
drop table pictures;
