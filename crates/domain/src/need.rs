//! What verbs must know that their entity does not remember: typed questions, which the store answers one kind at a time.
//!
//! A verb names its questions before it is decided ([`Needs`]) and finds the answers in [`Facts`]. A question that the store does
//! not answer does not compile there; one that a verb forgot to ask is a fault, and the decision that would rest on it is dropped.

mod bots;
mod communities;
mod emoji;
mod people;
mod pictures;
mod polls;
mod roles;

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;
use std::sync::atomic::{AtomicBool, Ordering};

use ajet_protocol::{
    Category, CategoryId, Channel, ChannelDraft, ChannelId, CustomRole, InviteCode, InviteId, Member,
    Message, MessageId, Overwrite, QuietHours, Timestamp, UserId, WebhookId,
};

pub use bots::*;
pub use communities::*;
pub use emoji::*;
pub use people::*;
pub use pictures::PictureOf;
pub use polls::*;
pub use roles::*;

use crate::Standing;
use crate::acl::Scope;
use crate::channel::Head;
use crate::journal::{DuplicateKey, Rests};

mod rooms;

pub use rooms::{AllCategories, ChannelTally, ChannelTotal, DefaultChannel, MembershipOf, OthersIn};
mod dms;
mod previews;

pub use dms::DirectOf;
mod threads;

pub use threads::{ThreadFacts, ThreadOf};
mod moderation;
pub use moderation::{LastPostOf, PinFacts, PinOf};
pub use previews::{LinkPreviewsOn, PreviewsStripped};
mod drafts;

pub use drafts::*;
mod notices;

pub use notices::*;
mod slash;

pub use slash::*;
mod unread;

pub use unread::{UnreadFrom, UnreadFromFacts};
mod attachments;

pub use attachments::{AttachmentFacts, AttachmentOf};
mod outgoing;

pub use outgoing::{DeliveryFacts, DeliveryOf, OutgoingCount, OutgoingFacts, OutgoingWebhookOf};

/// A question, equal to another one where the answer is the same.
pub trait Question: Clone + Eq + Hash + Send + Sync + 'static {
    type Found: Clone + Default + Send + Sync;
}

/// Calls a macro with every kind of question: `field: Question => Found`, each with its doc comment.
#[macro_export]
macro_rules! with_questions {
    ($callback:ident) => {
        $callback! {
            /// What a person may do in the community, and in a channel of it where one is named.
            standings: StandingOf => Standing,
            /// A message of the channel, as it is now.
            messages: MessageOf => Option<Message>,
            /// What the channel remembers of a message.
            heads: HeadOf => Option<Head>,
            /// A person's reaction to a message, and what else stands under it.
            reactions: ReactionOf => ReactionFacts,
            /// The poll of a message of the channel, with what a person chose; `None` where it has none, or was deleted.
            polls: PollOf => Option<PollFacts>,
            /// Whether a message of the channel is pinned, and how many are.
            pins: PinOf => PinFacts,
            /// When a person posted in the channel last, if that was within the longest pause that slow mode can set.
            last_posts: LastPostOf => Option<Timestamp>,
            /// What an idempotency key made.
            priors: PriorOf => Option<PriorResult>,
            /// A person's membership of the community.
            members: MemberOf => Option<Member>,
            /// Whether a person is the community's only owner whose account is in use.
            sole_owners: SoleOwner => bool,
            /// Whether a person is banned from the community.
            bans: BanOf => bool,
            /// Until when a person was muted who has left the community; it may be over.
            kept_mutes: KeptMute => Option<Timestamp>,
            /// Whether there is such an account.
            accounts: AccountOf => bool,
            /// An invite of the community.
            invites: InviteOf => Option<InviteFacts>,
            /// The same by its id: who made it, and whether it was revoked.
            invites_by_id: InviteById => Option<InviteOwner>,
            /// How many invites of the community can still be accepted; counted up to as many as there may be.
            living_invites: LivingInvites => i64,
            /// The same of those that one person made.
            invites_made: InvitesBy => i64,
            /// The community's own row.
            communities: OwnCommunity => Option<CommunityFacts>,
            /// Whether a channel of the community is a text channel that every member sees.
            open_channels: OpenChannel => bool,
            /// For how many seconds after its creation a message may be edited, by the system's settings.
            edit_windows: EditWindow => u64,
            /// Whether messages show what their links lead to, by the system's settings.
            link_previews: LinkPreviewsOn => bool,
            /// Whether somebody has taken the previews of a message away.
            stripped: PreviewsStripped => bool,
            /// Whether the community has such a category.
            categories: CategoryOf => bool,
            /// All categories of the community, by their ids.
            all_categories: AllCategories => Vec<Category>,
            /// How many channels the community has, and where the last one stands of those that everybody sees.
            channel_tallies: ChannelTally => ChannelTotal,
            /// Whether a person has joined a channel, whatever they may see of it.
            memberships: MembershipOf => bool,
            /// Whether anybody else has joined a channel whose account is in use.
            others_in: OthersIn => bool,
            /// The channel that everybody joins on arrival, also where it is private.
            default_channels: DefaultChannel => Option<ChannelId>,
            /// A channel of the community, without what depends on a reader.
            channels: ChannelOf => Option<Channel>,
            /// How far a person has read a channel; `None` where they have not joined it, or the message is not in it.
            markers: MarkerOf => Option<MarkerFacts>,
            /// From where a channel would be unread; `None` where the person has not joined it, or the message is not in it.
            unread_from: UnreadFrom => Option<UnreadFromFacts>,
            /// What a person set for a channel; `None` where they have not joined it.
            preferences: PreferencesOf => Option<PreferenceFacts>,
            /// Whether a person was told of a message; `None` where there is nothing to tell them.
            notices: NoticeOf => Option<NoticeFacts>,
            /// Whether a person was told of something else; `None` where there is nothing to tell them.
            matters: MatterOf => Option<MatterFacts>,
            /// What of a community a person wants to be told of; `None` where they are no member.
            community_levels: CommunityLevelOf => Option<CommunityLevelFacts>,
            /// When a person's notifications are silent; `None` for never.
            quiet_hours: QuietHoursOf => Option<QuietHours>,
            /// Which notifications a person has not read.
            unread_notices: UnreadNoticesOf => UnreadNotices,
            /// The channel that a webhook of the community posts into, and what a person may do there.
            webhooks: WebhookOf => Option<WebhookFacts>,
            /// The channel that everybody joins on arrival.
            arrivals: ArrivalChannel => Option<ChannelId>,
            /// An account with what its person set for themselves; `None` for an id of no account.
            profiles: ProfileOf => Option<ProfileFacts>,
            /// Whether a person blocks another one.
            blocks: BlockOf => bool,
            /// Whether a person owns the system.
            system_owners: OwnsSystem => bool,
            /// A custom role of the community.
            roles: RoleOf => Option<CustomRole>,
            /// How many custom roles the community has.
            role_counts: RoleCount => i64,
            /// The custom roles of the community that a person holds.
            held_roles: HeldRoles => Vec<CustomRole>,
            /// What the community's channels allow a custom role, where they allow it anything.
            role_allowances: AllowedTo => Vec<Allowance>,
            /// What a channel of the community allows and denies.
            overwrites: OverwriteOf => Option<Overwrite>,
            /// How many overwrites a channel has.
            overwrite_counts: OverwriteCount => i64,
            /// A direct message with its people, without what depends on a reader.
            directs: DirectOf => Option<Channel>,
            /// A thread as a person follows it; `None` where there is no such message.
            threads: ThreadOf => Option<ThreadFacts>,
            /// Whether the community has such a custom emoji.
            emoji: EmojiOf => bool,
            /// Whether the community has a custom emoji of this name.
            emoji_names: EmojiNamed => bool,
            /// Where a picture is that the community shows.
            pictures: PictureOf => Option<String>,
            /// How many custom emoji the community has.
            emoji_counts: EmojiCount => i64,
            /// What a person has begun to write.
            drafts: DraftOf => Option<ChannelDraft>,
            /// How a person has saved a message.
            saved: SavedOf => Option<SavedFacts>,
            /// What a person scheduled.
            scheduled: ScheduledOf => Option<ScheduledFacts>,
            /// How much of something a person keeps; counted up to as much as they may.
            kept: KeptOf => i64,
            /// A file that was uploaded to the channel and is still there.
            attachments: AttachmentOf => Option<AttachmentFacts>,
            /// A bot of the community.
            bots: BotOf => Option<BotFacts>,
            /// Whether a bot of the community sees what a person does not.
            seen_beyond: SeesBeyond => bool,
            /// How many bots the community has.
            bot_counts: BotCount => i64,
            /// Whether a bot of the community has such a token that is not revoked.
            tokens: TokenOf => bool,
            /// An outgoing webhook of the community.
            outgoing_webhooks: OutgoingWebhookOf => Option<OutgoingFacts>,
            /// How many outgoing webhooks the community has.
            outgoing_counts: OutgoingCount => i64,
            /// What an outgoing webhook of the community is sent of an event.
            deliveries: DeliveryOf => Option<DeliveryFacts>,
            /// The account of a bot of the community.
            command_bots: CommandBot => Option<UserId>,
            /// Whether the community has such a command of its own.
            commands: CommandOf => bool,
            /// Whether the community has a command of its own of this name.
            command_names: CommandNamed => bool,
            /// How many commands of its own the community has.
            command_counts: CommandCount => i64,
            /// A use of a community's own command.
            invocations: InvocationOf => Option<InvocationFacts>,
            /// What a person wants to be reminded of.
            reminders: ReminderOf => Option<ReminderFacts>,
            /// Of how many things a person waits to be reminded; counted up to as many as there may be.
            reminder_counts: ReminderCount => i64,
        }
    };
}

macro_rules! define {
    ($($(#[$doc:meta])* $field:ident: $question:ident => $found:ty),+ $(,)?) => {
        /// What must be looked up, by kind.
        #[derive(Debug, Clone, PartialEq, Eq, Default)]
        pub struct Needs {
            $($(#[$doc])* pub $field: Vec<$question>,)+
        }

        /// What was found, by kind.
        #[derive(Debug, Default)]
        pub struct Facts {
            $($(#[$doc])* pub $field: HashMap<$question, $found>,)+
            unasked: AtomicBool,
        }

        impl Needs {
            /// Whether there is nothing to look up.
            #[must_use]
            pub fn is_empty(&self) -> bool {
                true $(&& self.$field.is_empty())+
            }
        }

        $(impl Question for $question {
            type Found = $found;
        }

        impl Ask<$question> for Needs {
            fn ask(&mut self, question: $question) {
                if !self.$field.contains(&question) {
                    self.$field.push(question);
                }
            }
        }

        impl Find<$question> for Facts {
            fn found(&self, question: &$question) -> Option<&$found> {
                self.$field.get(question)
            }
            fn put(&mut self, question: $question, found: $found) {
                self.$field.insert(question, found);
            }
        })+
    };
}

/// Takes questions.
pub trait Ask<Q> {
    /// Adds a question, once.
    fn ask(&mut self, question: Q);
}

/// Holds answers.
pub trait Find<Q: Question> {
    /// The answer, if the question was asked.
    fn found(&self, question: &Q) -> Option<&Q::Found>;
    /// Adds an answer.
    fn put(&mut self, question: Q, found: Q::Found);
}

with_questions!(define);

impl Facts {
    /// The answer to a question that the verb asked.
    ///
    /// One that it forgot to ask has no answer: the default stands in, and [`Facts::take_unasked`] tells the writer to drop what
    /// was decided on it.
    pub fn of<Q: Question>(&self, question: &Q) -> Q::Found
    where
        Self: Find<Q>,
    {
        self.found(question).cloned().unwrap_or_else(|| {
            self.unasked.store(true, Ordering::Relaxed);
            Q::Found::default()
        })
    }

    /// Whether something was read that was not asked for, since the last call.
    pub fn take_unasked(&self) -> bool {
        self.unasked.swap(false, Ordering::Relaxed)
    }

    /// The rights that everything here rests on: one for each scope and person, with the lowest version as of which one of theirs was
    /// read. Standings, webhooks, invites, bots and what roles are allowed are those of the entity's own scope.
    #[must_use]
    pub fn rests_on(&self, own: Scope) -> Vec<Rests> {
        let of_own =
            |person, standing: &Standing| Rests { scope: own, person, version: standing.acl_version };
        let standings = self.standings.iter().map(|(asked, standing)| of_own(asked.user, standing));
        let of_makers = self.invites.values().filter_map(|found| found.as_ref()?.maker);
        let of_makers = of_makers.map(|maker| of_own(maker.user, &maker.standing));
        let at_webhooks = self
            .webhooks
            .iter()
            .filter_map(|(asked, found)| found.map(|found| of_own(asked.user, &found.standing)));
        let at_markers =
            self.markers.iter().map(|(asked, found)| (asked.user, found.map(|found| found.joined)));
        let at_preferences =
            self.preferences.iter().map(|(asked, found)| (asked.user, found.map(|found| found.joined)));
        let at_notices =
            self.notices.iter().map(|(asked, found)| (asked.user, found.as_ref().map(|found| found.joined)));
        let at_matters = self
            .matters
            .iter()
            .map(|(asked, found)| (asked.user, found.as_ref().and_then(|found| found.joined)));
        let at_levels =
            self.community_levels.iter().map(|(asked, found)| (asked.user, found.map(|found| found.member)));
        let at_unread =
            self.unread_from.iter().map(|(asked, found)| (asked.user, found.map(|found| found.joined)));
        let at_channels = at_markers.chain(at_preferences).chain(at_notices).chain(at_unread);
        let at_channels = at_channels.chain(at_matters).chain(at_levels);
        let at_channels = at_channels.filter_map(|(person, joined)| Some(joined?.rests(person)));
        let where_allowed = self
            .role_allowances
            .iter()
            .flat_map(|(asked, found)| found.iter().map(move |one| of_own(asked.user, &one.standing)));
        let of_bots = self.bots.values().flatten().map(|bot| of_own(bot.user, &bot.standing));
        let here = standings.chain(at_webhooks).chain(of_makers).chain(where_allowed).chain(of_bots);
        oldest_of_each(here.chain(at_channels))
    }
}

/// One for each scope and person, with the lowest version of theirs.
fn oldest_of_each(all: impl Iterator<Item = Rests>) -> Vec<Rests> {
    let mut lowest = BTreeMap::new();
    for Rests { scope, person, version } in all {
        let known: &mut u64 = lowest.entry((scope, person)).or_insert(version);
        *known = version.min(*known);
    }
    lowest.into_iter().map(|((scope, person), version)| Rests { scope, person, version }).collect()
}

/// [`Needs::standings`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct StandingOf {
    pub user: UserId,
    pub channel: Option<ChannelId>,
}

/// [`Needs::messages`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct MessageOf(pub MessageId);

/// [`Needs::heads`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct HeadOf(pub MessageId);

/// [`Needs::reactions`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ReactionOf {
    pub message: MessageId,
    pub user: UserId,
    pub emoji: String,
}

/// What stands under a message, as one reaction to it is decided on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReactionFacts {
    /// Whether the person has put this emoji there.
    pub mine: bool,
    /// How many people have, this one included; where they are more than a batch has commands, only that they are.
    pub people: i64,
    /// How many different emoji the message has; counted up to one more than it may have.
    pub different: i64,
}

/// [`Needs::priors`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PriorOf(pub DuplicateKey);

/// [`Needs::members`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct MemberOf(pub UserId);

/// [`Needs::sole_owners`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SoleOwner(pub UserId);

/// [`Needs::bans`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct BanOf(pub UserId);

/// [`Needs::kept_mutes`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeptMute(pub UserId);

/// [`Needs::accounts`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AccountOf(pub UserId);

/// [`Needs::invites`]: an invite by its code.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct InviteOf(pub InviteCode);

/// [`Needs::categories`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CategoryOf(pub CategoryId);

/// [`Needs::channels`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ChannelOf(pub ChannelId);

/// [`Needs::webhooks`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct WebhookOf {
    pub webhook: WebhookId,
    pub user: UserId,
}

/// A webhook, as a person finds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WebhookFacts {
    pub channel: ChannelId,
    /// The person's rights in that channel.
    pub standing: Standing,
}

/// [`Needs::arrivals`]: where this person arrives, who is no member yet; `None`: who is new to the system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ArrivalChannel(pub Option<UserId>);

/// What an idempotency key made before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PriorResult {
    pub object: uuid::Uuid,
    /// The digest of the request that made it.
    pub fingerprint: i64,
}

/// An invite, as its community knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InviteFacts {
    pub id: InviteId,
    /// The only person who may accept it; `None` for anybody.
    pub addressee: Option<UserId>,
    pub max_uses: Option<i64>,
    pub uses: i64,
    pub expires_at: Option<Timestamp>,
    pub revoked: bool,
    /// Who made it; `None` where their account is gone.
    pub maker: Option<Maker>,
}

/// The person who made something that is worth what they may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Maker {
    pub user: UserId,
    /// Their rights in the community, now.
    pub standing: Standing,
}

#[cfg(test)]
mod tests;
