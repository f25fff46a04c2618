//! One of every kind of change, with the tables that it has a row in: what the tests of tables go by.

use ajet_domain::change::{OutgoingChange, SealedSecret, TargetUrl, WebhookUpdate};
use ajet_protocol::{
    Attachment, AttachmentId, AttachmentStatus, DeliveryId, EventType, OffReason, OutgoingWebhookId,
};

use self::of_roles::changes_of_roles;
use super::*;

#[path = "table_changes_roles.rs"]
mod of_roles;
#[path = "table_changes_slash.rs"]
mod slash;

/// A change, and the tables that it has a row in.
pub type Written = (Change, &'static [&'static str]);

pub fn user(bot: bool) -> User {
    User {
        id: PERSON,
        username: "w".into(),
        display_name: "W".into(),
        avatar_url: Some("https://w".into()),
        status_text: None,
        bot,
        created_at: AT,
    }
}

pub fn message(body: &str, bot: bool) -> Box<Message> {
    Box::new(Message {
        id: MESSAGE,
        channel_id: PLACE,
        author: user(bot),
        parent_id: None,
        body_md: body.into(),
        body_html: body.into(),
        attachments: Vec::new(),
        reactions: Vec::new(),
        mentions: vec![Mention { kind: MentionType::Here, target_id: None }],
        reply_count: 0,
        pinned: false,
        seq: 3,
        client_mutation_id: "k".into(),
        created_at: AT,
        edited_at: None,
        deleted: false,
        kind: MessageKind::Text,
        also_to_channel: false,
        previews: Vec::new(),
        poll: None,
        thread: None,
    })
}

pub fn posted(body: &str, bot: bool) -> Change {
    Change::InsertMessage { message: message(body, bot), template: body.into(), fingerprint: 9 }
}

/// The same, mentioning these besides.
pub fn calling(mentions: &[Mention]) -> Change {
    let mut message = message("a", false);
    message.mentions.extend_from_slice(mentions);
    Change::InsertMessage { message, template: "a".into(), fingerprint: 9 }
}

pub fn of_user(id: u128) -> Mention {
    Mention { kind: MentionType::User, target_id: Some(Uuid::from_u128(id)) }
}

pub fn notice(n: u128) -> NotificationId {
    NotificationId(Uuid::from_u128(n))
}

/// A notification of the message.
pub fn told() -> Change {
    let (id, source_id, actor) = (notice(11), MESSAGE.0, UserId(Uuid::from_u128(10)));
    let (reason, cause, community_id) = (NotificationReason::User, None, None);
    Change::AddNotification {
        id,
        user_id: PERSON,
        reason,
        source_id,
        cause,
        community_id,
        channel_id: Some(PLACE),
        actor,
        read: false,
        silent: false,
        at: AT,
    }
}

/// That a person is to be told of something.
pub fn due(n: u128) -> Change {
    Change::DueNotice(DueNotice {
        id: Uuid::from_u128(n),
        user_id: PERSON,
        reason: NotificationReason::Muted,
        source_id: Uuid::from_u128(9),
        community_id: Some(CommunityId(Uuid::from_u128(9))),
        channel_id: None,
        actor: UserId(Uuid::from_u128(10)),
        at: AT,
    })
}

/// An account's new name.
pub fn profile(name: &str, is_seen: bool) -> Change {
    let user = Box::new(User { display_name: name.into(), ..user(false) });
    Change::UpdateProfile { user, presence: PresenceMode::Auto, is_seen }
}

pub fn edited(body: &str) -> Change {
    let mut message = message(body, false);
    message.edited_at = Some(AT);
    Change::EditMessage { message, template: body.into() }
}

pub fn channel() -> Box<Channel> {
    Box::new(Channel {
        id: PLACE,
        community_id: None,
        name: "c".into(),
        kind: ChannelType::Text,
        visibility: Visibility::Public,
        topic: None,
        category_id: None,
        position: 0,
        members: vec![],
        last_message_id: None,
        unread: Unread::default(),
        muted: false,
        notify: NotifyLevel::default(),
        archived: false,
        slow_mode_s: 0,
        created_at: AT,
    })
}

pub fn webhook() -> Change {
    let webhook = Webhook {
        id: WebhookId(Uuid::from_u128(3)),
        channel_id: PLACE,
        name: "w".into(),
        avatar_url: None,
        url: None,
        created_by: PERSON,
        created_at: AT,
    };
    Change::AddWebhook { webhook, token_hash: vec![1], user: user(true) }
}

pub fn invite() -> Change {
    Change::AddInvite {
        id: InviteId(Uuid::from_u128(4)),
        code: "code".into(),
        by: PERSON,
        addressee: None,
        max_uses: None,
        expires_at: None,
        at: AT,
    }
}

pub fn spent() -> Change {
    let key = DuplicateKey::of_object(PERSON, "channels:k");
    Change::SpendKey(SpentKey { key, object: Uuid::from_u128(5), fingerprint: 6, at: AT })
}

pub fn community() -> Change {
    Change::AddCommunity {
        id: CommunityId(Uuid::from_u128(9)),
        name: "C".into(),
        slug: "c".into(),
        default_channel: PLACE,
        at: AT,
    }
}

pub fn update_community() -> Change {
    let (id, name) = (CommunityId(Uuid::from_u128(9)), Some("N".into()));
    Change::UpdateCommunity { id, name, slug: None, default_channel: None }
}

pub fn audit() -> Change {
    let (id, action, target_id) = (Uuid::from_u128(7), "member.ban", Some(PERSON.0));
    let details = vec![("reason", "spam".to_owned())];
    Change::Audit { id, actor: PERSON, action, target_type: "user", target_id, details, at: AT }
}

fn audit_system() -> Change {
    let (id, action, target_id) = (Uuid::from_u128(7), "user.deactivate", Some(PERSON.0));
    Change::AuditSystem { id, actor: PERSON, action, target_type: "user", target_id, details: vec![], at: AT }
}

pub fn category() -> Category {
    let community_id = CommunityId(Uuid::from_u128(9));
    Category { id: CategoryId(Uuid::from_u128(12)), community_id, name: "c".into(), position: 1 }
}

pub fn renamed() -> Change {
    Change::UpdateCategory { id: category().id, name: Some("d".into()), position: None }
}

pub fn moved() -> Change {
    Change::MoveChannel { id: PLACE, category_id: Some(category().id), position: 3 }
}

pub fn preferred() -> Change {
    let (notify, hidden, hides) = (Some(NotifyLevel::Mentions), true, true);
    Change::SetPreferences { user_id: PERSON, channel_id: PLACE, muted: true, notify, hidden, hides }
}

pub fn leveled() -> Change {
    let (community_id, notify) = (CommunityId(Uuid::from_u128(9)), NotifyLevel::Mentions);
    Change::Notice(NoticeChange::SetCommunityLevel { user_id: PERSON, community_id, notify })
}

/// What the person chooses in a poll of two options, told by the event of this number.
pub fn voted(options: &[i16], seq: u64) -> Change {
    let (options, votes) = (options.to_vec(), vec![0, options.len() as i64]);
    Change::SetVotes { message_id: MESSAGE, user_id: PERSON, options, votes, seq, at: AT }
}

/// A change of every kind, and the tables that it brings a row to.
pub fn every_change() -> Vec<Written> {
    let of_programs = [super::bots::changes(), of_outgoing_webhooks(), slash::changes()].concat();
    let of_others = [of_looks(), own_things(), of_files(), of_programs].concat();
    let all = [of_messages(), of_people(), of_rooms(), changes_of_roles(), of_others].concat();
    all.iter().for_each(|(change, _)| is_listed(change));
    all
}

/// A new kind of change does not compile until it stands here, and so in one of the lists.
fn is_listed(change: &Change) {
    match change {
        Change::AddMember { .. } | Change::RemoveMember { .. } | Change::Mute { .. } => {}
        Change::Ban { .. } | Change::Unban { .. } => {}
        Change::AddChannel { .. } | Change::UpdateChannel { .. } => {}
        Change::MoveChannel { .. } | Change::ArchiveChannel { .. } | Change::DeleteChannel { .. } => {}
        Change::AddCategory { .. } | Change::UpdateCategory { .. } | Change::RemoveCategory { .. } => {}
        Change::AddDm { .. } | Change::NameGroup { .. } => {}
        Change::JoinChannel { .. } | Change::LeaveChannel { .. } => {}
        Change::AddInvite { .. } | Change::UseInvite { .. } => {}
        Change::AddWebhook { .. } | Change::RemoveWebhook { .. } | Change::UpdateWebhook(_) => {}
        Change::AddEmoji { .. } | Change::RemoveEmoji { .. } | Change::SetMemberAvatar { .. } => {}
        Change::SetWebhookAvatar { .. } | Change::SetCommunityAvatar { .. } => {}
        Change::SpendKey(_) | Change::Audit { .. } | Change::AuditSystem { .. } => {}
        Change::RequestJob(_) => {}
        Change::KeepDraft { .. } | Change::RemoveDraft { .. } => {}
        Change::SaveMessage { .. } | Change::UnsaveMessage { .. } => {}
        Change::KeepScheduled { .. } | Change::RemoveScheduled { .. } => {}
        Change::Slash(_) => {}
        Change::AddReaction { .. } | Change::RemoveReaction { .. } => {}
        Change::SetVotes { .. } => {}
        Change::PinMessage { .. } | Change::UnpinMessage { .. } | Change::SlowChannel { .. } => {}
        Change::SetPreviews { .. } | Change::StripPreviews { .. } => {}
        Change::AddAttachment { .. } | Change::SettleAttachment { .. } | Change::IndexMessage { .. } => {}
        Change::DescribeAttachment { .. } | Change::AttachFile { .. } | Change::RemoveAttachment { .. } => {}
        Change::MarkRead { .. } | Change::MarkUnread { .. } | Change::SetPreferences { .. } => {}
        Change::FollowThread { .. } => {}
        Change::AddNotification { .. } | Change::DueNotice(_) => {}
        Change::Notice(
            NoticeChange::DueMessage { .. }
            | NoticeChange::SetCommunityLevel { .. }
            | NoticeChange::SetQuietHours { .. },
        ) => {}
        Change::UpdateProfile { .. } | Change::SetDeactivated { .. } => {}
        Change::Block { .. } | Change::Unblock { .. } => {}
        Change::ReadNotifications { .. } | Change::ReadNotificationsBefore { .. } => {}
        Change::InsertMessage { .. } | Change::EditMessage { .. } | Change::DeleteMessage { .. } => {}
        Change::ClaimSystem { .. } | Change::AddCommunity { .. } => {}
        Change::UpdateCommunity { .. } | Change::DeleteCommunity { .. } => {}
        Change::RevokeInvite { .. } | Change::Bot(_) | Change::Outgoing(_) => {}
        Change::AddRole { .. } | Change::UpdateRole { .. } | Change::RemoveRole { .. } => {}
        Change::SetRole { .. } | Change::SetNickname { .. } | Change::SetMemberRoles { .. } => {}
        Change::SetOverwrite(_) | Change::RemoveOverwrite { .. } => {}
    }
}

/// What people write, and how far they have read.
fn of_messages() -> Vec<Written> {
    let user_id = PERSON;
    vec![
        // It calls those who are there.
        (posted("a", false), &["messages", "message_search", "message_mentions", "due_notices"]),
        (calling(&[of_user(10)]), &["messages", "message_search", "message_mentions", "due_notices"]),
        (edited("b"), &["messages", "message_search", "message_mentions"]),
        (
            Change::DeleteMessage { id: MESSAGE, at: AT },
            &[
                "messages",
                "message_search",
                "message_mentions",
                "reactions",
                "poll_votes",
                "pins",
                "message_previews",
                "attachments",
            ],
        ),
        (voted(&[1], 5), &["poll_votes"]),
        (Change::PinMessage { message_id: MESSAGE, user_id, at: AT }, &["pins"]),
        (Change::UnpinMessage { message_id: MESSAGE }, &["pins"]),
        (Change::SetPreviews { message_id: MESSAGE, previews: vec![] }, &["message_previews"]),
        (Change::StripPreviews { message_id: MESSAGE }, &["message_previews"]),
        (Change::AddReaction { message_id: MESSAGE, emoji: "👍".into(), user_id, at: AT }, &["reactions"]),
        (Change::RemoveReaction { message_id: MESSAGE, emoji: "👍".into(), user_id }, &["reactions"]),
        (preferred(), &["channel_preferences"]),
        (Change::FollowThread { message_id: MESSAGE, user_id, following: true }, &["thread_followers"]),
        (
            Change::MarkRead { user_id, channel_id: PLACE, message_id: MESSAGE },
            &["read_markers", "notifications"],
        ),
        (Change::MarkUnread { user_id, channel_id: PLACE, message_id: Some(MESSAGE) }, &["read_markers"]),
        (Change::MarkUnread { user_id, channel_id: PLACE, message_id: None }, &["read_markers"]),
        (told(), &["notifications"]),
        (due(12), &["due_notices"]),
        (Change::Notice(NoticeChange::DueMessage { message_id: MESSAGE, at: AT }), &["due_notices"]),
        (Change::ReadNotifications { user_id, ids: vec![notice(11)], at: AT }, &["notifications"]),
        (Change::ReadNotificationsBefore { user_id, newest: notice(11), at: AT }, &["notifications"]),
    ]
}

/// What is uploaded.
fn of_files() -> Vec<Written> {
    let id = AttachmentId(Uuid::from_u128(13));
    let attachment = Box::new(Attachment {
        id,
        filename: "cat.png".into(),
        content_type: "image/png".into(),
        size_bytes: 7,
        width: Some(1),
        height: None,
        status: AttachmentStatus::Clean,
        url: Attachment::url_of(id),
        alt: Some("A cat".into()),
        thumbnail_url: None,
    });
    let added = Change::AddAttachment { attachment: attachment.clone(), uploader: PERSON, at: AT };
    vec![
        (added, &["attachments"]),
        (Change::SettleAttachment { attachment }, &["attachments"]),
        (Change::DescribeAttachment { id, alt: String::new() }, &["attachments"]),
        (Change::AttachFile { id, message_id: MESSAGE, place: 1 }, &["attachments"]),
        (Change::RemoveAttachment { id, at: AT }, &["attachments"]),
        (Change::IndexMessage { message: message("b", false) }, &["message_search"]),
    ]
}

/// Accounts, members, and who comes and goes.
fn of_people() -> Vec<Written> {
    let user_id = PERSON;
    vec![
        (Change::RevokeInvite { id: InviteId(Uuid::from_u128(4)), at: AT }, &["invites"]),
        (
            Change::AddMember { user_id, role: Role::Member, joined_at: AT, muted_until: Some(AT) },
            &["community_members"],
        ),
        (
            Change::RemoveMember { user_id },
            &["community_members", "channel_members", "member_roles", "bots", "api_tokens", "commands"],
        ),
        (Change::Mute { user_id, until: None }, &["community_members"]),
        (Change::Ban { user_id, actor: PERSON, reason: None, at: AT }, &["bans"]),
        (Change::Unban { user_id }, &["bans"]),
        (invite(), &["invites"]),
        (Change::UseInvite { code: "code".into() }, &["invites"]),
        (profile("Ann", true), &["users"]),
        (Change::SetDeactivated { user_id, at: Some(AT) }, &["users"]),
        (Change::Notice(NoticeChange::SetQuietHours { user_id, hours: None }), &["users"]),
        (leveled(), &["community_preferences"]),
        (audit_system(), &["system_audit"]),
        (Change::Block { user_id, blocked: UserId(Uuid::from_u128(10)), at: AT }, &["blocks"]),
        (Change::Unblock { user_id, blocked: UserId(Uuid::from_u128(10)) }, &["blocks"]),
    ]
}

/// Communities, channels and what belongs to them.
fn of_rooms() -> Vec<Written> {
    let user_id = PERSON;
    vec![
        (Change::ClaimSystem { owner: PERSON, at: AT }, &["system_settings"]),
        (community(), &["communities"]),
        (update_community(), &["communities"]),
        (
            Change::DeleteCommunity { id: CommunityId(Uuid::from_u128(9)), at: AT },
            &["communities", "api_tokens"],
        ),
        (Change::AddChannel { channel: channel(), by: PERSON }, &["channels"]),
        (
            Change::UpdateChannel {
                id: PLACE,
                name: None,
                topic: None,
                visibility: Some(Visibility::Private),
            },
            &["channels"],
        ),
        (moved(), &["channels"]),
        (Change::ArchiveChannel { id: PLACE, at: Some(AT) }, &["channels"]),
        (Change::SlowChannel { id: PLACE, seconds: 5 }, &["channels"]),
        (Change::DeleteChannel { id: PLACE }, &["channels"]),
        (Change::AddCategory { category: category() }, &["channel_categories"]),
        (renamed(), &["channel_categories"]),
        (Change::RemoveCategory { id: CategoryId(Uuid::from_u128(12)) }, &["channel_categories"]),
        (Change::AddDm { channel: channel(), by: PERSON }, &["direct_messages"]),
        (Change::NameGroup { id: PLACE, name: "n".into() }, &["direct_messages"]),
        (Change::JoinChannel { channel_id: PLACE, user_id, at: AT }, &["channel_members"]),
        (Change::LeaveChannel { channel_id: PLACE, user_id }, &["channel_members"]),
        (webhook(), &["webhooks"]),
        (Change::RemoveWebhook { id: WebhookId(Uuid::from_u128(3)) }, &["webhooks"]),
        (spent(), &["mutations"]),
        (Change::RequestJob(JobRequest::DeleteChannel { channel_id: PLACE }), &["job_requests"]),
        (audit(), &["audit_log"]),
    ]
}

/// Emoji, and pictures of what is there.
fn of_looks() -> Vec<Written> {
    let (user_id, avatar_url) = (PERSON, Some("https://p".to_owned()));
    let id = ajet_protocol::EmojiId(Uuid::from_u128(13));
    let emoji = ajet_protocol::Emoji { id, name: "crab".into(), url: "https://e".into() };
    let webhook = WebhookId(Uuid::from_u128(3));
    let community = CommunityId(Uuid::from_u128(9));
    vec![
        (Change::AddEmoji { emoji, by: user_id, at: AT }, &["emoji"]),
        (Change::RemoveEmoji { id }, &["emoji"]),
        (Change::SetMemberAvatar { user_id, avatar_url: avatar_url.clone() }, &["community_members"]),
        (Change::SetWebhookAvatar { id: webhook, avatar_url: avatar_url.clone() }, &["webhooks"]),
        (Change::UpdateWebhook(moved_webhook(webhook)), &["webhooks"]),
        (Change::SetCommunityAvatar { id: community, avatar_url }, &["communities"]),
    ]
}

/// What programs are told, a change of each kind.
fn of_outgoing_webhooks() -> Vec<Written> {
    let (id, url) = (OutgoingWebhookId(Uuid::from_u128(15)), TargetUrl("https://t".into()));
    let (events, channel_ids, by) = (vec![EventType::MessageCreated], Some(vec![PLACE]), PERSON);
    let added = OutgoingChange::AddWebhook {
        id,
        url: url.clone(),
        events: events.clone(),
        channel_ids: channel_ids.clone(),
        secret: SealedSecret(vec![1, 255]),
        by,
        at: AT,
    };
    let off = Some(OffReason::Gone);
    let updated = OutgoingChange::UpdateWebhook { id, url, events, channel_ids, off, acts_for: by };
    let removed = OutgoingChange::RemoveWebhook { id };
    let replayed = OutgoingChange::ReplayDelivery { id: DeliveryId(Uuid::from_u128(16)) };
    vec![
        (Change::Outgoing(added), &["outgoing_webhooks"]),
        (Change::Outgoing(updated), &["outgoing_webhooks"]),
        (Change::Outgoing(removed), &["outgoing_webhooks"]),
        (Change::Outgoing(replayed), &["deliveries"]),
    ]
}

/// A webhook's other place.
fn moved_webhook(id: WebhookId) -> WebhookUpdate {
    WebhookUpdate { id, name: None, avatar_url: None, channel_id: Some(PLACE) }
}

/// What people keep for themselves.
fn own_things() -> Vec<Written> {
    let (user_id, channel_id, message_id) = (PERSON, PLACE, MESSAGE);
    let draft = ChannelDraft { channel_id, body_md: "d".into(), parent_id: Some(MESSAGE), updated_at: AT };
    let (note, remind_at) = (Some("n".to_owned()), Some(AT));
    let saved = Change::SaveMessage { user_id, channel_id, message_id, note, remind_at, at: AT };
    let id = ScheduledId(Uuid::from_u128(14));
    let scheduled = Scheduled {
        id,
        channel_id,
        parent_id: Some(MESSAGE),
        body_md: "s".into(),
        send_at: AT,
        state: ScheduledState::Failed,
        reason: Some("forbidden".into()),
        message_id: Some(MESSAGE),
        created_at: AT,
    };
    let later = JobRequest::SendScheduled { user_id, scheduled_id: id, at: AT };
    vec![
        (Change::KeepDraft { user_id, draft: Box::new(draft) }, &["drafts"]),
        (Change::RemoveDraft { user_id, channel_id, parent_id: None }, &["drafts"]),
        (saved, &["saved_messages"]),
        (Change::UnsaveMessage { user_id, message_id }, &["saved_messages"]),
        (
            Change::KeepScheduled { user_id, scheduled: Box::new(scheduled), taken: false },
            &["scheduled_messages"],
        ),
        (Change::RemoveScheduled { user_id, id }, &["scheduled_messages"]),
        (Change::RequestJob(later), &["job_requests"]),
    ]
}
