drop index audit_log_own_tokens_idx, audit_log_tokens_idx, system_audit_person_id_idx;
delete from system_audit where actor_id is null or action like 'session.%';
alter table system_audit alter column actor_id set not null, alter column id set default gen_random_uuid(), drop column person_id;
drop function time_ordered_id(timestamptz);
