-- Signing in on devices without a browser (RFC 8628).

-- A sign-in that a device asked for, until it is over. Of the device's own code only the SHA-256 is kept. The code that a
-- person types stands as it is: it is worth nothing without a signed-in person who approves, and that for minutes.
-- Erasure: rows that the person decided are deleted; export: no; kept: an hour after its end.
create table device_sign_ins (
    device_hash bytea primary key,
    user_code text not null,
    client_id text not null,
    -- What asks, as it calls itself.
    device text not null,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    -- Seconds that the device waits between two polls: more after each poll that comes too soon.
    interval_s int not null,
    -- The last poll that was in time.
    polled_at timestamptz,
    -- Who decided, in which session, and what; all are null until then. It ends with that session, until the device has taken its own.
    user_id uuid,
    session_id uuid references sessions (id) on delete cascade,
    approved boolean,
    -- When the device was given its session: once.
    taken_at timestamptz,
    constraint device_sign_ins_user_code_key unique (user_code),
    constraint device_sign_ins_decided_check check ((user_id is null) = (approved is null) and (session_id is null) = (approved is null))
);
create index device_sign_ins_expires_at_idx on device_sign_ins (expires_at);
-- What a person approved ends with all their other sessions, and with the one in which they did.
create index device_sign_ins_user_id_idx on device_sign_ins (user_id) where user_id is not null;
create index device_sign_ins_session_id_idx on device_sign_ins (session_id) where session_id is not null;

-- How many codes a person has tried since a moment; the row of the nil id counts those of all people.
-- Erasure: deleted; export: no; kept: a day.
create table device_guesses (
    counted_for uuid primary key,
    began_at timestamptz not null,
    guesses int not null
);
