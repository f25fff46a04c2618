//! Calls as a program makes them.

use ajet_client::forms::form;
use ajet_protocol::{
    Attachment, AttachmentStatus, Code, CreateInvite, PageQuery, SearchHitType, SearchQuery, Visibility,
};
use reqwest::Method;

use crate::support::pictures::{png, uploaded, with_files};
use crate::support::{World, code, keyed, sql, text};

/// AC-T6
#[tokio::test]
async fn channels_are_listed() {
    let world = World::new().await;
    let other = world.channel("other", Visibility::Public).await;
    let listed = world.bob.channels(world.community.id).await.expect("lists").items;
    assert_eq!(listed.iter().map(|one| one.id).collect::<Vec<_>>(), [world.general.id, other.id]);
    let one = world.bob.channel(other.id).await.expect("is there");
    assert_eq!((one.id, one.name.as_str()), (other.id, "other"));
    world.end().await;
}

/// AC-T7
#[tokio::test]
async fn a_message_is_posted() {
    let world = World::new().await;
    let posted = world.bob.post(world.general.id, &keyed("hello", "k")).await.expect("posts");
    assert_eq!((posted.body_md.as_str(), posted.channel_id), ("hello", world.general.id));
    let again = world.bob.post(world.general.id, &keyed("hello", "k")).await.expect("again");
    assert_eq!(again.id, posted.id);
    assert_eq!(world.ann.message(posted.id).await.expect("is there"), posted);
    world.end().await;
}

/// AC-T8, AC-T9
#[tokio::test]
async fn a_message_is_edited_within_the_hour() {
    let world = World::new().await;
    let posted = world.bob.post(world.general.id, &text("one")).await.expect("posts");
    assert_eq!(world.bob.edit(posted.id, "two").await.expect("edits").body_md, "two");
    sql(&world, "update messages set created_at = created_at - interval '61 minutes'").await;
    world.server.app().node.channels.kill(world.general.id, false);
    let refused = world.bob.edit(posted.id, "three").await.expect_err("is too old");
    assert_eq!((refused.status(), refused.code()), (Some(403), Some(Code::EditWindowClosed)));
    world.end().await;
}

/// AC-T10, AC-T11
#[tokio::test]
async fn authors_delete_their_messages_and_no_others() {
    let world = World::new().await;
    let (own, other) = (
        world.bob.post(world.general.id, &text("own")).await.expect("posts"),
        world.ann.post(world.general.id, &text("other")).await.expect("posts"),
    );
    world.bob.delete(own.id).await.expect("deletes");
    assert!(world.bob.message(own.id).await.expect("keeps its place").deleted);
    let refused = world.bob.delete(other.id).await.expect_err("is no moderator");
    assert_eq!((refused.status(), refused.code()), (Some(403), Some(Code::Forbidden)));
    world.end().await;
}

/// AC-T12
#[tokio::test]
async fn pages_follow_each_other() {
    let world = World::new().await;
    let mut ids = Vec::new();
    for n in 0..25 {
        ids.push(world.ann.post(world.general.id, &text(&format!("m{n}"))).await.expect("posts").id);
    }
    let query = PageQuery { after: Some(ids[1].0), limit: Some(20), before: None };
    let page = world.bob.messages(world.general.id, &query).await.expect("a page");
    assert_eq!(page.items.iter().map(|one| one.id).collect::<Vec<_>>(), ids[2..22]);
    assert!(page.has_more);
    let query = PageQuery { after: Some(ids[21].0), ..query };
    let page = world.bob.messages(world.general.id, &query).await.expect("a page");
    assert_eq!(page.items.iter().map(|one| one.id).collect::<Vec<_>>(), ids[22..]);
    assert!(!page.has_more);
    world.end().await;
}

/// AC-T13
#[tokio::test]
async fn messages_are_searched_in_all_channels_that_one_sees() {
    let world = World::new().await;
    let (public, private) = (
        world.channel("plans", Visibility::Public).await,
        world.channel("secret", Visibility::Private).await,
    );
    world.bob.join(public.id).await.expect("joins");
    let bob = world.bob.me().await.expect("me").user.id;
    let dm = world.ann.open_dm(&[bob]).await.expect("opens");
    let mut posted = Vec::new();
    for (channel, said) in [
        (world.general.id, "the needle"),
        (public.id, "a Needle, and more"),
        (private.id, "needle of owners"),
        (dm.id, "needles"),
        (world.general.id, "hay"),
    ] {
        posted.push(world.ann.post(channel, &text(said)).await.expect("posts").id);
    }
    let query = SearchQuery { q: "needle".into(), ..SearchQuery::default() };
    let found = world.bob.search(&query).await.expect("searches");
    let ids: Vec<_> = found.items.iter().filter_map(|hit| hit.message.as_ref()).map(|one| one.id).collect();
    assert_eq!(ids, [posted[3], posted[1], posted[0]], "the newest first");
    assert!(found.items.iter().all(|hit| hit.kind == SearchHitType::Message));
    let there = SearchQuery { channel_id: Some(public.id), ..query };
    let found = world.bob.search(&there).await.expect("searches").items;
    let message = found[0].message.as_ref().expect("a message");
    assert_eq!((found.len(), message.id, message.channel_id), (1, posted[1], public.id));
    world.end().await;
}

/// AC-T16
#[tokio::test]
async fn a_picture_is_uploaded() {
    let world = World::new().await;
    let picture = png(8, 4);
    let file = uploaded(&world.bob, world.general.id, ("cat.png", &picture)).await;
    assert_eq!((file.width, file.height, file.status), (Some(8), Some(4), AttachmentStatus::Clean));
    let posted = world.bob.post(world.general.id, &with_files("look", &[&file])).await.expect("posts");
    assert_eq!(posted.attachments.iter().map(|one| one.id).collect::<Vec<_>>(), [file.id]);
    assert!(!world.ann.download(file.id, false).await.expect("is there").is_empty());
    let path = format!("/api/channels/{}/attachments", world.general.id);
    let broken = form(("cat.png", b"no picture"), &[]);
    let refused = world.bob.send_form::<Attachment>(Method::POST, &path, &broken, 1).await;
    let refused = refused.expect_err("is no picture");
    assert_eq!((refused.status(), refused.code()), (Some(422), Some(Code::Invalid)));
    world.end().await;
}

/// AC-5, AC-9: what lists say of invites and webhooks, and that both end.
#[tokio::test]
async fn invites_and_webhooks_come_and_go() {
    let world = World::new().await;
    let invite =
        world.ann.create_invite(world.community.id, &CreateInvite::default()).await.expect("invites");
    let shown = world.nobody.invite(&invite.code).await.expect("is shown");
    assert_eq!((shown.community_id, shown.community_name.as_str()), (world.community.id, "Ferris"));
    world.ann.revoke_invite(&invite.code).await.expect("revokes");
    assert_eq!(code(world.nobody.invite(&invite.code).await), Code::Gone);
    let hook = world.ann.create_webhook(world.general.id, "builds").await.expect("makes");
    let url = hook.url.clone().expect("is shown once");
    let (_, secret) = url.split_once("/hook/").expect("an address");
    let url = format!("{}/hook/{secret}", world.base());
    world.nobody.post_by_webhook(&url, &serde_json::json!({ "text": "done" })).await.expect("posts");
    let listed = world.ann.webhooks(world.general.id, &PageQuery::default()).await.expect("lists").items;
    assert_eq!(listed.iter().map(|one| one.id).collect::<Vec<_>>(), [hook.id]);
    world.ann.delete_webhook(hook.id).await.expect("revokes");
    let late = world.nobody.post_by_webhook(&url, &serde_json::json!({ "text": "late" })).await;
    assert_eq!(code(late), Code::NotFound);
    world.end().await;
}
