-- What the owner of the system did as such: outside of all communities, whose acts stand in `audit_log`.

-- A line for each act, written in the same commit. Rows are added and never changed, other than by erasure. `details` holds what else was
-- noted, by name: of settings the changed ones and their new values. No foreign keys: who did it, and to whom, are checked accounts.
-- A node of release 0.1.0 knows none of these acts.
-- Erasure: untouched, the ids stay and refer to an account without names, and details are settings; export: rows that the person wrote and
-- rows that are about them; kept: as lines of `audit_log`, for `audit_retention_days` of the system's settings.
create table system_audit (
    id uuid primary key default gen_random_uuid(),
    -- Who did it.
    actor_id uuid not null,
    -- What was done, such as user.deactivate.
    action text not null,
    -- What it was done to: the kind, and the id where there is one.
    target_type text not null,
    target_id uuid,
    details jsonb not null,
    created_at timestamptz not null
);
-- Lines are removed by their age.
create index system_audit_created_at_idx on system_audit using brin (created_at);
