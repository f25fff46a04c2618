drop index channel_preferences_channel_id_idx;
drop table job_schedule;
drop table jobs;
