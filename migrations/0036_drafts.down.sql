drop table scheduled_messages;
drop table saved_messages;
drop table drafts;
drop index job_requests_key_idx;
alter table job_requests drop column run_at;
