alter table log_horizon drop column cursor_key;
