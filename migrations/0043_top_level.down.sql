drop index messages_top_level_idx;
