drop index channel_preferences_channel_id_idx;
drop table job_requests;
drop schema if exists graphile_worker cascade;
