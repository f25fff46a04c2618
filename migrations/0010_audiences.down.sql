drop trigger communities_acl_version on communities;
drop function follow_acl_version();
drop table acl_changes;
drop table acl;
alter table log_horizon drop column cursor_key;
drop index events_stream_xid_idx;
alter table events drop column audience, drop column topic;
