drop table system_settings;
drop table sessions;
drop table users;
