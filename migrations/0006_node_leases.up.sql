-- Nodes that may emit: each renews its lease every few seconds, and emits nothing without one. A sign-out asks here whom to
-- tell, whatever NATS knows just now.

-- Erasure: untouched, names nobody; export: no; kept: until the node stops, a day after it died.
create table node_leases (
    node uuid primary key,
    seen_at timestamptz not null default clock_timestamp()
);
