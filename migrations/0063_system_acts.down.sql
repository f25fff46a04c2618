drop index system_audit_actor_id_idx;
