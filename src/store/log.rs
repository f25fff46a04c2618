//! The event log: what a stream holds, for gaps and for the publisher.
//!
//! An event row names the message it is about; its text stands once, in the message's own row, and is joined when the log is
//! read, and so is a poll that somebody votes in. So what was edited or deleted is gone from every reading of the log in the same commit (I19), and a late reader may
//! see the newest text under an older event, which converges. In the same way the row of a notification names the account that
//! wrote the message by id alone, and its names are joined: one person's stream holds no names of other people (I11).

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use ajet_domain::acl::Scope;
use ajet_protocol::events::{ENVELOPE_VERSION, MessagePayload, PollPayload};
use ajet_protocol::{
    Address, Addressed, Audience, ChannelId, CommunityId, Envelope, Event, EventId, EventType, LinkPreview,
    Message, MessageId, MessageKind, PollCounted, StreamId, Timestamp, Topic, User, UserId,
};
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, Value};
use sqlx::types::Json;
use time::OffsetDateTime;
use uuid::Uuid;

use super::own_texts::{self, OwnText, OwnTexts};
use super::polls::{of_poll, without_poll};
use super::rows::{Known, MessageRow, StoredPoll, user_in};
use super::streams::{count, stored};
use super::{Pool, Store, StoreError};

pub(super) struct EventRow {
    pub stream: Uuid,
    pub seq: i64,
    pub id: Uuid,
    pub kind: String,
    pub ts: OffsetDateTime,
    pub community_id: Option<Uuid>,
    pub channel_id: Option<Uuid>,
    pub actor_id: Option<Uuid>,
    /// Null in rows of the release before: then it follows from the type.
    pub audience: Option<i16>,
    pub acl_version: Option<i64>,
    pub payload: Json<Box<RawValue>>,
}

impl EventRow {
    fn topic(&self) -> Topic {
        let (community, channel) = (self.community_id.map(CommunityId), self.channel_id.map(ChannelId));
        Topic::of(StreamId(self.stream), community, channel)
    }

    /// Whom the event is for; `None` where this version does not know such an audience.
    fn address(&self) -> Option<Address> {
        let channel = self.channel_id.map(ChannelId);
        let audience = match self.audience {
            Some(code) => Audience::of_code(code, channel),
            None => self.kind().and_then(|kind| kind.audience_on(self.topic(), channel)),
        };
        Some(Address { topic: self.topic(), audience: audience? })
    }

    fn kind(&self) -> Option<EventType> {
        EventType::named(&self.kind)
    }

    /// The message that the event shows, by id.
    fn message(&self) -> Option<MessageId> {
        self.reference().map(|shown| shown.id)
    }

    fn reference(&self) -> Option<Reference> {
        shows_message(self.kind()?).then(|| Reference::read(self.payload.0.get()))?
    }

    /// The message whose poll the event shows.
    fn poll(&self) -> Option<MessageId> {
        (self.kind()? == EventType::PollUpdated).then(|| of_poll(self.payload.0.get()))?
    }

    /// The payload with the poll that the event shows; `None` where it shows none.
    fn with_poll(&self, polls: &HashMap<MessageId, PollCounted>) -> Option<Box<RawValue>> {
        let message_id = self.poll()?;
        let poll = polls.get(&message_id).cloned();
        Some(Event::PollUpdated(PollPayload { message_id, poll }).payload())
    }

    /// Whether the event shows something of the channel as it is now.
    fn shows_now(&self) -> bool {
        self.message().is_some() || self.poll().is_some()
    }

    /// Whose names the event shows; none in one that shows a message, which has its own.
    fn actor(&self) -> Option<Actor> {
        (self.kind()? == EventType::NotificationNew).then(|| Actor::read(self.payload.0.get()))?
    }

    /// The payload with the message that the event shows; `None` where it shows none.
    fn with_message(&self, shown: &HashMap<MessageId, Message>) -> Option<Box<RawValue>> {
        let reference = self.reference()?;
        let message = shown.get(&reference.id).cloned().unwrap_or_else(|| reference.remains());
        let payload = MessagePayload { message: message.into() };
        let event = match self.kind()? {
            EventType::MessageEdited => Event::MessageEdited(payload),
            _ => Event::MessageCreated(payload),
        };
        Some(event.payload())
    }

    /// The payload with the names of its actor; `None` where it has none to show.
    fn with_names(&self, users: &HashMap<(UserId, Uuid), User>) -> Option<Box<RawValue>> {
        let actor = self.actor()?;
        let user = users.get(&actor.key()).cloned().unwrap_or_else(|| nameless(actor.id, actor.created_at));
        let payload = with_actor(self.payload.0.get(), serde_json::to_value(user).ok()?)?;
        RawValue::from_string(payload).ok()
    }

    /// The text of the person's own that the event shows.
    fn own_text(&self) -> Option<OwnText> {
        OwnText::of(self.kind()?, StreamId(self.stream), self.payload.0.get())
    }

    /// The payload with the text of the person's own; `None` where it has none to show.
    fn with_own_text(&self, texts: &OwnTexts) -> Option<Box<RawValue>> {
        texts.filled(self.own_text()?, self.payload.0.get())
    }

    fn envelope(self, payload: Option<Box<RawValue>>) -> Envelope {
        Envelope {
            v: ENVELOPE_VERSION,
            id: EventId(self.id),
            kind: Cow::Owned(self.kind),
            ts: self.ts.into(),
            stream: StreamId(self.stream),
            seq: Some(count(self.seq)),
            community_id: self.community_id.map(CommunityId),
            channel_id: self.channel_id.map(ChannelId),
            actor_id: self.actor_id.map(UserId),
            acl_version: self.acl_version.map(count),
            payload: payload.unwrap_or(self.payload.0),
        }
    }
}

/// Whether events of a type show a message with its text.
fn shows_message(kind: EventType) -> bool {
    matches!(kind, EventType::MessageCreated | EventType::MessageEdited)
}

/// What the log keeps of a message that an event shows.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Reference {
    id: MessageId,
    channel_id: ChannelId,
    #[serde(default)]
    author_id: Option<UserId>,
    seq: u64,
    created_at: Timestamp,
}

#[derive(Serialize, Deserialize)]
struct Referring<T> {
    message: T,
}

impl Reference {
    fn read(payload: &str) -> Option<Self> {
        serde_json::from_str::<Referring<Self>>(payload).ok().map(|payload| payload.message)
    }

    /// The message as that of a row that is gone for good: deleted, and by somebody without a name.
    fn remains(self) -> Message {
        let author = nameless(self.author_id.unwrap_or(UserId(Uuid::nil())), self.created_at);
        Message {
            id: self.id,
            channel_id: self.channel_id,
            author,
            parent_id: None,
            body_md: String::new(),
            body_html: String::new(),
            attachments: Vec::new(),
            reactions: Vec::new(),
            mentions: Vec::new(),
            reply_count: 0,
            pinned: false,
            seq: self.seq,
            client_mutation_id: String::new(),
            created_at: self.created_at,
            edited_at: None,
            deleted: true,
            kind: MessageKind::Text,
            also_to_channel: false,
            previews: Vec::new(),
            poll: None,
            thread: None,
        }
    }
}

/// An account of which nothing but the id is known any more.
fn nameless(id: UserId, created_at: Timestamp) -> User {
    User {
        id,
        username: String::new(),
        display_name: String::new(),
        avatar_url: None,
        status_text: None,
        bot: false,
        created_at,
    }
}

/// An account without its names.
#[derive(Serialize, Deserialize)]
struct Account {
    id: UserId,
}

/// Whose names a notification shows.
struct Actor {
    id: UserId,
    /// The message that the notification tells of: it may show its author under another name, as a webhook's does.
    source: Uuid,
    /// When the notification was made.
    created_at: Timestamp,
}

impl Actor {
    fn read(payload: &str) -> Option<Self> {
        #[derive(Deserialize)]
        struct Told {
            notification: About,
        }
        #[derive(Deserialize)]
        struct About {
            source_id: Uuid,
            actor: Account,
            created_at: Timestamp,
        }
        let Told { notification } = serde_json::from_str(payload).ok()?;
        let About { source_id, actor, created_at } = notification;
        Some(Self { id: actor.id, source: source_id, created_at })
    }

    fn key(&self) -> (UserId, Uuid) {
        (self.id, self.source)
    }
}

/// A notification's payload with this actor in place of its own. All else stays as it is, also what only a newer node knows.
fn with_actor(payload: &str, actor: Value) -> Option<String> {
    let mut payload: Value = serde_json::from_str(payload).ok()?;
    payload.get_mut("notification")?.as_object_mut()?.insert("actor".to_owned(), actor);
    serde_json::to_string(&payload).ok()
}

/// An event's payload as the log keeps it: without the text of the message or the poll that it shows, without the names in a notification,
/// and without what a person wrote for themselves.
pub(super) fn kept(event: &Envelope) -> Cow<'_, str> {
    let payload = event.payload.get();
    let reduced = match EventType::named(&event.kind) {
        Some(kind) if shows_message(kind) => referring(payload),
        Some(EventType::NotificationNew) => without_names(payload),
        Some(EventType::PollUpdated) => without_poll(payload),
        Some(kind) => own_texts::without(kind, payload),
        None => None,
    };
    reduced.map_or(payload.into(), Cow::Owned)
}

/// The payload of an event that shows a message, with a reference to it.
fn referring(payload: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Shown {
        id: MessageId,
        channel_id: ChannelId,
        author: Account,
        seq: u64,
        created_at: Timestamp,
    }
    let Referring { message } = serde_json::from_str::<Referring<Shown>>(payload).ok()?;
    let Shown { id, channel_id, author, seq, created_at } = message;
    let reference = Reference { id, channel_id, author_id: Some(author.id), seq, created_at };
    serde_json::to_string(&Referring { message: reference }).ok()
}

/// The payload of a notification, with its actor's id alone.
fn without_names(payload: &str) -> Option<String> {
    let Actor { id, .. } = Actor::read(payload)?;
    with_actor(payload, serde_json::to_value(Account { id }).ok()?)
}

impl Store {
    /// Events `first..=last` of a stream, in order, but for those whose audience this version does not know.
    pub async fn events_between(
        &self,
        stream: StreamId,
        first: u64,
        last: u64,
    ) -> Result<Vec<Addressed>, StoreError> {
        let rows = sqlx::query_as!(
            EventRow,
            r#"select stream, seq, id, type as kind, ts, community_id, channel_id, actor_id, audience, acl_version,
                      payload as "payload: _"
               from events where stream = $1 and seq between $2 and $3 order by seq"#,
            stream.0,
            stored(first),
            stored(last)
        )
        .fetch_all(self.background())
        .await?;
        Ok(self.told(rows, self.background()).await?.into_iter().flatten().collect())
    }

    /// Rows of the log as readers get them, in their order: with the messages and the names that they show as these are now. A row
    /// that shows a message or a poll counts as of the present ACL version: its text may have been written after one of its readers had left
    /// (I6). `None` stands for an event that reaches no reader, since this version does not know its audience.
    pub(super) async fn told(
        &self,
        rows: Vec<EventRow>,
        pool: &Pool,
    ) -> Result<Vec<Option<Addressed>>, StoreError> {
        let ids: Vec<Uuid> = rows.iter().filter_map(EventRow::message).map(|id| id.0).collect();
        let shown = self.messages_by_id(&ids, pool).await?;
        let polls: Vec<Uuid> = rows.iter().filter_map(EventRow::poll).map(|id| id.0).collect();
        let polls = self.polls_by_id(&polls, pool).await?;
        let actors: HashSet<(UserId, Uuid)> =
            rows.iter().filter_map(EventRow::actor).map(|actor| actor.key()).collect();
        let users = self.users_behind(actors, pool).await?;
        let texts = self.own_texts(rows.iter().filter_map(EventRow::own_text).collect(), pool).await?;
        let scopes = rows.iter().filter(|row| row.shows_now()).map(|row| Scope::from(row.topic()));
        // Read after the texts: no version is older than one of them.
        let versions = self.acl_versions(scopes, pool).await?;
        let told = rows.into_iter().map(|mut row| {
            let to = row.address()?;
            let shows = row.with_message(&shown).or_else(|| row.with_poll(&polls));
            if shows.is_some() {
                row.acl_version =
                    row.acl_version.max(versions.get(&Scope::from(to.topic)).map(|version| stored(*version)));
            }
            let payload = shows.or_else(|| row.with_names(&users)).or_else(|| row.with_own_text(&texts));
            Some(Addressed { to, event: row.envelope(payload) })
        });
        Ok(told.collect())
    }

    /// The present ACL versions of scopes.
    pub(super) async fn acl_versions(
        &self,
        scopes: impl Iterator<Item = Scope>,
        pool: &Pool,
    ) -> Result<HashMap<Scope, u64>, StoreError> {
        let ids: Vec<Uuid> = scopes.map(|scope| scope.0).collect::<HashSet<_>>().into_iter().collect();
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let rows = sqlx::query!("select scope, version from acl where scope = any($1)", &ids)
            .fetch_all(pool)
            .await?;
        Ok(rows.into_iter().map(|row| (Scope(row.scope), count(row.version))).collect())
    }

    /// Messages by id, wherever they are, with their names filled in.
    async fn messages_by_id(
        &self,
        ids: &[Uuid],
        pool: &Pool,
    ) -> Result<HashMap<MessageId, Message>, StoreError> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let rows = sqlx::query_as!(
            MessageRow,
            r#"select m.id as "id!", m.channel_id as "channel_id!", m.parent_id, m.body_md as "body_md!",
                      m.body_html as "body_html!", m.mentions as "mentions!: _", m.seq as "seq!",
                      m.client_mutation_id as "client_mutation_id!", m.created_at as "created_at!", m.edited_at, (m.deleted_at is not null) as "deleted!",
                      0::int8 as "reply_count!",
                      u.id as "author_id!", u.username as "author_username!",
                      coalesce(m.author_name, u.display_name) as "author_display_name!",
                      coalesce(m.author_avatar_url, u.avatar_url) as author_avatar_url,
                      u.status_text as author_status_text, u.bot as "author_bot!",
                      u.created_at as "author_created_at!",
                      m.also_to_channel as "also_to_channel!", m.attachments as "attachments!",
                      m.poll as "poll?: Json<StoredPoll>",
                      p.previews as "previews?: Json<Known<LinkPreview>>",
                      false as "pinned!", false as "reacted!", false as "followed!"
               from messages m join users u on u.id = m.author_id
               left join message_previews p on p.message_id = m.id and not p.stripped
               where m.id = any($1)"#,
            ids
        )
        .fetch_all(pool)
        .await?;
        let mut messages: Vec<_> = rows.into_iter().map(Message::from).collect();
        self.fill_shown_parts(pool, &mut messages).await?;
        Ok(messages.into_iter().map(|message| (message.id, message)).collect())
    }

    /// Accounts by id, each as a message of theirs shows it; an account that is gone is left out.
    async fn users_behind(
        &self,
        actors: HashSet<(UserId, Uuid)>,
        pool: &Pool,
    ) -> Result<HashMap<(UserId, Uuid), User>, StoreError> {
        if actors.is_empty() {
            return Ok(HashMap::new());
        }
        let (accounts, sources): (Vec<Uuid>, Vec<Uuid>) =
            actors.into_iter().map(|(account, source)| (account.0, source)).unzip();
        let rows = sqlx::query!(
            r#"select q.source as "source!", u.id as "id!", u.username as "username!",
                      coalesce(m.author_name, u.display_name) as "display_name!",
                      coalesce(m.author_avatar_url, u.avatar_url) as "avatar_url?",
                      u.status_text as "status_text?", u.bot as "bot!", u.created_at as "created_at!"
               from unnest($1::uuid[], $2::uuid[]) as q(account, source)
               join users u on u.id = q.account
               left join messages m on m.id = q.source and m.author_id = q.account and m.deleted_at is null"#,
            &accounts,
            &sources
        )
        .fetch_all(pool)
        .await?;
        let users = rows.into_iter().map(|row| {
            let user = user_in!(row);
            ((UserId(row.id), row.source), user)
        });
        Ok(users.collect())
    }

    /// The heads of all streams of a community: its own and its channels'.
    pub async fn heads_of(&self, community: CommunityId) -> Result<Vec<(StreamId, u64)>, StoreError> {
        let rows = sqlx::query!(
            "select s.id, s.head from streams s where s.id = $1
             union all select s.id, s.head from channels ch join streams s on s.id = ch.id where ch.community_id = $1",
            community.0
        )
        .fetch_all(self.background())
        .await?;
        Ok(rows.into_iter().filter_map(|row| Some((StreamId(row.id?), count(row.head?)))).collect())
    }
}
