drop trigger communities_acl_version on communities;
drop function follow_acl_version();
drop table acl_changes;
drop table acl;
