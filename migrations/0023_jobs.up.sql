-- Jobs: slow work that a commit asks for, and that any node carries out afterwards.

-- A job that waits, runs, rests after a failure, or is dead. A commit writes its row, and it goes when the job is done.
-- Erasure: untouched, the payload names people, channels and communities by id alone, and reasons are texts of the server's; export: no;
-- kept: until done; a dead one until an operator discards it.
create table jobs (
    id bigint generated always as identity primary key,
    -- `domain:action`.
    name text not null,
    -- Asked for again under the same key before it was ever begun, it is the same job.
    key text not null,
    payload jsonb not null,
    -- In the log lines of every attempt.
    trace_id uuid not null default gen_random_uuid(),
    created_at timestamptz not null default now(),
    -- From when a node may take it: at once; when the claim of the node that has it runs out; when it has rested after a failure.
    due_at timestamptz not null default now(),
    -- How often it was begun. With `node` it says which claim on the job counts.
    attempts int not null default 0,
    -- When it was begun first.
    started_at timestamptz,
    -- The node that has it.
    node uuid,
    -- Why the last attempt failed.
    reason text,
    -- Since when it is dead.
    failed_at timestamptz
);
create index jobs_due_idx on jobs (due_at, id) where failed_at is null;
create unique index jobs_waiting_key on jobs (key) where started_at is null;

-- When jobs that come again and again were asked for last: one node asks for all.
-- Erasure: untouched, names nobody; export: no; kept: for ever.
create table job_schedule (
    name text primary key,
    asked_at timestamptz not null
);

-- What is deleted with a channel is found by it. One index for each migration from here on: each waits for the lock of one table alone.
create index channel_preferences_channel_id_idx on channel_preferences (channel_id);
