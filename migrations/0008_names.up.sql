-- Names that look alike are one name (UTS 39). The key is computed by the server, which also fills it in for channels that are
-- there already; a node of the release before leaves it empty.
-- Erasure: untouched; export: no; kept: with the channel.
alter table channels add column name_key text;
drop index channels_name_key;
create unique index channels_name_key on channels (community_id, coalesce(name_key, lower(name collate "C"))) where community_id is not null;
