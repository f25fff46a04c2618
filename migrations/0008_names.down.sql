drop index channels_name_key;
create unique index channels_name_key on channels (community_id, lower(name)) where community_id is not null;
alter table channels drop column name_key;
