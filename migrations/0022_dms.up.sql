-- Direct messages: how their ids are made, and those that people hide.

-- The ids of direct messages are a digest of this and of their people. Other than `database_id` it stays as it is when a database is restored
-- under another identity: with another one the same people would get a second direct message.
-- Erasure: untouched; export: no; kept: for ever.
alter table log_horizon add column dm_key uuid not null default gen_random_uuid();

-- The newest message of a direct message when its person hid it; null where there was none, and where it is not hidden. It is listed again
-- once it has a newer one.
-- Erasure: deleted with the row; export: with the row; kept: as long as the row.
alter table channel_preferences add column hidden_after uuid;
