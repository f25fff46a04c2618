//! A live stream outlives no right: whichever way it is lost, nothing that is said later comes, live or in a replay, on any node.

use ajet_client::{Client, Live};
use ajet_protocol::{
    ApiToken, Bot, ChannelId, CreateRole, Permission, Reason, RoleId, SetOverwrite, TokenScope, UpdateMember,
    UserId, Visibility,
};

use super::streams::up_to;
use crate::support::bots::{made, token_of};
use crate::support::cluster::{Cluster, base};
use crate::support::{World, everything_before_now, id_of, read_to, text};

/// A way to lose a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Kicked,
    Banned,
    LeftCommunity,
    PutOutOfChannel,
    LeftChannel,
    DeniedToPerson,
    RoleTaken,
    RoleDeleted,
    SignedOut,
    EndedByAnotherSession,
    Deactivated,
    TokenRevoked,
    BotDeleted,
}

const WAYS: [Way; 13] = [
    Way::Kicked,
    Way::Banned,
    Way::LeftCommunity,
    Way::PutOutOfChannel,
    Way::LeftChannel,
    Way::DeniedToPerson,
    Way::RoleTaken,
    Way::RoleDeleted,
    Way::SignedOut,
    Way::EndedByAnotherSession,
    Way::Deactivated,
    Way::TokenRevoked,
    Way::BotDeleted,
];

/// Somebody who is about to lose a channel.
struct Reader {
    client: Client,
    id: UserId,
    room: ChannelId,
    /// Where ann writes to them whatever they lose in the community.
    tick: ChannelId,
    /// The role by which alone they see the room, where that is so.
    role: Option<RoleId>,
    bot: Option<(Bot, ApiToken)>,
}

/// Somebody in a private room, or in a public one that a role opens.
async fn reader(world: &World, way: Way, n: usize) -> Reader {
    let by_role = [Way::RoleTaken, Way::RoleDeleted].contains(&way);
    let visibility = if by_role { Visibility::Public } else { Visibility::Private };
    let room = world.channel(&format!("room-{n}"), visibility).await.id;
    if [Way::TokenRevoked, Way::BotDeleted].contains(&way) {
        let bot = made(world, &format!("robo{n}")).await;
        let (token, client) = token_of(world, &bot, TokenScope::ALL).await;
        world.ann.add_to_channel(room, bot.user_id).await.expect("adds");
        let (id, tick) = (bot.user_id, world.general.id);
        return Reader { client, id, room, tick, role: None, bot: Some((bot, token)) };
    }
    let client = world.join(&format!("person{n}")).await;
    let id = id_of(&client).await;
    let tick = world.ann.open_dm(&[id]).await.expect("opens").id;
    let role = if by_role { Some(opened(world, room, id, n).await) } else { None };
    world.ann.add_to_channel(room, id).await.expect("adds");
    Reader { client, id, room, tick, role, bot: None }
}

/// A room that everybody is denied, and that a role opens which this person has.
async fn opened(world: &World, room: ChannelId, person: UserId, n: usize) -> RoleId {
    let request = CreateRole {
        name: format!("crew-{n}").into(),
        permissions: Some(Vec::new()),
        position: Some(1),
        client_mutation_id: None,
    };
    let role = world.ann.create_role(world.community.id, &request).await.expect("creates").id;
    let view = || Some(vec![Permission::ViewChannel]);
    let (closed, open) =
        (SetOverwrite { allow: None, deny: view() }, SetOverwrite { allow: view(), deny: None });
    world.ann.set_overwrite(room, world.community.id.0, &closed).await.expect("closes");
    world.ann.set_overwrite(room, role.0, &open).await.expect("opens");
    let holding = UpdateMember { roles: Some(vec![role]), ..UpdateMember::default() };
    world.ann.update_member(world.community.id, person, &holding).await.expect("gives");
    role
}

/// The reader loses the room.
async fn lose(world: &World, reader: &Reader, way: Way) {
    let (ann, community, no) = (&world.ann, world.community.id, Reason::default());
    let lost = match way {
        Way::Kicked => ann.remove_member(community, reader.id, &no).await,
        Way::Banned => ann.ban(community, reader.id, &no).await,
        Way::LeftCommunity => reader.client.remove_member(community, reader.id, &no).await,
        Way::PutOutOfChannel => ann.remove_from_channel(reader.room, reader.id).await,
        Way::LeftChannel => reader.client.leave(reader.room).await,
        Way::DeniedToPerson => {
            let denied = SetOverwrite { allow: None, deny: Some(vec![Permission::ViewChannel]) };
            ann.set_overwrite(reader.room, reader.id.0, &denied).await.map(drop)
        }
        Way::RoleTaken => {
            let none = UpdateMember { roles: Some(Vec::new()), ..UpdateMember::default() };
            ann.update_member(community, reader.id, &none).await.map(drop)
        }
        Way::RoleDeleted => ann.delete_role(reader.role.expect("has one")).await,
        Way::SignedOut => reader.client.sign_out().await,
        Way::EndedByAnotherSession => {
            let name = reader.client.me().await.expect("me").user.username;
            let (another, _) = world.nobody.sign_in(&name).await.expect("signs in");
            another.end_other_sessions().await
        }
        Way::Deactivated => ann.deactivate(reader.id).await,
        Way::TokenRevoked => ann.revoke_token(reader.bot.as_ref().expect("is one").1.id).await,
        Way::BotDeleted => ann.delete_bot(reader.bot.as_ref().expect("is one").0.id).await,
    };
    lost.unwrap_or_else(|error| panic!("{way:?}: {error}"));
}

/// What streams bring of what was said after the loss: nothing of it may.
async fn heard_after(world: &World, reader: &Reader, mut streams: Vec<Live>, cursor: &str) -> Vec<String> {
    let barrier = everything_before_now(world).await;
    // Whose token is worth nothing gets no stream.
    if let Ok(again) = reader.client.live(Some(cursor)).await {
        streams.push(again);
    }
    let mut heard = Vec::new();
    for live in &mut streams {
        heard.extend(up_to(live, world, reader.tick, &barrier).await.into_iter().map(|frame| frame.data));
    }
    heard.retain(|data| data.contains("canary"));
    heard
}

/// I6, I14.
#[tokio::test]
async fn nothing_comes_on_a_stream_after_its_right_was_lost_in_any_way() {
    let cluster = Cluster::of(2).await;
    let world = &cluster.world;
    let mut wrong = Vec::new();
    for (n, way) in WAYS.into_iter().enumerate() {
        let reader = reader(world, way, n).await;
        let mut streams = Vec::new();
        for node in cluster.nodes() {
            let there = reader.client.at(&base(node));
            streams.push(there.live(None).await.expect("opens"));
        }
        world.ann.post(reader.room, &text("while in")).await.expect("posts");
        let mut cursor = String::new();
        for live in &mut streams {
            cursor = read_to(live, "while in").await.cursor;
        }
        lose(world, &reader, way).await;
        world.ann.post(reader.room, &text("canary")).await.expect("posts");
        let heard = heard_after(world, &reader, streams, &cursor).await;
        if !heard.is_empty() {
            wrong.push(format!("{way:?}: {heard:?}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    cluster.end().await;
}
