//! The community's decisions.

use ajet_protocol::events::{ChannelPayload, MemberGone, MemberPayload};
use ajet_protocol::{
    Channel, ChannelId, CommunityId, Envelope, Event, Invite, InviteId, Member, Permission, Role, Timestamp,
    Unread, User, UserId, Webhook, WebhookId, mint::Mint,
};

use super::{Answer, Command, NewChannel, NewInvite, NewWebhook, Refusal};
use crate::Standing;
use crate::envelope::{Place, envelope};
use crate::journal::{AclCheck, DuplicateKey};
use crate::writer::{Core, Decision, Turn};

/// A row to change.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Rights change with this commit.
    RaiseAcl,
    AddMember {
        user_id: UserId,
        role: Role,
        joined_at: Timestamp,
    },
    AddChannel {
        channel: Box<Channel>,
        by: UserId,
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
        invite: Invite,
        addressee: Option<UserId>,
        at: Timestamp,
    },
    UseInvite {
        code: String,
    },
    AddWebhook {
        webhook: Webhook,
        token_hash: Vec<u8>,
        user: User,
    },
    RemoveWebhook {
        id: WebhookId,
    },
    /// The caller's key made this object.
    SpendKey {
        author: UserId,
        key: String,
        object: uuid::Uuid,
        fingerprint: i64,
        at: Timestamp,
    },
}

/// What must be looked up: everything one command is about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Needs {
    pub by: Option<UserId>,
    pub channel: Option<ChannelId>,
    pub invite_code: Option<String>,
    pub webhook: Option<WebhookId>,
    pub key: Option<String>,
    pub category: Option<ajet_protocol::CategoryId>,
    pub addressee: Option<UserId>,
}

/// An invite with what only the community knows of it.
#[derive(Debug, Clone, PartialEq)]
pub struct InviteFacts {
    pub invite: Invite,
    pub addressee: Option<UserId>,
    pub revoked: bool,
    /// Whether who made it belongs to the community, and may invite, still.
    pub maker_may: bool,
}

/// What a spent key made.
#[derive(Debug, Clone, PartialEq)]
pub struct MadeFacts {
    pub object: uuid::Uuid,
    pub fingerprint: i64,
    /// The invite, where it made one.
    pub invite: Option<Invite>,
}

/// What was looked up, all in one reading.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    pub acl_version: u64,
    /// The caller's, in the community and in the channel asked about.
    pub standing: Standing,
    pub banned: bool,
    /// The channel that everybody joins on arrival.
    pub general: Option<ChannelId>,
    pub invite: Option<InviteFacts>,
    /// The channel of the webhook asked about.
    pub webhook: Option<ChannelId>,
    pub made: Option<MadeFacts>,
    /// The caller's membership.
    pub member: Option<Member>,
    pub category_exists: bool,
    pub addressee_exists: bool,
}

/// A community, as its activation knows it.
pub struct CommunityCore {
    id: CommunityId,
    mint: Mint,
}

type Decided = Result<Decision<CommunityCore>, Refusal>;

impl CommunityCore {
    /// A community whose next ids come from `mint`.
    #[must_use]
    pub fn new(id: CommunityId, mint: Mint) -> Self {
        Self { id, mint }
    }

    /// Which it is.
    #[must_use]
    pub fn id(&self) -> CommunityId {
        self.id
    }

    fn new_id(&mut self, turn: &mut Turn<'_, Facts>) -> uuid::Uuid {
        self.mint.next(turn.universe.now(), turn.universe.entropy())
    }

    fn create_channel(
        &mut self,
        by: &User,
        key: (&str, i64),
        new: &NewChannel,
        turn: &mut Turn<'_, Facts>,
    ) -> Decided {
        require(&turn.facts.standing, Permission::ManageChannels)?;
        if let Some(made) = replayed(turn.facts, key.1)? {
            let answer = Answer::Channel { id: ChannelId(made.object), replayed: true, channel: None };
            return Ok(Decision { events: vec![], changes: vec![], answer });
        }
        if new.category_id.is_some() && !turn.facts.category_exists {
            return Err(Refusal::CategoryUnknown);
        }
        let channel = self.compose_channel(new, turn);
        let changes = vec![
            Change::AddChannel { channel: Box::new(channel.clone()), by: by.id },
            Change::JoinChannel { channel_id: channel.id, user_id: by.id, at: channel.created_at },
            self.spend(by.id, key, channel.id.0, turn),
            Change::RaiseAcl,
        ];
        let event = Event::ChannelCreated(ChannelPayload { channel: channel.clone() });
        let events = vec![self.envelope(&event, Some(channel.id), by.id, turn)?];
        let answer = Answer::Channel { id: channel.id, replayed: false, channel: Some(Box::new(channel)) };
        Ok(Decision { events, changes, answer })
    }

    fn compose_channel(&mut self, new: &NewChannel, turn: &mut Turn<'_, Facts>) -> Channel {
        Channel {
            id: ChannelId(self.new_id(turn)),
            community_id: Some(self.id),
            name: new.name.to_string(),
            kind: new.kind,
            visibility: new.visibility,
            topic: new.topic.clone().map(String::from),
            category_id: new.category_id,
            position: 0,
            members: Vec::new(),
            last_message_id: None,
            unread: Unread::default(),
            muted: false,
            created_at: turn.universe.now(),
        }
    }

    fn join_channel(&mut self, by: &User, channel_id: ChannelId, turn: &mut Turn<'_, Facts>) -> Decided {
        let standing = turn.facts.standing;
        let member = visible_channel(&standing, turn.facts)?;
        if standing.in_channel {
            return Ok(done());
        }
        let at = turn.universe.now();
        let changes = vec![Change::JoinChannel { channel_id, user_id: by.id, at }, Change::RaiseAcl];
        let event = Event::MemberJoined(MemberPayload { member });
        let events = vec![self.envelope(&event, Some(channel_id), by.id, turn)?];
        Ok(Decision { events, changes, answer: Answer::Done })
    }

    fn leave_channel(&mut self, by: UserId, channel_id: ChannelId, turn: &mut Turn<'_, Facts>) -> Decided {
        let standing = turn.facts.standing;
        visible_channel(&standing, turn.facts)?;
        if !standing.in_channel {
            return Ok(done());
        }
        let changes = vec![Change::LeaveChannel { channel_id, user_id: by }, Change::RaiseAcl];
        let event = Event::MemberLeft(MemberGone { user_id: by });
        let events = vec![self.envelope(&event, Some(channel_id), by, turn)?];
        Ok(Decision { events, changes, answer: Answer::Done })
    }

    fn create_invite(
        &mut self,
        by: UserId,
        key: (&str, i64),
        new: &NewInvite,
        turn: &mut Turn<'_, Facts>,
    ) -> Decided {
        require(&turn.facts.standing, Permission::CreateInvites)?;
        if let Some(made) = replayed(turn.facts, key.1)? {
            let invite = made.invite.clone().ok_or(Refusal::KeyReused)?;
            return Ok(Decision {
                events: vec![],
                changes: vec![],
                answer: Answer::Invite { invite, replayed: true },
            });
        }
        if new.addressee.is_some() && !turn.facts.addressee_exists {
            return Err(Refusal::UserUnknown);
        }
        let at = turn.universe.now();
        if new.expires_at.is_some_and(|end| end <= at) {
            return Err(Refusal::AlreadyExpired);
        }
        let id = InviteId(self.new_id(turn));
        let invite = Invite {
            code: new.code.clone(),
            community_id: self.id,
            created_by: by,
            max_uses: new.max_uses,
            uses: 0,
            expires_at: new.expires_at,
            url: String::new(),
        };
        let changes = vec![
            Change::AddInvite { id, invite: invite.clone(), addressee: new.addressee, at },
            self.spend(by, key, id.0, turn),
        ];
        Ok(Decision { events: vec![], changes, answer: Answer::Invite { invite, replayed: false } })
    }

    fn accept_invite(&mut self, by: &User, code: &str, turn: &mut Turn<'_, Facts>) -> Decided {
        let now = turn.universe.now();
        let found = turn.facts.invite.as_ref().ok_or(Refusal::NotFound)?;
        if found.addressee.is_some_and(|addressee| addressee != by.id) {
            return Err(Refusal::NotFound);
        }
        if turn.facts.banned {
            return Err(Refusal::Banned);
        }
        if turn.facts.standing.in_community {
            let answer = Answer::Member(self.id);
            return Ok(Decision { events: vec![], changes: vec![], answer });
        }
        let used_up = found.invite.max_uses.is_some_and(|most| found.invite.uses >= most);
        let expired = found.invite.expires_at.is_some_and(|end| end <= now);
        if found.revoked || used_up || expired || !found.maker_may {
            return Err(Refusal::InviteOver);
        }
        let mut changes = vec![
            Change::UseInvite { code: code.to_owned() },
            Change::AddMember { user_id: by.id, role: Role::Member, joined_at: now },
            Change::RaiseAcl,
        ];
        let general =
            turn.facts.general.map(|channel_id| Change::JoinChannel { channel_id, user_id: by.id, at: now });
        changes.extend(general);
        let member = Member {
            user: by.clone(),
            role: Role::Member,
            roles: vec![],
            nickname: None,
            avatar_url: None,
            muted_until: None,
            joined_at: now,
        };
        let events =
            vec![self.envelope(&Event::MemberJoined(MemberPayload { member }), None, by.id, turn)?];
        Ok(Decision { events, changes, answer: Answer::Member(self.id) })
    }

    fn create_webhook(
        &mut self,
        by: UserId,
        key: (&str, i64),
        new: &NewWebhook,
        turn: &mut Turn<'_, Facts>,
    ) -> Decided {
        visible_channel(&turn.facts.standing, turn.facts)?;
        require(&turn.facts.standing, Permission::ManageWebhooks)?;
        if let Some(made) = replayed(turn.facts, key.1)? {
            let answer = Answer::Webhook { id: WebhookId(made.object), replayed: true };
            return Ok(Decision { events: vec![], changes: vec![], answer });
        }
        let (id, user_id) = (WebhookId(self.new_id(turn)), UserId(self.new_id(turn)));
        let created_at = turn.universe.now();
        let webhook = Webhook {
            id,
            channel_id: new.channel_id,
            name: new.name.to_string(),
            avatar_url: new.avatar_url.clone(),
            url: None,
            created_by: by,
            created_at,
        };
        let user = User {
            id: user_id,
            username: format!("webhook-{id}"),
            display_name: new.name.to_string(),
            avatar_url: new.avatar_url.clone(),
            status_text: None,
            bot: true,
            created_at,
        };
        let changes = vec![
            Change::AddWebhook { webhook, token_hash: new.token_hash.clone(), user },
            self.spend(by, key, id.0, turn),
        ];
        Ok(Decision { events: vec![], changes, answer: Answer::Webhook { id, replayed: false } })
    }

    fn delete_webhook(&mut self, id: WebhookId, turn: &mut Turn<'_, Facts>) -> Decided {
        if !turn.facts.standing.sees_channel || turn.facts.webhook.is_none() {
            return Err(Refusal::NotFound);
        }
        require(&turn.facts.standing, Permission::ManageWebhooks)?;
        Ok(Decision { events: vec![], changes: vec![Change::RemoveWebhook { id }], answer: Answer::Done })
    }

    fn spend(&self, author: UserId, key: (&str, i64), object: uuid::Uuid, turn: &Turn<'_, Facts>) -> Change {
        Change::SpendKey {
            author,
            key: key.0.to_owned(),
            object,
            fingerprint: key.1,
            at: turn.universe.now(),
        }
    }

    fn envelope(
        &mut self,
        event: &Event,
        channel: Option<ChannelId>,
        by: UserId,
        turn: &mut Turn<'_, Facts>,
    ) -> Result<Envelope, Refusal> {
        // Every event of a community that changes rights is committed with the version it raises to.
        let acl_version = turn.facts.acl_version + 1;
        let place = Place { stream: self.id.into(), community: self.id, channel, acl_version };
        envelope(event, by, place, (&mut self.mint, turn)).ok_or(Refusal::TooLarge)
    }
}

fn done() -> Decision<CommunityCore> {
    Decision { events: vec![], changes: vec![], answer: Answer::Done }
}

fn require(standing: &Standing, one: Permission) -> Result<(), Refusal> {
    if !standing.in_community {
        return Err(Refusal::NotFound);
    }
    if standing.may(one) { Ok(()) } else { Err(Refusal::Forbidden) }
}

/// The caller's membership, where they may know of the channel.
fn visible_channel(standing: &Standing, facts: &Facts) -> Result<Member, Refusal> {
    if !standing.in_community || !standing.sees_channel {
        return Err(Refusal::NotFound);
    }
    facts.member.clone().ok_or(Refusal::NotFound)
}

fn replayed(facts: &Facts, fingerprint: i64) -> Result<Option<&MadeFacts>, Refusal> {
    match &facts.made {
        Some(made) if made.fingerprint != fingerprint => Err(Refusal::KeyReused),
        made => Ok(made.as_ref()),
    }
}

impl Core for CommunityCore {
    type Command = Command;
    type Needs = Needs;
    type Facts = Facts;
    type Change = Change;
    type Answer = Answer;
    type Refusal = Refusal;

    const BATCH: usize = 1;

    fn needs(&self, commands: &[&Command], _fresh: bool) -> Needs {
        let Some(command) = commands.first() else { return Needs::default() };
        let mut needs = Needs { by: Some(command.by()), ..Needs::default() };
        match command {
            Command::CreateChannel { key, channel, .. } => {
                needs.key = Some(key.clone());
                needs.category = channel.category_id;
            }
            Command::CreateInvite { key, invite, .. } => {
                needs.key = Some(key.clone());
                needs.addressee = invite.addressee;
            }
            Command::JoinChannel { channel_id, .. } | Command::LeaveChannel { channel_id, .. } => {
                needs.channel = Some(*channel_id);
            }
            Command::AcceptInvite { code, .. } => needs.invite_code = Some(code.clone()),
            Command::CreateWebhook { key, webhook, .. } => {
                needs.key = Some(key.clone());
                needs.channel = Some(webhook.channel_id);
            }
            Command::DeleteWebhook { webhook_id, .. } => needs.webhook = Some(*webhook_id),
        }
        needs
    }

    fn decide(&mut self, command: &Command, turn: &mut Turn<'_, Facts>) -> Decided {
        match command {
            Command::CreateChannel { by, key, fingerprint, channel } => {
                self.create_channel(by, (key, *fingerprint), channel, turn)
            }
            Command::JoinChannel { by, channel_id } => self.join_channel(by, *channel_id, turn),
            Command::LeaveChannel { by, channel_id } => self.leave_channel(*by, *channel_id, turn),
            Command::CreateInvite { by, key, fingerprint, invite } => {
                self.create_invite(*by, (key, *fingerprint), invite, turn)
            }
            Command::AcceptInvite { by, code } => self.accept_invite(by, code, turn),
            Command::CreateWebhook { by, key, fingerprint, webhook } => {
                self.create_webhook(*by, (key, *fingerprint), webhook, turn)
            }
            Command::DeleteWebhook { webhook_id, .. } => self.delete_webhook(*webhook_id, turn),
        }
    }

    fn acl(&self, facts: &Facts) -> AclCheck {
        AclCheck { community: self.id, version: facts.acl_version }
    }

    /// Nothing is remembered between two commands.
    fn settle(&mut self, _committed: bool) {}

    /// The key's result is looked up with every command that has one.
    fn spent(&mut self, _keys: Vec<DuplicateKey>) {}

    fn constraint(name: &str) -> Refusal {
        if name == CHANNEL_NAME_TAKEN { Refusal::NameTaken } else { Refusal::KeyReused }
    }
}

/// The constraint that keeps channel names apart within a community.
pub const CHANNEL_NAME_TAKEN: &str = "channels_name_key";
