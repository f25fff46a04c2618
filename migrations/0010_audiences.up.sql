-- Cost follows the audience: a change of rights says whose it changes, and an event says whom it is for.
-- Tables are locked in the order in which statements of running nodes lock them: communities, log_horizon, events.

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

-- The key that cursors are authenticated with: 32 bytes, made by the database, and the same for all its nodes.
alter table log_horizon add column cursor_key bytea not null
    default uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) check (octet_length(cursor_key) = 32);

-- The topic that the event is delivered on (a community, a DM or a person), and who on it gets the event: 1 members, 2 those who
-- see the channel, 3 those who joined the channel, 4 one person. Both are null in rows that a node of the release before wrote:
-- their topic follows from the other columns, and their audience from the type.
-- Erasure: untouched; export: no; kept: with the event.
alter table events add column topic uuid, add column audience smallint;
-- Replay reads a range of each stream of the reader, and never the whole log.
create index events_stream_xid_idx on events (stream, xid);
