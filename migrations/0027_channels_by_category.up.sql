-- The channels of a category that is deleted are found by it. Nothing is stored here but ids that stand in the table.
create index channels_category_id_idx on channels (category_id) where category_id is not null;
