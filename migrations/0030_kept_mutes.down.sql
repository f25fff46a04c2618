drop table kept_mutes;
