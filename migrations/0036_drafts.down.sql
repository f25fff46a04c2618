alter table job_requests drop column run_at;
