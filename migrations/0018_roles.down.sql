drop table channel_overwrites;
drop table member_roles;
drop table roles;
