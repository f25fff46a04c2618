//! What the server signs for whom.

use ajet_chatd::sessions::Credential;
use ajet_chatd::usecases::service_tokens::mint;
use ajet_client::Client;
use ajet_protocol::{
    Code, CreateCommunity, MuteMember, Permission, Permissions, Reason, Role, TokenScope, UpdateMember,
};
use ajet_tokens::{Access, Refused, Service};

use super::beside::{Beside, credential, minted, part};
use crate::support::bots::signed_in;
use crate::support::{World, serve};

/// What a service may let a client do in the world's community.
async fn access(world: &World, client: &Client) -> Access {
    let token = minted(&world.server, client, world.community.id).await.expect("signs");
    let verified = Beside::of(&world.server, Service::Agents).accept(&token).await.expect("is accepted");
    verified.for_tenant(world.community.id).expect("is for it").clone()
}

async fn refused(world: &World, client: &Client) -> Code {
    minted(&world.server, client, world.community.id).await.expect_err("must be refused").code
}

/// SEC-T9.
#[tokio::test]
async fn a_token_says_what_the_person_may_do_at_that_moment() {
    let world = World::new().await;
    let bob = world.bob.me().await.expect("me").user.id;
    let held = access(&world, &world.bob).await;
    assert_eq!((held.subject(), held.is_bot()), (bob, false));
    assert_eq!(held.permissions(), Permissions::of_role(Role::Member));
    // On another node, whose change is known here from its answer on.
    let other = serve(&world.config).await;
    let ann_there = world.ann.at(&format!("http://{}", other.addr()));
    for role in [Role::Admin, Role::Member] {
        let becomes = UpdateMember { role: Some(role), ..UpdateMember::default() };
        ann_there.update_member(world.community.id, bob, &becomes).await.expect("changes");
        assert_eq!(access(&world, &world.bob).await.permissions(), Permissions::of_role(role), "{role:?}");
    }
    ann_there.remove_member(world.community.id, bob, &Reason::default()).await.expect("kicks");
    assert_eq!(refused(&world, &world.bob).await, Code::NotFound);
    other.stop().await;
    world.end().await;
}

/// SEC-T9.
#[tokio::test]
async fn who_is_muted_may_look_on_alone() {
    let world = World::new().await;
    let bob = world.bob.me().await.expect("me").user.id;
    let mute = MuteMember { seconds: None, reason: None };
    world.ann.mute(world.community.id, bob, &mute).await.expect("mutes");
    let permissions = access(&world, &world.bob).await.permissions();
    assert_eq!(permissions, Permissions::of(&[Permission::ViewChannel]));
    world.end().await;
}

/// SEC-T9. A bot's account has the rights of a member; its API token has some scopes.
#[tokio::test]
async fn a_bots_token_says_no_more_than_its_scopes_allow() {
    let world = World::new().await;
    let (bot, client) = signed_in(&world, "robo", &[TokenScope::ReactionsWrite]).await;
    let held = access(&world, &client).await;
    assert_eq!((held.subject(), held.is_bot()), (bot.user_id, true));
    let expected = Permissions::of(&[Permission::ViewChannel, Permission::AddReactions]);
    assert_eq!(held.permissions(), expected, "no right to post");
    world.end().await;
}

/// SEC-T5.
#[tokio::test]
async fn a_token_is_worth_nothing_in_another_community_of_the_same_person() {
    let world = World::new().await;
    let request = CreateCommunity { name: "Two".into(), slug: "two".into(), client_mutation_id: None };
    let second = world.ann.create_community(&request).await.expect("founds");
    let service = Beside::of(&world.server, Service::Agents);
    let token = minted(&world.server, &world.ann, second.id).await.expect("signs");
    let verified = service.accept(&token).await.expect("is accepted");
    assert!(verified.for_tenant(second.id).is_ok());
    assert_eq!(verified.for_tenant(world.community.id), Err(Refused::Tenant));
    assert_eq!(Beside::of(&world.server, Service::Voice).accept(&token).await, Err(Refused::Audience));
    let foreign = minted(&world.server, &world.bob, second.id).await;
    assert_eq!(foreign.expect_err("must be refused").code, Code::NotFound, "bob is not in it");
    world.end().await;
}

/// SEC-T4.
#[tokio::test]
async fn a_token_ends_after_minutes_and_with_the_session_at_the_latest() {
    let world = World::new().await;
    let (context, tenant) = (&world.server.app().context, world.community.id);
    let session = credential(&world.server, &world.bob).await;
    let times = async |by: &Credential| {
        let token = mint(context, by, tenant, Service::Agents).await.expect("signs");
        let claims = part(&token, 1);
        let time = |name: &str| claims[name].as_u64().expect("a time");
        assert_eq!(time("iat"), time("nbf"));
        (time("iat"), time("exp"))
    };
    let (from, until) = times(&session).await;
    assert_eq!(until - from, 300);
    let ending = Credential { expires_at: context.now().plus_seconds(60), ..session.clone() };
    let (from, until) = times(&ending).await;
    assert!(until - from <= 60, "{from} to {until}");
    let over = Credential { expires_at: context.now(), ..session };
    let refused = mint(context, &over, tenant, Service::Agents).await.expect_err("must be refused");
    assert_eq!(refused.code, Code::Unauthenticated);
    world.end().await;
}

/// SEC-T9. The session was good when the request came in.
#[tokio::test]
async fn who_signed_out_meanwhile_gets_no_token() {
    let world = World::new().await;
    let context = &world.server.app().context;
    let session = credential(&world.server, &world.bob).await;
    mint(context, &session, world.community.id, Service::Agents).await.expect("signs");
    world.bob.sign_out().await.expect("signs out");
    let refused = mint(context, &session, world.community.id, Service::Agents).await;
    assert_eq!(refused.expect_err("must be refused").code, Code::Unauthenticated);
    world.end().await;
}
