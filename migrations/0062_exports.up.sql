-- Files with all that a person wrote and set, which people ask for; the bytes are in the object store.

-- No foreign key on the person: a row goes by itself.
-- Erasure: deleted, with the file; export: no, it is one; kept: 7 days after it is ready, two days where it could not be made.
create table exports (
    id uuid primary key,
    user_id uuid not null,
    status text not null check (status in ('pending', 'running', 'ready', 'failed')),
    created_at timestamptz not null,
    -- Both are null until it is ready.
    size_bytes bigint,
    expires_at timestamptz,
    -- An upload in parts that the object store still holds open; null without one.
    upload text
);
create index exports_user_id_idx on exports (user_id, id);
-- One at a time of each person.
create unique index exports_unfinished_key on exports (user_id) where status in ('pending', 'running');

-- An export reads by its person. The other index of reminders has those alone that are still to be told.
create index reminders_of_idx on reminders (user_id, id);
create index bans_user_id_idx on bans (user_id);
create index kept_mutes_user_id_idx on kept_mutes (user_id);

-- Where an export has less than earlier migrations say: of files it has name, type and size and not the bytes, which stay where they were posted;
-- of files that no message has, and of what links show, nothing; what a person did as a moderator, and the invites, commands and pins that they
-- made, are those of the communities and channels that they are in.
