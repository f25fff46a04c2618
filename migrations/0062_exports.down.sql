drop index kept_mutes_user_id_idx;
drop index bans_user_id_idx;
drop index reminders_of_idx;
drop table exports;
