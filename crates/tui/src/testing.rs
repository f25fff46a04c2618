//! A small world for tests: Ann, who is the person, and Bob, in a community with two channels and a direct message.

use ajet_client::News;
use ajet_protocol::{
    Attachment, AttachmentId, AttachmentStatus, Channel, ChannelId, ChannelType, Community, CommunityId,
    Envelope, Event, EventId, Me, Mention, MentionType, Message, MessageId, MessageKind, MessageShown,
    NotifyLevel, Page, Permission, PresenceMode, Reaction, Role, StreamId, Sync, SyncedChannel,
    SyncedCommunity, SyncedNotifications, Timestamp, Unread, User, UserId, Visibility,
};
use uuid::Uuid;

use crate::effect::Effect;
use crate::keys::press::sequence;
use crate::message::{Message as Came, Reply};
use crate::settings::Settings;
use crate::state::State;
use crate::state::timeline::{Timeline, Way};
use crate::update::update;

/// Now, in ms: 2026-11-27 12:00 UTC.
pub const NOW: u64 = 1_795_780_800_000;

fn uuid(kind: u128, number: u64) -> Uuid {
    Uuid::from_u128((kind << 64) | u128::from(number))
}

pub fn user_id(number: u64) -> UserId {
    UserId(uuid(1, number))
}

pub fn channel_id(number: u64) -> ChannelId {
    ChannelId(uuid(2, number))
}

pub fn community_id() -> CommunityId {
    CommunityId(uuid(3, 1))
}

/// Ids of messages are small numbers, so that tests read them.
pub fn message_id(number: u64) -> MessageId {
    MessageId(Uuid::from_u128(u128::from(number)))
}

pub fn user(number: u64, name: &str) -> User {
    User {
        id: user_id(number),
        username: name.to_lowercase(),
        display_name: name.to_owned(),
        avatar_url: None,
        status_text: None,
        bot: false,
        created_at: Timestamp::from_unix_millis(0),
    }
}

pub fn ann() -> User {
    user(1, "Ann")
}

pub fn bob() -> User {
    user(2, "Bob")
}

/// A message of Bob's in `#general`, posted so many seconds after eleven.
pub fn message(number: u64, text: &str) -> Message {
    Message {
        id: message_id(number),
        channel_id: channel_id(1),
        author: bob(),
        parent_id: None,
        body_md: text.to_owned(),
        body_html: format!("<p>{text}</p>"),
        attachments: Vec::new(),
        reactions: Vec::new(),
        mentions: Vec::new(),
        reply_count: 0,
        pinned: false,
        seq: number,
        client_mutation_id: format!("key-{number}"),
        created_at: Timestamp::from_unix_millis(NOW - 3_600_000 + number * 1000),
        edited_at: None,
        deleted: false,
        kind: MessageKind::Text,
        also_to_channel: false,
        previews: Vec::new(),
        poll: None,
        thread: None,
    }
}

/// The same by Ann.
pub fn own(number: u64, text: &str) -> Message {
    Message { author: ann(), ..message(number, text) }
}

pub fn channel(number: u64, name: &str) -> SyncedChannel {
    let channel = Channel {
        id: channel_id(number),
        community_id: Some(community_id()),
        name: name.to_owned(),
        kind: ChannelType::Text,
        visibility: Visibility::Public,
        topic: None,
        category_id: None,
        position: number as i32,
        members: Vec::new(),
        last_message_id: None,
        unread: Unread::default(),
        muted: false,
        notify: NotifyLevel::default(),
        archived: false,
        slow_mode_s: 0,
        created_at: Timestamp::from_unix_millis(0),
    };
    SyncedChannel { channel, last_read_id: None, joined: true, my_permissions: None }
}

/// What the server says at the beginning.
pub fn sync() -> Sync {
    let community = Community {
        id: community_id(),
        name: "Crew".into(),
        slug: "crew".into(),
        role: Role::Member,
        notify: NotifyLevel::default(),
        default_channel_id: Some(channel_id(1)),
        avatar_url: None,
        created_at: Timestamp::from_unix_millis(0),
    };
    let mut dm = channel(3, "");
    (dm.channel.community_id, dm.channel.kind) = (None, ChannelType::Dm);
    dm.channel.visibility = Visibility::Private;
    dm.channel.members = vec![ann(), bob()];
    Sync {
        cursor: "c1".into(),
        user: Me { user: ann(), email: None, presence: PresenceMode::Auto, quiet_hours: None },
        communities: vec![SyncedCommunity {
            community,
            categories: Vec::new(),
            roles: Vec::new(),
            emoji: Vec::new(),
            my_permissions: vec![Permission::SendMessages],
        }],
        channels: vec![channel(1, "general"), channel(2, "random")],
        dms: vec![dm],
        notifications: SyncedNotifications::default(),
        blocks: Vec::new(),
        drafts: Vec::new(),
    }
}

/// A client that has fetched what `sync` says, with these messages in `#general`, which is open.
pub fn state_with(sync: Sync, messages: Vec<Message>) -> State {
    let mut state = State::new(Settings::default(), "https://chat.example", 7);
    let _ = update(&mut state, NOW, Came::Synced(Box::new(sync)));
    page(&mut state, messages);
    state
}

/// A page of `#general` has come.
pub fn page(state: &mut State, messages: Vec<Message>) {
    let page = Page { items: messages, has_more: false };
    let turn = state.timeline(channel_id(1)).map_or(0, Timeline::turn);
    let reply = Reply::Page { channel: channel_id(1), way: Way::Newest, turn, result: Ok(page) };
    let _ = update(state, NOW, Came::Reply(Box::new(reply)));
}

/// The small world with one message of Bob's.
pub fn state() -> State {
    state_with(sync(), vec![message(10, "hello")])
}

/// The small world, in which one has gone to an older message of `#general`; there is more on both sides.
pub fn at_an_older_place() -> State {
    let mut state = state();
    let found = Reply::Found(Ok(Box::new(message(5, "old"))));
    let _ = update(&mut state, NOW, Came::Reply(Box::new(found)));
    let turn = state.timeline(channel_id(1)).map_or(0, Timeline::turn);
    let result = Ok(Page { items: vec![message(5, "old")], has_more: true });
    let reply = Reply::Page { channel: channel_id(1), way: Way::Around(message_id(5)), turn, result };
    let _ = update(&mut state, NOW, Came::Reply(Box::new(reply)));
    state
}

/// Keys are pressed, one after the other; what is to be done then.
pub fn press(state: &mut State, keys: &str) -> Vec<Effect> {
    let keys = sequence(keys).expect("keys");
    keys.into_iter().flat_map(|key| update(state, NOW, Came::Key(key))).collect()
}

/// A text is typed.
pub fn write(state: &mut State, text: &str) -> Vec<Effect> {
    let key = |c: char| crate::keys::press::Press::of(crate::keys::press::Code::Char(c));
    text.chars().flat_map(|c| update(state, NOW, Came::Key(key(c)))).collect()
}

/// An event of a channel's stream.
pub fn news(number: u64, channel: ChannelId, event: &Event) -> Came {
    let envelope = Envelope {
        v: 1,
        id: EventId(uuid(9, number)),
        kind: event.kind().as_str().into(),
        ts: Timestamp::from_unix_millis(NOW),
        stream: StreamId::from(channel),
        seq: Some(number),
        community_id: Some(community_id()),
        channel_id: Some(channel),
        actor_id: None,
        acl_version: None,
        payload: event.payload(),
    };
    Came::News(Box::new(News::Event(Box::new(envelope))))
}

/// A message was posted.
pub fn posted(message: &Message) -> Came {
    let shown = MessageShown::from(message.clone());
    let event = Event::MessageCreated(ajet_protocol::events::MessagePayload { message: shown });
    news(message.seq, message.channel_id, &event)
}

/// The small world, in which everything that people write is this text.
pub fn hostile(text: &str) -> State {
    let mut sync = sync();
    sync.communities[0].community.name = text.to_owned();
    for one in &mut sync.channels {
        one.channel.name = text.to_owned();
        one.channel.topic = Some(text.to_owned());
    }
    sync.dms[0].channel.members[1].display_name = text.to_owned();
    let mut said = message(10, text);
    said.author.display_name = text.to_owned();
    said.reactions = vec![Reaction { emoji: text.to_owned(), count: 1, reacted_by_me: false }];
    said.mentions = vec![Mention { kind: MentionType::User, target_id: Some(user_id(2).0) }];
    said.attachments = vec![Attachment {
        id: AttachmentId(uuid(4, 1)),
        filename: text.to_owned(),
        content_type: text.to_owned(),
        size_bytes: 1,
        width: None,
        height: None,
        status: AttachmentStatus::Clean,
        url: text.to_owned(),
        alt: Some(text.to_owned()),
        thumbnail_url: None,
    }];
    let mut code = message(11, &format!("```{text}\n{text}\n```\n> {text}\n||{text}||"));
    code.author.display_name = text.to_owned();
    let mut state = state_with(sync, vec![said, code]);
    state.composer.buffer.set(text);
    crate::update::notices::complain(&mut state, text);
    state
}
