drop table push_keys;
drop table push_subscriptions;
