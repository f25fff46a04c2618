drop index invites_community_id_idx;
create index invites_community_id_idx on invites (community_id);
drop index invites_created_by_idx;
drop index audit_log_created_at_idx;
drop index audit_log_target_id_idx;
drop index audit_log_actor_id_idx;
alter table audit_log drop column details, drop column target_id, drop column target_type;
-- What is deleted and not removed yet stays out of sight: without the column it would be there again.
delete from communities where deleted_at is not null;
alter table communities drop column deleted_at;
