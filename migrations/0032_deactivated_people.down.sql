drop index users_deactivated_at_idx;
