//! `GET /api/communities/{id}/presence`

use ajet_chatd::store::fence::{About, Fence, Fenced};
use ajet_client::Client;
use ajet_protocol::{ChannelId, Code, CreateCommunity, UserId, Visibility};
use reqwest::Method;
use serde_json::json;

use crate::support::{World, code, eventually, id_of, next, sql};

async fn online(world: &World, reader: &Client) -> Vec<UserId> {
    reader.online(world.community.id).await.expect("lists").online
}

fn sorted<const N: usize>(mut people: [UserId; N]) -> [UserId; N] {
    people.sort_unstable();
    people
}

#[tokio::test]
async fn who_has_a_stream_open_is_online_for_those_who_share_a_channel() {
    let world = World::new().await;
    let (ann, bob) = (id_of(&world.ann).await, id_of(&world.bob).await);
    assert!(online(&world, &world.ann).await.is_empty());
    let mut live = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    assert_eq!(online(&world, &world.ann).await, [bob]);
    world.ann.heartbeat().await.expect("beats");
    assert_eq!(online(&world, &world.bob).await, sorted([ann, bob]));
    drop(live);
    assert_eq!(online(&world, &world.ann).await, sorted([ann, bob]), "for a while after the last stream");
    let (stranger, _) = world.nobody.sign_in("dave").await.expect("signs in");
    assert_eq!(code(stranger.online(world.community.id).await), Code::NotFound);
    let nothing = ajet_protocol::CommunityId(uuid::Uuid::from_u128(1));
    assert_eq!(code(world.ann.online(nothing).await), Code::NotFound);
    world.end().await;
}

/// I6: who belongs to the same community is not enough.
#[tokio::test]
async fn who_shares_no_joined_channel_is_not_shown() {
    let world = World::new().await;
    let (ann, bob) = (id_of(&world.ann).await, id_of(&world.bob).await);
    let open = world.channel("open", Visibility::Public).await;
    for one in [&world.ann, &world.bob] {
        one.heartbeat().await.expect("beats");
    }
    world.bob.leave(world.general.id).await.expect("leaves");
    assert_eq!(online(&world, &world.ann).await, [ann]);
    assert_eq!(online(&world, &world.bob).await, [bob], "he sees the open one, and is not in it");
    world.bob.join(open.id).await.expect("joins");
    assert_eq!(online(&world, &world.ann).await, sorted([ann, bob]), "at once");
    world.ann.remove_member(world.community.id, bob, &Default::default()).await.expect("kicks");
    assert_eq!(online(&world, &world.ann).await, [ann]);
    assert_eq!(code(world.bob.online(world.community.id).await), Code::NotFound);
    world.end().await;
}

/// Has somebody see no more of a channel that they have joined.
pub async fn hide(world: &World, channel: ChannelId, from: UserId) {
    let path = format!("/api/channels/{channel}/overwrites/{from}");
    let change = json!({ "allow": [], "deny": ["view_channel"] });
    world.ann.tell(Method::PUT, &path, &change).await.expect("hides");
}

/// Whichever channel is looked at first.
#[tokio::test]
async fn who_may_not_view_one_shared_channel_is_shown_by_another() {
    let world = World::new().await;
    let (ann, bob) = (id_of(&world.ann).await, id_of(&world.bob).await);
    let open = world.channel("open", Visibility::Public).await;
    world.bob.join(open.id).await.expect("joins");
    for one in [&world.ann, &world.bob] {
        one.heartbeat().await.expect("beats");
    }
    for (hidden, shown) in [(world.general.id, true), (open.id, false)] {
        hide(&world, hidden, bob).await;
        let others = if shown { sorted([ann, bob]).to_vec() } else { vec![ann] };
        assert_eq!(online(&world, &world.ann).await, others);
    }
    world.end().await;
}

/// I18: what is read grows with the people who are online, not with the channels that they share.
#[tokio::test]
async fn of_each_person_one_shared_channel_is_read() {
    let world = World::new().await;
    let (ann, bob) = (id_of(&world.ann).await, id_of(&world.bob).await);
    let mut shared = vec![world.general.id];
    for name in ["open", "plans"] {
        let channel = world.channel(name, Visibility::Public).await.id;
        world.bob.join(channel).await.expect("joins");
        shared.push(channel);
    }
    let context = &world.server.app().context;
    let scope = world.community.id;
    context.rights.refresh(scope).await.expect("reads");
    let read = context.rights.seen_channels(scope, ann).await.expect("reads");
    let (version, _, seen) = read.expect("is there");
    let fence = Fence { scope: scope.into(), about: About::Channels, person: ann, version };
    for (most, channels) in [(1, 1), (200, 3)] {
        let read = context.store.sharing(fence, &seen, &[ann, bob], most).await.expect("reads");
        let Fenced::Holds(sharing) = read else { panic!("nothing changes") };
        assert!(sharing.people.iter().all(|(person, channel)| *person == bob && shared.contains(channel)));
        assert_eq!(sharing.people.len(), channels);
    }
    let beside = context.store.people_beside(fence).await.expect("reads");
    assert_eq!(beside, Fenced::Holds(vec![bob]));
    world.end().await;
}

/// People of another community are not shown, wherever they are online.
#[tokio::test]
async fn a_community_shows_its_own_people() {
    let world = World::new().await;
    let request = CreateCommunity { name: "Else".into(), slug: "else".into(), client_mutation_id: None };
    let other = world.ann.create_community(&request).await.expect("founds");
    for one in [&world.ann, &world.bob] {
        one.heartbeat().await.expect("beats");
    }
    let there = world.ann.online(other.id).await.expect("lists").online;
    assert_eq!(there, [id_of(&world.ann).await]);
    assert_eq!(code(world.bob.online(other.id).await), Code::NotFound);
    world.end().await;
}

#[tokio::test]
async fn who_is_invisible_is_shown_to_themselves_alone() {
    let world = World::new().await;
    let (ann, bob) = (id_of(&world.ann).await, id_of(&world.bob).await);
    for one in [&world.ann, &world.bob] {
        one.heartbeat().await.expect("beats");
    }
    sql(&world, "update users set presence = 'invisible' where username = 'bob'").await;
    assert_eq!(online(&world, &world.ann).await, [ann]);
    assert_eq!(online(&world, &world.bob).await, sorted([ann, bob]));
    sql(&world, "update users set presence = 'auto' where username = 'bob'").await;
    eventually("bob is shown again", async || online(&world, &world.ann).await.contains(&bob)).await;
    world.end().await;
}
