drop table blocks;
alter table users
    drop column deactivated_at,
    drop column presence,
    drop column profile_version,
    drop column announced_version;
