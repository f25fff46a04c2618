drop table webhooks;
drop table invites;
drop table channel_members;
drop table channels;
drop table channel_categories;
drop table bans;
drop table community_members;
drop table communities;
