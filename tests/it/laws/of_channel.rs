//! The verbs of channels.

use ajet_protocol::Permission;
use reqwest::Method;
use serde_json::{Value, json};

use super::call::Call;
use super::line::{Line, Need, lines};
use super::scene::{Person, Scene, Standing};
use super::stage_files::{
    begin_upload, complete_upload, describe_own_file, remove_file_of_others, remove_own_file,
};
use super::stage_people::change_profile;

const WRITES: Need = Need::Writes(Permission::SendMessages);

/// Each verb.
pub fn lines() -> Vec<Line> {
    lines! { channel:
        Post by WRITES, Anew, tells ["message.created"], post;
        Edit by WRITES, Anew, tells ["message.edited"], edit_own;
        Delete by Need::May(Permission::ManageMessages), Quiet, tells ["message.deleted"], delete_others;
        Delete by Need::Member, Quiet, tells ["message.deleted"], delete_own;
        React by Need::Writes(Permission::AddReactions), Quiet, tells ["reaction.added"], react;
        Unreact by Need::Member, Quiet, tells ["reaction.removed"], take_back;
        AnnouncePerson by Need::Server, Quiet, tells ["user.updated"], change_profile;
        RenameGroup by Need::Member, Quiet, tells ["channel.updated"], rename_group;
        AddAttachment by Need::Writes(Permission::AttachFiles), Quiet, tells [], begin_upload;
        DescribeAttachment by Need::Member, Quiet, tells ["message.edited"], describe_own_file;
        RemoveAttachment by Need::May(Permission::ManageMessages), Gone, tells ["message.edited"], remove_file_of_others;
        RemoveAttachment by Need::Member, Gone, tells ["message.edited"], remove_own_file;
        SettleAttachment by Need::Server, Quiet, tells [], complete_upload;
    }
}

async fn post(scene: &Scene, _: &Person) -> Call {
    let path = format!("/api/channels/{}/messages", scene.general);
    Call::new(Method::POST, path, json!({ "body_md": scene.name("hello") })).differing("body_md", "another")
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
