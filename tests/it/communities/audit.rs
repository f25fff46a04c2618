//! `GET /api/communities/{id}/audit`.

use ajet_client::AuditQuery;
use ajet_protocol::{
    AuditEntry, Code, MuteMember, Page, PageQuery, Permission, Reason, Role, SetOverwrite, UpdateChannel,
    UpdateMember, Visibility,
};

use crate::support::{World, code, sql};

fn actions(page: &Page<AuditEntry>) -> Vec<&str> {
    page.items.iter().map(|line| line.action.as_str()).collect()
}

fn of(limit: i64) -> PageQuery {
    PageQuery { limit: Some(limit), ..PageQuery::default() }
}

/// A channel that was made and renamed, and a member who was muted and banned, on an empty log.
async fn acts(world: &World) -> (String, String) {
    sql(world, "delete from audit_log").await;
    let channel = world.channel("plans", Visibility::Public).await.id;
    let renamed = UpdateChannel { name: Some("ideas".into()), ..UpdateChannel::default() };
    world.ann.update_channel(channel, &renamed).await.expect("renames");
    let (community, bob) = (world.community.id, world.bob.me().await.expect("me").user.id);
    let mute = MuteMember { seconds: Some(60), reason: Some("caps lock".into()) };
    world.ann.mute(community, bob, &mute).await.expect("mutes");
    world.ann.ban(community, bob, &Reason { reason: Some("spam".into()) }).await.expect("bans");
    (channel.to_string(), bob.to_string())
}

#[tokio::test]
async fn acts_are_read_newest_first_with_who_did_them_to_what() {
    let world = World::new().await;
    let (channel, bob) = acts(&world).await;
    let log = world.ann.audit(world.community.id, &AuditQuery::default()).await.expect("reads");
    assert_eq!(actions(&log), ["member.ban", "member.mute", "channel.update", "channel.create"]);
    assert!(!log.has_more);
    let ann = world.ann.me().await.expect("me").user;
    assert!(log.items.iter().all(|line| line.actor.as_ref() == Some(&ann)));
    let targets: Vec<_> = log.items.iter().map(|line| line.target.id.map(|id| id.to_string())).collect();
    let (channel, bob) = (Some(channel), Some(bob));
    assert_eq!(targets, [bob.clone(), bob, channel.clone(), channel]);
    let kinds: Vec<_> = log.items.iter().map(|line| line.target.kind.as_str()).collect();
    assert_eq!(kinds, ["user", "user", "channel", "channel"]);
    let detail = |line: usize, name: &str| log.items[line].details.get(name).map(String::as_str);
    assert_eq!((detail(0, "reason"), detail(1, "seconds")), (Some("spam"), Some("60")));
    assert_eq!((detail(2, "name"), detail(3, "name")), (Some("ideas"), Some("plans")));
    world.end().await;
}

#[tokio::test]
async fn the_log_is_read_page_by_page_and_by_filters() {
    let world = World::new().await;
    let (channel, bob) = acts(&world).await;
    let read = async |query: AuditQuery| world.ann.audit(world.community.id, &query).await.expect("reads");
    let first = read(AuditQuery { page: of(3), ..AuditQuery::default() }).await;
    assert_eq!(
        (actions(&first), first.has_more),
        (vec!["member.ban", "member.mute", "channel.update"], true)
    );
    let older = PageQuery { before: Some(first.items[2].id.0), ..of(3) };
    let older = read(AuditQuery { page: older, ..AuditQuery::default() }).await;
    assert_eq!((actions(&older), older.has_more), (vec!["channel.create"], false));
    let newer = PageQuery { after: Some(older.items[0].id.0), ..of(2) };
    let newer = read(AuditQuery { page: newer, ..AuditQuery::default() }).await;
    assert_eq!((actions(&newer), newer.has_more), (vec!["member.mute", "channel.update"], true));
    let on_bob = AuditQuery { target: Some(bob), ..AuditQuery::default() };
    assert_eq!(actions(&read(on_bob).await), ["member.ban", "member.mute"]);
    let on_channel = AuditQuery { target: Some(channel), page: of(1), ..AuditQuery::default() };
    assert_eq!(actions(&read(on_channel).await), ["channel.update"]);
    let bans = AuditQuery { action: Some("member.ban".into()), ..AuditQuery::default() };
    assert_eq!(actions(&read(bans).await), ["member.ban"]);
    let bobs = AuditQuery { actor: Some(world.bob.me().await.expect("me").user.id), ..AuditQuery::default() };
    assert!(read(bobs).await.items.is_empty(), "bob did nothing");
    let ann = world.ann.me().await.expect("me").user.id;
    let anns = AuditQuery { actor: Some(ann), page: of(2), ..AuditQuery::default() };
    assert_eq!(actions(&read(anns).await), ["member.ban", "member.mute"]);
    world.end().await;
}

/// Lines may be asked for by time as well.
#[tokio::test]
async fn a_time_is_a_cursor() {
    let world = World::new().await;
    acts(&world).await;
    let path = format!("/api/communities/{}/audit", world.community.id);
    for (query, lines) in [
        ("after=2020-01-01T00:00:00Z", 4),
        ("before=2020-01-01T00:00:00Z", 0),
        ("after=2999-01-01T00:00:00Z", 0),
        ("before=2999-01-01T00:00:00Z&action=member.ban", 1),
    ] {
        let page: Page<AuditEntry> = world.ann.get(&format!("{path}?{query}")).await.expect("reads");
        assert_eq!(page.items.len(), lines, "{query}");
    }
    for wrong in ["after=yesterday", "actor_id=ann", "target_id=x", "action=Member%20ban", "limit=0"] {
        let refused = world.ann.get::<Page<AuditEntry>>(&format!("{path}?{wrong}")).await;
        assert_eq!(code(refused), Code::Invalid, "{wrong}");
    }
    world.end().await;
}

#[tokio::test]
async fn who_may_read_the_log() {
    let world = World::new().await;
    let community = world.community.id;
    let (stranger, _) = world.nobody.sign_in("carol").await.expect("signs in");
    assert_eq!(code(world.bob.audit(community, &AuditQuery::default()).await), Code::Forbidden);
    assert_eq!(code(stranger.audit(community, &AuditQuery::default()).await), Code::NotFound);
    world.end().await;
}

/// A line of release 0.1.0 names a person and a reason in columns of their own.
#[tokio::test]
async fn a_line_of_the_release_before_is_read_like_others() {
    let world = World::new().await;
    sql(&world, "delete from audit_log").await;
    let old = "insert into audit_log (id, community_id, actor_id, action, person_id, reason, created_at)
               select gen_random_uuid(), c.id, null, 'member.ban', u.id, 'spam', now()
               from communities c, users u where u.username = 'bob'";
    assert_eq!(sql(&world, old).await, 1);
    let bob = world.bob.me().await.expect("me").user.id;
    let query = AuditQuery { target: Some(bob.to_string()), ..AuditQuery::default() };
    let line = world.ann.audit(world.community.id, &query).await.expect("reads").items.remove(0);
    assert_eq!((line.actor, line.target.kind.as_str(), line.target.id), (None, "user", Some(bob.0)));
    assert_eq!(line.details.get("reason").map(String::as_str), Some("spam"));
    world.end().await;
}

/// I6: who may read the log learns nothing of channels that they do not see, nor of those that are gone.
#[tokio::test]
async fn a_line_about_a_channel_one_does_not_see_says_nothing_of_it() {
    let world = World::new().await;
    let community = world.community.id;
    let bob = world.bob.me().await.expect("me").user.id;
    let carol = world.join("carol").await.me().await.expect("me").user.id;
    let admin = UpdateMember { role: Some(Role::Admin), ..UpdateMember::default() };
    world.ann.update_member(community, bob, &admin).await.expect("raises");
    sql(&world, "delete from audit_log").await;
    let secret = world.channel("secret", Visibility::Private).await.id;
    let topic =
        UpdateChannel { name: Some("hush".into()), topic: Some("quiet".into()), ..UpdateChannel::default() };
    world.ann.update_channel(secret, &topic).await.expect("renames");
    world.ann.add_to_channel(secret, carol).await.expect("adds");
    let overwrite = SetOverwrite { allow: None, deny: Some(vec![Permission::AddReactions]) };
    world.ann.set_overwrite(secret, carol, &overwrite).await.expect("sets");
    world.ann.create_webhook(secret, "CI").await.expect("creates");
    world.ann.remove_from_channel(secret, carol).await.expect("removes");
    let done = [
        "channel.member_remove",
        "webhook.create",
        "overwrite.set",
        "channel.member_add",
        "channel.update",
        "channel.create",
    ];
    let all = AuditQuery::default();
    let log = world.bob.audit(community, &all).await.expect("reads");
    assert_eq!(actions(&log), done, "that something was done is told");
    assert!(log.items.iter().all(|line| line.target.id.is_none() && line.details.is_empty()), "{log:?}");
    let on = |target: String| AuditQuery { target: Some(target), ..AuditQuery::default() };
    let found = async |target: String| world.bob.audit(community, &on(target)).await.expect("reads").items;
    assert!(found(secret.to_string()).await.is_empty());
    assert!(found(carol.to_string()).await.is_empty(), "nor is the person in it told");
    let own = world.ann.audit(community, &all).await.expect("reads");
    assert!(own.items.iter().all(|line| line.target.id.is_some() && !line.details.is_empty()), "{own:?}");
    let carols = world.ann.audit(community, &on(carol.to_string())).await.expect("reads");
    assert_eq!(actions(&carols), ["channel.member_remove", "channel.member_add"]);
    world.ann.add_to_channel(secret, bob).await.expect("adds");
    let log = world.bob.audit(community, &all).await.expect("reads");
    assert!(log.items.iter().all(|line| line.target.id.is_some()), "bob sees the channel now: {log:?}");
    world.ann.delete_channel(secret).await.expect("deletes");
    let log = world.ann.audit(community, &all).await.expect("reads");
    assert!(log.items.iter().all(|line| line.target.id.is_none()), "it is there for no one: {log:?}");
    world.end().await;
}
