alter table channel_preferences drop column hidden_after;
alter table log_horizon drop column dm_key;
