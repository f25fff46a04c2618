-- What a person set for a channel, for themselves alone. Beside the membership, as `read_markers` is: the person's own stream writes this,
-- and it is there again for who leaves the channel and comes back. `channel_members.muted` was never written, and goes with a later release:
-- nodes of the release before read it.
-- Erasure: deleted; export: whole rows; kept: as long as the person.
create table channel_preferences (
    user_id uuid not null,
    channel_id uuid not null,
    muted boolean not null,
    primary key (user_id, channel_id)
);
