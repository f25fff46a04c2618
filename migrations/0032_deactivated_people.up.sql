-- Those who were deactivated a moment ago: every node looks for them all the time. By itself: the columns of 0021 are added under a lock that
-- keeps readers of `users` waiting, which no index is built under. Nothing is stored here but what stands in the table.
create index users_deactivated_at_idx on users (deactivated_at) where deactivated_at is not null;
