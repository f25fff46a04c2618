alter table sessions drop column device, drop column last_used_at;
