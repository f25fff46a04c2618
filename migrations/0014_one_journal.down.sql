drop function unread_after(uuid, uuid, uuid, bigint);
drop table read_markers;
drop table reactions;
alter table communities drop column default_channel_id;
