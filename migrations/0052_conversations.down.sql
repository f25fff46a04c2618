-- Nothing of value is lost: what follows a change of a channel is what followed any change of it before.
drop function dm_is_listed;
alter table acl_changes drop column keeps_sight;
