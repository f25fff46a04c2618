drop function audience_of(uuid, boolean, boolean, uuid, bigint);
drop index audit_log_person_id_idx;
drop table reminders;
drop table known_devices;
alter table users drop column quiet_hours;
drop table community_preferences;
delete from due_notices where user_id is not null or channel_id is null;
alter table due_notices
    drop column user_id, drop column told_as, drop column source_id, drop column community_id, drop column actor_id,
    drop column broad, drop column told_to,
    alter column channel_id set not null;
delete from notifications where channel_id is null or cause_id is not null;
alter table notifications add constraint notifications_source_key unique (user_id, type, source_id);
drop index notifications_cause_key;
alter table notifications
    drop column reason, drop column community_id, drop column cause_id, drop column caused_at, drop column silent,
    alter column channel_id set not null;
