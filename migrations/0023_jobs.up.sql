-- Jobs: slow work that a commit asks for, and that any node carries out afterwards. They wait, rest and are dead in the schema
-- `graphile_worker`, which the queue's own migrations make (crates/schema/src/queue.rs).
-- Erasure there: untouched, the payload names people, channels and communities by id alone, and reasons are texts of the server's;
-- export: no; kept: until done; a dead one until an operator discards it.

-- A job that is asked for. A commit writes its row, and it goes when the job is in the queue.
-- Erasure: untouched, the payload names people, channels and communities by id alone; export: no; kept: until it is handed over.
create table job_requests (
    id bigint generated always as identity primary key,
    -- `domain:action`.
    name text not null,
    -- Asked for again under the same key before it was begun, it is the same job.
    key text not null,
    payload jsonb not null,
    -- In the log lines of every attempt.
    trace_id uuid not null default gen_random_uuid(),
    created_at timestamptz not null default now()
);

-- What is deleted with a channel is found by it. One index for each migration from here on: each waits for the lock of one table alone.
create index channel_preferences_channel_id_idx on channel_preferences (channel_id);
