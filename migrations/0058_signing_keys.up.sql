-- The keys by which service tokens are signed.

-- The private half is sealed with the key of the configuration; one that it does not open is neither used nor published. A key signs from its
-- moment on until the next one does, and is published until what it signed has expired.
-- Erasure: holds nothing of a person; export: no; kept: until what it signed has expired.
create table signing_keys (
    -- The order in which they sign: two nodes that make the next one at once make one.
    number bigint primary key,
    kid text not null,
    public_key bytea not null,
    sealed bytea not null,
    -- By the clock of the database, as what it is compared with.
    signs_from timestamptz not null,
    constraint signing_keys_kid_key unique (kid)
);
