-- Slash commands of communities' own, and their uses.

-- What a bot carries out when somebody types it. No foreign key on the bot: who takes the bot away takes its commands away, in one commit.
-- Erasure: created_by refers to an account without names; export: rows that the person made; kept: until deleted.
create table commands (
    id uuid primary key,
    community_id uuid not null references communities (id) on delete cascade,
    name text not null,
    description text not null,
    bot_id uuid not null,
    created_by uuid not null,
    created_at timestamptz not null,
    constraint commands_community_id_name_key unique (community_id, name)
);
create index commands_bot_id_idx on commands (bot_id);

-- A use of such a command, which its bot answers in time or not at all. What was typed stands in the log alone, in the event that tells the bot.
-- The bot's stream adds rows, that of who typed the command ends them. No foreign keys: what it names was checked before.
-- Erasure: deleted; export: no; kept: a day.
create table invocations (
    id uuid primary key,
    command_id uuid not null,
    bot_user_id uuid not null,
    channel_id uuid not null,
    -- Who typed it.
    user_id uuid not null,
    -- By the clock of the database, as what they are compared with.
    created_at timestamptz not null,
    expires_at timestamptz not null,
    -- When it was answered, or its time was found to be over.
    settled_at timestamptz,
    -- A digest of the bot's answer, by which a repetition is known.
    answer bigint,
    -- The bot said that it answers by a message, and who typed the command was not told that the message did not come.
    awaits_post boolean not null default false
);
create index invocations_expires_at_idx on invocations (expires_at);
create index invocations_user_id_idx on invocations (user_id);
