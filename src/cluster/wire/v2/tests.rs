//! What nodes of release 0.1.0 sent is read as it was meant, and what they are sent has the bytes that they know.
//!
//! `requests.txt` and `replies.txt` were written by release 0.1.0. The lines of `more_*.txt` are laid out by hand after its types,
//! with every list and option filled; keys in them are as its HTTP handlers stored them.

use ajet_cluster::Kind;
use ajet_domain::channel::{self, ChannelCore, Silenced};
use ajet_domain::community::{self, CommunityCore};
use ajet_domain::verb::{Made, Verbs};
use ajet_domain::writer::Core;
use ajet_domain::{Asked, Called, Caller, Key, Refusal as _, Via};
use ajet_protocol::{
    Attachment, AttachmentId, AttachmentStatus, CategoryId, Channel, ChannelId, ChannelType, CommunityId,
    Invite, Mention, MentionType, Message, MessageId, NotifyLevel, Permissions, Reaction, Timestamp, Unread,
    User, UserId, Visibility,
};
use serde_json::value::to_raw_value;

use super::super::frame::{Frame, Reply, Request, UnavailableFrame, VerbFrame, ViaFrame};
use super::super::tests::{
    bytes, channel_commands, community_commands, frame, frames, hex, id, message, person_commands, user,
    verb_of,
};
use super::super::{answer_frame, answered, asked_of, verb_frame};
use super::{answers, decode, decode_reply, encode, encode_reply};

const REQUESTS: &str = include_str!("requests.txt");
const REPLIES: &str = include_str!("replies.txt");
const MORE_REQUESTS: &str = include_str!("more_requests.txt");
const MORE_REPLIES: &str = include_str!("more_replies.txt");

fn read(line: &str) -> Frame {
    decode(&bytes(line)).expect("a request of release 0.1.0")
}

/// The request in a golden line, by its number from 0.
fn request(line: usize) -> Request {
    read(REQUESTS.lines().nth(line).expect("a line")).request
}

fn channel_asked(line: &str) -> Asked<channel::Command> {
    asked_of(verb_of(&read(line)).expect("a verb")).expect("a command")
}

fn community_asked(line: &str) -> Asked<community::Command> {
    asked_of(verb_of(&read(line)).expect("a verb")).expect("a command")
}

#[test]
fn golden_requests_are_read_and_written_again() {
    // The golden lines of these three hold keys without the prefix that the HTTP handlers of release 0.1.0 gives to all keys of
    // their kind: they are read, and written with it.
    let bare = [4, 7, 9];
    for (number, line) in REQUESTS.lines().enumerate() {
        let frame = read(line);
        let again = encode(&frame).expect("encodes");
        assert_eq!(hex(&again) == line, !bare.contains(&number), "line {number}");
        assert_eq!(decode(&again), Some(frame), "line {number}");
    }
    for line in MORE_REQUESTS.lines() {
        assert_eq!(hex(&encode(&read(line)).expect("encodes")), line);
    }
}

#[test]
fn golden_requests_mean_what_they_meant() {
    let lines: Vec<_> = REQUESTS.lines().collect();
    let posted = channel_asked(lines[0]);
    assert_eq!(posted.by, Caller::session(user()));
    assert_eq!(posted.key, Some(Key { text: "k".into(), fingerprint: 7, former: None }));
    assert_eq!(channel_asked(lines[1]).by, Caller::webhook(user(), UserId(id(8))));
    assert_eq!(channel_asked(lines[2]).by.id(), UserId(id(1)));
    assert_eq!(community_asked(lines[5]).by, Caller::session(user()));
    assert_eq!(community_asked(lines[6]).by.id(), UserId(id(1)));
    let first = read(lines[0]);
    assert_eq!((first.deadline_ms, first.route), (5_000, frame(Request::Describe).route));

    let lines: Vec<_> = MORE_REQUESTS.lines().collect();
    let posted = channel_asked(lines[0]);
    assert_eq!((posted.by.user, posted.key.map(|key| key.fingerprint)), (bot(), Some(-7)));
    let channel::Command::Post(post) = posted.verb else { panic!("no post") };
    assert_eq!(post.parent_id, Some(MessageId(id(2))));
    assert_eq!((post.draft.body_md.as_str(), post.draft.body_html.as_str()), ("hi @ann", "<p>hi {1}</p>"));
    assert_eq!(post.draft.shown_html.as_deref(), Some("<p>hi Ann</p>"));
    let called = [Called::User(UserId(id(1))), Called::Here, Called::Channel(ChannelId(id(3)))];
    assert_eq!(post.draft.called, called);
    for line in &lines[1..] {
        assert_eq!(community_asked(line).key, Some(Key { text: "k".into(), fingerprint: 7, former: None }));
    }
    let community::Command::CreateChannel(channel) = community_asked(lines[1]).verb else { panic!() };
    assert_eq!((channel.kind, channel.visibility), (ChannelType::Voice, Visibility::Public));
    assert_eq!((channel.topic.as_deref(), channel.category_id), (Some("t"), Some(CategoryId(id(12)))));
    let community::Command::CreateInvite(invite) = community_asked(lines[2]).verb else { panic!() };
    assert_eq!(invite.expires_at, Some(Timestamp::from_unix_millis(2_000)));
    assert_eq!((invite.max_uses, invite.addressee), (None, Some(UserId(id(6)))));
}

#[test]
fn golden_replies_are_read_and_written_again() {
    // What each reply answers: the line of its request.
    let asked = [0, 0, 2, 3, 0, 0, 0, 0, 0, 4, 7, 8, 9, 5, 7, 4, 0, 11, 12, 0, 0];
    assert_eq!(REPLIES.lines().count(), asked.len());
    for (number, (line, asked)) in REPLIES.lines().zip(asked).enumerate() {
        let asked = request(asked);
        let reply = decode_reply(&bytes(line), &asked).expect("a reply of release 0.1.0");
        let again = encode_reply(&reply, &asked).expect("encodes");
        // Of an invite this version does not say that it was made before.
        let was_replayed = number == 10;
        assert_eq!(hex(&again) == line, !was_replayed, "line {number}");
        assert_eq!(decode_reply(&again, &asked), Some(reply), "line {number}");
    }
    for (line, asked) in MORE_REPLIES.lines().zip([2, 4, 4, 7, 9]) {
        let asked = request(asked);
        let reply = decode_reply(&bytes(line), &asked).expect("a reply of release 0.1.0");
        assert_eq!(hex(&encode_reply(&reply, &asked).expect("encodes")), line);
    }
}

fn heard<E: Core>(line: &str, asked: &Request) -> <E::Command as Verbs>::Answer {
    let Request::Verb(verb) = asked else { panic!("no verb") };
    let reply = decode_reply(&bytes(line), asked).expect("a reply of release 0.1.0");
    let told = answered::<E>(verb.verb, reply).expect("an answer to this verb");
    told.unwrap_or_else(|no| panic!("{no:?}"))
}

#[test]
fn golden_replies_mean_what_they_meant() {
    let lines: Vec<_> = REPLIES.lines().collect();
    let channel::Answer::Post(Made::New(payload)) = heard::<ChannelCore>(lines[0], &request(0)) else {
        panic!("no new message")
    };
    let payload: ajet_protocol::events::MessagePayload =
        serde_json::from_str(payload.get()).expect("a payload");
    assert_eq!(Message::from(payload.message), message());

    let lines: Vec<_> = MORE_REPLIES.lines().collect();
    let channel::Answer::Edit(edited) = heard::<ChannelCore>(lines[0], &request(2)) else { panic!() };
    assert_eq!(*edited, whole_message());
    let community::Answer::CreateChannel(made) = heard::<CommunityCore>(lines[1], &request(4)) else {
        panic!()
    };
    assert_eq!(made, Made::New(Box::new(whole_channel())));
    let community::Answer::CreateChannel(made) = heard::<CommunityCore>(lines[2], &request(4)) else {
        panic!()
    };
    assert_eq!(made, Made::Before(id(3)));
    let community::Answer::CreateInvite(made) = heard::<CommunityCore>(lines[3], &request(7)) else {
        panic!()
    };
    assert_eq!(made, Made::New(invite()));
    let community::Answer::CreateWebhook(made) = heard::<CommunityCore>(lines[4], &request(9)) else {
        panic!()
    };
    assert_eq!(made, Made::Before(id(4)));
}

fn bot() -> User {
    User {
        id: UserId(id(7)),
        username: "bot".into(),
        display_name: "Bot".into(),
        avatar_url: Some("https://a.example/b.png".into()),
        status_text: Some("away".into()),
        bot: true,
        created_at: Timestamp::from_unix_millis(2_000),
    }
}

fn whole_message() -> Message {
    let mention = |kind, target_id| Mention { kind, target_id };
    let attachment = Attachment {
        id: AttachmentId(id(11)),
        filename: "a.png".into(),
        content_type: "image/png".into(),
        size_bytes: 1024,
        width: Some(640),
        height: Some(480),
        status: AttachmentStatus::Clean,
        url: "/files/a".into(),
        alt: None,
        thumbnail_url: None,
    };
    Message {
        author: bot(),
        parent_id: Some(MessageId(id(10))),
        body_md: "hi @ann".into(),
        body_html: "<p>hi Ann</p>".into(),
        attachments: vec![attachment],
        reactions: vec![Reaction { emoji: "👍".into(), count: 2, reacted_by_me: true }],
        mentions: vec![
            mention(MentionType::User, Some(id(1))),
            mention(MentionType::Here, None),
            mention(MentionType::Channel, Some(id(3))),
        ],
        reply_count: 5,
        pinned: true,
        seq: 300,
        edited_at: Some(Timestamp::from_unix_millis(3_000)),
        ..message()
    }
}

fn whole_channel() -> Channel {
    Channel {
        id: ChannelId(id(3)),
        community_id: None,
        name: "c".into(),
        kind: ChannelType::GroupDm,
        visibility: Visibility::Private,
        topic: Some("t".into()),
        category_id: Some(CategoryId(id(12))),
        position: -1,
        members: vec![user(), bot()],
        last_message_id: Some(MessageId(id(2))),
        unread: Unread { count: 3, mentions: 1 },
        muted: true,
        notify: NotifyLevel::All,
        archived: false,
        slow_mode_s: 0,
        created_at: Timestamp::from_unix_millis(1_000),
    }
}

fn invite() -> Invite {
    Invite {
        code: "code".into(),
        community_id: CommunityId(id(5)),
        created_by: UserId(id(1)),
        max_uses: None,
        uses: 4,
        expires_at: Some(Timestamp::from_unix_millis(2_000)),
        url: "/i/code".into(),
    }
}

fn kind_of(verb: &VerbFrame) -> Kind {
    Kind::numbered(verb.kind).expect("a kind")
}

/// Whether release 0.1.0 has the verb.
fn is_old(verb: &VerbFrame) -> bool {
    match kind_of(verb) {
        Kind::Channel => (1..=3).contains(&verb.verb),
        Kind::Community => (1..=7).contains(&verb.verb),
        Kind::User => false,
    }
}

/// What is left of a request that went through version 2: a key has one digest, a slash command is its session's, and where the
/// verb shows the caller to no reader, their account is an id.
fn as_carried(mut frame: Frame) -> Frame {
    if let Request::Verb(verb) = &mut frame.request {
        carry(verb);
    }
    frame
}

fn carry(verb: &mut VerbFrame) {
    if let Some(key) = &mut verb.key {
        key.fingerprint = key.former.take().unwrap_or(key.fingerprint);
    }
    if verb.caller.via == ViaFrame::Slash {
        verb.caller.via = ViaFrame::Session;
    }
    if !matches!((kind_of(verb), verb.verb), (Kind::Channel, 1) | (Kind::Community, 1 | 2 | 5)) {
        let (username, display_name) = (String::new(), String::new());
        let unnamed = User { username, display_name, created_at: Timestamp::from_unix_millis(0), ..user() };
        verb.caller.user = serde_json::to_string(&unnamed).expect("JSON");
    }
}

#[test]
fn requests_survive_version_2_but_for_what_it_can_not_say() {
    for frame in frames() {
        let is_newer = matches!(frame.request, Request::Purge { .. } | Request::AccountChanged(_));
        let sayable = verb_of(&frame).map_or(!is_newer, |verb| {
            is_old(verb) && !matches!(verb.caller.via, ViaFrame::Token | ViaFrame::System)
        });
        let carried = encode(&frame).map(|bytes| decode(&bytes).expect("decodes"));
        assert_eq!(carried.is_some(), sayable, "{frame:?}");
        if let Some(carried) = carried {
            assert_eq!(carried, as_carried(frame));
        }
    }
}

/// The tables say since when nodes know a verb: it is sent to nodes of release 0.1.0 only where they list it.
#[test]
fn the_tables_know_which_verbs_are_old() {
    let channels = channel_commands()
        .into_iter()
        .map(|asked| (verb_frame(Kind::Channel, id(3), &asked).expect("a frame"), asked.verb.since()));
    let communities = community_commands()
        .into_iter()
        .map(|asked| (verb_frame(Kind::Community, id(5), &asked).expect("a frame"), asked.verb.since()));
    let people = person_commands()
        .into_iter()
        .map(|asked| (verb_frame(Kind::User, id(1), &asked).expect("a frame"), asked.verb.since()));
    for (verb, since) in channels.chain(communities).chain(people) {
        assert_eq!(since <= 2, is_old(&verb), "{verb:?}");
    }
}

#[test]
fn the_limits_of_a_token_are_never_lost_on_the_way() {
    let limited = Some(Permissions::NONE);
    for via in [Via::Session, Via::Slash, Via::Webhook { maker: UserId(id(8)) }] {
        for mut asked in channel_commands() {
            asked.by = Caller { user: user(), via, scopes: limited };
            let verb = verb_frame(Kind::Channel, id(3), &asked).expect("a frame");
            assert_eq!(encode(&frame(Request::Verb(Box::new(verb)))), None, "{asked:?}");
        }
    }
}

#[test]
fn a_webhook_does_nothing_but_post() {
    let by = Caller::webhook(user(), UserId(id(8)));
    for asked in channel_commands() {
        let asked = Asked { by: by.clone(), ..asked };
        let is_post = matches!(asked.verb, channel::Command::Post(_));
        let verb = verb_frame(Kind::Channel, id(3), &asked).expect("a frame");
        assert_eq!(encode(&frame(Request::Verb(Box::new(verb)))).is_some(), is_post, "{asked:?}");
    }
}

/// The reply that arrives through version 2.
fn carried(reply: &Reply, asked: &Request) -> Reply {
    decode_reply(&encode_reply(reply, asked).expect("encodes"), asked).expect("decodes")
}

#[test]
fn answers_survive_version_2() {
    let payload = ajet_protocol::events::MessagePayload { message: message().into() };
    let channels = [
        (0, channel::Answer::Post(Made::New(to_raw_value(&payload).expect("JSON")))),
        (0, channel::Answer::Post(Made::Before(id(2)))),
        (2, channel::Answer::Edit(Box::new(whole_message()))),
        (3, channel::Answer::Delete(())),
    ];
    for (line, answer) in channels {
        let reply = answer_frame::<ChannelCore>(Ok(answer)).expect("a reply");
        assert_eq!(carried(&reply, &request(line)), reply);
    }
    use community::Answer;
    let communities = [
        (4, Answer::CreateChannel(Made::New(Box::new(whole_channel())))),
        (4, Answer::CreateChannel(Made::Before(id(3)))),
        (5, Answer::JoinChannel(())),
        (6, Answer::LeaveChannel(())),
        (7, Answer::CreateInvite(Made::New(invite()))),
        (8, Answer::AcceptInvite(())),
        (9, Answer::CreateWebhook(Made::New(ajet_protocol::WebhookId(id(4))))),
        (9, Answer::CreateWebhook(Made::Before(id(4)))),
        (10, Answer::DeleteWebhook(())),
    ];
    for (line, answer) in communities {
        let reply = answer_frame::<CommunityCore>(Ok(answer)).expect("a reply");
        assert_eq!(carried(&reply, &request(line)), reply);
    }
    // The invite itself would be needed.
    let before =
        answer_frame::<CommunityCore>(Ok(Answer::CreateInvite(Made::Before(id(3))))).expect("a reply");
    assert_eq!(carried(&before, &request(7)), Reply::Unavailable(UnavailableFrame::NoAnswer));
}

#[test]
fn other_replies_survive_version_2_but_for_what_it_can_not_say() {
    for line in [0, 4] {
        let asked = request(line);
        for reply in [
            Reply::Refused("Forbidden".into()),
            Reply::KeyReused,
            Reply::TooLarge,
            Reply::NoSuchEntity,
            Reply::Poison,
            Reply::Unavailable(UnavailableFrame::Busy),
            Reply::Unavailable(UnavailableFrame::StoreAway),
            Reply::Moved(3),
            Reply::NotUnderstood,
            Reply::Again,
        ] {
            assert_eq!(carried(&reply, &asked), reply);
        }
        let too_old = Reply::Unavailable(UnavailableFrame::TooOld);
        assert_eq!(carried(&too_old, &asked), Reply::Unavailable(UnavailableFrame::Elsewhere));
        let lacking = Reply::Refused(Silenced::MayNotPost.name().into());
        assert_eq!(carried(&lacking, &asked), Reply::Refused("Forbidden".into()));
    }
    for reply in [Reply::Done(true), Reply::Report("{}".into())] {
        assert_eq!(carried(&reply, &Request::Describe), reply);
    }
}

/// Every refusal of release 0.1.0 is one of a verb of today.
#[test]
fn refusals_keep_their_names() {
    use answers::{AskError, ChannelRefusal as OfChannel, CommunityRefusal as OfCommunity};
    let channels = [
        (0, OfChannel::NotFound),
        (0, OfChannel::NotJoined),
        (0, OfChannel::Forbidden),
        (0, OfChannel::Muted),
        (2, OfChannel::EditWindowClosed),
        (2, OfChannel::Gone),
        (0, OfChannel::KeyReused),
        (0, OfChannel::ParentUnknown),
        (0, OfChannel::ParentIsReply),
        (0, OfChannel::TooLarge),
        (0, OfChannel::WebhookOff),
    ];
    let channels = channels.map(|(line, no)| (line, answers::Reply::Channel(Err(AskError::Refused(no)))));
    let communities = [
        (5, OfCommunity::NotFound),
        (4, OfCommunity::Forbidden),
        (8, OfCommunity::Banned),
        (8, OfCommunity::InviteOver),
        (4, OfCommunity::NameTaken),
        (4, OfCommunity::KeyReused),
        (4, OfCommunity::CategoryUnknown),
        (7, OfCommunity::UserUnknown),
        (5, OfCommunity::TooLarge),
        (7, OfCommunity::AlreadyExpired),
    ];
    let communities =
        communities.map(|(line, no)| (line, answers::Reply::Community(Err(AskError::Refused(no)))));
    for (line, old) in channels.into_iter().chain(communities) {
        let asked = request(line);
        let Request::Verb(verb) = &asked else { panic!("no verb") };
        let reply = old.clone().read(&asked).expect("a reply");
        assert_eq!(answers::Reply::of(&reply, &asked), Some(old.clone()));
        let understood = match kind_of(verb) {
            Kind::Channel => answered::<ChannelCore>(verb.verb, reply).is_some(),
            _ => answered::<CommunityCore>(verb.verb, reply).is_some(),
        };
        assert!(understood, "{old:?}");
    }
}

#[test]
fn a_reply_belongs_to_its_request() {
    let (channel, community) = (request(3), request(5));
    let done = Reply::Answer(b"null".to_vec());
    let of_channel = encode_reply(&done, &channel).expect("encodes");
    let of_community = encode_reply(&done, &community).expect("encodes");
    assert_ne!(of_channel, of_community);
    assert_eq!(decode_reply(&of_channel, &community), None);
    assert_eq!(decode_reply(&of_community, &channel), None);
    assert_eq!(decode_reply(&of_channel, &Request::Drain), None);
    assert_eq!(encode_reply(&done, &Request::Drain), None);
}

#[test]
fn no_code_of_an_invite_is_printed() {
    let code = || "hush".to_owned();
    let asked =
        community::CreateInvite { code: code().into(), max_uses: None, expires_at: None, addressee: None };
    let made = super::requests::NewInvite::from(asked);
    let accepted = super::requests::CommunityCommand::AcceptInvite { by: user().into(), code: code().into() };
    let printed = format!("{made:?} {accepted:?}");
    assert!(!printed.contains("hush"), "{printed}");
}
