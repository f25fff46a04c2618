//! `PUT|DELETE /api/dms/{id}/hidden`: left out of one's own list, until there is something new.

use ajet_protocol::events::PreferencesPayload;
use ajet_protocol::{ChannelId, Code, Event, MuteChannel, NotifyLevel, PageQuery};
use uuid::Uuid;

use super::open::{ids_of, listed};
use crate::support::{World, code, eventually, next, next_event, sql, text};

fn set(channel_id: ChannelId, muted: bool, hidden: bool) -> Option<Event> {
    let set = PreferencesPayload { channel_id, muted, notify: NotifyLevel::All, hidden };
    Some(Event::ChannelPreferences(set))
}

#[tokio::test]
async fn it_is_hidden_for_oneself_until_somebody_writes() {
    let world = World::new().await;
    let dm = world.ann.open_dm(&ids_of(&[&world.bob]).await).await.expect("opens").id;
    let (second, _) = world.nobody.sign_in("bob").await.expect("signs in again");
    let mut live = second.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    // The first time it has no message, and the second time one.
    for said in ["hello", "hello again"] {
        world.bob.hide_dm(dm).await.expect("hides");
        world.bob.hide_dm(dm).await.expect("again changes nothing");
        assert_eq!(next_event(&mut live, "channel.preferences").await, set(dm, false, true));
        assert!(listed(&world.bob).await.is_empty());
        assert_eq!(listed(&world.ann).await, [dm], "it is for oneself");
        world.ann.post(dm, &text(said)).await.expect("posts");
        assert_eq!(listed(&second).await, [dm], "there is something new");
    }
    assert_eq!(sql(&world, "select 1 from events where type = 'channel.preferences'").await, 2);
    world.end().await;
}

#[tokio::test]
async fn it_is_shown_again_when_asked_for_and_stays_as_it_was_set() {
    let world = World::new().await;
    let dm = world.ann.open_dm(&ids_of(&[&world.bob]).await).await.expect("opens").id;
    let mut live = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    world.bob.mute_channel(dm, &MuteChannel { muted: true }).await.expect("mutes");
    world.bob.hide_dm(dm).await.expect("hides");
    world.bob.mute_channel(dm, &MuteChannel { muted: false }).await.expect("lets it sound");
    assert!(listed(&world.bob).await.is_empty(), "it is hidden still");
    world.bob.show_dm(dm).await.expect("shows");
    world.bob.show_dm(dm).await.expect("again changes nothing");
    assert_eq!(listed(&world.bob).await, [dm]);
    for (muted, hidden) in [(true, false), (true, true), (false, true), (false, false)] {
        assert_eq!(next_event(&mut live, "channel.preferences").await, set(dm, muted, hidden));
    }
    world.end().await;
}

/// What was not read in it stays so, and is counted as the list of notifications has it.
#[tokio::test]
async fn notifications_of_a_hidden_one_are_counted_still() {
    let world = World::new().await;
    let dm = world.ann.open_dm(&ids_of(&[&world.bob]).await).await.expect("opens").id;
    world.ann.post(dm, &text("hello")).await.expect("posts");
    let unread = async || {
        let listed = world.bob.notifications(true, &PageQuery::default()).await.expect("lists").items.len();
        (world.bob.sync().await.expect("is told").notifications.unread, listed)
    };
    eventually("bob is told", async || unread().await == (1, 1)).await;
    world.bob.hide_dm(dm).await.expect("hides");
    assert_eq!(unread().await, (1, 1));
    world.end().await;
}

/// To ask for it by its people is to ask for it.
#[tokio::test]
async fn it_is_shown_again_to_who_opens_it_anew() {
    let world = World::new().await;
    let (anns, bobs) = (ids_of(&[&world.bob]).await, ids_of(&[&world.ann]).await);
    let dm = world.ann.open_dm(&anns).await.expect("opens").id;
    let mut live = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    world.bob.hide_dm(dm).await.expect("hides");
    world.ann.open_dm(&anns).await.expect("finds");
    assert!(listed(&world.bob).await.is_empty(), "that another one opens it shows it to no one else");
    assert_eq!(world.bob.open_dm(&bobs).await.expect("finds").id, dm);
    assert_eq!(listed(&world.bob).await, [dm]);
    world.bob.open_dm(&bobs).await.expect("again changes nothing");
    for hidden in [true, false] {
        assert_eq!(next_event(&mut live, "channel.preferences").await, set(dm, false, hidden));
    }
    assert_eq!(sql(&world, "select 1 from events where type = 'channel.preferences'").await, 2);
    world.end().await;
}

/// I6.
#[tokio::test]
async fn only_ones_own_direct_messages_are_hidden() {
    let world = World::new().await;
    let carol = world.join("carol").await;
    let dm = world.bob.open_dm(&ids_of(&[&carol]).await).await.expect("opens").id;
    let nothing = ChannelId(Uuid::from_u128(rand::random()));
    for (person, channel, refusal) in [
        (&world.ann, dm, Code::NotFound),
        (&world.ann, world.general.id, Code::NotFound),
        (&world.ann, nothing, Code::NotFound),
        (&world.nobody, dm, Code::Unauthenticated),
    ] {
        assert_eq!(code(person.hide_dm(channel).await), refusal);
        assert_eq!(code(person.show_dm(channel).await), refusal);
    }
    assert_eq!(sql(&world, "select 1 from channel_preferences").await, 0);
    world.end().await;
}
