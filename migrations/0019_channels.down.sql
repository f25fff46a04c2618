alter table channel_preferences drop column notify, drop column hidden;
alter table channels drop column archived_at, drop column slow_mode_s;
