drop index audit_log_action_idx;
