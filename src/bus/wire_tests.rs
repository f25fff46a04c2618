//! Golden bytes: what one version sends, every later one must read.

use ajet_cluster::{NodeId, RouteHeader};
use ajet_domain::Draft;
use ajet_domain::ask::{AskError, Unavailable};
use ajet_domain::channel::{self, Author};
use ajet_domain::community::{self, NewChannel, NewInvite, NewWebhook};
use ajet_protocol::{
    Channel, ChannelId, ChannelType, CommunityId, Invite, Message, MessageId, SessionId, Timestamp, User,
    UserId, Visibility, WebhookId,
};
use uuid::Uuid;

use super::{Frame, Reply, Request, decode, encode};

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn user() -> User {
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

fn draft() -> Draft {
    Draft { body_md: "hi".into(), body_html: "<p>hi</p>".into(), mentions: vec![], shown_html: None }
}

fn channel_commands() -> Vec<channel::Command> {
    let post = |author| channel::Command::Post {
        author,
        key: "k".into(),
        fingerprint: 7,
        draft: draft(),
        parent_id: None,
    };
    vec![
        post(Author::Person(user())),
        post(Author::Webhook { user: user(), maker: UserId(id(8)) }),
        channel::Command::Edit { by: UserId(id(1)), message_id: MessageId(id(2)), draft: draft() },
        channel::Command::Delete { by: UserId(id(1)), message_id: MessageId(id(2)) },
    ]
}

fn community_commands() -> Vec<community::Command> {
    use community::Command::{
        AcceptInvite, CreateChannel, CreateInvite, CreateWebhook, DeleteWebhook, JoinChannel, LeaveChannel,
    };
    let channel = NewChannel {
        name: "c".into(),
        kind: ChannelType::Text,
        visibility: Visibility::Private,
        topic: None,
        category_id: None,
    };
    let invite = NewInvite { code: "code".into(), max_uses: Some(1), expires_at: None, addressee: None };
    let webhook = NewWebhook {
        channel_id: ChannelId(id(3)),
        name: "w".into(),
        avatar_url: None,
        token_hash: vec![1, 2],
    };
    vec![
        CreateChannel { by: user(), key: "k".into(), fingerprint: 7, channel },
        JoinChannel { by: user(), channel_id: ChannelId(id(3)) },
        LeaveChannel { by: UserId(id(1)), channel_id: ChannelId(id(3)) },
        CreateInvite { by: UserId(id(1)), key: "k".into(), fingerprint: 7, invite },
        AcceptInvite { by: user(), code: "code".into() },
        CreateWebhook { by: UserId(id(1)), key: "k".into(), fingerprint: 7, webhook },
        DeleteWebhook { by: UserId(id(1)), webhook_id: WebhookId(id(4)) },
    ]
}

fn frames() -> Vec<Frame> {
    let frame = |request| Frame {
        deadline: Timestamp::from_unix_millis(5_000),
        route: RouteHeader { attempt: id(8), revision: 3, hops: 1, skipped: vec![NodeId(id(9))] },
        request,
    };
    let channels = channel_commands().into_iter().map(|command| Request::Channel(ChannelId(id(3)), command));
    let communities =
        community_commands().into_iter().map(|command| Request::Community(CommunityId(id(5)), command));
    let nodes = [
        Request::EndSession(SessionId(id(6))),
        Request::Describe,
        Request::Inspect("channel".into(), id(3)),
        Request::Kill("channel".into(), id(3), true),
        Request::Drain,
    ];
    channels.chain(communities).chain(nodes).map(frame).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn message() -> Box<Message> {
    Box::new(Message {
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
    })
}

fn channel() -> Box<Channel> {
    Box::new(Channel {
        id: ChannelId(id(3)),
        community_id: Some(CommunityId(id(5))),
        name: "c".into(),
        kind: ChannelType::Text,
        visibility: Visibility::Public,
        topic: None,
        category_id: None,
        position: 1,
        members: vec![],
        last_message_id: None,
        unread: ajet_protocol::Unread::default(),
        muted: false,
        created_at: Timestamp::from_unix_millis(1_000),
    })
}

fn replies() -> Vec<Reply> {
    use community::Answer;
    let invite = Invite {
        code: "code".into(),
        community_id: CommunityId(id(5)),
        created_by: UserId(id(1)),
        max_uses: Some(1),
        uses: 0,
        expires_at: None,
        url: String::new(),
    };
    let channels = [
        Ok(channel::Answer::Posted(message())),
        Ok(channel::Answer::Replayed(MessageId(id(2)))),
        Ok(channel::Answer::Edited(message())),
        Ok(channel::Answer::Deleted),
        Err(AskError::Refused(channel::Refusal::ParentIsReply)),
        Err(AskError::Refused(channel::Refusal::WebhookOff)),
        Err(AskError::NoSuchEntity),
        Err(AskError::Poison),
        Err(AskError::Unavailable(Unavailable::StoreAway)),
    ];
    let communities = [
        Ok(Answer::Channel { id: ChannelId(id(3)), replayed: false, channel: Some(channel()) }),
        Ok(Answer::Invite { invite, replayed: true }),
        Ok(Answer::Member(CommunityId(id(5)))),
        Ok(Answer::Webhook { id: WebhookId(id(4)), replayed: false }),
        Ok(Answer::Done),
        Err(AskError::Refused(community::Refusal::UserUnknown)),
        Err(AskError::Refused(community::Refusal::TooLarge)),
    ];
    let nodes =
        [Reply::Moved(3), Reply::Done(true), Reply::Report("{}".into()), Reply::Refused, Reply::Again];
    let channels = channels.into_iter().map(Reply::Channel);
    channels.chain(communities.into_iter().map(Reply::Community)).chain(nodes).collect()
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hex")).collect()
}

/// Compares with what was once sent; with `AJET_WRITE_GOLDEN` set, notes what is sent now.
fn assert_golden<T>(file: &str, golden: &str, values: &[T])
where
    T: serde::Serialize + serde::de::DeserializeOwned + std::fmt::Debug + PartialEq,
{
    if std::env::var_os("AJET_WRITE_GOLDEN").is_some() {
        let lines: Vec<_> = values.iter().map(|value| hex(&encode(value).expect("encodes"))).collect();
        let path = format!("{}/src/bus/{file}", env!("CARGO_MANIFEST_DIR"));
        return std::fs::write(path, lines.join("\n") + "\n").expect("writes");
    }
    assert_eq!(golden.lines().count(), values.len(), "a new variant needs a golden line of its own");
    for (value, line) in values.iter().zip(golden.lines()) {
        assert_eq!(hex(&encode(value).expect("encodes")), line, "the bytes of {value:?} changed");
        assert_eq!(decode::<T>(&bytes(line)).expect("decodes"), *value);
    }
}

#[test]
fn every_command_keeps_its_golden_bytes() {
    assert_golden("wire_golden.txt", include_str!("wire_golden.txt"), &frames());
}

#[test]
fn every_reply_keeps_its_golden_bytes() {
    assert_golden("reply_golden.txt", include_str!("reply_golden.txt"), &replies());
}

#[test]
fn hostile_bytes_are_refused() {
    let good = encode(&frames()[0]).expect("encodes");
    assert!(decode::<Frame>(&good[..good.len() - 1]).is_err(), "cut short");
    assert!(decode::<Frame>(&[good.as_slice(), &[0]].concat()).is_err(), "trailing bytes");
    assert!(decode::<Frame>(&[0xff; 64]).is_err(), "nonsense");
}
