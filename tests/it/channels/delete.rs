//! `DELETE /api/channels/{id}`: from the answer on the channel is there for no one.

use ajet_protocol::events::ChannelGone;
use ajet_protocol::{Channel, Code, Event, PageQuery, Visibility};

use crate::support::{World, code, next, next_event, sql, text};

#[tokio::test]
async fn a_deleted_channel_is_there_for_no_one() {
    let world = World::new().await;
    let plans = world.channel("plans", Visibility::Public).await.id;
    world.bob.join(plans).await.expect("joins");
    let said = world.bob.post(plans, &text("soon gone")).await.expect("posts").id;
    let hook = world.ann.create_webhook(plans, "CI").await.expect("creates").id;
    let mut bobs = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut bobs).await.name, "ready");
    assert_eq!(code(world.bob.delete_channel(plans).await), Code::Forbidden);
    world.ann.delete_channel(plans).await.expect("deletes");
    for client in [&world.ann, &world.bob] {
        let listed = client.channels(world.community.id).await.expect("lists").items;
        assert!(!listed.iter().any(|one| one.id == plans));
        assert_eq!(code(client.get::<Channel>(&format!("/api/channels/{plans}")).await), Code::NotFound);
        assert_eq!(code(client.post(plans, &text("late")).await), Code::NotFound);
        assert_eq!(code(client.messages(plans, &PageQuery::default()).await), Code::NotFound);
        assert_eq!(code(client.message(said).await), Code::NotFound);
        assert_eq!(code(client.edit(said, "late").await), Code::NotFound);
        assert_eq!(code(client.join(plans).await), Code::NotFound);
        assert_eq!(code(client.delete_channel(plans).await), Code::NotFound);
    }
    let gone = Some(Event::ChannelDeleted(ChannelGone { channel_id: plans }));
    assert_eq!(next_event(&mut bobs, "channel.deleted").await, gone);
    assert_eq!(sql(&world, "select 1 from channels where name = 'plans'").await, 0);
    assert_eq!(sql(&world, "select 1 from webhooks").await, 0, "{hook} went with it");
    assert_eq!(sql(&world, "select 1 from audit_log where action = 'channel.delete'").await, 1);
    world.channel("plans", Visibility::Public).await;
    world.end().await;
}

/// I6: of a private channel those outside learn nothing, not even that it ended.
#[tokio::test]
async fn the_end_of_a_private_channel_is_for_those_in_it() {
    let world = World::new().await;
    let secret = world.channel("secret", Visibility::Private).await.id;
    let mut anns = world.ann.live(None).await.expect("opens");
    let mut bobs = world.bob.live(None).await.expect("opens");
    for live in [&mut anns, &mut bobs] {
        assert_eq!(next(live).await.name, "ready");
    }
    assert_eq!(code(world.bob.delete_channel(secret).await), Code::NotFound);
    world.ann.delete_channel(secret).await.expect("deletes");
    assert!(next_event(&mut anns, "channel.deleted").await.is_some());
    world.ann.post(world.general.id, &text("after it")).await.expect("posts");
    loop {
        let frame = next(&mut bobs).await;
        assert_ne!(frame.name, "channel.deleted");
        if frame.name == "message.created" {
            break;
        }
    }
    world.end().await;
}

#[tokio::test]
async fn the_channel_of_arrival_stays() {
    let world = World::new().await;
    assert_eq!(code(world.ann.delete_channel(world.general.id).await), Code::Conflict);
    world.ann.post(world.general.id, &text("still here")).await.expect("posts");
    world.end().await;
}
