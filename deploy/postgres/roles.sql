-- The two roles of ajet-chat in PostgreSQL, so that the server can neither change the schema nor act as superuser:
--
--   ajet_owner  owns the database and everything in it; "ajet-chatd migrate up" connects as this role
--   ajet_app    reads and writes rows; the nodes connect as this role
--
-- Run it as a superuser, or as the administrator of a managed PostgreSQL (a role with createrole that owns the database and
-- is a member of the role that owns its tables), connected to the database of ajet-chat, with both passwords in the
-- environment:
--
--   AJET_DB_OWNER_PASSWORD=... AJET_DB_PASSWORD=... psql -v ON_ERROR_STOP=1 -d ajet_chat -f roles.sql
--
-- The postgres image runs it by itself when it makes a new database (the compose files mount it for that). It may be run
-- again at any time: it sets the passwords anew, and takes over what another role owns. Existing installations: see "Roles
-- in PostgreSQL" in docs/operators.md. Needs psql 15 or newer.

\set ON_ERROR_STOP on
\getenv owner_password AJET_DB_OWNER_PASSWORD
\getenv app_password AJET_DB_PASSWORD

begin;

select format('create role %I login', name)
from unnest(array['ajet_owner', 'ajet_app']) as name
where not exists (select from pg_roles where rolname = name) \gexec

-- An unset password leaves :'...' as it is, which is a syntax error: nothing is changed then.
alter role ajet_owner login password :'owner_password';
alter role ajet_app login password :'app_password';

-- Roles that were there before may have been allowed more. Only a superuser may take it away, so nothing is said otherwise.
select format('alter role %I nosuperuser nocreatedb nocreaterole noreplication nobypassrls', rolname)
from pg_roles
where rolname in ('ajet_owner', 'ajet_app')
    and (rolsuper or rolcreatedb or rolcreaterole or rolreplication or rolbypassrls) \gexec

-- To give things to the owner, one must be able to act as the owner: a superuser is.
select format('grant ajet_owner to %I', current_user)
where not pg_has_role(current_user, 'ajet_owner', 'usage') \gexec

-- The database. By default every role may connect to it and make temporary tables. Tools with a role of their own
-- (monitoring, backups) need "grant connect" from now on.
alter database :"DBNAME" owner to ajet_owner;
revoke all on database :"DBNAME" from public;
grant connect on database :"DBNAME" to ajet_app;

-- The schema. The owner's right to create things is granted by name, since databases made before PostgreSQL 15 do not
-- give it to the owner of the database.
revoke all on schema public from public;
grant usage, create on schema public to ajet_owner;
grant usage on schema public to ajet_app;

-- The queue of jobs has a schema of its own, which "migrate up" makes, with the rights that follow from those on our tables.
select statement from (values
    ('alter schema graphile_worker owner to ajet_owner'),
    ('grant usage on schema graphile_worker to ajet_app')) as given (statement)
where to_regnamespace('graphile_worker') is not null \gexec

-- What is there already becomes the owner's. "reassign owned" can't do this where the objects belong to the superuser that
-- initdb made. Indexes, and sequences of a column, follow their table; members of extensions stay with the extension.
do $$
declare
    statement text;
begin
    for statement in
        select format('alter %s %s owner to ajet_owner',
            case class.relkind
                when 'S' then 'sequence'
                when 'v' then 'view'
                when 'm' then 'materialized view'
                when 'f' then 'foreign table'
                when 'c' then 'type'
                else 'table'
            end,
            class.oid::regclass)
        from pg_class class
        where class.relnamespace in ('public'::regnamespace, to_regnamespace('graphile_worker'))
            and class.relkind in ('r', 'p', 'v', 'm', 'f', 'S', 'c')
            and class.relowner <> 'ajet_owner'::regrole
            and not exists (
                select from pg_depend
                where classid = 'pg_class'::regclass and objid = class.oid and objsubid = 0
                    and deptype in ('a', 'i', 'e'))
        union all
        select format('alter routine %s owner to ajet_owner', routine.oid::regprocedure)
        from pg_proc routine
        where routine.pronamespace in ('public'::regnamespace, to_regnamespace('graphile_worker'))
            and routine.proowner <> 'ajet_owner'::regrole
            and not exists (
                select from pg_depend
                where classid = 'pg_proc'::regclass and objid = routine.oid and deptype in ('i', 'e'))
        union all
        -- Enumerations, domains and ranges; a table's own type follows the table.
        select format('alter type %s owner to ajet_owner', kind.oid::regtype)
        from pg_type kind
        where kind.typnamespace in ('public'::regnamespace, to_regnamespace('graphile_worker'))
            and kind.typtype in ('e', 'd', 'r')
            and kind.typowner <> 'ajet_owner'::regrole
            and not exists (
                select from pg_depend
                where classid = 'pg_type'::regclass and objid = kind.oid and deptype in ('i', 'e'))
    loop
        execute statement;
    end loop;
end
$$;

-- Rows, and no more: no truncate, no triggers, no references. First for what exists, then for what migrations will make.
grant select, insert, update, delete on all tables in schema public to ajet_app;
grant usage, select on all sequences in schema public to ajet_app;
grant execute on all routines in schema public to ajet_app;
select 'grant select, insert, update, delete on all tables in schema graphile_worker to ajet_app'
where to_regnamespace('graphile_worker') is not null \gexec
alter default privileges for role ajet_owner in schema public
    grant select, insert, update, delete on tables to ajet_app;
alter default privileges for role ajet_owner in schema public
    grant usage, select on sequences to ajet_app;
alter default privileges for role ajet_owner in schema public
    grant execute on routines to ajet_app;

commit;
