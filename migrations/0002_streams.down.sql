drop table mutations;
drop table log_horizon;
drop table outbox;
drop table events;
drop table streams;
