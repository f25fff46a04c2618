-- Rights by deltas: a change of rights says whose it changes.
-- What follows stands in migrations of its own: each holds the lock of one table that running nodes use, and none waits for another.

-- The ACL version of each scope: a community, a DM or a person. It rises with every change of who may do what there.
-- Erasure: untouched, holds no person but an id; export: no; kept: as long as its entity.
create table acl (
    scope uuid primary key,
    version bigint not null
) with (fillfactor = 50);

-- Whose rights a version changed: 1 everyone's, 2 those in a channel, 3 those of a person. A decision that rests on an older
-- version is still good if it rests on none of these.
-- Erasure: untouched, names people by id only; export: no; kept: as long as the events of the same time, see log_horizon.
create table acl_changes (
    scope uuid not null,
    version bigint not null,
    affects smallint not null check (affects in (1, 2, 3)),
    -- The channel or the person; for everyone the scope itself.
    id uuid not null,
    xid xid8 not null default pg_current_xact_id(),
    at timestamptz not null default clock_timestamp(),
    primary key (scope, version, affects, id)
);
-- What changed since a snapshot: anywhere, for one person, and for all people of a scope.
create index acl_changes_xid_idx on acl_changes (xid);
create index acl_changes_id_xid_idx on acl_changes (id, xid) where affects = 3;
create index acl_changes_scope_xid_idx on acl_changes (scope, xid) where affects in (1, 2);

-- A node of the release before raises communities.acl_version and knows no other. What it raises is taken over as a change for
-- everyone. This release raises both in one statement: the trigger finds them equal and does nothing.
create function follow_acl_version() returns trigger language plpgsql as $$
begin
    if tg_op = 'INSERT' then
        insert into acl (scope, version) values (new.id, new.acl_version) on conflict (scope) do nothing;
        return null;
    end if;
    update acl set version = new.acl_version where scope = new.id and version < new.acl_version;
    if found then
        insert into acl_changes (scope, version, affects, id) values (new.id, new.acl_version, 1, new.id);
    end if;
    return null;
end
$$;
create trigger communities_acl_version after insert or update of acl_version on communities
    for each row execute function follow_acl_version();
-- Only now: what was raised before the trigger is in the rows.
insert into acl (scope, version) select id, acl_version from communities;
