-- Events say whom they are for.

-- The topic that the event is delivered on (a community, a DM or a person), and who on it gets the event: 1 members, 2 those who
-- see the channel, 3 those who joined the channel, 4 one person. Both are null in rows that a node of the release before wrote:
-- their topic follows from the other columns, and their audience from the type.
-- Erasure: untouched; export: no; kept: with the event.
alter table events add column topic uuid, add column audience smallint;
