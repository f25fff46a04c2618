//! `PUT /api/channels/{id}/notify`: what of a channel one wants to be told of.

use ajet_protocol::events::PreferencesPayload;
use ajet_protocol::{Channel, Code, Event, MuteChannel, NotifyLevel, Visibility};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{World, code, eventually, next, next_event, sql, text};

#[tokio::test]
async fn a_level_is_set_in_all_sessions_and_beside_muting() {
    let world = World::new().await;
    let channel_id = world.general.id;
    let (second, _) = world.nobody.sign_in("bob").await.expect("signs in again");
    let mut bobs = second.live(None).await.expect("opens");
    assert_eq!(next(&mut bobs).await.name, "ready");
    let shown =
        async || -> Channel { second.get(&format!("/api/channels/{channel_id}")).await.expect("reads") };
    assert_eq!(shown().await.notify, NotifyLevel::All);
    world.bob.mute_channel(channel_id, &MuteChannel { muted: true }).await.expect("mutes");
    world.bob.notify_channel(channel_id, NotifyLevel::Mentions).await.expect("sets");
    world.bob.notify_channel(channel_id, NotifyLevel::Mentions).await.expect("again changes nothing");
    let now = shown().await;
    assert_eq!((now.muted, now.notify), (true, NotifyLevel::Mentions), "each by itself");
    for notify in [NotifyLevel::All, NotifyLevel::Mentions] {
        let told = next_event(&mut bobs, "channel.preferences").await;
        let expected = PreferencesPayload { channel_id, muted: true, notify, hidden: false };
        assert_eq!(told, Some(Event::ChannelPreferences(expected)));
    }
    world.bob.mute_channel(channel_id, &MuteChannel { muted: false }).await.expect("sounds again");
    let now = shown().await;
    assert_eq!((now.muted, now.notify), (false, NotifyLevel::Mentions));
    assert_eq!(sql(&world, "select 1 from channel_preferences").await, 1);
    assert_eq!(sql(&world, "select 1 from events where type = 'channel.preferences'").await, 3);
    let listed = world.ann.channels(world.community.id).await.expect("lists").items;
    assert_eq!(listed[0].notify, NotifyLevel::All, "it is for oneself");
    world.end().await;
}

#[tokio::test]
async fn only_for_channels_that_one_has_joined_and_only_levels_that_there_are() {
    let world = World::new().await;
    let secret = world.channel("secret", Visibility::Private).await.id;
    let open = world.channel("open", Visibility::Public).await.id;
    for (channel, refusal) in [(secret, Code::NotFound), (open, Code::Forbidden)] {
        assert_eq!(code(world.bob.notify_channel(channel, NotifyLevel::Nothing).await), refusal);
    }
    let path = format!("/api/channels/{}/notify", world.general.id);
    for body in
        [json!({}), json!({ "level": "some" }), json!({ "level": null }), json!({ "level": "all", "x": 1 })]
    {
        let answer = world.bob.send::<Value>(Method::PUT, &path, Some(&body), false).await;
        assert_eq!(code(answer), Code::Invalid, "{body}");
    }
    assert_eq!(sql(&world, "select 1 from channel_preferences").await, 0);
    world.end().await;
}

#[tokio::test]
async fn who_wants_to_be_told_of_nothing_is_told_of_no_mention() {
    let world = World::new().await;
    let (general, bob) = (world.general.id, world.bob.me().await.expect("me").user.id);
    let mention = text(&format!("@<user:{bob}> look"));
    world.bob.notify_channel(general, NotifyLevel::Nothing).await.expect("sets");
    world.ann.post(general, &mention).await.expect("posts");
    let is_done = async || sql(&world, "select 1 from due_notices").await == 0;
    eventually("the notifier is done", is_done).await;
    assert_eq!(sql(&world, "select 1 from notifications").await, 0);
    world.bob.notify_channel(general, NotifyLevel::Mentions).await.expect("sets");
    world.ann.post(general, &mention).await.expect("posts");
    eventually("bob is told", async || sql(&world, "select 1 from notifications").await == 1).await;
    world.end().await;
}
