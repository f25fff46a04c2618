drop table scheduled_messages;
drop table saved_messages;
drop table drafts;
alter table job_requests drop column run_at;
