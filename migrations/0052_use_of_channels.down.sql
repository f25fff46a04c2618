-- What follows a change of a channel is what followed any change of it before.
alter table acl_changes drop column keeps_sight;
