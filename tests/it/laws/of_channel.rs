//! The verbs of channels.

use ajet_protocol::{Permission, Timestamp};
use reqwest::Method;
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};

use super::call::Call;
use super::line::{Line, Need, lines};
use super::scene::{Person, Scene, Standing};
use super::stage_files::{
    begin_upload, complete_posted_upload, complete_upload, describe_own_file, remove_file_of_others,
    remove_own_file,
};
use super::stage_people::change_profile;
use super::stage_previews::{edit_links, strip_others, strip_own};

/// After which a poll closes that is to close soon: it is still open when it is posted.
const SOON: Duration = Duration::seconds(3);
const WRITES: Need = Need::Writes(Permission::SendMessages);
const PINS: Need = Need::Writes(Permission::PinMessages);

/// Each verb.
pub fn lines() -> Vec<Line> {
    lines! { channel:
        Post by WRITES, Anew, tells ["message.created"], post;
        Post by WRITES, Anew, tells ["message.created", "notification.new"], reply;
        Edit by WRITES, Anew, tells ["message.edited"], edit_own;
        Delete by Need::May(Permission::ManageMessages), Quiet, tells ["message.deleted"], delete_others;
        Delete by Need::Member, Quiet, tells ["message.deleted"], delete_own;
        Delete by Need::May(Permission::ManageMessages), Quiet, tells ["message.deleted"], delete_reply;
        React by Need::Writes(Permission::AddReactions), Quiet, tells ["reaction.added"], react;
        Unreact by Need::Member, Quiet, tells ["reaction.removed"], take_back;
        AnnouncePerson by Need::Server, Quiet, tells ["user.updated"], change_profile;
        RenameGroup by Need::Member, Quiet, tells ["channel.updated"], rename_group;
        Vote by Need::Writes(Permission::AddReactions), Quiet, tells ["poll.updated"], vote;
        ClosePoll by Need::Server, Quiet, tells ["message.created", "poll.updated"], ask_briefly;
        Pin by PINS, Quiet, tells ["message.pinned"], pin;
        Unpin by PINS, Quiet, tells ["message.unpinned"], unpin;
        Purge by Need::May(Permission::ManageMessages), Anew, tells ["message.deleted"], purge;
        PurgeOnce by Need::May(Permission::ManageMessages), Quiet, tells ["message.deleted"], purge;
        SetPreviews by WRITES, Anew, tells ["message.edited"], edit_links;
        StripPreviews by Need::May(Permission::ManageMessages), Quiet, tells ["message.edited"], strip_others;
        StripPreviews by Need::Member, Quiet, tells ["message.edited"], strip_own;
        AddAttachment by Need::Writes(Permission::AttachFiles), Quiet, tells [], begin_upload;
        DescribeAttachment by WRITES, Quiet, tells ["message.edited"], describe_own_file;
        RemoveAttachment by Need::May(Permission::ManageMessages), Quiet, tells ["message.edited"], remove_file_of_others;
        RemoveAttachment by Need::Member, Quiet, tells ["message.edited"], remove_own_file;
        SettleAttachment by Need::Server, Quiet, tells [], complete_upload;
        SettleAttachment by Need::Server, Quiet, tells ["message.edited"], complete_posted_upload;
    }
}

async fn post(scene: &Scene, _: &Person) -> Call {
    let path = format!("/api/channels/{}/messages", scene.general);
    Call::new(Method::POST, path, json!({ "body_md": scene.name("hello") })).differing("body_md", "another")
}

/// The request by which somebody replies to a new message of the owner's, also in the channel.
async fn replying(scene: &Scene) -> (String, Value) {
    let parent = scene.said_by(&scene.owner, "what of it?").await;
    let reply = json!({ "body_md": scene.name("this"), "parent_id": parent, "also_to_channel": true });
    (format!("/api/channels/{}/messages", scene.general), reply)
}

async fn reply(scene: &Scene, _: &Person) -> Call {
    let (path, reply) = replying(scene).await;
    Call::new(Method::POST, path, reply).differing("also_to_channel", false)
}

/// A reply of the owner's, the only one under its message.
async fn delete_reply(scene: &Scene, _: &Person) -> Call {
    let (path, reply) = replying(scene).await;
    let said = scene.made(Method::POST, &path, reply).await;
    Call::bare(Method::DELETE, format!("/api/messages/{said}"))
}

/// A mention goes and another one comes.
async fn edit_own(scene: &Scene, by: &Person) -> Call {
    let before = format!("@<user:{}> look", scene.owner.id);
    let said = scene.said_by(by, &before).await;
    let after = format!("@<user:{}> look at {}", scene.subject.id, scene.name("this"));
    Call::new(Method::PUT, format!("/api/messages/{said}"), json!({ "body_md": after }))
}

/// The owner's, which mentions the subject.
async fn delete_others(scene: &Scene, _: &Person) -> Call {
    let body = format!("@<user:{}> look", scene.subject.id);
    let said = scene.said_by(&scene.owner, &body).await;
    Call::bare(Method::DELETE, format!("/api/messages/{said}"))
}

async fn delete_own(scene: &Scene, by: &Person) -> Call {
    let said = scene.said_by(by, "never mind").await;
    Call::bare(Method::DELETE, format!("/api/messages/{said}"))
}

/// The path of a reaction to a new message of the owner's.
async fn reaction(scene: &Scene) -> String {
    format!("/api/messages/{}/reactions/👍", scene.said_by(&scene.owner, "well").await)
}

async fn react(scene: &Scene, _: &Person) -> Call {
    Call::bare(Method::PUT, reaction(scene).await)
}

async fn take_back(scene: &Scene, by: &Person) -> Call {
    let reaction = reaction(scene).await;
    if by.standing != Standing::Muted {
        scene.inside_does(by, Method::PUT, &reaction, Value::Null).await;
    }
    Call::bare(Method::DELETE, reaction)
}

async fn rename_group(scene: &Scene, _: &Person) -> Call {
    let path = format!("/api/channels/{}", scene.group);
    Call::new(Method::PATCH, path, json!({ "name": scene.name("trip") }))
}

/// A request that asks people in `general` something, until then; `None`: for ever.
fn asking(scene: &Scene, closes_at: Option<Timestamp>) -> (String, Value) {
    let poll = json!({ "question": scene.name("which"), "options": ["a", "b"], "multiple": true, "closes_at": closes_at });
    (format!("/api/channels/{}/messages", scene.general), json!({ "poll": poll }))
}

/// In a poll of the owner's.
async fn vote(scene: &Scene, _: &Person) -> Call {
    let (path, poll) = asking(scene, None);
    let asked = scene.made(Method::POST, &path, poll).await;
    Call::new(Method::PUT, format!("/api/messages/{asked}/votes"), json!({ "options": [1, 0] }))
}

/// A poll that closes a moment after it was posted.
async fn ask_briefly(scene: &Scene, _: &Person) -> Call {
    let (path, poll) = asking(scene, Some((OffsetDateTime::now_utc() + SOON).into()));
    Call::new(Method::POST, path, poll)
}

/// The path of the pin of a new message of the owner's. Pins of before go: a channel has only so many.
async fn new_pin(scene: &Scene) -> String {
    let pins = format!("/api/channels/{}/pins?limit=200", scene.general);
    let pinned = scene.owner_does(Method::GET, &pins, Value::Null).await;
    for message in pinned["items"].as_array().into_iter().flatten() {
        let id = message["id"].as_str().expect("an id");
        scene.owner_does(Method::DELETE, &format!("/api/messages/{id}/pin"), Value::Null).await;
    }
    format!("/api/messages/{}/pin", scene.said_by(&scene.owner, "read this").await)
}

async fn pin(scene: &Scene, _: &Person) -> Call {
    Call::bare(Method::PUT, new_pin(scene).await)
}

async fn unpin(scene: &Scene, _: &Person) -> Call {
    let pin = new_pin(scene).await;
    scene.owner_does(Method::PUT, &pin, Value::Null).await;
    Call::bare(Method::DELETE, pin)
}

/// There is more than one message, so that again there is one to be deleted.
async fn purge(scene: &Scene, _: &Person) -> Call {
    for body in ["one", "two", "three"] {
        scene.said_by(&scene.owner, body).await;
    }
    let path = format!("/api/channels/{}/messages/purge", scene.general);
    Call::new(Method::POST, path, json!({ "count": 1 })).differing("count", 2)
}
