//! `PUT /api/channels/{id}/archived`: what is read-only is read, and nothing is written there.

use ajet_protocol::{Channel, Code, Event, PageQuery, Visibility};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{World, code, next, next_event, sql, text};

#[tokio::test]
async fn an_archived_channel_is_read_only_until_it_is_opened() {
    let world = World::new().await;
    let plans = world.channel("plans", Visibility::Public).await.id;
    world.bob.join(plans).await.expect("joins");
    let (first, second) = (
        world.bob.post(plans, &text("first")).await.expect("posts").id,
        world.bob.post(plans, &text("second")).await.expect("posts").id,
    );
    let mut bobs = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut bobs).await.name, "ready");
    world.ann.archive_channel(plans, true).await.expect("archives");
    world.ann.archive_channel(plans, true).await.expect("again changes nothing");
    assert_eq!(code(world.bob.post(plans, &text("late")).await), Code::Archived);
    assert_eq!(code(world.ann.post(plans, &text("late")).await), Code::Archived, "owners neither");
    assert_eq!(code(world.bob.edit(first, "mine").await), Code::Archived);
    assert_eq!(code(world.bob.react(first, "👍").await), Code::Archived);
    let shown: Channel = world.bob.get(&format!("/api/channels/{plans}")).await.expect("is there");
    assert!(shown.archived);
    let Some(Event::ChannelUpdated(told)) = next_event(&mut bobs, "channel.updated").await else {
        panic!("those who see it hear of it")
    };
    assert!(told.channel.archived && told.channel.id == plans);
    // It is read, deleted from, joined and left as before.
    let history = world.bob.messages(plans, &PageQuery::default()).await.expect("reads").items;
    assert_eq!(history.len(), 2);
    world.ann.delete(first).await.expect("a moderator deletes");
    world.bob.delete(second).await.expect("as its author does");
    world.bob.mark_read(plans, second).await.expect("marks");
    world.bob.leave(plans).await.expect("leaves");
    world.bob.join(plans).await.expect("joins");
    world.ann.archive_channel(plans, false).await.expect("opens");
    world.bob.post(plans, &text("open again")).await.expect("posts");
    for action in ["channel.archive", "channel.unarchive"] {
        let rows = sqlx::query("select 1 from audit_log where action = $1").bind(action);
        let rows = rows.execute(&mut crate::support::db(&world).await).await.expect("reads");
        assert_eq!(rows.rows_affected(), 1, "{action}");
    }
    world.end().await;
}

#[tokio::test]
async fn a_webhook_posts_nothing_into_an_archived_channel() {
    let world = World::new().await;
    let hook = world.ann.create_webhook(world.general.id, "CI").await.expect("creates");
    let url = hook.url.expect("its address");
    world.ann.archive_channel(world.general.id, true).await.expect("archives");
    let http = reqwest::Client::new();
    let path = url.split_once("/hook/").expect("an address").1;
    let refused = http.post(format!("{}/hook/{path}", world.base())).json(&json!({ "text": "late" }));
    assert_eq!(refused.send().await.expect("answers").status().as_u16(), 409);
    assert_eq!(sql(&world, "select 1 from messages").await, 0);
    world.end().await;
}

#[tokio::test]
async fn who_may_archive() {
    let world = World::new().await;
    let general = world.general.id;
    let secret = world.channel("secret", Visibility::Private).await.id;
    let (stranger, _) = world.nobody.sign_in("stranger").await.expect("signs in");
    for (person, channel, refusal) in [
        (&world.bob, general, Code::Forbidden),
        (&world.bob, secret, Code::NotFound),
        (&stranger, general, Code::NotFound),
        (&world.nobody, general, Code::Unauthenticated),
    ] {
        assert_eq!(code(person.archive_channel(channel, true).await), refusal, "{channel}");
    }
    let path = format!("/api/channels/{general}/archived");
    for body in [json!({}), json!({ "archived": null }), json!({ "archived": true, "until": 1 })] {
        let answer = world.ann.send::<Value>(Method::PUT, &path, Some(&body), false).await;
        assert_eq!(code(answer), Code::Invalid, "{body}");
    }
    world.end().await;
}
