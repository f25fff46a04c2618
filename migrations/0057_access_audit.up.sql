-- Who signed in, was refused, and which sessions ended: told to the person concerned, and to the owner of the system. The lines stand in
-- `system_audit`, beside what the owner did as such.

-- An id that begins with a time, to the microsecond (UUIDv7, RFC 9562, section 6.2, method 3): lines are read page by page in their order.
create function time_ordered_id(at timestamptz) returns uuid language sql volatile as $$
    select (
        lpad(to_hex(t.us / 1000), 12, '0') || '7' || lpad(to_hex(t.us % 1000 * 4096 / 1000), 3, '0')
        || substr(replace(gen_random_uuid()::text, '-', ''), 17)
    )::uuid
    from (select (extract(epoch from at) * 1000000)::bigint as us) t
$$;

-- No address or network is kept, nor anything that was made from one: where somebody was is told by the kind of their device alone.
-- Erasure: lines about the person are deleted, those that they wrote as the system's owner stay; export: rows that are about the person;
-- kept: 90 days what is about sessions, and the rest as lines of `audit_log`, for `audit_retention_days` of the system's settings.
alter table system_audit
    alter column id set default time_ordered_id(clock_timestamp()),
    -- Whom it concerns, who may read it.
    add column person_id uuid;
update system_audit set id = time_ordered_id(created_at), person_id = case when target_type = 'user' then target_id end;
create index system_audit_person_id_idx on system_audit (person_id, id) where person_id is not null;

-- Tokens are noted in their community's log. Who made and revoked them reads that among their own lines, and the system's owner of all.
create index audit_log_tokens_idx on audit_log (id) where action in ('token.create', 'token.revoke');
create index audit_log_own_tokens_idx on audit_log (actor_id, id) where action in ('token.create', 'token.revoke');

-- What was deleted before, by its id alone: a deletion that is repeated is answered as the first.
create index audit_log_deleted_idx on audit_log (target_id)
    where action in ('bot.delete', 'category.delete', 'command.delete', 'emoji.delete', 'outgoing_webhook.delete', 'role.delete',
                     'token.revoke', 'webhook.delete');
create index system_audit_removed_providers_idx on system_audit (target_id) where action = 'oauth_provider.delete';
