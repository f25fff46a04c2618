//! The fence of reads: which changes of rights make a judgement stale, in the statement that reads.

use ajet_chatd::store::Store;
use ajet_chatd::store::fence::{About, Fence, Fenced};
use ajet_protocol::{ChannelId, MessageId, PageQuery, UserId, Visibility};
use uuid::Uuid;

use crate::support::{World, db, sql, text};

/// A world, and how ann reads `general` in it as of the newest version.
struct Place {
    world: World,
    store: Store,
    fence: Fence,
}

impl Place {
    async fn new() -> Self {
        let world = World::new().await;
        let store = Store::new(&world.config.db);
        let person = world.ann.me().await.expect("me").user.id;
        let (scope, about) = (world.community.id.into(), About::Channel(world.general.id));
        let mut place = Self { world, store, fence: Fence { scope, about, person, version: 0 } };
        place.fence.version = place.version().await;
        place
    }

    async fn version(&self) -> u64 {
        let version: i64 = sqlx::query_scalar("select version from acl where scope = $1")
            .bind(self.fence.scope.0)
            .fetch_one(&mut db(&self.world).await)
            .await
            .expect("is there");
        version.unsigned_abs()
    }

    /// Raises the ACL version by a change that affects these rights.
    async fn changes(&self, affects: i16, id: Uuid) {
        let raise = "with raised as (update acl set version = version + 1 where scope = $1 returning version)
                     insert into acl_changes (scope, version, affects, id) select $1, version, $2, $3 from raised";
        let raise = sqlx::query(raise).bind(self.fence.scope.0).bind(affects).bind(id);
        raise.execute(&mut db(&self.world).await).await.expect("raises");
    }

    /// Whether a read holds that rests on these rights.
    async fn holds(&self, fence: Fence) -> bool {
        let page = self.store.message_page(fence, &PageQuery::default()).await.expect("reads");
        matches!(page, Fenced::Holds(_))
    }
}

#[tokio::test]
async fn a_read_is_stale_only_after_a_change_that_concerns_it() {
    let place = Place::new().await;
    let Fence { scope, person, .. } = place.fence;
    let about = |about| Fence { about, ..place.fence };
    let (whole, all) = (about(About::Community), about(About::Channels));
    assert!(place.holds(place.fence).await && place.holds(whole).await && place.holds(all).await);
    place.changes(3, Uuid::from_u128(1)).await;
    assert!(place.holds(place.fence).await, "somebody else's rights");
    place.changes(2, Uuid::from_u128(2)).await;
    assert!(place.holds(place.fence).await && place.holds(whole).await, "another channel's");
    assert!(!place.holds(all).await, "a list rests on every channel");
    place.changes(2, place.world.general.id.0).await;
    assert!(!place.holds(place.fence).await, "this channel's");
    assert!(place.holds(whole).await, "which matters to nothing else");
    place.changes(3, person.0).await;
    assert!(!place.holds(whole).await, "the reader's own");
    let fresh = Fence { version: place.version().await, ..place.fence };
    assert!(place.holds(fresh).await, "judged anew");
    place.changes(1, scope.0).await;
    assert!(!place.holds(fresh).await, "everyone's");
    let newest = Fence { version: place.version().await, ..place.fence };
    place.changes(3, Uuid::from_u128(1)).await;
    assert!(place.holds(newest).await, "somebody else's again");
    sql(&place.world, "delete from acl_changes").await;
    assert!(!place.holds(newest).await, "what it was about is not known any more");
    let ahead = Fence { version: place.version().await + 1, ..place.fence };
    assert!(!place.holds(ahead).await, "a snapshot from before the judgement proves nothing");
    place.world.end().await;
}

#[tokio::test]
async fn what_is_not_there_is_told_from_what_is_stale() {
    let place = Place::new().await;
    let (store, fence) = (&place.store, place.fence);
    let other = place.world.channel("other", Visibility::Public).await;
    let posted = place.world.ann.post(other.id, &text("elsewhere")).await.expect("posts");
    let fence = Fence { version: place.version().await, ..fence };
    let of = |channel: ChannelId| Fence { about: About::Channel(channel), ..fence };
    assert!(matches!(store.message_for(of(other.id), posted.id).await, Ok(Fenced::Holds(Some(_)))));
    assert!(
        matches!(store.message_for(fence, posted.id).await, Ok(Fenced::Holds(None))),
        "another channel's"
    );
    assert!(matches!(store.message_for(fence, MessageId(Uuid::nil())).await, Ok(Fenced::Holds(None))));
    let query = PageQuery::default();
    let empty = store.message_page(of(ChannelId(Uuid::nil())), &query).await;
    assert!(matches!(empty, Ok(Fenced::Holds(page)) if page.items.is_empty() && !page.has_more));
    let members = store.members_of(Fence { about: About::Community, ..fence }, &query).await;
    assert!(matches!(members, Ok(Fenced::Holds(page)) if page.items.len() == 2));
    let unknown = Fence { person: UserId(Uuid::nil()), about: About::Community, ..fence };
    assert!(matches!(store.community_for(unknown).await, Ok(Fenced::Holds(None))));
    place.changes(1, fence.scope.0).await;
    assert!(matches!(store.message_for(of(other.id), posted.id).await, Ok(Fenced::Stale)));
    assert!(matches!(store.community_for(unknown).await, Ok(Fenced::Stale)));
    place.world.end().await;
}
