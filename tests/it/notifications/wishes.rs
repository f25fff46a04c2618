//! What people want to be told of: levels of channels and communities, muted places, blocked people, quiet hours.

use ajet_protocol::events::CommunityPreferencesPayload;
use ajet_protocol::{
    Channel, Code, Event, MuteChannel, NotificationReason, NotifyLevel, PostMessage, QuietHours, UpdateMe,
    Visibility,
};
use reqwest::Method;
use serde_json::{Value, json};

use super::kinds::all_is_told;
use super::told::{about, all_of};
use crate::support::{World, code, id_of, next, next_event, sql, text};

/// Ann says something that concerns bob by name, by a call of all, and by a reply to him; why he is told of each.
async fn heard(world: &World, room: &Channel) -> [Option<NotificationReason>; 3] {
    let bob = id_of(&world.bob).await;
    let question = world.bob.post(room.id, &text("a question")).await.expect("posts");
    let named = world.ann.post(room.id, &text(&format!("@<user:{bob}> look"))).await.expect("posts");
    let called = world.ann.post(room.id, &text("@<channel> look")).await.expect("posts");
    let reply = PostMessage { parent_id: Some(question.id), ..text("an answer") };
    let reply = world.ann.post(room.id, &reply).await.expect("replies");
    all_is_told(world).await;
    let mut heard = [None; 3];
    for (place, message) in heard.iter_mut().zip([&named, &called, &reply]) {
        *place = about(&world.bob, message).await.map(|one| one.reason);
    }
    heard
}

const ALL: [Option<NotificationReason>; 3] = [
    Some(NotificationReason::User),
    Some(NotificationReason::Channel),
    Some(NotificationReason::ThreadReply),
];
const MENTIONS: [Option<NotificationReason>; 3] =
    [Some(NotificationReason::User), Some(NotificationReason::Channel), None];

#[tokio::test]
async fn the_level_of_a_channel_counts_and_else_that_of_its_community() {
    let world = World::new().await;
    let community = world.community.id;
    let (room, other) =
        (world.channel("room", Visibility::Public).await, world.channel("other", Visibility::Public).await);
    for one in [&room, &other] {
        world.bob.join(one.id).await.expect("joins");
    }
    assert_eq!(heard(&world, &room).await, ALL);
    for (level, expected) in [(NotifyLevel::Mentions, MENTIONS), (NotifyLevel::Nothing, [None; 3])] {
        world.bob.notify_community(community, level).await.expect("sets");
        assert_eq!(heard(&world, &room).await, expected, "{level:?}");
    }
    world.bob.notify_channel(other.id, NotifyLevel::All).await.expect("sets");
    assert_eq!(heard(&world, &other).await, ALL, "its own level counts, also where it is the default");
    world.bob.mute_channel(room.id, &MuteChannel { muted: true }).await.expect("mutes");
    world.bob.notify_community(community, NotifyLevel::All).await.expect("sets");
    assert_eq!(heard(&world, &room).await, [None; 3], "of a muted channel nothing");
    world.bob.mute_channel(room.id, &MuteChannel { muted: false }).await.expect("sounds again");
    assert_eq!(heard(&world, &room).await, ALL, "muting sets no level");
    world.end().await;
}

#[tokio::test]
async fn a_level_of_a_community_is_shown_to_its_person_alone_and_told_to_their_sessions() {
    let world = World::new().await;
    let community_id = world.community.id;
    let mut live = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    for _ in 0..2 {
        world.bob.notify_community(community_id, NotifyLevel::Mentions).await.expect("sets");
    }
    let notify = NotifyLevel::Mentions;
    let told = next_event(&mut live, "community.preferences").await;
    let expected = CommunityPreferencesPayload { community_id, notify };
    assert_eq!(told, Some(Event::CommunityPreferences(expected)));
    assert_eq!(sql(&world, "select 1 from events where type = 'community.preferences'").await, 1);
    assert_eq!(world.bob.community(community_id).await.expect("reads").notify, notify);
    assert_eq!(world.bob.communities().await.expect("lists").items[0].notify, notify);
    assert_eq!(world.bob.channels(community_id).await.expect("lists").items[0].notify, notify);
    let general: Channel =
        world.bob.get(&format!("/api/channels/{}", world.general.id)).await.expect("reads");
    assert_eq!(general.notify, notify);
    let start = world.bob.sync().await.expect("reads");
    assert_eq!((start.communities[0].community.notify, start.channels[0].channel.notify), (notify, notify));
    assert_eq!(world.ann.community(community_id).await.expect("reads").notify, NotifyLevel::All);
    let (stranger, _) = world.nobody.sign_in("stranger").await.expect("signs in");
    assert_eq!(code(stranger.notify_community(community_id, notify).await), Code::NotFound);
    world.end().await;
}

#[tokio::test]
async fn of_people_whom_one_blocks_one_is_told_nothing() {
    let world = World::new().await;
    world.bob.block(id_of(&world.ann).await).await.expect("blocks");
    assert_eq!(heard(&world, &world.general).await, [None; 3]);
    world.bob.unblock(id_of(&world.ann).await).await.expect("unblocks");
    assert_eq!(heard(&world, &world.general).await, ALL);
    world.end().await;
}

#[tokio::test]
async fn in_quiet_hours_what_one_is_told_is_silent() {
    let world = World::new().await;
    let bob = id_of(&world.bob).await;
    let all_day = |from: &str, to: &str| {
        let hours = QuietHours { from: from.into(), to: to.into(), time_zone: "Etc/UTC".into() };
        UpdateMe { quiet_hours: Some(Some(hours)), ..UpdateMe::default() }
    };
    let off = UpdateMe { quiet_hours: Some(None), ..UpdateMe::default() };
    // Together they are the whole day, less a minute: one of them holds now, whenever that is.
    for (update, silent) in
        [(all_day("00:00", "23:59"), true), (off, false), (all_day("23:59", "00:00"), false)]
    {
        let me = world.bob.update_me(&update).await.expect("sets");
        assert_eq!(me.quiet_hours, update.quiet_hours.flatten());
        let said = world.ann.post(world.general.id, &text(&format!("@<user:{bob}> look"))).await;
        all_is_told(&world).await;
        let told = about(&world.bob, &said.expect("posts")).await.expect("is told");
        assert!(told.silent == silent || is_last_minute(), "{told:?}");
    }
    assert_eq!(
        world.bob.sync().await.expect("reads").user.quiet_hours.map(|hours| hours.from).as_deref(),
        Some("23:59")
    );
    world.end().await;
}

fn is_last_minute() -> bool {
    let minutes = ajet_chatd::clock::now().unix_millis() / 60_000 % (24 * 60);
    minutes == 23 * 60 + 59 || minutes == 0
}

#[tokio::test]
async fn quiet_hours_that_can_not_be_kept_are_refused_by_name() {
    let world = World::new().await;
    for hours in [
        json!({ "from": "22:00", "to": "07:00", "time_zone": "Europe/Nowhere" }),
        json!({ "from": "25:00", "to": "07:00", "time_zone": "Europe/Berlin" }),
        json!({ "from": "22:00", "to": "22:00", "time_zone": "Europe/Berlin" }),
        json!({ "from": "22:00", "to": "07:00" }),
        json!({ "from": "22:00", "to": "07:00", "time_zone": "Europe/Berlin", "x": 1 }),
        json!("22:00"),
    ] {
        let body = json!({ "quiet_hours": hours });
        let answer = world.bob.send::<Value>(Method::PATCH, "/api/me", Some(&body), false).await;
        assert_eq!(code(answer), Code::Invalid, "{body}");
    }
    assert_eq!(world.bob.me().await.expect("me").quiet_hours, None);
    assert!(all_of(&world.bob).await.is_empty());
    world.end().await;
}
