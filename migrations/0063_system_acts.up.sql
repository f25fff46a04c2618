-- What a person did as the owner of the system is in their export, as migration 26 says. An export reads by its person; what they did to
-- themselves, such as each sign-in, is found by `system_audit_person_id_idx`.
create index system_audit_actor_id_idx on system_audit (actor_id, id) 
    where actor_id is not null and actor_id is distinct from person_id;
