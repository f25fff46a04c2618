drop table system_audit;
