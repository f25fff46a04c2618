//! `/api/channels/{id}/members`: who is in a channel, let in and put out by others.

use ajet_protocol::{Code, Event, PageQuery, Role, UserId, Visibility};
use reqwest::Method;
use serde_json::json;
use uuid::Uuid;

use crate::support::{World, code, id_of, next, next_event, read_until, sql, text};

#[tokio::test]
async fn members_are_let_into_a_private_channel_and_put_out_of_it() {
    let world = World::new().await;
    let secret = world.channel("secret", Visibility::Private).await.id;
    let (ann, bob) = (id_of(&world.ann).await, id_of(&world.bob).await);
    let mut bobs = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut bobs).await.name, "ready");
    world.ann.add_to_channel(secret, bob).await.expect("adds");
    world.ann.add_to_channel(secret, bob).await.expect("again changes nothing");
    let Some(Event::MemberJoined(told)) = next_event(&mut bobs, "member.joined").await else {
        panic!("bob hears of it")
    };
    assert_eq!(told.member.user.id, bob);
    world.bob.post(secret, &text("among us")).await.expect("posts");
    read_until(&mut bobs, "among us").await;
    let listed = world.bob.channel_members(secret, &PageQuery::default()).await.expect("lists").items;
    let mut people: Vec<_> = listed.iter().map(|one| (one.user.id, one.role)).collect();
    people.sort_unstable_by_key(|(id, _)| *id);
    let mut expected = vec![(ann, Role::Owner), (bob, Role::Member)];
    expected.sort_unstable_by_key(|(id, _)| *id);
    assert_eq!(people, expected);
    world.ann.remove_from_channel(secret, bob).await.expect("removes");
    world.ann.remove_from_channel(secret, bob).await.expect("again changes nothing");
    assert_eq!(code(world.bob.post(secret, &text("let me in")).await), Code::NotFound);
    assert_eq!(code(world.bob.channel_members(secret, &PageQuery::default()).await), Code::NotFound);
    let Some(Event::MemberLeft(gone)) = next_event(&mut bobs, "member.left").await else {
        panic!("bob hears that it was taken away")
    };
    assert_eq!(gone.user_id, bob);
    let audited = "select 1 from audit_log where action in ('channel.member_add', 'channel.member_remove')";
    assert_eq!(sql(&world, audited).await, 2);
    world.end().await;
}

#[tokio::test]
async fn who_lets_whom_into_which_channel() {
    let world = World::new().await;
    let (ann, bob) = (id_of(&world.ann).await, id_of(&world.bob).await);
    let open = world.channel("open", Visibility::Public).await.id;
    let secret = world.channel("secret", Visibility::Private).await.id;
    let (stranger, strangers) = world.nobody.sign_in("stranger").await.expect("signs in");
    assert_eq!(code(world.bob.add_to_channel(open, ann).await), Code::Forbidden);
    assert_eq!(code(world.bob.add_to_channel(secret, bob).await), Code::NotFound);
    assert_eq!(code(stranger.add_to_channel(open, bob).await), Code::NotFound);
    for outside in [strangers.id, UserId(Uuid::from_u128(1))] {
        assert_eq!(code(world.ann.add_to_channel(open, outside).await), Code::NotFound);
    }
    world.ann.add_to_channel(open, bob).await.expect("adds");
    assert_eq!(code(world.bob.remove_from_channel(open, ann).await), Code::Forbidden);
    world.bob.remove_from_channel(open, bob).await.expect("leaves by oneself");
    world.bob.remove_from_channel(open, bob).await.expect("again changes nothing");
    assert_eq!(code(world.bob.post(open, &text("not in")).await), Code::Forbidden);
    assert_eq!(code(world.ann.remove_from_channel(open, UserId(Uuid::from_u128(1))).await), Code::NotFound);
    world.end().await;
}

/// Who may not view a channel is not in it, whatever they joined before; pages leave them out and go on.
#[tokio::test]
async fn who_may_not_view_a_channel_is_not_listed_in_it() {
    let world = World::new().await;
    let (general, mut ids) = (world.general.id, vec![id_of(&world.ann).await]);
    let bob = id_of(&world.bob).await;
    for name in ["carol", "dave"] {
        ids.push(id_of(&world.join(name).await).await);
    }
    ids.sort_unstable();
    let path = format!("/api/channels/{general}/overwrites/{bob}");
    let change = json!({ "allow": [], "deny": ["view_channel"] });
    world.ann.tell(Method::PUT, &path, &change).await.expect("sets");
    let page = async |query: PageQuery| {
        let page = world.ann.channel_members(general, &query).await.expect("lists");
        (page.items.into_iter().map(|one| one.user.id).collect::<Vec<_>>(), page.has_more)
    };
    assert_eq!(page(PageQuery::default()).await, (ids.clone(), false));
    let one = PageQuery { limit: Some(1), ..PageQuery::default() };
    assert_eq!(page(one).await, (ids[..1].to_vec(), true));
    assert_eq!(page(PageQuery { after: Some(ids[0].0), ..one }).await, (ids[1..2].to_vec(), true));
    assert_eq!(page(PageQuery { after: Some(ids[1].0), ..one }).await, (ids[2..].to_vec(), false));
    assert_eq!(page(PageQuery { before: Some(ids[2].0), ..one }).await, (ids[1..2].to_vec(), true));
    world.end().await;
}

#[tokio::test]
async fn the_people_of_a_channel_come_page_by_page() {
    let world = World::new().await;
    let (general, mut ids) = (world.general.id, vec![id_of(&world.ann).await, id_of(&world.bob).await]);
    for name in ["carol", "dave", "erin"] {
        ids.push(id_of(&world.join(name).await).await);
    }
    ids.sort_unstable();
    let page = async |query: PageQuery| {
        let page = world.bob.channel_members(general, &query).await.expect("lists");
        (page.items.into_iter().map(|one| one.user.id).collect::<Vec<_>>(), page.has_more)
    };
    let two = PageQuery { limit: Some(2), ..PageQuery::default() };
    assert_eq!(page(two).await, (ids[..2].to_vec(), true));
    assert_eq!(page(PageQuery { after: Some(ids[1].0), ..two }).await, (ids[2..4].to_vec(), true));
    assert_eq!(page(PageQuery { after: Some(ids[3].0), ..two }).await, (ids[4..].to_vec(), false));
    assert_eq!(page(PageQuery { before: Some(ids[3].0), ..two }).await, (ids[1..3].to_vec(), true));
    world.end().await;
}

/// Else it would be there for no one, and no one could be let in.
#[tokio::test]
async fn the_last_one_stays_in_a_private_channel() {
    let world = World::new().await;
    let secret = world.channel("secret", Visibility::Private).await.id;
    let (ann, bob) = (id_of(&world.ann).await, id_of(&world.bob).await);
    assert_eq!(code(world.ann.leave(secret).await), Code::Conflict);
    assert_eq!(code(world.ann.remove_from_channel(secret, ann).await), Code::Conflict);
    world.ann.add_to_channel(secret, bob).await.expect("adds");
    world.ann.leave(secret).await.expect("bob is in it");
    assert_eq!(code(world.bob.leave(secret).await), Code::Conflict);
    world.bob.leave(world.general.id).await.expect("a public one is joined again");
    world.end().await;
}
