//! `PUT /api/channels/{id}/mute`: a channel is silent for oneself, in all of one's sessions.

use ajet_client::Client;
use ajet_protocol::events::PreferencesPayload;
use ajet_protocol::{Channel, ChannelId, Code, Event, MuteChannel, NotifyLevel, Visibility};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{World, code, everything_before_now, frames_past, next, next_event, sql};

const SILENT: MuteChannel = MuteChannel { muted: true };
const LOUD: MuteChannel = MuteChannel { muted: false };

/// Whether a channel is muted, as it says itself, and the list.
async fn is_muted(world: &World, reader: &Client, channel: ChannelId) -> bool {
    let shown: Channel = reader.get(&format!("/api/channels/{channel}")).await.expect("reads");
    let listed = reader.channels(world.community.id).await.expect("lists").items;
    let found = listed.into_iter().find(|one| one.id == channel).expect("is listed");
    assert_eq!(found.muted, shown.muted, "the channel says the same");
    shown.muted
}

#[tokio::test]
async fn a_channel_is_muted_in_all_sessions_of_the_person_and_for_no_one_else() {
    let world = World::new().await;
    let channel_id = world.general.id;
    let (second, _) = world.nobody.sign_in("bob").await.expect("signs in again");
    let mut bobs = second.live(None).await.expect("opens");
    let mut anns = world.ann.live(None).await.expect("opens");
    for live in [&mut bobs, &mut anns] {
        assert_eq!(next(live).await.name, "ready");
    }
    for (mute, rows) in [
        (SILENT, "select 1 from channel_preferences where muted"),
        (LOUD, "select 1 from channel_preferences where not muted"),
    ] {
        world.bob.mute_channel(channel_id, &mute).await.expect("sets");
        world.bob.mute_channel(channel_id, &mute).await.expect("again changes nothing");
        let told = next_event(&mut bobs, "channel.preferences").await;
        let (muted, notify, hidden) = (mute.muted, NotifyLevel::All, false);
        let expected = PreferencesPayload { channel_id, muted, notify, hidden };
        assert_eq!(told, Some(Event::ChannelPreferences(expected)));
        assert_eq!(sql(&world, rows).await, 1, "the same row");
        assert_eq!(is_muted(&world, &second, channel_id).await, mute.muted);
        assert!(!is_muted(&world, &world.ann, channel_id).await, "it is for oneself");
    }
    assert_eq!(sql(&world, "select 1 from events where type = 'channel.preferences'").await, 2);
    let barrier = everything_before_now(&world).await;
    let heard = frames_past(&mut anns, &world, &barrier).await;
    assert!(!heard.iter().any(|frame| frame.name == "channel.preferences"), "{heard:?}");
    world.end().await;
}

/// The setting is the person's, the membership the community's.
#[tokio::test]
async fn a_channel_is_muted_still_for_those_who_leave_and_come_back() {
    let world = World::new().await;
    let room = world.channel("room", Visibility::Public).await.id;
    world.bob.join(room).await.expect("joins");
    world.bob.mute_channel(room, &SILENT).await.expect("mutes");
    world.bob.leave(room).await.expect("leaves");
    assert!(!is_muted(&world, &world.bob, room).await, "there is nothing to hear");
    assert_eq!(code(world.bob.mute_channel(room, &LOUD).await), Code::Forbidden);
    world.bob.join(room).await.expect("comes back");
    assert!(is_muted(&world, &world.bob, room).await);
    world.end().await;
}

/// I6: what one may not know of is not there, and what one has not joined can't be muted.
#[tokio::test]
async fn only_channels_that_one_has_joined_are_muted() {
    let world = World::new().await;
    let general = world.general.id;
    let secret = world.channel("secret", Visibility::Private).await.id;
    let open = world.channel("open", Visibility::Public).await.id;
    let (stranger, _) = world.nobody.sign_in("stranger").await.expect("signs in");
    for (person, channel, refusal) in [
        (&world.bob, secret, Code::NotFound),
        (&world.bob, open, Code::Forbidden),
        (&stranger, general, Code::NotFound),
        (&world.nobody, general, Code::Unauthenticated),
    ] {
        assert_eq!(code(person.mute_channel(channel, &SILENT).await), refusal, "{channel}");
    }
    let path = format!("/api/channels/{general}/mute");
    for body in
        [json!({}), json!({"muted": "yes"}), json!({"muted": null}), json!({"muted": true, "for": 60})]
    {
        let answer = world.bob.send::<Value>(Method::PUT, &path, Some(&body), false).await;
        assert_eq!(code(answer), Code::Invalid, "{body}");
    }
    assert_eq!(sql(&world, "select 1 from events where type = 'channel.preferences'").await, 0);
    assert_eq!(sql(&world, "select 1 from channel_preferences").await, 0);
    world.end().await;
}
