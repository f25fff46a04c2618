//! The verbs of people, and the foundings, which are no verbs of an entity that is there.

use futures::FutureExt;
use reqwest::Method;
use serde_json::{Value, json};

use super::call::Call;
use super::line::{Again, Line, Need, Stage, lines};
use super::scene::{Person, Scene, Standing};
use super::stage_commands::{ring_reminder, set_reminder, use_command};
use super::stage_drafts::{
    be_reminded, cancel_scheduled, remove_draft, save_message, schedule, send_scheduled, set_draft,
    unsave_message, update_scheduled,
};
use super::stage_people::{change_profile, found};
use crate::support::eventually;

/// Each verb.
pub fn lines() -> Vec<Line> {
    lines! { person:
        MarkRead by Need::Member, Quiet, tells ["read.updated"], mark_read;
        MarkUnread by Need::Member, Quiet, tells ["read.updated"], mark_unread;
        Notify by Need::Server, Anew, tells ["message.created", "notification.new"], mention_subject;
        ReadNotifications by Need::SignedIn, Quiet, tells ["notification.read"], read_all;
        MuteChannel by Need::Member, Quiet, tells ["channel.preferences"], mute_channel;
        UpdateProfile by Need::SignedIn, Quiet, tells ["user.updated"], change_profile;
        Block by Need::SignedIn, Quiet, tells ["block.updated"], block;
        Unblock by Need::SignedIn, Quiet, tells ["block.updated"], unblock;
        SetDeactivated by Need::SystemOwner, Quiet, tells [], deactivate;
        SetNotifyLevel by Need::Member, Quiet, tells ["channel.preferences"], set_level;
        HideDm by Need::Member, Quiet, tells ["channel.preferences"], hide_group;
        FollowThread by Need::Member, Quiet, tells ["thread.preferences"], follow;
        UnfollowThread by Need::Member, Quiet, tells ["thread.preferences"], unfollow;
        SetDraft by Need::Member, Quiet, tells ["draft.updated"], set_draft;
        RemoveDraft by Need::Member, Quiet, tells ["draft.updated"], remove_draft;
        SaveMessage by Need::Member, Quiet, tells ["saved.updated"], save_message;
        UnsaveMessage by Need::Member, Quiet, tells ["saved.updated"], unsave_message;
        Schedule by Need::Member, Anew, tells [], schedule;
        UpdateScheduled by Need::Member, Quiet, tells [], update_scheduled;
        CancelScheduled by Need::Member, Quiet, tells [], cancel_scheduled;
        SettleScheduled by Need::Server, Anew, tells ["message.created", "scheduled.sent"], send_scheduled;
        Remind by Need::Server, Anew, tells ["saved.updated", "notification.new"], be_reminded;
        Inform by Need::Server, Anew, tells ["notification.new"], invite_stranger;
        SetCommunityLevel by Need::Member, Quiet, tells ["community.preferences"], set_community_level;
        SetQuietHours by Need::SignedIn, Quiet, tells ["user.updated"], set_quiet_hours;
        SetReminder by Need::Member, Anew, tells [], set_reminder;
        RingReminder by Need::Server, Anew, tells ["notification.new"], ring_reminder;
        InvokeCommand by Need::Server, Anew, tells ["command.invoked", "command.answered"], use_command;
        AnswerCommand by Need::Server, Anew, tells ["command.invoked", "command.answered"], use_command;
    }
}

/// Other ways to carry them out, for the laws.
pub fn variants() -> Vec<Line> {
    lines! { person:
        ReadNotifications by Need::SignedIn, Quiet, tells ["notification.read"], read_one;
        SetDeactivated by Need::SystemOwner, Quiet, tells [], reactivate;
        HideDm by Need::Member, Quiet, tells ["channel.preferences"], show_group;
    }
}

/// What is made by a commit that founds its stream.
pub fn foundings() -> Vec<Line> {
    let town: &[&str] = &["member.joined", "channel.created"];
    vec![
        founding("found", Need::SystemOwner, town, |scene, by| found(scene, by).boxed_local()),
        founding("found_dm", Need::SignedIn, &["channel.created"], |scene, by| {
            open_dm(scene, by).boxed_local()
        }),
    ]
}

fn founding(verb: &'static str, need: Need, tells: &'static [&'static str], stage: Stage) -> Line {
    Line { verb, act: verb, keyed: true, need, again: Again::Anew, tells, stage }
}

/// Everything in `general`, of which the last message is the subject's.
async fn mark_read(scene: &Scene, _: &Person) -> Call {
    scene.bring_back().await;
    let said = scene.said_by(&scene.subject, "read me").await;
    let path = format!("/api/channels/{}/read", scene.general);
    Call::new(Method::PUT, path, json!({ "message_id": said }))
}

/// What the subject said last in `general`, which was read.
async fn mark_unread(scene: &Scene, by: &Person) -> Call {
    scene.bring_back().await;
    let said = json!({ "message_id": scene.said_by(&scene.subject, "read me again").await });
    set(scene, by, "read", said.clone()).await;
    Call::new(Method::PUT, format!("/api/channels/{}/unread", scene.general), said)
}

async fn mention_subject(scene: &Scene, _: &Person) -> Call {
    scene.bring_back().await;
    let path = format!("/api/channels/{}/messages", scene.general);
    let body = format!("@<user:{}> {}", scene.subject.id, scene.name("look"));
    Call::new(Method::POST, path, json!({ "body_md": body })).differing("body_md", "another")
}

/// The subject mentions somebody.
async fn mention(scene: &Scene, of: &Person) {
    scene.bring_back().await;
    scene.said_by(&scene.subject, &format!("@<user:{}> look", of.id)).await;
}

async fn read_all(scene: &Scene, by: &Person) -> Call {
    set(scene, by, "mute", json!({ "muted": false })).await;
    mention(scene, by).await;
    Call::new(Method::POST, "/api/notifications/read".into(), json!({ "all": true }))
}

/// The newest of two.
async fn read_one(scene: &Scene, by: &Person) -> Call {
    // Of what is muted, or asked for less of, no one is told.
    set(scene, by, "mute", json!({ "muted": false })).await;
    set(scene, by, "notify", json!({ "level": "all" })).await;
    for _ in 0..2 {
        mention(scene, by).await;
    }
    let unread = "/api/notifications?unread=true";
    let told = async || {
        let list = scene.done(by, Method::GET, unread, Value::Null).await;
        list["items"].as_array().is_some_and(|items| items.len() >= 2)
    };
    eventually("both are told", told).await;
    let list = scene.done(by, Method::GET, unread, Value::Null).await;
    let newest = list["items"].as_array().and_then(|items| items.last()).map(|one| one["id"].clone());
    Call::new(Method::POST, "/api/notifications/read".into(), json!({ "ids": [newest] }))
}

/// The path of a setting for `general`, which is set first.
async fn set(scene: &Scene, by: &Person, what: &str, value: Value) -> String {
    let path = format!("/api/channels/{}/{what}", scene.general);
    scene.inside_does(by, Method::PUT, &path, value).await;
    path
}

async fn mute_channel(scene: &Scene, by: &Person) -> Call {
    let path = set(scene, by, "mute", json!({ "muted": false })).await;
    Call::new(Method::PUT, path, json!({ "muted": true }))
}

async fn set_level(scene: &Scene, by: &Person) -> Call {
    let path = set(scene, by, "notify", json!({ "level": "all" })).await;
    Call::new(Method::PUT, path, json!({ "level": "mentions" }))
}

/// Somebody outside is told that they are invited.
async fn invite_stranger(scene: &Scene, _: &Person) -> Call {
    let user_id = scene.one(Standing::Foreign).id;
    scene.here(Method::POST, "invites", json!({ "user_id": user_id }))
}

async fn set_community_level(scene: &Scene, by: &Person) -> Call {
    let path = scene.path("notify");
    scene.inside_does(by, Method::PUT, &path, json!({ "level": "all" })).await;
    Call::new(Method::PUT, path, json!({ "level": "mentions" }))
}

/// They are not set before.
async fn set_quiet_hours(scene: &Scene, by: &Person) -> Call {
    if by.standing != Standing::SignedOut {
        scene.done(by, Method::PATCH, "/api/me", json!({ "quiet_hours": null })).await;
    }
    let hours = json!({ "from": "22:00", "to": "07:00", "time_zone": "Europe/Berlin" });
    Call::new(Method::PATCH, "/api/me".into(), json!({ "quiet_hours": hours }))
}

/// The path of a block of the stranger, which is set or lifted first.
async fn blocking(scene: &Scene, by: &Person, before: Method) -> String {
    let path = format!("/api/users/{}/block", scene.stranger);
    if by.standing != Standing::SignedOut {
        scene.done(by, before, &path, Value::Null).await;
    }
    path
}

async fn block(scene: &Scene, by: &Person) -> Call {
    Call::bare(Method::PUT, blocking(scene, by, Method::DELETE).await)
}

async fn unblock(scene: &Scene, by: &Person) -> Call {
    Call::bare(Method::DELETE, blocking(scene, by, Method::PUT).await)
}

async fn deactivated(scene: &Scene, before: Method) -> String {
    let path = format!("/api/users/{}/deactivated", scene.stranger);
    scene.owner_does(before, &path, Value::Null).await;
    path
}

async fn deactivate(scene: &Scene, _: &Person) -> Call {
    Call::bare(Method::PUT, deactivated(scene, Method::DELETE).await)
}

async fn reactivate(scene: &Scene, _: &Person) -> Call {
    Call::bare(Method::DELETE, deactivated(scene, Method::PUT).await)
}

/// The path at which the group of all who are inside is hidden and shown.
async fn hidden(scene: &Scene, by: &Person, before: Method) -> String {
    let path = format!("/api/dms/{}/hidden", scene.group);
    scene.inside_does(by, before, &path, Value::Null).await;
    path
}

async fn hide_group(scene: &Scene, by: &Person) -> Call {
    Call::bare(Method::PUT, hidden(scene, by, Method::DELETE).await)
}

async fn show_group(scene: &Scene, by: &Person) -> Call {
    Call::bare(Method::DELETE, hidden(scene, by, Method::PUT).await)
}

/// The path at which a new thread of the owner's is followed, which is set first.
async fn following(scene: &Scene, by: &Person, before: Method) -> String {
    let path = format!("/api/messages/{}/follow", scene.said_by(&scene.owner, "a thread").await);
    scene.inside_does(by, before, &path, Value::Null).await;
    path
}

async fn follow(scene: &Scene, by: &Person) -> Call {
    Call::bare(Method::PUT, following(scene, by, Method::DELETE).await)
}

async fn unfollow(scene: &Scene, by: &Person) -> Call {
    Call::bare(Method::DELETE, following(scene, by, Method::PUT).await)
}

/// With somebody who was not there before.
async fn open_dm(scene: &Scene, _: &Person) -> Call {
    let name = scene.name("newcomer");
    let (_, newcomer) = scene.owner.client.sign_in(&name).await.expect("signs in");
    let both = json!([newcomer.id, scene.subject.id]);
    let alone = json!({ "user_ids": [newcomer.id] });
    Call::new(Method::POST, "/api/dms".into(), alone).differing("user_ids", both)
}
