delete from system_audit where actor_id is null;
alter table system_audit alter column actor_id set not null;
drop table sign_in_links;
drop table invited_accounts;
