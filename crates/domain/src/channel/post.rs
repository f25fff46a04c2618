//! Takes a new message, from a person or a webhook.

use ajet_protocol::events::MessagePayload;
use ajet_protocol::{AttachmentId, Event, Message, MessageId, MessageKind, Permission, Poll};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

use super::attachment::{ask_about_all, attached, to_attach};
use super::poll::{Ballot, closing, ends_later};
use super::rights::{ask_about_blocks, may_write, not_apart, sayable, seen};
use super::set_previews::{ask_about_previews, preview_job};
use super::slow::{Hurried, ask_last_post, not_too_soon};
use super::{Change, ChannelCore, NotAttached, Silenced};
use crate::asked::{Caller, Key, Via};
use crate::change::NoticeChange;
use crate::event::Emit;
use crate::need::{Ask, HeadOf, Needs, StandingOf};
use crate::refusal::Denied;
use crate::verb::{Decided, KeySpace, Made, Repeats, Verb};
use crate::writer::{Core, Decision, Turn};
use crate::{Draft, Standing, refusals};

/// A message to be posted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Post {
    pub draft: Draft,
    /// The message that this one replies to.
    pub parent_id: Option<MessageId>,
    /// Whether a reply also stands in the channel itself.
    pub also_to_channel: bool,
    /// Its files.
    pub attachments: Vec<AttachmentId>,
    /// What it puts to the vote.
    pub poll: Option<Ballot>,
}

refusals! {
    /// Why a message was not taken.
    pub enum Refused: Denied | Silenced | Hurried | NotAttached {
        /// `parent_id` names no message of this channel.
        ParentUnknown => Invalid("parent_id", "not_found"): "names no message of this channel",
        /// `parent_id` names a reply.
        ParentIsReply => Invalid("parent_id", "nested"): "names a reply; threads are one level deep",
        /// `poll.closes_at` is not in the future, or further than a job waits.
        PollIsOver => Invalid("poll.closes_at", "out_of_range"): "must be in the future, and at most a year ahead",
        /// The person who made the webhook may no longer manage webhooks here, or is muted.
        WebhookOff => NotFound: "This webhook is off: who made it may no longer manage webhooks here.",
    }
}

impl Verb for Post {
    type Entity = ChannelCore;
    /// The event's payload as bytes, [`MessagePayload`].
    type Answer = Made<Box<RawValue>>;
    type Refusal = Refused;

    const KEYS: Option<KeySpace> = Some(KeySpace::Messages);
    const REPEATS: Repeats = Repeats::Freely;
    const LARGEST: &'static str = "body_md";

    fn needs(&self, core: &ChannelCore, by: &Caller, needs: &mut Needs) {
        needs.ask(StandingOf { user: by.rights_of(), channel: Some(core.id()) });
        ask_about_blocks(core, by.id(), needs);
        ask_last_post(core, by, needs);
        if let Some(parent) = self.parent_id {
            needs.ask(HeadOf(parent));
        }
        ask_about_previews(&self.draft, needs);
        ask_about_all(&self.attachments, needs);
    }

    /// The first attempt has used the files, and the poll may have closed since.
    fn looks_key_up(&self) -> bool {
        !self.attachments.is_empty() || self.poll.as_ref().is_some_and(|poll| poll.closes_at.is_some())
    }

    fn decide(&self, core: &mut ChannelCore, turn: &mut Turn<'_>) -> Decided<Self> {
        let standing = self.admitted(core, turn)?;
        not_too_soon(core, &standing, turn)?;
        if let Some(parent) = self.parent_id {
            let parent = core.head(parent, turn.facts).ok_or(Refused::ParentUnknown)?;
            if parent.parent_id.is_some() {
                return Err(Refused::ParentIsReply);
            }
        }
        if !ends_later(self.poll.as_ref(), turn.now) {
            return Err(Refused::PollIsOver);
        }
        let files = to_attach(&self.attachments, core, &standing, turn)?;
        let draft = sayable(&self.draft, &standing);
        let message = Message { attachments: files, ..self.compose(core, &draft, turn) };
        let event = Event::MessageCreated(MessagePayload { message: message.clone().into() });
        let emit = Emit::in_channel(&event, core.id());
        let answer = Made::New(emit.payload.clone());
        let id = message.id;
        let made = Some(id.0);
        let jobs = closing(&message).into_iter().chain(preview_job(&self.draft, id, turn));
        let change = Change::InsertMessage {
            message: Box::new(message),
            template: draft.body_html.clone(),
            fingerprint: turn.key.map_or(0, Key::kept),
        };
        // Of what concerns others by itself, as a mention does, the message's own row tells the notifier.
        let direct = core.is_direct();
        let direct =
            direct.then_some(Change::Notice(NoticeChange::DueMessage { message_id: id, at: turn.now }));
        let changes =
            [change].into_iter().chain(direct).chain(attached(&self.attachments, id)).chain(jobs).collect();
        Ok(Decision { events: vec![emit], changes, raises: vec![], made, answer })
    }

    fn replayed(object: Uuid) -> Option<Self::Answer> {
        Some(Made::Before(object))
    }
}

impl Post {
    /// A message of a text alone.
    #[must_use]
    pub fn of(draft: Draft) -> Self {
        Self { draft, parent_id: None, also_to_channel: false, attachments: Vec::new(), poll: None }
    }

    /// With whose rights the message is posted, if that may be done now.
    fn admitted(&self, core: &ChannelCore, turn: &Turn<'_>) -> Result<Standing, Refused> {
        if let Via::Webhook { .. } = turn.by.via {
            let maker = turn.rights(Some(core.id()));
            let may =
                maker.sees_channel && maker.may(Permission::ManageWebhooks) && !maker.muted_at(turn.now);
            if !may {
                return Err(Refused::WebhookOff);
            }
            return if maker.archived { Err(Silenced::Archived.into()) } else { Ok(maker) };
        }
        let standing = seen(core.id(), turn)?;
        may_write(&standing, turn.now)?;
        not_apart(core, turn)?;
        Ok(standing)
    }

    fn compose(&self, core: &mut ChannelCore, draft: &Draft, turn: &mut Turn<'_>) -> Message {
        Message {
            id: MessageId(core.mint().next(turn.now, turn.universe.entropy())),
            channel_id: core.id(),
            author: turn.by.user.clone(),
            parent_id: self.parent_id,
            body_md: draft.body_md.clone(),
            body_html: draft.shown().to_owned(),
            attachments: Vec::new(),
            reactions: Vec::new(),
            mentions: draft.mentions().collect(),
            reply_count: 0,
            pinned: false,
            seq: turn.seq,
            client_mutation_id: turn.key.map(|key| key.text.clone()).unwrap_or_default(),
            created_at: turn.now,
            edited_at: None,
            deleted: false,
            kind: MessageKind::Text,
            also_to_channel: self.also_to_channel && self.parent_id.is_some(),
            previews: Vec::new(),
            poll: self.poll.clone().map(Poll::from),
            thread: None,
        }
    }
}
