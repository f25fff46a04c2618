-- Who sees a channel, and how it is used, are told apart: a pause between messages takes no channel from anybody, so those who come back
-- are not told that their rights have changed. A node of the release before says of no change that it keeps who sees the channel.

-- A change of a channel (2) that concerns what those who see it do there, and no one else.
-- Erasure: untouched; export: no; kept: with its row.
alter table acl_changes add column keeps_sight boolean not null default false;

-- Whether a direct message is in a person's list: they have not hidden it, or there is something newer in it than when they did. An
-- expression alone, which the planner takes into the statement.
create function dm_is_listed(hidden boolean, hidden_after uuid, newest uuid) returns boolean
    language sql immutable parallel safe
    return hidden is not true
        or coalesce(newest > coalesce(hidden_after, '00000000-0000-0000-0000-000000000000'::uuid), false);
