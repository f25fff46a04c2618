-- Cursors that only the server can make.

-- The key that cursors are authenticated with: 32 bytes, made by the database, and the same for all its nodes.
alter table log_horizon add column cursor_key bytea not null
    default uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) check (octet_length(cursor_key) = 32);
