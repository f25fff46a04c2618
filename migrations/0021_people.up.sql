-- People: what they set for themselves, accounts that are out of use, and whom people block.

-- `deactivated_at`: since when the system's owner has the account out of use; null for one in use. No one signs in as it, its sessions
-- end, and nothing of the person is lost.
-- Erasure: stays with the stump of the row; export: whole; kept: until it is lifted.
-- `presence`: whether others see that the person is there: auto, or invisible.
-- Erasure: reset; export: whole; kept: as long as the person.
-- `profile_version` counts what others see of the person and was changed; `announced_version` is the last one that all their communities and
-- direct messages were told of.
-- Erasure: untouched, numbers alone; export: no; kept: as long as the row.
-- A node of the release before knows none of them: it signs deactivated people in until it is replaced.
alter table users
    add column deactivated_at timestamptz,
    add column presence text not null default 'auto',
    add column profile_version int not null default 0,
    add column announced_version int not null default 0;

-- Whom a person blocks. The person's own stream writes this. No foreign keys: the person's one writer has checked the account.
-- Erasure: deleted, both the person's own and those of others that name them; export: whole rows of the person's own; kept: until lifted.
create table blocks (
    user_id uuid not null,
    blocked_id uuid not null,
    created_at timestamptz not null,
    primary key (user_id, blocked_id)
);
