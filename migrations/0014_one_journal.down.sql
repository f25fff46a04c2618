drop function unread_after(uuid, uuid, uuid, bigint);
-- The version before knows the marker of the membership alone.
update channel_members cm set last_read_id = greatest(cm.last_read_id, rm.message_id)
from read_markers rm where rm.user_id = cm.user_id and rm.channel_id = cm.channel_id;
drop table read_markers;
drop table reactions;
alter table communities drop column default_channel_id;
