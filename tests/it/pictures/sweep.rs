//! What nothing shows any more is removed.

use ajet_chatd::usecases::pictures::sweep;
use ajet_protocol::UpdateMe;

use crate::support::forms::PNG;
use crate::support::requests::http;
use crate::support::{World, eventually, sql};

/// A day passes.
async fn a_day_later(world: &World) {
    sql(world, "update pictures set looked_at = looked_at - interval '25 hours'").await;
    sweep(&world.server.app().context).await.expect("sweeps");
}

#[tokio::test]
async fn pictures_go_when_others_are_shown_and_the_rest_a_day_later() {
    let world = World::new().await;
    let community = world.community.id;
    let me = world.bob.me().await.expect("me").user.id;
    let former = world.ann.set_avatar(PNG).await.expect("sets").user.avatar_url.expect("a picture");
    let address = former.replacen(world.server.public_url(), &world.base(), 1);
    world.ann.set_avatar(PNG).await.expect("another one");
    world.bob.set_member_avatar(community, me, PNG).await.expect("sets");
    world.ann.set_community_avatar(community, PNG).await.expect("sets");
    let emoji = world.ann.add_emoji(community, "crab_dance", PNG, Some("e")).await.expect("adds");
    let webhook = world.ann.create_webhook(world.general.id, "CI").await.expect("makes").id;
    world.ann.set_webhook_avatar(webhook, PNG).await.expect("sets");
    let all = || sql(&world, "select 1 from pictures");
    eventually("the former one is gone", async || all().await == 5).await;
    sweep(&world.server.app().context).await.expect("sweeps");
    a_day_later(&world).await;
    assert_eq!(all().await, 5, "each is shown");
    let answer = http().get(&address).send().await.expect("answers");
    assert_eq!(answer.status().as_u16(), 404);
    world.ann.remove_avatar().await.expect("takes it away");
    world.bob.remove_member_avatar(community, me).await.expect("takes it away");
    world.ann.remove_community_avatar(community).await.expect("takes it away");
    world.ann.delete_emoji(emoji.id).await.expect("deletes");
    world.ann.remove_webhook_avatar(webhook).await.expect("takes it away");
    eventually("none is shown any more", async || all().await == 0).await;
    let many = "insert into pictures (id, kind, url)
                select gen_random_uuid(), 'avatars', n::text from generate_series(1, 600) n";
    assert_eq!(sql(&world, many).await, 600);
    a_day_later(&world).await;
    assert_eq!(all().await, 0, "none is left for the next time");
    world.end().await;
}

/// A picture that is shown in two places stays for the other one; it goes with that.
#[tokio::test]
async fn a_picture_that_is_shown_elsewhere_stays() {
    let world = World::new().await;
    let shown = world.ann.set_avatar(PNG).await.expect("sets").user.avatar_url.expect("a picture");
    let also = UpdateMe { avatar_url: Some(shown), ..UpdateMe::default() };
    world.bob.update_me(&also).await.expect("shows the same");
    world.ann.remove_avatar().await.expect("takes it away");
    let jobs = "select 1 from job_requests where name = 'picture:remove' union all
                select 1 from graphile_worker.jobs where task_identifier = 'picture:remove'";
    eventually("the job is done", async || sql(&world, jobs).await == 0).await;
    assert_eq!(sql(&world, "select 1 from pictures").await, 1);
    let none = UpdateMe { avatar_url: Some(String::new()), ..UpdateMe::default() };
    world.bob.update_me(&none).await.expect("takes it away");
    eventually("it is shown nowhere", async || sql(&world, "select 1 from pictures").await == 0).await;
    world.end().await;
}
