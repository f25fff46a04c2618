drop table audit_log;
alter table bans drop column actor_id;
