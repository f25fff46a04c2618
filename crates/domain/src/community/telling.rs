//! That a person is to be told of what was decided about them. The notifier tells them (`person::Inform`), also where they are no member
//! any more.

use ajet_protocol::{ChannelId, InviteId, NotificationReason, OutgoingWebhookId, UserId};
use uuid::Uuid;

use super::{Change, CommunityCore};
use crate::change::DueNotice;
use crate::writer::Turn;

/// The row by which a person is told of what somebody else did to them in the community.
pub fn of_act(
    core: &mut CommunityCore,
    turn: &mut Turn<'_>,
    user_id: UserId,
    reason: NotificationReason,
) -> Option<Change> {
    let about = About { source: core.id().0, channel: None };
    due(core, turn, (user_id, reason), about)
}

/// The same of an invite to the community.
pub fn of_invite(
    core: &mut CommunityCore,
    turn: &mut Turn<'_>,
    user_id: UserId,
    invite: InviteId,
) -> Option<Change> {
    due(core, turn, (user_id, NotificationReason::CommunityInvite), About { source: invite.0, channel: None })
}

/// The same of a channel that they were brought into.
pub fn of_channel(
    core: &mut CommunityCore,
    turn: &mut Turn<'_>,
    user_id: UserId,
    channel: ChannelId,
) -> Option<Change> {
    let about = About { source: channel.0, channel: Some(channel) };
    due(core, turn, (user_id, NotificationReason::ChannelInvite), about)
}

/// The same of an outgoing webhook that the server switched off. No one did it, so it is told to who answers for the webhook as their own.
pub fn of_webhook_off(
    core: &mut CommunityCore,
    turn: &mut Turn<'_>,
    user_id: UserId,
    webhook: OutgoingWebhookId,
) -> Change {
    let about = About { source: webhook.0, channel: None };
    row(core, turn, (user_id, NotificationReason::WebhookOff), about, user_id)
}

struct About {
    source: Uuid,
    channel: Option<ChannelId>,
}

/// Of one's own acts one is not told.
fn due(
    core: &mut CommunityCore,
    turn: &mut Turn<'_>,
    (user_id, reason): (UserId, NotificationReason),
    about: About,
) -> Option<Change> {
    let actor = turn.by.id();
    (actor != user_id).then(|| row(core, turn, (user_id, reason), about, actor))
}

fn row(
    core: &mut CommunityCore,
    turn: &mut Turn<'_>,
    (user_id, reason): (UserId, NotificationReason),
    About { source: source_id, channel: channel_id }: About,
    actor: UserId,
) -> Change {
    let (id, at, community_id) = (core.new_id(turn), turn.now, Some(core.id()));
    Change::DueNotice(DueNotice { id, user_id, reason, source_id, community_id, channel_id, actor, at })
}
