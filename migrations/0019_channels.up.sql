-- Channels that are read-only or slowed down, and what each person wants to be told of them.

-- Since when a channel is read-only; null where it is not. `slow_mode_s`: the pause between two messages of one person, in seconds; 0 for none.
-- Erasure: untouched, names nobody; export: no; kept: with the channel.
alter table channels add column archived_at timestamptz, add column slow_mode_s integer not null default 0;

-- What of the channel the person is told of: all, mentions or nothing; null: all. `hidden`: they took it out of their list.
-- Erasure: deleted; export: whole rows; kept: as long as the person.
alter table channel_preferences add column notify text, add column hidden boolean not null default false;
