-- Moderation: who banned a person, and a log of what moderators did.

-- The person who made the ban; null for a ban from before this column.
-- Erasure: emptied in the bans that the person made; export: with the bans that the person made; kept: with the ban.
alter table bans add column actor_id uuid references users (id);

-- One row for each command that a moderator carried out on a person, written in the same commit. Rows are added and never changed,
-- other than by erasure. The reason is the moderator's own text, and may hold facts about the person.
-- Erasure: the reason is emptied in rows that the person wrote or that are about them; the ids stay, and refer to an account
-- without names; export: rows that the person wrote and rows that are about them; kept: as long as the community.
create table audit_log (
    id uuid primary key,
    community_id uuid not null references communities (id) on delete cascade,
    -- Who did it.
    actor_id uuid references users (id),
    -- What was done, such as member.ban.
    action text not null,
    -- To whom it was done.
    person_id uuid references users (id),
    reason text,
    created_at timestamptz not null
);
-- Ids sort by time: a community's log is read page by page along this index.
create index audit_log_community_id_idx on audit_log (community_id, id);
