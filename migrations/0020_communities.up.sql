-- Communities that are deleted, and an audit log that can be searched.

-- When a community was deleted. It is there for no one from then on, and its slug is free; a job removes its rows, this one last.
-- A node of release 0.1.0 does not look at this: a deleted community has no members for it as soon as the job has removed them.
-- Erasure: untouched, names nobody; export: no; kept: until the job is done.
alter table communities add column deleted_at timestamptz;

-- What an act was done to, if that is no person or not a person alone, and what else was noted, by name. Null in lines of release
-- 0.1.0, which name a person and a reason; those two columns are still written for people.
-- Erasure: as the reason: details of lines that the person wrote, or that are about them, are emptied; export: with the line;
-- kept: with the line, which is removed after `audit_retention_days` of the system's settings.
alter table audit_log
    add column target_type text,
    add column target_id uuid,
    add column details jsonb;
-- By who did it, and by what it was done to: each page by page.
create index audit_log_actor_id_idx on audit_log (community_id, actor_id, id);
create index audit_log_target_id_idx on audit_log (community_id, coalesce(target_id, person_id), id);
-- Lines are removed by their age.
create index audit_log_created_at_idx on audit_log using brin (created_at);

-- Which invites of a community can still be accepted is counted, and the invites that a person made are listed.
create index invites_created_by_idx on invites (community_id, created_by, id);
drop index invites_community_id_idx;
create index invites_community_id_idx on invites (community_id, id);
