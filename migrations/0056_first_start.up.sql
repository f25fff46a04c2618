-- Accounts that invites let in, and sign-in links that an operator makes on the machine.

-- How many new accounts an invite let in while the setting `sign_up` was `invite`: no more than people may accept it.
-- Erasure: untouched, names no one; export: no; kept: with the invite.
create table invited_accounts (
    invite_id uuid primary key references invites (id) on delete cascade,
    accounts bigint not null,
    -- Null where the invite has no limit.
    most bigint,
    constraint invited_accounts_most_check check (accounts <= most)
);

-- Links that sign one person in once, without a provider: for the first owner, and for who is locked out. Of the link only the SHA-256 is kept.
-- Erasure: deleted; export: no; kept: until it is used, or a day after its end.
create table sign_in_links (
    token_hash bytea primary key,
    -- Whom it signs in; null for somebody new, who chooses a user name.
    user_id uuid references users (id) on delete cascade,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null
);
create index sign_in_links_expires_at_idx on sign_in_links (expires_at);
create index sign_in_links_user_id_idx on sign_in_links (user_id) where user_id is not null;

-- Null where no account did it that is known: an operator on the machine makes links; a sign-in was refused, or a session made room for another.
alter table system_audit alter column actor_id drop not null;
