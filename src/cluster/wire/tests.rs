//! Golden bytes of the newest version: what one release sends, every later one must read.

mod bots;
mod files;
mod looks;
mod notices;
mod outgoing;
mod words;

use std::collections::HashSet;
use std::fmt::Debug;

use ajet_cluster::{Kind, NodeId, RouteHeader};
use ajet_domain::channel::{
    self, AnnouncePerson, ChannelCore, ClosePoll, Delete, Edit, Pin, Post, Preview, Purge, PurgeOnce, React,
    RenameGroup, SetPreviews, StripPreviews, Unpin, Unreact, Vote,
};
use ajet_domain::community::{
    self, AcceptInvite, AddToChannel, AnnounceMember, ArchiveChannel, Ban, CreateCategory, CreateChannel,
    CreateInvite, CreateRole, CreateWebhook, DeleteCategory, DeleteChannel, DeleteCommunity, DeleteRole,
    DeleteWebhook, JoinChannel, Kick, LeaveChannel, LeaveCommunity, Mute, OrderCategories, OrderChannels,
    Placed, RemoveFromChannel, RemoveOverwrite, RevokeInvite, SetOverwrite, SetSlowMode, Unban, Unmute,
    UpdateCategory, UpdateChannel, UpdateCommunity, UpdateMember, UpdateRole,
};
use ajet_domain::person::{
    self, Block, FollowThread, HideDm, MarkRead, MarkUnread, MuteChannel, Notice, Notify, ReadNotifications,
    SetDeactivated, SetNotifyLevel, Unblock, UnfollowThread, UpdateProfile, Which,
};
use ajet_domain::verb::{Codec, Made, Verbs};
use ajet_domain::{Asked, Called, Caller, Draft, Key, Via};
use ajet_protocol::events::MessagePayload;
use ajet_protocol::{
    CategoryId, ChannelId, ChannelType, CommunityId, InviteId, Message, MessageId, MessageKind,
    NotificationId, NotifyLevel, Permission, Permissions, PresenceMode, Role, RoleId, SessionId, Timestamp,
    User, UserId, Visibility, WebhookId,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

#[path = "kept_tests.rs"]
mod kept;
#[path = "slash_tests.rs"]
mod slash;

use super::codec::Bincode;
use super::{Frame, Reply, Request, UnavailableFrame, VerbFrame, Version, answered, asked_of, verb_frame};

pub fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

pub fn user() -> User {
    User {
        id: UserId(id(1)),
        username: "ann".into(),
        display_name: "Ann".into(),
        avatar_url: None,
        status_text: None,
        bot: false,
        created_at: Timestamp::from_unix_millis(1_000),
    }
}

fn session() -> Caller {
    Caller::session(user())
}

/// The server itself, about ann.
fn server() -> Caller {
    Caller { via: Via::System, ..session() }
}

fn draft() -> Draft {
    let called = vec![Called::User(UserId(id(1))), Called::Here, Called::Channel(ChannelId(id(3)))];
    let shown_html = Some("<p>hi Ann</p>".into());
    Draft { body_md: "hi @ann".into(), body_html: "<p>hi</p>".into(), called, shown_html }
}

fn key() -> Option<Key> {
    Some(Key { text: "k".into(), fingerprint: 7, former: Some(-8) })
}

fn previews(message_id: MessageId) -> SetPreviews {
    let preview = Preview {
        url: "https://a.example".into(),
        title: Some("A".into()),
        description: None,
        site_name: Some("s".into()),
        image_url: None,
    };
    let edited_at = Some(Timestamp::from_unix_millis(3_000));
    SetPreviews { message_id, edited_at, shown_html: "<p>hi</p>".into(), previews: vec![preview] }
}

fn stripped(message_id: MessageId) -> StripPreviews {
    StripPreviews { message_id, edited_at: None, shown_html: "<p>hi</p>".into() }
}

/// A post in each way in, and the other verbs.
pub fn channel_commands() -> Vec<Asked<channel::Command>> {
    let post = |via, scopes| Asked {
        by: Caller { user: user(), via, scopes },
        key: key(),
        verb: Post { parent_id: Some(MessageId(id(2))), ..Post::of(draft()) }.into(),
    };
    let scopes = Permissions::of(&[Permission::SendMessages]);
    let message_id = MessageId(id(2));
    vec![
        post(Via::Session, None),
        post(Via::Token, Some(scopes)),
        post(Via::Webhook { maker: UserId(id(8)) }, None),
        post(Via::Slash, None),
        post(Via::System, None),
        Asked { by: session(), key: None, verb: Edit { message_id, draft: draft() }.into() },
        Asked { by: session(), key: None, verb: Delete { message_id }.into() },
        Asked { by: session(), key: None, verb: React { message_id, emoji: "👍".into() }.into() },
        Asked { by: session(), key: None, verb: Unreact { message_id, emoji: "👍".into() }.into() },
        Asked { by: server(), key: None, verb: AnnouncePerson { user_id: UserId(id(6)) }.into() },
        Asked { by: session(), key: None, verb: RenameGroup { name: "n".into() }.into() },
        Asked { by: session(), key: None, verb: Vote { message_id, options: vec![0, 3] }.into() },
        Asked { by: server(), key: None, verb: ClosePoll { message_id }.into() },
        Asked { by: session(), key: None, verb: Pin { message_id }.into() },
        Asked { by: session(), key: None, verb: Unpin { message_id }.into() },
        Asked { by: session(), key: None, verb: Purge { message_ids: vec![message_id] }.into() },
        Asked { by: session(), key: key(), verb: PurgeOnce { message_ids: vec![message_id] }.into() },
        Asked { by: server(), key: None, verb: previews(message_id).into() },
        Asked { by: session(), key: None, verb: stripped(message_id).into() },
    ]
    .into_iter()
    .chain(files::commands())
    .collect()
}

pub fn community_commands() -> Vec<Asked<community::Command>> {
    let channel = CreateChannel {
        name: "c".into(),
        kind: ChannelType::Text,
        visibility: Visibility::Private,
        topic: Some("t".into()),
        category_id: None,
    };
    let invite = CreateInvite {
        code: "code".into(),
        max_uses: Some(1),
        expires_at: Some(Timestamp::from_unix_millis(9_000)),
        addressee: None,
    };
    let webhook = CreateWebhook {
        channel_id: ChannelId(id(3)),
        name: "w".into(),
        avatar_url: None,
        token_hash: vec![1, 2],
    };
    let (channel_id, user_id, reason) = (ChannelId(id(3)), UserId(id(6)), Some("noise".to_owned()));
    let creations: [community::Command; 3] = [channel.into(), invite.into(), webhook.into()];
    let (name, topic, visibility) = (Some("n".into()), Some("t".into()), Some(Visibility::Private));
    let others: [community::Command; 12] = [
        JoinChannel { channel_id }.into(),
        LeaveChannel { channel_id }.into(),
        AcceptInvite { code: "code".into() }.into(),
        UpdateChannel { channel_id, name, topic, visibility, category_id: Some(None), position: Some(2) }
            .into(),
        UpdateChannel {
            channel_id,
            name: None,
            topic: None,
            visibility: None,
            category_id: None,
            position: None,
        }
        .into(),
        Kick { user_id, reason: reason.clone() }.into(),
        LeaveCommunity.into(),
        DeleteWebhook { webhook_id: WebhookId(id(4)) }.into(),
        Mute { user_id, seconds: Some(60), reason: reason.clone() }.into(),
        Unmute { user_id, reason: reason.clone() }.into(),
        Unban { user_id, reason: reason.clone() }.into(),
        Ban { user_id, reason }.into(),
    ];
    let creations = creations.map(|verb| Asked { by: session(), key: key(), verb });
    let others = others.map(|verb| Asked { by: session(), key: None, verb });
    let announce = Asked { by: server(), key: None, verb: AnnounceMember { user_id }.into() };
    let slow = Asked { by: session(), key: None, verb: SetSlowMode { channel_id, seconds: 300 }.into() };
    creations
        .into_iter()
        .chain(others)
        .chain(own_commands())
        .chain(role_commands())
        .chain(arranging_commands())
        .chain(looks::commands())
        .chain(outgoing::commands())
        .chain([announce])
        .chain([slow])
        .chain(bots::commands())
        .chain(slash::community_commands())
        .collect()
}

/// What is asked of a community about itself.
fn own_commands() -> Vec<Asked<community::Command>> {
    let (name, slug, default_channel_id) = (Some("n".into()), Some("s".into()), Some(ChannelId(id(3))));
    let own: [community::Command; 4] = [
        UpdateCommunity { name, slug, default_channel_id }.into(),
        UpdateCommunity { name: None, slug: None, default_channel_id: None }.into(),
        DeleteCommunity.into(),
        RevokeInvite { invite_id: InviteId(id(10)) }.into(),
    ];
    own.map(|verb| Asked { by: session(), key: None, verb }).into()
}

/// What is done about custom roles, overwrites and members.
fn role_commands() -> Vec<Asked<community::Command>> {
    let (channel_id, target_id, role_id) = (ChannelId(id(3)), id(6), RoleId(id(10)));
    let (user_id, position) = (UserId(id(6)), Some(7));
    let permissions = Permissions::of(&[Permission::ViewChannel, Permission::KickMembers]);
    let create = CreateRole { name: "r".into(), permissions, position: 1000 };
    let (name, role, nickname) = (Some("r".into()), Some(Role::Admin), Some("n".into()));
    let others: [community::Command; 7] = [
        UpdateRole { role_id, name, permissions: Some(permissions), position }.into(),
        UpdateRole { role_id, name: None, permissions: None, position: None }.into(),
        DeleteRole { role_id }.into(),
        SetOverwrite { channel_id, target_id, allow: permissions, deny: Permissions::NONE }.into(),
        RemoveOverwrite { channel_id, target_id }.into(),
        UpdateMember { user_id, own: false, role, nickname, roles: Some(vec![role_id]) }.into(),
        UpdateMember { user_id, own: true, role: None, nickname: None, roles: None }.into(),
    ];
    let others = others.map(|verb| Asked { by: session(), key: None, verb });
    let create = Asked { by: session(), key: key(), verb: create.into() };
    std::iter::once(create).chain(others).collect()
}

/// The verbs about categories, and about where channels stand, who is in them, and when they end.
fn arranging_commands() -> Vec<Asked<community::Command>> {
    let (category_id, channel_id, user_id) = (CategoryId(id(12)), ChannelId(id(3)), UserId(id(6)));
    let place = Placed { channel_id, category_id: Some(Some(category_id)), position: 300 };
    let others: [community::Command; 8] = [
        UpdateCategory { category_id, name: Some("n".into()), position: Some(1) }.into(),
        DeleteCategory { category_id }.into(),
        OrderCategories { ids: vec![category_id] }.into(),
        OrderChannels { places: vec![place, Placed { category_id: None, ..place }] }.into(),
        ArchiveChannel { channel_id, archived: true }.into(),
        DeleteChannel { channel_id }.into(),
        AddToChannel { channel_id, user_id }.into(),
        RemoveFromChannel { channel_id, user_id }.into(),
    ];
    let create: community::Command = CreateCategory { name: "n".into(), position: None }.into();
    let others = others.into_iter().map(|verb| Asked { by: session(), key: None, verb });
    [Asked { by: session(), key: key(), verb: create }].into_iter().chain(others).collect()
}

pub fn person_commands() -> Vec<Asked<person::Command>> {
    let (channel_id, message_id) = (ChannelId(id(3)), MessageId(id(2)));
    let user_id = UserId(id(6));
    let notify = Notify { channel_id, message_id, kind: Notice::Mention };
    let changed = UpdateProfile {
        display_name: Some("n".into()),
        status_text: Some("".into()),
        avatar_url: Some("https://a".into()),
        presence: Some(PresenceMode::Invisible),
    };
    let kept = UpdateProfile { display_name: None, status_text: None, avatar_url: None, presence: None };
    let own: [person::Command; 11] = [
        SetNotifyLevel { channel_id, level: NotifyLevel::Mentions }.into(),
        MarkRead { channel_id, message_id }.into(),
        MuteChannel { channel_id, muted: true }.into(),
        ReadNotifications { which: Which::Ids(vec![NotificationId(id(7))]) }.into(),
        ReadNotifications { which: Which::All }.into(),
        changed.into(),
        kept.into(),
        Block { user_id }.into(),
        Unblock { user_id }.into(),
        SetDeactivated { deactivated: true }.into(),
        MarkUnread { channel_id, message_id }.into(),
    ];
    let own = own.map(|verb| Asked { by: session(), key: None, verb });
    let hide = Asked { by: session(), key: None, verb: HideDm { channel_id, hidden: true }.into() };
    let threads: [person::Command; 2] =
        [FollowThread { message_id }.into(), UnfollowThread { message_id }.into()];
    let threads = threads.map(|verb| Asked { by: session(), key: None, verb });
    let last = [hide, Asked { by: server(), key: None, verb: notify.into() }];
    let rest = threads.into_iter().chain(notices::commands()).chain(slash::person_commands());
    own.into_iter().chain(last).chain(kept::person_commands()).chain(rest).collect()
}

fn verb_request<V: Verbs>(kind: Kind, entity: u128, asked: &Asked<V>) -> Request {
    Request::Verb(Box::new(verb_frame(kind, id(entity), asked).expect("a frame")))
}

pub fn frame(request: Request) -> Frame {
    let route = RouteHeader { attempt: id(8), revision: 3, hops: 1, skipped: vec![NodeId(id(9))] };
    Frame { deadline_ms: 5_000, route, request }
}

pub fn frames() -> Vec<Frame> {
    let nodes = [
        Request::EndSession(SessionId(id(6))),
        Request::Describe,
        Request::Inspect("channel".into(), id(3)),
        Request::Kill("channel".into(), id(3), true),
        Request::Drain,
        Request::Purge { community: CommunityId(id(5)), user: UserId(id(6)) },
        Request::AccountChanged(UserId(id(6))),
    ];
    let channels = channel_commands().into_iter().map(|asked| verb_request(Kind::Channel, 3, &asked));
    let communities = community_commands().into_iter().map(|asked| verb_request(Kind::Community, 5, &asked));
    let people = person_commands().into_iter().map(|asked| verb_request(Kind::User, 1, &asked));
    channels.chain(communities).chain(people).chain(nodes).map(frame).collect()
}

pub fn message() -> Message {
    Message {
        id: MessageId(id(2)),
        channel_id: ChannelId(id(3)),
        author: user(),
        parent_id: None,
        body_md: "hi".into(),
        body_html: "<p>hi</p>".into(),
        attachments: vec![],
        reactions: vec![],
        mentions: vec![],
        reply_count: 0,
        pinned: false,
        seq: 4,
        client_mutation_id: "k".into(),
        created_at: Timestamp::from_unix_millis(1_000),
        edited_at: None,
        deleted: false,
        kind: MessageKind::Text,
        also_to_channel: false,
        previews: Vec::new(),
        poll: None,
        thread: None,
    }
}

fn replies() -> Vec<Reply> {
    let unavailable = [
        UnavailableFrame::Busy,
        UnavailableFrame::NoAnswer,
        UnavailableFrame::Elsewhere,
        UnavailableFrame::Resting,
        UnavailableFrame::StoreAway,
        UnavailableFrame::TooOld,
    ];
    let entities = [
        Reply::Answer(b"null".to_vec()),
        Reply::Refused("NotFound".into()),
        Reply::KeyReused,
        Reply::TooLarge,
        Reply::NoSuchEntity,
        Reply::Poison,
    ];
    let nodes =
        [Reply::Moved(3), Reply::Done(true), Reply::Report("{}".into()), Reply::NotUnderstood, Reply::Again];
    entities.into_iter().chain(unavailable.map(Reply::Unavailable)).chain(nodes).collect()
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hex")).collect()
}

/// Compares with what was once sent; with `AJET_WRITE_GOLDEN` set, notes what is sent now. What the lines say.
fn assert_golden<T>(file: &str, values: &[T]) -> Vec<T>
where
    T: Serialize + DeserializeOwned + Debug + PartialEq,
{
    let folder = format!("{}/src/cluster/wire/v3", env!("CARGO_MANIFEST_DIR"));
    let path = format!("{folder}/{file}");
    let sent = |value: &T| hex(&Bincode.write(value).expect("encodes"));
    if std::env::var_os("AJET_WRITE_GOLDEN").is_some() {
        let lines: Vec<_> = values.iter().map(sent).collect();
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(&path, lines.join("\n") + "\n").expect("writes");
    }
    let golden = std::fs::read_to_string(&path).expect("golden bytes; AJET_WRITE_GOLDEN=1 writes them");
    assert_eq!(golden.lines().count(), values.len(), "a new variant needs a golden line of its own");
    let pairs = values.iter().zip(golden.lines());
    let read = pairs.map(|(value, line)| {
        assert_eq!(sent(value), line, "the bytes of {value:?} changed");
        let read: T = Bincode.read(&bytes(line)).expect("decodes");
        assert_eq!(read, *value);
        read
    });
    read.collect()
}

#[test]
fn every_verb_has_golden_bytes_and_keeps_them() {
    let golden = assert_golden("requests.txt", &frames());
    let verbs = golden.iter().filter_map(verb_of).map(|verb| (verb.kind, verb.verb));
    let known: HashSet<(u8, u16)> = verbs.collect();
    let lists = [
        (Kind::Channel, channel::Command::LIST),
        (Kind::Community, community::Command::LIST),
        (Kind::User, person::Command::LIST),
    ];
    for (kind, list) in lists {
        for (number, name) in list {
            assert!(known.contains(&(kind as u8, *number)), "{name} has no golden line");
        }
    }
}

#[test]
fn every_reply_keeps_its_golden_bytes() {
    assert_golden("replies.txt", &replies());
}

pub fn verb_of(frame: &Frame) -> Option<&VerbFrame> {
    if let Request::Verb(verb) = &frame.request { Some(verb) } else { None }
}

#[test]
fn a_frame_holds_the_whole_command() {
    let frames = frames();
    let mut verbs = frames.iter().filter_map(verb_of);
    for asked in channel_commands() {
        assert_eq!(asked_of::<channel::Command>(verbs.next().expect("its frame")), Some(asked));
    }
    for asked in community_commands() {
        assert_eq!(asked_of::<community::Command>(verbs.next().expect("its frame")), Some(asked));
    }
    for asked in person_commands() {
        assert_eq!(asked_of::<person::Command>(verbs.next().expect("its frame")), Some(asked));
    }
    assert!(verbs.next().is_none());
}

#[test]
fn a_verb_that_this_version_does_not_know_is_not_read() {
    let mut verb = verb_frame(Kind::Channel, id(3), &channel_commands()[0]).expect("a frame");
    verb.verb = u16::MAX;
    assert_eq!(asked_of::<channel::Command>(&verb), None);
}

#[test]
fn hostile_bytes_are_refused() {
    for version in super::SPOKEN {
        let good = version.encode(&frames()[0]).expect("encodes");
        assert!(version.decode(&good[..good.len() - 1]).is_none(), "cut short");
        assert!(version.decode(&[good.as_slice(), &[0]].concat()).is_none(), "trailing bytes");
        assert!(version.decode(&[0xff; 64]).is_none(), "nonsense");
        assert!(version.decode_reply(&[0xff; 64], &Request::Describe).is_none(), "nonsense");
    }
}

/// A message as a newer node writes it.
fn newer_message() -> serde_json::Value {
    let mut json = serde_json::to_value(message()).expect("JSON");
    json["gained"] = "something".into();
    json
}

#[test]
fn a_field_that_messages_gain_changes_no_frame() {
    let json = serde_json::to_vec(&newer_message()).expect("JSON");
    let sent = Bincode.write(&Reply::Answer(json.clone())).expect("encodes");
    // The variant's number and the length, of three bytes at most here: nothing else of the message.
    assert!(sent.ends_with(&json) && sent.len() - json.len() <= 4, "{} {}", sent.len(), json.len());
    assert_eq!(sent[0], 0);

    let edit = channel::Command::from(Edit { message_id: MessageId(id(2)), draft: draft() }).tag();
    let reply = Version::V3.decode_reply(&sent, &frames()[0].request).expect("decodes");
    let told = answered::<ChannelCore>(edit, reply);
    assert!(matches!(&told, Some(Ok(channel::Answer::Edit(read))) if **read == message()), "{told:?}");
}

#[test]
fn what_a_newer_node_posted_is_passed_on_whole() {
    let json = serde_json::json!({ "New": { "message": newer_message(), "beside": 1 } });
    let reply = Reply::Answer(serde_json::to_vec(&json).expect("JSON"));
    let told = answered::<ChannelCore>(channel_commands()[0].verb.tag(), reply);
    let Some(Ok(channel::Answer::Post(Made::New(payload)))) = told else { panic!("no post") };
    assert!(payload.get().contains("gained") && payload.get().contains("beside"), "{payload}");
    let read: MessagePayload = serde_json::from_str(payload.get()).expect("a message");
    assert_eq!(Message::from(read.message), message());
}
