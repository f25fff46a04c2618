//! The rows that entities change: one kind of change for everything that the store writes behind the fence.
//!
//! Which entity may make which change is up to its verbs; what a change does to the tables is up to the store.

mod bots;
mod notices;
mod outgoing;
mod slash;
mod webhooks;

use ajet_protocol::{
    Attachment, AttachmentId, Category, CategoryId, Channel, ChannelDraft, ChannelId, CommunityId,
    CustomRole, Emoji, EmojiId, InviteCode, InviteId, LinkPreview, Message, MessageId, NotificationId,
    NotificationReason, NotifyLevel, Overwrite, Permissions, PresenceMode, Role, RoleId, Scheduled,
    ScheduledId, Timestamp, User, UserId, Visibility, Webhook, WebhookId,
};
use uuid::Uuid;

pub use bots::{BotChange, NewApiToken};
pub use notices::{DueNotice, NoticeChange};
pub use outgoing::{OutgoingChange, SealedSecret, TargetUrl};
pub use slash::{Reminder, SlashChange};
pub use webhooks::WebhookUpdate;

use crate::job::JobRequest;
use crate::writer::{AuditRow, SpentKey};

/// A row to change.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// A new message row; `template` is its HTML with placeholders for names. Its key's fingerprint stands in the same row. Where it
    /// mentions others, the notifier finds it by a row of its own.
    InsertMessage {
        message: Box<Message>,
        template: String,
        fingerprint: i64,
    },
    /// New text for a message row.
    EditMessage {
        message: Box<Message>,
        template: String,
    },
    /// What is found of a message from now on, as its files are others than before; its text is the same.
    IndexMessage {
        message: Box<Message>,
    },
    /// A message row loses its text, and the message its reactions and its pin.
    DeleteMessage {
        id: MessageId,
        at: Timestamp,
    },
    /// An emoji under a message, as a person's reaction.
    AddReaction {
        message_id: MessageId,
        emoji: String,
        user_id: UserId,
        at: Timestamp,
    },
    RemoveReaction {
        message_id: MessageId,
        emoji: String,
        user_id: UserId,
    },
    /// What a person chooses in the poll of a message from now on; nothing: they have withdrawn.
    SetVotes {
        message_id: MessageId,
        user_id: UserId,
        /// The places of the options.
        options: Vec<i16>,
        /// How many people have chosen each option afterwards.
        votes: Vec<i64>,
        /// The number of the event that tells of it: of several in one append the last counts.
        seq: u64,
        at: Timestamp,
    },
    /// The message is pinned to its channel since then, by this person; it replaces a former pin.
    PinMessage {
        message_id: MessageId,
        user_id: UserId,
        at: Timestamp,
    },
    UnpinMessage {
        message_id: MessageId,
    },
    /// What the links of a message show from now on.
    SetPreviews {
        message_id: MessageId,
        previews: Vec<LinkPreview>,
    },
    /// The links of a message show nothing from now on, whatever they lead to.
    StripPreviews {
        message_id: MessageId,
    },
    /// A file that was uploaded to the channel; no message has it.
    AddAttachment {
        attachment: Box<Attachment>,
        uploader: UserId,
        at: Timestamp,
    },
    /// What was found of a file's bytes.
    SettleAttachment {
        attachment: Box<Attachment>,
    },
    /// What a file shows, in words; none takes them away.
    DescribeAttachment {
        id: AttachmentId,
        alt: String,
    },
    /// A file becomes part of a message, at this place among its files.
    AttachFile {
        id: AttachmentId,
        message_id: MessageId,
        place: u8,
    },
    /// No one gets the file any more. Its bytes go later.
    RemoveAttachment {
        id: AttachmentId,
        at: Timestamp,
    },
    /// The system has an owner from now on, and never another one.
    ClaimSystem {
        owner: UserId,
        at: Timestamp,
    },
    /// A new community; its stream and its ACL version begin with the same commit.
    AddCommunity {
        id: CommunityId,
        name: String,
        slug: String,
        /// The channel that everybody joins on arrival.
        default_channel: ChannelId,
        at: Timestamp,
    },
    AddMember {
        user_id: UserId,
        role: Role,
        joined_at: Timestamp,
        /// What was kept of them from before ([`KeptMute`](crate::need::KeptMute)), which is used up by this.
        muted_until: Option<Timestamp>,
    },
    /// The person belongs to the community no more, nor to any channel of it: their custom roles go with the membership. A mute that has
    /// not ended is kept, and so is what channels allow and deny them. A bot is no bot any more, and its tokens end.
    RemoveMember {
        user_id: UserId,
    },
    /// Until when the person may not write; `None`: they may.
    Mute {
        user_id: UserId,
        until: Option<Timestamp>,
    },
    /// The person may not come back; their ban is replaced, if they have one.
    Ban {
        user_id: UserId,
        actor: UserId,
        reason: Option<String>,
        at: Timestamp,
    },
    Unban {
        user_id: UserId,
    },
    AddChannel {
        channel: Box<Channel>,
        by: UserId,
    },
    UpdateChannel {
        id: ChannelId,
        /// `None`: it keeps its name, and the key by which names are compared.
        name: Option<String>,
        /// As it is afterwards.
        topic: Option<String>,
        /// `None`: those may see it who could before.
        visibility: Option<Visibility>,
    },
    /// Where a channel stands.
    MoveChannel {
        id: ChannelId,
        /// As it is afterwards.
        category_id: Option<CategoryId>,
        /// As it is afterwards.
        position: i32,
    },
    /// The channel is read-only since then; `None`: it is not.
    ArchiveChannel {
        id: ChannelId,
        at: Option<Timestamp>,
    },
    /// The pause between two messages of one person there; 0 for none.
    SlowChannel {
        id: ChannelId,
        seconds: u32,
    },
    /// The channel is gone, with its memberships and webhooks. Its messages go later, by a job.
    DeleteChannel {
        id: ChannelId,
    },
    AddCategory {
        category: Category,
    },
    UpdateCategory {
        id: CategoryId,
        /// `None`: it keeps its name.
        name: Option<String>,
        /// `None`: it keeps its place.
        position: Option<i32>,
    },
    /// The category is gone; its channels stand in none.
    RemoveCategory {
        id: CategoryId,
    },
    /// A new direct message. Its stream, its ACL version and its people begin with the same commit.
    AddDm {
        channel: Box<Channel>,
        by: UserId,
    },
    /// The name of a direct message of several people.
    NameGroup {
        id: ChannelId,
        name: String,
    },
    JoinChannel {
        channel_id: ChannelId,
        user_id: UserId,
        at: Timestamp,
    },
    LeaveChannel {
        channel_id: ChannelId,
        user_id: UserId,
    },
    AddInvite {
        id: InviteId,
        code: InviteCode,
        by: UserId,
        addressee: Option<UserId>,
        max_uses: Option<i64>,
        expires_at: Option<Timestamp>,
        at: Timestamp,
    },
    UseInvite {
        code: InviteCode,
    },
    AddWebhook {
        webhook: Webhook,
        token_hash: Vec<u8>,
        user: User,
    },
    RemoveWebhook {
        id: WebhookId,
    },
    /// Something about a bot or its tokens.
    Bot(BotChange),
    UpdateWebhook(WebhookUpdate),
    SetRole {
        user_id: UserId,
        role: Role,
    },
    /// `None`: the person is called by their display name.
    SetNickname {
        user_id: UserId,
        nickname: Option<String>,
    },
    /// All custom roles that the person holds from now on.
    SetMemberRoles {
        user_id: UserId,
        roles: Vec<RoleId>,
    },
    AddRole {
        role: Box<CustomRole>,
        at: Timestamp,
    },
    /// What is `None` stays as it is.
    UpdateRole {
        id: RoleId,
        name: Option<String>,
        permissions: Option<Permissions>,
        position: Option<i32>,
    },
    /// A role goes, and with it who holds it and what channels allow and deny it.
    RemoveRole {
        id: RoleId,
    },
    /// A channel has one for each target; it replaces the former.
    SetOverwrite(Box<Overwrite>),
    RemoveOverwrite {
        channel_id: ChannelId,
        target_id: Uuid,
    },
    /// The person is told of something, once; a repetition does nothing.
    AddNotification {
        id: NotificationId,
        user_id: UserId,
        reason: NotificationReason,
        /// What it tells of: a message, or what [`DueNotice`] names.
        source_id: Uuid,
        /// The notice that was due, and when that was decided; `None` where the person is told of the source once.
        cause: Option<(Uuid, Timestamp)>,
        community_id: Option<CommunityId>,
        channel_id: Option<ChannelId>,
        actor: UserId,
        /// Whether the person had read the channel that far before.
        read: bool,
        /// Whether it is made in the person's quiet hours.
        silent: bool,
        at: Timestamp,
    },
    /// The person is to be told of something by the notifier.
    DueNotice(DueNotice),
    /// What else notifications rest on.
    Notice(NoticeChange),
    /// The person has read these.
    ReadNotifications {
        user_id: UserId,
        ids: Vec<NotificationId>,
        at: Timestamp,
    },
    /// The person has read all up to this one, itself included.
    ReadNotificationsBefore {
        user_id: UserId,
        newest: NotificationId,
        at: Timestamp,
    },
    /// How far the person has read a channel; never back. Their notifications of it up to there are read with it.
    MarkRead {
        user_id: UserId,
        channel_id: ChannelId,
        message_id: MessageId,
    },
    /// The person has read a channel no further than this, whatever they had read before; `None`: nothing of it.
    MarkUnread {
        user_id: UserId,
        channel_id: ChannelId,
        message_id: Option<MessageId>,
    },
    /// What the person set for a channel.
    SetPreferences {
        user_id: UserId,
        channel_id: ChannelId,
        muted: bool,
        /// `None`: as for the community.
        notify: Option<NotifyLevel>,
        /// Taken out of the person's list of direct messages.
        hidden: bool,
        /// `hidden` is what is set here; else it stays as it was found, and so does since which message.
        hides: bool,
    },
    /// Whether the person follows the thread that a message begins, whatever their part in it.
    FollowThread {
        message_id: MessageId,
        user_id: UserId,
        following: bool,
    },
    /// A person's account as they have it from now on.
    UpdateProfile {
        user: Box<User>,
        presence: PresenceMode,
        /// Whether others see the difference, and so are to be told.
        is_seen: bool,
    },
    /// Since when the account is out of use; `None`: it is in use.
    SetDeactivated {
        user_id: UserId,
        at: Option<Timestamp>,
    },
    /// The person wants nothing from another one.
    Block {
        user_id: UserId,
        blocked: UserId,
        at: Timestamp,
    },
    Unblock {
        user_id: UserId,
        blocked: UserId,
    },
    /// What a person has begun to write; it replaces what was there.
    KeepDraft {
        user_id: UserId,
        draft: Box<ChannelDraft>,
    },
    RemoveDraft {
        user_id: UserId,
        channel_id: ChannelId,
        parent_id: Option<MessageId>,
    },
    /// A message is saved by a person; it replaces what they said of it before.
    SaveMessage {
        user_id: UserId,
        channel_id: ChannelId,
        message_id: MessageId,
        note: Option<String>,
        remind_at: Option<Timestamp>,
        at: Timestamp,
    },
    UnsaveMessage {
        user_id: UserId,
        message_id: MessageId,
    },
    /// A message that a person scheduled, new or as it is from now on.
    KeepScheduled {
        user_id: UserId,
        scheduled: Box<Scheduled>,
        /// Whether it is being sent.
        taken: bool,
    },
    RemoveScheduled {
        user_id: UserId,
        id: ScheduledId,
    },
    /// A job is asked for. One that is asked for again under the same key, before it was begun, is the same job.
    RequestJob(JobRequest),
    /// A caller's key made an object.
    SpendKey(SpentKey),
    /// A line about what the owner of the system did, in no community.
    AuditSystem {
        id: Uuid,
        actor: UserId,
        action: &'static str,
        /// What it was done to: its kind, such as `user`, and its id.
        target_type: &'static str,
        target_id: Option<Uuid>,
        details: Vec<(&'static str, String)>,
        at: Timestamp,
    },
    /// A line of a community's audit log.
    Audit {
        id: Uuid,
        actor: UserId,
        action: &'static str,
        /// What it was done to: its kind, such as `channel`, and its id.
        target_type: &'static str,
        target_id: Option<Uuid>,
        details: Vec<(&'static str, String)>,
        at: Timestamp,
    },
    /// A community's own row; what is `None` stays as it is.
    UpdateCommunity {
        id: CommunityId,
        name: Option<String>,
        slug: Option<String>,
        default_channel: Option<ChannelId>,
    },
    /// The community is there no more, and its slug is free. Its rows go later.
    DeleteCommunity {
        id: CommunityId,
        at: Timestamp,
    },
    AddEmoji {
        emoji: Emoji,
        by: UserId,
        at: Timestamp,
    },
    RemoveEmoji {
        id: EmojiId,
    },
    /// A member's picture in the community; `None`: that of their account.
    SetMemberAvatar {
        user_id: UserId,
        avatar_url: Option<String>,
    },
    /// The picture of a webhook and of the account that it posts under.
    SetWebhookAvatar {
        id: WebhookId,
        avatar_url: Option<String>,
    },
    /// The community's own picture.
    SetCommunityAvatar {
        id: CommunityId,
        avatar_url: Option<String>,
    },
    /// What slash commands keep.
    Slash(SlashChange),
    /// No one comes in by the invite any more.
    RevokeInvite {
        id: InviteId,
        at: Timestamp,
    },
    Outgoing(OutgoingChange),
}

impl Change {
    /// A line of a community's audit log; `own` is the id of the entity that decided.
    pub(crate) fn audit(row: AuditRow<'_>, own: Uuid) -> Self {
        let (target_type, target_id) = row.audit.target.named(own, row.made);
        let details = row.audit.details.into_iter().map(|(name, value)| (name, value.into_owned()));
        Self::Audit {
            id: row.id,
            actor: row.actor,
            action: row.audit.action,
            target_type,
            target_id,
            details: details.collect(),
            at: row.at,
        }
    }
}
