drop table ended_sessions;
