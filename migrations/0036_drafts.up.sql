-- Drafts, saved messages, messages to be sent later, and jobs with a time. Texts of the person's own, which no one else reads.

-- From when on the job may be begun; null: at once. Nodes of release 0.1.0 know of no jobs.
-- Erasure, export and retention: as the row's.
alter table job_requests add column run_at timestamptz;
