//! What a bot sees and does: what a member does, within the scopes of its token.

use ajet_protocol::{Code, PageQuery, Role, TokenScope, UpdateCommunity, UpdateMember, Visibility};

use crate::support::bots::{signed_in, token_of};
use crate::support::{World, code, text};

#[tokio::test]
async fn a_bot_sees_public_channels_and_those_it_was_added_to() {
    let world = World::new().await;
    let (bot, robo) = signed_in(&world, "robo", TokenScope::ALL).await;
    let (open, secret) =
        (world.channel("open", Visibility::Public).await, world.channel("secret", Visibility::Private).await);
    let seen = async || {
        let page = robo.channels(world.community.id).await.expect("lists");
        page.items.into_iter().map(|channel| channel.id).collect::<Vec<_>>()
    };
    assert!(seen().await.contains(&open.id) && !seen().await.contains(&secret.id));
    assert_eq!(code(robo.messages(secret.id, &PageQuery::default()).await), Code::NotFound);
    world.ann.add_to_channel(secret.id, bot.user_id).await.expect("adds");
    assert!(seen().await.contains(&secret.id));
    robo.post(secret.id, &text("thank you")).await.expect("posts");
    world.ann.remove_from_channel(secret.id, bot.user_id).await.expect("removes");
    assert_eq!(code(robo.post(secret.id, &text("and now?")).await), Code::NotFound);
    world.end().await;
}

/// Its roles count as those of people do, and the scopes of its token limit them.
#[tokio::test]
async fn an_admin_bot_does_what_its_token_may() {
    let world = World::new().await;
    let (bot, robo) = signed_in(&world, "robo", TokenScope::ALL).await;
    let admin = UpdateMember { role: Some(Role::Admin), ..UpdateMember::default() };
    world.ann.update_member(world.community.id, bot.user_id, &admin).await.expect("raises");
    let said = world.bob.post(world.general.id, &text("noise")).await.expect("posts");
    let (_, reader) = token_of(&world, &bot, &[TokenScope::MessagesRead]).await;
    assert_eq!(code(reader.delete(said.id).await), Code::Forbidden);
    robo.delete(said.id).await.expect("moderates");
    let update = UpdateCommunity { name: Some("Mine".into()), ..UpdateCommunity::default() };
    assert_eq!(
        code(robo.update_community(world.community.id, &update).await),
        Code::Forbidden,
        "no token may"
    );
    world.end().await;
}

#[tokio::test]
async fn what_a_bot_wrote_says_that_it_is_one() {
    let world = World::new().await;
    let (bot, robo) = signed_in(&world, "Robo", TokenScope::ALL).await;
    let posted = robo.post(world.general.id, &text("beep")).await.expect("posts");
    assert_eq!((posted.author.id, posted.author.bot), (bot.user_id, true));
    let read = world.bob.message(posted.id).await.expect("reads");
    assert_eq!((read.author.display_name.as_str(), read.author.bot), ("Robo", true));
    world.end().await;
}

#[tokio::test]
async fn a_start_by_token_has_what_its_scopes_allow() {
    let world = World::new().await;
    let (bot, robo) = signed_in(&world, "robo", &[TokenScope::ChannelsRead]).await;
    let start = robo.sync().await.expect("starts");
    assert_eq!((start.user.user.id, start.user.email), (bot.user_id, None));
    assert_eq!(start.communities.len(), 1);
    assert!(start.channels.iter().any(|one| one.channel.id == world.general.id && one.joined));
    assert!(start.drafts.is_empty() && start.blocks.is_empty() && start.communities[0].roles.is_empty());
    let (_, none) = token_of(&world, &bot, &[TokenScope::MessagesRead]).await;
    assert_eq!(code(none.sync().await), Code::Forbidden);
    world.end().await;
}
