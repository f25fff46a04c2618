//! `GET /api/sync`: all that one may see, as of one moment, and a stream that goes on exactly from there.

use std::collections::BTreeSet;

use ajet_client::Client;
use ajet_protocol::{
    ChannelId, Code, Event, MessageId, PageQuery, Permission, Sync, SyncedChannel, Visibility,
};
use reqwest::Method;
use serde_json::json;

use crate::dms::open::ids_of;
use crate::support::{World, code, next, sql, text};

fn channel(sync: &Sync, id: ChannelId) -> Option<&SyncedChannel> {
    sync.channels.iter().chain(&sync.dms).find(|one| one.channel.id == id)
}

async fn sync(person: &Client) -> Sync {
    person.sync().await.expect("starts")
}

/// SC-T12: it is what the lists say, and no more.
#[tokio::test]
async fn a_start_is_what_all_lists_say() {
    let world = World::new().await;
    let open = world.channel("open", Visibility::Public).await;
    let secret = world.channel("secret", Visibility::Private).await;
    let dm = world.ann.open_dm(&ids_of(&[&world.bob]).await).await.expect("opens");
    let read = world.ann.post(world.general.id, &text("read")).await.expect("posts").id;
    world.bob.mark_read(world.general.id, read).await.expect("reads");
    world.ann.post(world.general.id, &text("unread")).await.expect("posts");
    world.ann.post(dm.id, &text("psst")).await.expect("posts");
    let start = sync(&world.bob).await;
    assert_eq!(start.user, world.bob.me().await.expect("reads"));
    let communities: Vec<_> = start.communities.iter().map(|one| one.community.clone()).collect();
    assert_eq!(communities, world.bob.communities().await.expect("lists").items);
    let channels: Vec<_> = start.channels.iter().map(|one| one.channel.clone()).collect();
    assert_eq!(channels, world.bob.channels(world.community.id).await.expect("lists").items);
    let dms: Vec<_> = start.dms.iter().map(|one| one.channel.clone()).collect();
    assert_eq!(dms, world.bob.dms(&PageQuery::default()).await.expect("lists").items);
    let general = channel(&start, world.general.id).expect("is there");
    assert_eq!((general.joined, general.last_read_id, general.channel.unread.count), (true, Some(read), 1));
    let seen = channel(&start, open.id).expect("is there");
    assert_eq!((seen.joined, seen.last_read_id, seen.channel.unread.count), (false, None, 0));
    assert!(start.permissions_in(seen).contains(&Permission::SendMessages), "as in the community");
    assert_eq!(channel(&start, secret.id), None, "it is private");
    assert_eq!(channel(&start, dm.id).expect("is there").channel.unread.count, 1);
    assert_eq!(start.communities[0].community.default_channel_id, Some(world.general.id));
    assert!(start.communities[0].my_permissions.contains(&Permission::SendMessages));
    assert!(!start.communities[0].my_permissions.contains(&Permission::ManageRoles));
    assert_eq!(code(world.nobody.sync().await), Code::Unauthenticated);
    world.end().await;
}

/// I6: what an overwrite hides is not in it, and what it takes away is not among one's permissions.
#[tokio::test]
async fn a_start_goes_by_the_rule_of_rights() {
    let world = World::new().await;
    let hidden = world.channel("hidden", Visibility::Public).await;
    let quiet = world.channel("quiet", Visibility::Public).await;
    for (id, denied) in [(hidden.id, "view_channel"), (quiet.id, "send_messages")] {
        let path = format!("/api/channels/{id}/overwrites/{}", world.community.id);
        let change = json!({ "allow": [], "deny": [denied] });
        world.ann.tell(Method::PUT, &path, &change).await.expect("sets");
    }
    let (bobs, anns) = (sync(&world.bob).await, sync(&world.ann).await);
    assert_eq!(channel(&bobs, hidden.id), None);
    let here = bobs.permissions_in(channel(&bobs, quiet.id).expect("is seen"));
    assert!(here.contains(&Permission::ViewChannel) && !here.contains(&Permission::SendMessages));
    assert!(channel(&anns, hidden.id).is_some_and(|one| anns.permissions_in(one) == Permission::ALL));
    let bob = ids_of(&[&world.bob]).await[0];
    world.ann.remove_member(world.community.id, bob, &Default::default()).await.expect("kicks");
    let after = sync(&world.bob).await;
    assert!(after.communities.is_empty() && after.channels.is_empty());
    world.end().await;
}

/// What a person's others open with them does not make it larger and larger.
#[tokio::test]
async fn a_start_has_so_many_direct_messages_those_with_the_newest_messages() {
    let world = World::new().await;
    let fill = "with made as (insert into channels (id, name, type, visibility, created_at)
                              select gen_random_uuid(), '', 'dm', 'private', now() from generate_series(1, 501) returning id),
                     logs as (insert into streams (id) select id from made),
                     rights as (insert into acl (scope, version) select id, 1 from made)
                insert into channel_members (channel_id, user_id, joined_at)
                select made.id, u.id, now() from made, users u where u.username = 'bob'";
    assert_eq!(sql(&world, fill).await, 501);
    let dm = world.ann.open_dm(&ids_of(&[&world.bob]).await).await.expect("opens").id;
    world.ann.post(dm, &text("psst")).await.expect("posts");
    let start = sync(&world.bob).await;
    assert_eq!(start.dms.len(), 500);
    assert!(channel(&start, dm).is_some(), "the one in which somebody wrote");
    assert!(start.dms.is_sorted_by_key(|one| one.channel.id));
    world.end().await;
}

/// J8, I4: a stream that is opened with its cursor brings what the answer lacks, all of it, and nothing that is in it.
#[tokio::test]
async fn a_stream_goes_on_exactly_from_a_start() {
    const MESSAGES: usize = 150;
    let world = World::new().await;
    let (ann, general) = (world.ann.clone(), world.general.id);
    let posting = tokio::spawn(async move {
        let mut posted = Vec::with_capacity(MESSAGES);
        for n in 0..MESSAGES {
            posted.push(ann.post(general, &text(&format!("{n}"))).await.expect("posts").id);
        }
        posted
    });
    let mut starts = Vec::new();
    while !posting.is_finished() {
        let start = sync(&world.bob).await;
        let last = channel(&start, general).expect("is there").channel.last_message_id;
        starts.push((start.cursor, last));
    }
    let posted = posting.await.expect("ends");
    assert!(starts.len() > 2, "several while it went on");
    let step = starts.len().div_ceil(5);
    for (cursor, last) in starts.into_iter().step_by(step) {
        let lacking: BTreeSet<MessageId> =
            posted.iter().copied().filter(|id| last.is_none_or(|last| *id > last)).collect();
        let mut live = world.bob.live(Some(&cursor)).await.expect("opens");
        let mut told = Vec::new();
        while told.len() < lacking.len() {
            let frame = next(&mut live).await;
            assert_ne!(frame.name, "resync");
            if frame.name == "message.created"
                && let Some(Event::MessageCreated(message)) =
                    frame.envelope().expect("an event").event().expect("fits")
            {
                told.push(message.message.id);
            }
        }
        assert!(told.iter().eq(&lacking), "each once, in order, and none from before");
    }
    world.end().await;
}
