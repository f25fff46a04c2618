-- Mutes of people who have left a community or were removed: they hold again when the person comes back.
-- No foreign key on the person: the community's one writer has checked the membership. A node of release 0.1.0 does not look at this: there a
-- mute ends with the membership, and what is kept waits for the next time that the person comes back.
-- Erasure: deleted; export: whole rows; kept: until the person comes back. One that has ended counts for nothing.
create table kept_mutes (
    community_id uuid not null references communities (id) on delete cascade,
    user_id uuid not null,
    muted_until timestamptz not null,
    primary key (community_id, user_id)
);
