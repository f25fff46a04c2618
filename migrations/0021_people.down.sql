drop table blocks;
drop index users_deactivated_at_idx;
alter table users
    drop column deactivated_at,
    drop column presence,
    drop column profile_version,
    drop column announced_version;
