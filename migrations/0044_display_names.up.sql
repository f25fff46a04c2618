-- no-transaction
-- Who calls themselves by a name that somebody typed. In the order of bytes, so that a newer C library changes nothing.
-- Built while nodes go on writing. If it is broken off, an index of this name is left that is not valid: it has to be dropped by hand.
create index concurrently users_display_name_idx on users (lower(display_name) collate "C");
