//! `PUT` and `DELETE` of avatars.

use ajet_protocol::{Code, Event, Message, PageQuery, User};
use reqwest::Method;
use serde_json::json;

use crate::support::forms::{PNG, form};
use crate::support::requests::{ann, http, status};
use crate::support::{World, audit, code, next, next_event, sql};

#[tokio::test]
async fn ones_own_picture_is_seen_by_others_and_taken_away() {
    let world = World::new().await;
    let mut bobs = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut bobs).await.name, "ready");
    let me = world.ann.set_avatar(PNG).await.expect("sets");
    let picture = me.user.avatar_url.clone().expect("a picture");
    assert!(picture.starts_with(&format!("{}/media/avatars/", world.server.public_url())), "{picture}");
    let Some(Event::UserUpdated(told)) = next_event(&mut bobs, "user.updated").await else {
        panic!("bob is told")
    };
    assert_eq!(told.user.avatar_url, Some(picture));
    let seen: User = world.bob.get(&format!("/api/users/{}", me.user.id)).await.expect("is there");
    assert_eq!(seen.avatar_url, me.user.avatar_url);
    for _ in 0..2 {
        world.ann.remove_avatar().await.expect("takes it away");
        assert_eq!(world.ann.me().await.expect("me").user.avatar_url, None);
    }
    let request = || ann(&world, Method::PUT, "/api/me/avatar");
    assert_eq!(status(form(request(), &[], None)).await, 422);
    assert_eq!(status(form(request(), &[("alt", "me")], Some(PNG))).await, 422);
    assert_eq!(status(form(request(), &[], Some(b"GIF89a".as_slice()))).await, 422);
    assert_eq!(status(request().json(&json!({}))).await, 415);
    assert_eq!(code(world.nobody.set_avatar(PNG).await), Code::Unauthenticated);
    let many = "insert into pictures (id, kind, url, made_by)
                select gen_random_uuid(), 'avatars', n::text, u.id
                from users u, generate_series(1, 300) n where u.username = 'ann'";
    assert_eq!(sql(&world, many).await, 300);
    assert_eq!(code(world.ann.set_avatar(PNG).await), Code::RateLimited, "these were too many for a day");
    world.bob.set_avatar(PNG).await.expect("others have their own number");
    sql(&world, "update pictures set made_at = made_at - interval '25 hours'").await;
    world.ann.set_avatar(PNG).await.expect("it is another day");
    world.end().await;
}

#[tokio::test]
async fn a_member_has_another_picture_in_a_community() {
    let world = World::new().await;
    let community = world.community.id;
    let [ann, bob] = [&world.ann, &world.bob];
    let (anns, bobs) = (ann.me().await.expect("me").user.id, bob.me().await.expect("me").user.id);
    let mut live = ann.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    let own = bob.set_member_avatar(community, bobs, PNG).await.expect("everybody has their own");
    let Some(Event::MemberUpdated(told)) = next_event(&mut live, "member.updated").await else {
        panic!("ann is told")
    };
    assert_eq!(told.member, own);
    assert!(own.avatar_url.is_some() && own.user.avatar_url.is_none());
    assert!(audit(&world).await.iter().all(|(action, _)| action != "member.avatar"), "it is their own");
    let other = ann.set_member_avatar(community, bobs, PNG).await.expect("a manager sets that of others");
    assert_ne!(other.avatar_url, own.avatar_url, "each picture has its own address");
    assert!(audit(&world).await.iter().any(|(action, _)| action == "member.avatar"));
    ann.remove_member_avatar(community, bobs).await.expect("takes it away");
    let members: Vec<_> = ann.members(community, &PageQuery::default()).await.expect("lists").items;
    assert!(members.iter().all(|member| member.avatar_url.is_none()));
    assert_eq!(code(bob.set_member_avatar(community, anns, PNG).await), Code::Forbidden);
    assert_eq!(code(bob.remove_member_avatar(community, anns).await), Code::Forbidden);
    let (stranger, them) = world.nobody.sign_in("stranger").await.expect("signs in");
    assert_eq!(code(stranger.set_member_avatar(community, them.id, PNG).await), Code::NotFound);
    assert_eq!(code(ann.set_member_avatar(community, them.id, PNG).await), Code::NotFound);
    world.end().await;
}

#[tokio::test]
async fn a_community_has_a_picture() {
    let world = World::new().await;
    let community = world.community.id;
    let mut bobs = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut bobs).await.name, "ready");
    let shown = world.ann.set_community_avatar(community, PNG).await.expect("sets");
    let Some(Event::CommunityUpdated(told)) = next_event(&mut bobs, "community.updated").await else {
        panic!("bob is told")
    };
    assert_eq!((told.community.avatar_url, told.community.name), (shown.avatar_url.clone(), shown.name));
    let start = world.bob.sync().await.expect("is told");
    assert_eq!(start.communities[0].community.avatar_url, shown.avatar_url);
    assert_eq!(world.bob.communities().await.expect("lists").items[0].avatar_url, shown.avatar_url);
    assert_eq!(code(world.bob.set_community_avatar(community, PNG).await), Code::Forbidden);
    world.ann.remove_community_avatar(community).await.expect("takes it away");
    assert_eq!(world.bob.community(community).await.expect("is there").avatar_url, None);
    assert_eq!(sql(&world, "select 1 from audit_log where action = 'community.avatar'").await, 2);
    world.end().await;
}

#[tokio::test]
async fn a_webhook_posts_under_its_picture() {
    let world = World::new().await;
    let made = world.ann.create_webhook(world.general.id, "CI").await.expect("makes");
    assert_eq!(code(world.bob.set_webhook_avatar(made.id, PNG).await), Code::Forbidden);
    let shown = world.ann.set_webhook_avatar(made.id, PNG).await.expect("sets");
    assert!(shown.avatar_url.is_some() && shown.url.is_none(), "the secret is not shown again");
    let url = format!("{}?wait=true", made.url.expect("shown once"));
    let posted = http().post(&url).json(&json!({ "content": "done" })).send().await.expect("answers");
    let message: Message = posted.json().await.expect("the message");
    assert_eq!(message.author.avatar_url, shown.avatar_url);
    let named = json!({ "content": "by hand", "avatar_url": "https://ci.example/a.png" });
    let posted = http().post(&url).json(&named).send().await.expect("answers");
    assert_eq!(posted.status().as_u16(), 200);
    // One that calls people is written by another statement.
    let calling = json!({ "text": "<!here> done" });
    let posted = http().post(&url).json(&calling).send().await.expect("answers");
    assert_eq!(posted.status().as_u16(), 200);
    let pictures = async || {
        let history = world.history().await;
        let last = history.iter().rev().take(3).rev();
        last.map(|message| message.author.avatar_url.clone()).collect::<Vec<_>>()
    };
    let own = Some("https://ci.example/a.png".to_owned());
    assert_eq!(pictures().await, [shown.avatar_url.clone(), own.clone(), shown.avatar_url]);
    let other = world.ann.set_webhook_avatar(made.id, PNG).await.expect("sets").avatar_url;
    let expected = [other.clone(), own.clone(), other];
    assert_eq!(pictures().await, expected, "what it said before as well, but where a message names its own");
    world.ann.remove_webhook_avatar(made.id).await.expect("takes it away");
    assert_eq!(pictures().await, [None, own, None]);
    assert_eq!(sql(&world, "select 1 from audit_log where action = 'webhook.avatar'").await, 3);
    world.end().await;
}
