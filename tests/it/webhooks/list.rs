//! `GET /api/communities/{id}/webhooks`.

use ajet_client::Client;
use ajet_protocol::{Code, CommunityId, PageQuery, Permission, SetOverwrite, Visibility, WebhookId};

use crate::support::{World, code};

async fn listed(reader: &Client, community: CommunityId) -> Vec<WebhookId> {
    let page = reader.webhooks_of_community(community, &PageQuery::default()).await.expect("lists");
    assert!(page.items.iter().all(|one| one.url.is_none()), "the address is shown once");
    page.items.into_iter().map(|one| one.id).collect()
}

#[tokio::test]
async fn those_are_listed_where_one_may_manage_webhooks() {
    let world = World::new().await;
    let (ann, bob, community) = (&world.ann, &world.bob, world.community.id);
    let secret = world.channel("secret", Visibility::Private).await.id;
    let mut made = Vec::new();
    for channel in [world.general.id, secret, world.general.id] {
        made.push(ann.create_webhook(channel, "CI").await.expect("makes").id);
    }
    assert_eq!(listed(ann, community).await, made);
    assert!(listed(bob, community).await.is_empty(), "members manage none");
    let bob_id = bob.me().await.expect("me").user.id;
    let allowed = SetOverwrite { allow: Some(vec![Permission::ManageWebhooks]), deny: None };
    ann.set_overwrite(world.general.id, bob_id.0, &allowed).await.expect("allows");
    assert_eq!(listed(bob, community).await, [made[0], made[2]], "at once, and there alone");
    ann.remove_overwrite(world.general.id, bob_id.0).await.expect("removes");
    assert!(listed(bob, community).await.is_empty(), "at once");
    let first = PageQuery { limit: Some(2), ..PageQuery::default() };
    let page = ann.webhooks_of_community(community, &first).await.expect("lists");
    assert_eq!((page.items.len(), page.has_more), (2, true));
    let rest = PageQuery { after: Some(made[1].0), ..first };
    let page = ann.webhooks_of_community(community, &rest).await.expect("lists");
    assert_eq!((page.items[0].id, page.has_more), (made[2], false));
    ann.delete_webhook(made[0]).await.expect("ends");
    assert_eq!(listed(ann, community).await, made[1..]);
    let (stranger, _) = world.nobody.sign_in("stranger").await.expect("signs in");
    let refused = stranger.webhooks_of_community(community, &PageQuery::default()).await;
    assert_eq!(code(refused), Code::NotFound);
    world.end().await;
}
