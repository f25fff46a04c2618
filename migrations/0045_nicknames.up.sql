-- no-transaction
-- The same for what members of a community call themselves there.
-- Built while nodes go on writing. If it is broken off, an index of this name is left that is not valid: it has to be dropped by hand.
create index concurrently community_members_nickname_idx on community_members (community_id, lower(nickname) collate "C")
    where nickname is not null;
