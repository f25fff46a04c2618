drop index channels_category_id_idx;
