//! The settings of a community.

use ajet_protocol::{CreateCommunity, PageQuery, Permission, Visibility};

use super::browsing::{done, look, page, send};
use crate::support::World;
use crate::support::forms::PNG;

const SETTINGS: &str = "/c/ferris/settings";

fn all() -> PageQuery {
    PageQuery::default()
}

/// The id at the end of the address that a form leads to.
fn made(address: &str) -> &str {
    let path = address.split('?').next().expect("a path");
    path.rsplit('/').next().expect("an id")
}

#[tokio::test]
async fn people_see_the_pages_that_they_may_use() {
    let world = World::new().await;
    let ends = ["general", "channels", "roles", "bans", "webhooks", "outgoing", "bots", "commands", "audit"];
    let (owner, member) = (
        page(&world, &world.ann, &format!("{SETTINGS}/members")).await,
        page(&world, &world.bob, &format!("{SETTINGS}/members")).await,
    );
    for end in ends {
        let link = format!("href=\"{SETTINGS}/{end}\"");
        assert!(owner.contains(&link) && !member.contains(&link), "{end}");
        page(&world, &world.ann, &format!("{SETTINGS}/{end}")).await;
    }
    // Who may invite sees the invites that they made.
    assert!(member.contains(&format!("href=\"{SETTINGS}/invites\"")));
    page(&world, &world.bob, &format!("{SETTINGS}/invites")).await;
    // What is not shown is refused all the same, by the use case.
    for end in ["bans", "outgoing", "bots", "commands", "audit"] {
        assert_eq!(look(&world, &world.bob, &format!("{SETTINGS}/{end}")).await.0, 403, "{end}");
    }
    let carol = world.nobody.sign_in("carol").await.expect("signs in").0;
    assert_eq!(look(&world, &carol, &format!("{SETTINGS}/members")).await.0, 404, "outsiders learn nothing");
    world.end().await;
}

#[tokio::test]
async fn a_member_leaves_and_the_only_owner_does_not() {
    let world = World::new().await;
    let leave = format!("{SETTINGS}/leave");
    assert!(page(&world, &world.bob, &format!("{SETTINGS}/members")).await.contains(&leave));
    assert_eq!(send(&world, &world.ann, &leave, &[]).await.status().as_u16(), 409);
    assert_eq!(done(&world, &world.bob, &leave, &[]).await, "/");
    assert_eq!(look(&world, &world.bob, &format!("{SETTINGS}/members")).await.0, 404);
    world.end().await;
}

#[tokio::test]
async fn a_role_is_made_granted_and_deleted() {
    let world = World::new().await;
    let id =
        made(&done(&world, &world.ann, &format!("{SETTINGS}/roles"), &[("name", "crew")]).await).to_owned();
    let path = format!("{SETTINGS}/roles/{id}");
    let form = [
        ("name", "Crew"),
        ("position", "3"),
        ("permissions", "manage_webhooks"),
        ("permissions", "view_audit"),
    ];
    done(&world, &world.ann, &path, &form).await;
    let roles = world.ann.roles(world.community.id, &all()).await.expect("lists").items;
    assert_eq!((roles[0].name.as_str(), roles[0].position), ("Crew", 3));
    assert_eq!(roles[0].permissions, [Permission::ManageWebhooks, Permission::ViewAudit]);
    let bob = world.bob.me().await.expect("reads").user;
    let member = format!("{SETTINGS}/members/{}", bob.id);
    done(&world, &world.ann, &member, &[("role", "member"), ("nickname", "Bobby"), ("roles", id.as_str())])
        .await;
    let now = world.ann.member(world.community.id, bob.id).await.expect("reads");
    assert_eq!((now.nickname.as_deref(), now.roles.len()), (Some("Bobby"), 1));
    let shown = page(&world, &world.bob, &format!("{SETTINGS}/members")).await;
    assert!(shown.contains(&format!("{SETTINGS}/webhooks")), "who has the role sees its pages: {shown}");
    done(&world, &world.ann, &format!("{path}/delete"), &[]).await;
    assert!(world.ann.roles(world.community.id, &all()).await.expect("lists").items.is_empty());
    world.end().await;
}

#[tokio::test]
async fn a_channel_is_made_changed_and_given_exceptions() {
    let world = World::new().await;
    let form = [("name", "plans"), ("category_id", ""), ("topic", "What comes"), ("private", "on")];
    let id = made(&done(&world, &world.ann, &format!("{SETTINGS}/channels"), &form).await).to_owned();
    let path = format!("{SETTINGS}/channels/{id}");
    let channel = id.parse().expect("an id");
    let now = world.ann.channel(channel).await.expect("reads");
    assert_eq!((now.name.as_str(), now.visibility), ("plans", Visibility::Private));
    done(&world, &world.ann, &path, &[("name", "plans"), ("topic", ""), ("category_id", "")]).await;
    let now = world.ann.channel(channel).await.expect("reads");
    assert_eq!((now.topic, now.visibility), (None, Visibility::Public));
    done(&world, &world.ann, &format!("{path}/slow"), &[("seconds", "30")]).await;
    done(&world, &world.ann, &format!("{path}/archive"), &[("archived", "true")]).await;
    let now = world.ann.channel(channel).await.expect("reads");
    assert_eq!((now.slow_mode_s, now.archived), (30, true));
    done(&world, &world.ann, &format!("{path}/delete"), &[]).await;
    assert_eq!(look(&world, &world.ann, &path).await.0, 404);
    world.end().await;
}

#[tokio::test]
async fn a_webhook_is_renamed_and_moved_and_loses_its_picture() {
    let world = World::new().await;
    let second = world.channel("second", Visibility::Public).await;
    let id = world.ann.create_webhook(world.general.id, "CI").await.expect("makes").id;
    world.ann.set_webhook_avatar(id, PNG).await.expect("sets");
    let path = format!("{SETTINGS}/webhooks/{id}");
    let list = page(&world, &world.ann, &format!("{SETTINGS}/webhooks")).await;
    assert!(list.contains(&format!("href=\"{path}\"")), "{list}");
    let shown = page(&world, &world.ann, &path).await;
    assert!(shown.contains("value=\"CI\"") && shown.contains(&format!("{path}/picture/remove")), "{shown}");
    let channel = second.id.to_string();
    done(&world, &world.ann, &path, &[("name", " Builds "), ("channel_id", &channel)]).await;
    done(&world, &world.ann, &format!("{path}/picture/remove"), &[]).await;
    let now = world.ann.webhooks(second.id, &all()).await.expect("lists").items;
    assert_eq!((now[0].id, now[0].name.as_str(), now[0].avatar_url.as_deref()), (id, "Builds", None));
    let refused = send(&world, &world.ann, &path, &[("name", ""), ("channel_id", "")]).await;
    assert_eq!(refused.status().as_u16(), 422);
    assert_eq!(look(&world, &world.bob, &path).await.0, 403, "a member");
    let other = CreateCommunity { name: "Other".into(), slug: "other".into(), client_mutation_id: None };
    world.ann.create_community(&other).await.expect("founds");
    assert_eq!(
        look(&world, &world.ann, &path.replace("ferris", "other")).await.0,
        404,
        "it is not that one's"
    );
    world.end().await;
}

#[tokio::test]
async fn a_bot_loses_its_picture() {
    let world = World::new().await;
    let form = [("name", "robo"), ("scopes", "messages:read")];
    let id = made(&done(&world, &world.ann, &format!("{SETTINGS}/bots"), &form).await).to_owned();
    let path = format!("{SETTINGS}/bots/{id}");
    world.ann.set_bot_avatar(id.parse().expect("an id"), PNG).await.expect("sets");
    let remove = format!("{path}/picture/remove");
    assert!(page(&world, &world.ann, &path).await.contains(&remove));
    done(&world, &world.ann, &remove, &[]).await;
    assert!(!page(&world, &world.ann, &path).await.contains(&remove));
    world.end().await;
}

/// What a drag does in the side bar, by buttons.
#[tokio::test]
async fn channels_and_categories_are_moved_a_place_at_a_time() {
    let world = World::new().await;
    let second = world.channel("second", Visibility::Public).await;
    let path = format!("{SETTINGS}/channels/{}/move", second.id);
    done(&world, &world.ann, &path, &[("way", "up")]).await;
    let mut all = world.ann.channels(world.community.id).await.expect("lists").items;
    all.sort_by_key(|one| one.position);
    assert_eq!(all.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["second", "general"]);
    done(&world, &world.ann, &path, &[("way", "up")]).await;
    assert_eq!(send(&world, &world.ann, &path, &[("way", "out")]).await.status().as_u16(), 422);
    assert_eq!(send(&world, &world.bob, &path, &[("way", "down")]).await.status().as_u16(), 403);
    for name in ["Work", "Play"] {
        done(&world, &world.ann, &format!("{SETTINGS}/categories"), &[("name", name)]).await;
    }
    let shown = page(&world, &world.ann, &format!("{SETTINGS}/channels")).await;
    let order = |text: &str| (text.find(">Work<").expect("is shown"), text.find(">Play<").expect("is shown"));
    let play = shown.rsplit(&format!("{SETTINGS}/categories/")).find(|rest| rest.contains("/move\""));
    let id = play.and_then(|rest| rest.split('/').next()).expect("an id");
    let first = order(&shown);
    done(&world, &world.ann, &format!("{SETTINGS}/categories/{id}/move"), &[("way", "up")]).await;
    let then = order(&page(&world, &world.ann, &format!("{SETTINGS}/channels")).await);
    assert_eq!(first.0 < first.1, then.0 > then.1, "the last one went before the other");
    world.end().await;
}

#[tokio::test]
async fn exceptions_of_a_channel_are_begun_set_and_removed() {
    let world = World::new().await;
    let channel = world.channel("plans", Visibility::Public).await;
    let path = format!("{SETTINGS}/channels/{}", channel.id);
    let everybody = world.community.id.to_string();
    done(
        &world,
        &world.ann,
        &format!("{path}/overwrites"),
        &[("target", everybody.as_str()), ("person", "")],
    )
    .await;
    done(
        &world,
        &world.ann,
        &format!("{path}/overwrites"),
        &[("target", everybody.as_str()), ("person", "@bob")],
    )
    .await;
    let set = format!("{path}/overwrites/{everybody}");
    done(&world, &world.ann, &set, &[("send_messages", "deny"), ("view_channel", "leave")]).await;
    let overwrites = world.ann.overwrites(channel.id, &all()).await.expect("lists").items;
    let of_all = overwrites.iter().find(|one| one.target_id == world.community.id.0).expect("is there");
    assert_eq!((of_all.deny.as_slice(), of_all.allow.len()), ([Permission::SendMessages].as_slice(), 0));
    let bob = world.bob.me().await.expect("reads").user;
    assert!(overwrites.iter().any(|one| one.target_id == bob.id.0), "the person of the user name");
    done(&world, &world.ann, &format!("{set}/remove"), &[]).await;
    assert_eq!(world.ann.overwrites(channel.id, &all()).await.expect("lists").items.len(), 1);
    let unknown = [("target", everybody.as_str()), ("person", "nowhere")];
    let refused = send(&world, &world.ann, &format!("{path}/overwrites"), &unknown).await;
    assert_eq!(refused.status().as_u16(), 404);
    world.end().await;
}

#[tokio::test]
async fn a_member_is_muted_banned_and_let_back() {
    let world = World::new().await;
    let bob = world.bob.me().await.expect("reads").user;
    let path = format!("{SETTINGS}/members/{}", bob.id);
    done(&world, &world.ann, &format!("{path}/mute"), &[("seconds", "600"), ("reason", "noise")]).await;
    let now = world.ann.member(world.community.id, bob.id).await.expect("reads");
    assert!(now.muted_until.is_some());
    done(&world, &world.ann, &format!("{path}/unmute"), &[]).await;
    assert_eq!(send(&world, &world.bob, &format!("{path}/ban"), &[]).await.status().as_u16(), 403);
    done(&world, &world.ann, &format!("{path}/ban"), &[("reason", "more noise")]).await;
    let shown = page(&world, &world.ann, &format!("{SETTINGS}/bans")).await;
    assert!(shown.contains("more noise") && shown.contains("@bob"), "{shown}");
    done(&world, &world.ann, &format!("{SETTINGS}/bans/{}/lift", bob.id), &[]).await;
    assert!(world.ann.bans(world.community.id).await.expect("lists").items.is_empty());
    world.end().await;
}

#[tokio::test]
async fn people_are_let_into_a_channel_and_put_out() {
    let world = World::new().await;
    let channel = world.channel("plans", Visibility::Private).await;
    let bob = world.bob.me().await.expect("reads").user;
    let path = format!("{SETTINGS}/channels/{}/people", channel.id);
    let inside = async || {
        let people = world.ann.channel_members(channel.id, &all()).await.expect("lists").items;
        people.iter().any(|one| one.user.id == bob.id)
    };
    done(&world, &world.ann, &path, &[("person", "@bob")]).await;
    assert!(inside().await);
    done(&world, &world.ann, &format!("{path}/{}/remove", bob.id), &[]).await;
    assert!(!inside().await);
    assert_eq!(look(&world, &world.bob, &format!("{SETTINGS}/channels/{}", channel.id)).await.0, 404);
    world.end().await;
}

#[tokio::test]
async fn an_outgoing_webhook_is_made_turned_off_and_deleted() {
    let world = World::new().await;
    let page_of_all = format!("{SETTINGS}/outgoing");
    let form =
        [("url", "https://ci.example/hook"), ("events", "message.created"), ("events", "member.joined")];
    let told = send(&world, &world.ann, &page_of_all, &form).await;
    assert_eq!(told.status().as_u16(), 200);
    assert!(told.text().await.expect("text").contains("whsec_"));
    assert!(!page(&world, &world.ann, &page_of_all).await.contains("whsec_"), "told once");
    let of_all = async || world.ann.outgoing_webhooks(world.community.id, &all()).await.expect("lists").items;
    let made = of_all().await.remove(0);
    assert_eq!((made.events.len(), made.enabled), (2, true));
    let path = format!("{page_of_all}/{}", made.id);
    assert!(page(&world, &world.ann, &path).await.contains("https://ci.example/hook"));
    done(&world, &world.ann, &path, &[]).await;
    assert!(!of_all().await.remove(0).enabled);
    done(&world, &world.ann, &format!("{path}/delete"), &[]).await;
    assert!(of_all().await.is_empty());
    assert_eq!(
        send(&world, &world.ann, &page_of_all, &[("url", "https://ci.example")]).await.status().as_u16(),
        422
    );
    world.end().await;
}

#[tokio::test]
async fn a_command_is_made_for_a_bot_and_deleted() {
    let world = World::new().await;
    let path = format!("{SETTINGS}/commands");
    let bot =
        made(&done(&world, &world.ann, &format!("{SETTINGS}/bots"), &[("name", "helper")]).await).to_owned();
    let form = [("name", "deploy"), ("description", "Brings it out"), ("bot_id", bot.as_str())];
    done(&world, &world.ann, &path, &form).await;
    let shown = page(&world, &world.ann, &path).await;
    assert!(
        shown.contains("/deploy") && shown.contains("Brings it out") && shown.contains("helper"),
        "{shown}"
    );
    let all = world.ann.custom_commands(world.community.id, &all()).await.expect("lists").items;
    done(&world, &world.ann, &format!("{path}/{}/delete", all[0].id), &[]).await;
    assert!(!page(&world, &world.ann, &path).await.contains("/deploy"));
    world.end().await;
}

/// What is told once stands on the page that answers the form, and on no later one.
#[tokio::test]
async fn secrets_are_shown_once() {
    let world = World::new().await;
    let channel = world.general.id.to_string();
    let form = [("name", "builds"), ("channel_id", channel.as_str())];
    let told = send(&world, &world.ann, &format!("{SETTINGS}/webhooks"), &form).await;
    assert_eq!(told.status().as_u16(), 200);
    assert!(told.text().await.expect("text").contains("/hook/"));
    assert!(!page(&world, &world.ann, &format!("{SETTINGS}/webhooks")).await.contains("/hook/"));
    let form = [("name", "helper"), ("scopes", "messages:read"), ("scopes", "messages:write")];
    let to = done(&world, &world.ann, &format!("{SETTINGS}/bots"), &form).await;
    let bot = format!("{SETTINGS}/bots/{}", made(&to));
    let told =
        send(&world, &world.ann, &format!("{bot}/tokens"), &[("scopes", "messages:read"), ("seconds", "")])
            .await;
    let told = told.text().await.expect("text");
    let secret = told.split("<div class=\"secret\"><code>").nth(1).and_then(|rest| rest.split('<').next());
    let secret = secret.expect("the token").to_owned();
    assert!(!page(&world, &world.ann, &bot).await.contains(&secret));
    let link =
        send(&world, &world.ann, &format!("{SETTINGS}/invites"), &[("seconds", "3600"), ("max_uses", "2")])
            .await;
    assert!(link.text().await.expect("text").contains("/invite/"));
    world.end().await;
}

#[tokio::test]
async fn a_channel_has_its_settings_in_its_own_community_alone() {
    let world = World::new().await;
    let path = format!("{SETTINGS}/channels/{}", world.general.id);
    page(&world, &world.ann, &path).await;
    let other = CreateCommunity { name: "Other".into(), slug: "other".into(), client_mutation_id: None };
    world.ann.create_community(&other).await.expect("founds");
    assert_eq!(look(&world, &world.ann, &path.replace("ferris", "other")).await.0, 404);
    world.end().await;
}
