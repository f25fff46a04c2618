//! Golden bytes: what one version sends, every later one must read.

use ajet_domain::Draft;
use ajet_domain::channel::{self, Author};
use ajet_domain::community::{self, NewChannel, NewInvite, NewWebhook};
use ajet_protocol::{
    ChannelId, ChannelType, CommunityId, MessageId, Timestamp, User, UserId, Visibility, WebhookId,
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
        post(Author::Webhook(user())),
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
        roster_revision: 3,
        hops: 1,
        request,
    };
    let channels = channel_commands().into_iter().map(|command| Request::Channel(ChannelId(id(3)), command));
    let communities =
        community_commands().into_iter().map(|command| Request::Community(CommunityId(id(5)), command));
    channels.chain(communities).map(frame).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn every_command_keeps_its_golden_bytes() {
    let golden: Vec<&str> = include_str!("wire_golden.txt").lines().collect();
    let frames = frames();
    if std::env::var_os("AJET_WRITE_GOLDEN").is_some() {
        let lines: Vec<_> = frames.iter().map(|frame| hex(&encode(frame).expect("encodes"))).collect();
        std::fs::write(
            concat!(env!("CARGO_MANIFEST_DIR"), "/src/bus/wire_golden.txt"),
            lines.join("\n") + "\n",
        )
        .expect("writes");
        return;
    }
    assert_eq!(golden.len(), frames.len(), "a new variant needs a golden line of its own");
    for (frame, line) in frames.iter().zip(golden) {
        assert_eq!(hex(&encode(frame).expect("encodes")), line, "the bytes of {:?} changed", frame.request);
        let bytes: Vec<u8> = (0..line.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(&line[at..at + 2], 16).expect("hex"))
            .collect();
        assert_eq!(decode::<Frame>(&bytes).expect("decodes"), *frame);
    }
}

#[test]
fn replies_survive_the_wire() {
    let replies = [
        Reply::Channel(Err(channel::Refusal::Muted)),
        Reply::Community(Ok(community::Answer::Done)),
        Reply::Moved,
        Reply::Unavailable,
    ];
    for reply in replies {
        assert_eq!(decode::<Reply>(&encode(&reply).expect("encodes")).expect("decodes"), reply);
    }
}

#[test]
fn hostile_bytes_are_refused() {
    let good = encode(&frames()[0]).expect("encodes");
    assert!(decode::<Frame>(&good[..good.len() - 1]).is_err(), "cut short");
    assert!(decode::<Frame>(&[good.as_slice(), &[0]].concat()).is_err(), "trailing bytes");
    assert!(decode::<Frame>(&[0xff; 64]).is_err(), "nonsense");
}
