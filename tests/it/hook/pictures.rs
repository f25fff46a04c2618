//! Pictures that come with a payload.

use ajet_protocol::{Attachment, AttachmentStatus, Code, Permission, SetOverwrite};
use serde_json::json;

use crate::support::hook::{Hook, MULTIPART};
use crate::support::pictures::{png, uploaded};
use crate::support::sql;

/// A form with a payload and files of any bytes.
fn form(payload: &str, files: &[(&str, &[u8])]) -> Vec<u8> {
    let head = "--XyZ\r\nContent-Disposition: form-data; name=\"payload_json\"\r\n\r\n";
    let mut body = format!("{head}{payload}\r\n").into_bytes();
    for (number, (name, bytes)) in files.iter().enumerate() {
        let field = format!("name=\"files[{number}]\"; filename=\"{name}\"");
        let head = format!("--XyZ\r\nContent-Disposition: form-data; {field}\r\n\r\n");
        body.extend(head.bytes().chain(bytes.iter().copied()).chain(*b"\r\n"));
    }
    body.extend(b"--XyZ--\r\n");
    body
}

/// A webhook, where the bucket is there.
async fn hook() -> Hook {
    let hook = Hook::new().await;
    uploaded(&hook.world.bob, hook.world.general.id, ("a.png", &png(2, 2))).await;
    hook
}

fn names(files: &[Attachment]) -> Vec<&str> {
    files.iter().map(|file| file.filename.as_str()).collect()
}

#[tokio::test]
async fn pictures_are_attached_by_their_bytes_and_others_are_named() {
    let hook = hook().await;
    let payload = json!({"content": "see", "attachments": [{"id": 0, "description": "a plot"}]}).to_string();
    let files: [(&str, &[u8]); 3] = [("plot.bin", &png(8, 4)), ("run.log", b"hello"), ("b.png", &png(3, 5))];
    let made = hook.made(hook.request("?wait=true", MULTIPART, form(&payload, &files))).await;
    let message = made.only();
    assert_eq!(made.status, 200, "{}", made.answer);
    assert_eq!(made.shown(), "see\n📎 run.log");
    assert_eq!(names(&message.attachments), ["plot.bin", "b.png"]);
    let plot = &message.attachments[0];
    assert_eq!((plot.width, plot.height, plot.alt.as_deref()), (Some(8), Some(4), Some("a plot")));
    assert_eq!((plot.status, plot.content_type.as_str()), (AttachmentStatus::Clean, "image/png"));
    hook.world.bob.download(plot.id, false).await.expect("readers get it");
    let made = hook.made(hook.request("", MULTIPART, form("{}", &[("alone.png", &png(2, 2))]))).await;
    let message = made.only();
    assert_eq!((message.body_md.as_str(), names(&message.attachments)), ("", vec!["alone.png"]));
    hook.end().await;
}

#[tokio::test]
async fn a_key_attaches_pictures_once() {
    let hook = hook().await;
    let picture = png(8, 4);
    let send = |payload: &str, picture: &[u8]| {
        let request = hook.request("", MULTIPART, form(payload, &[("a.png", picture)]));
        request.header("idempotency-key", "build-9")
    };
    let payload = json!({"content": "done"}).to_string();
    let first = hook.made(send(&payload, &picture)).await.only().clone();
    assert_eq!(first.attachments.len(), 1);
    for _ in 0..2 {
        let again = hook.made(send(&payload, &picture)).await;
        assert_eq!((again.status, again.messages.len()), (204, 0), "{}", again.answer);
    }
    assert_eq!(
        sql(&hook.world, "select 1 from attachments where filename = 'a.png' and message_id is not null")
            .await,
        1
    );
    assert_eq!(
        sql(&hook.world, "select 1 from attachments where message_id is null").await,
        1,
        "bob's alone"
    );
    let (status, code, _) = hook.made(send(&payload, &png(4, 4))).await.refusal();
    assert_eq!((status, code), (409, Code::Conflict), "another picture");
    hook.end().await;
}

/// A sender may not try again: what can't be attached is named, and the rest is said.
#[tokio::test]
async fn a_picture_that_can_not_be_attached_is_named() {
    let hook = hook().await;
    let world = &hook.world;
    let broken: &[u8] = b"\x89PNG\r\n\x1a\nnothing more";
    let payload = json!({"content": "see"}).to_string();
    let made = hook.made(hook.request("", MULTIPART, form(&payload, &[("broken.png", broken)]))).await;
    assert_eq!((made.status, made.shown().as_str()), (204, "see\n📎 broken.png"));
    let made = hook.made(hook.request("", MULTIPART, form("{}", &[("broken.png", broken)]))).await;
    assert_eq!((made.status, made.shown().as_str()), (204, "📎 broken.png"));
    // The rights are those of its maker. Nothing is denied to owners, so this one is bob's.
    let (community, general) = (world.community.id, world.general.id);
    let bob = world.bob.me().await.expect("me").user.id;
    let (allow, deny) = (Some(vec![Permission::ManageWebhooks]), Some(vec![Permission::AttachFiles]));
    let set = SetOverwrite { allow, deny };
    world.ann.set_overwrite(general, bob.0, &set).await.expect("sets");
    let url = world.bob.create_webhook(general, "CD").await.expect("makes").url.expect("shown once");
    let request = hook.http.post(&url).header("content-type", MULTIPART);
    let made = hook.made(request.body(form(&payload, &[("a.png", &png(2, 2))]))).await;
    assert_eq!((made.status, made.shown().as_str()), (204, "see\n📎 a.png"));
    world.ann.ban(community, bob, &ajet_protocol::Reason::default()).await.expect("bans");
    let request = hook.http.post(&url).header("content-type", MULTIPART);
    let (status, code, _) = hook.made(request.body(form(&payload, &[("a.png", &png(2, 2))]))).await.refusal();
    assert_eq!((status, code), (404, Code::NotFound), "the webhook is off");
    hook.end().await;
}
