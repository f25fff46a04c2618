//! The fence of appends: only a change of rights that an append rests on makes it stale.

use ajet_chatd::store::Store;
use ajet_chatd::store::journal::Journal;
use ajet_chatd::store::{Line, journal_options};
use ajet_domain::acl::Affected;
use ajet_domain::journal::{Outcome, Rests};
use ajet_protocol::{ChannelId, UserId, Visibility};
use uuid::Uuid;

use crate::support::activation::{Activation, append, committed};
use crate::support::{World, db, sql, text};

/// Raises the ACL version as another node would, and says whose rights change; returns the new version.
async fn raise(world: &World, affected: Affected) -> u64 {
    let version: i64 = sqlx::query_scalar(
        "with raised as (
           update acl set version = version + 1 where scope = $1 returning scope, version
         ), changed as (
           insert into acl_changes (scope, version, affects, id) select r.scope, r.version, $2, $3 from raised r
         )
         select version from raised",
    )
    .bind(world.community.id.0)
    .bind(affected.code())
    .bind(affected.id().unwrap_or(world.community.id.0))
    .fetch_one(&mut db(world).await)
    .await
    .expect("raises");
    version.unsigned_abs()
}

/// The ACL version of the world's community, in both places where it is kept.
async fn versions(world: &World) -> (i64, i64) {
    sqlx::query_as(
        "select a.version, c.acl_version from acl a join communities c on c.id = a.scope where a.scope = $1",
    )
    .bind(world.community.id.0)
    .fetch_one(&mut db(world).await)
    .await
    .expect("reads")
}

fn journal(world: &World) -> Journal {
    Journal::start(&journal_options(&world.config.db), &Line::default(), 1)
}

/// I6. The same for a message alone and for a batch of several people, which are two statements.
#[tokio::test]
async fn a_change_makes_stale_what_rests_on_it_and_nothing_else() {
    let world = World::new().await;
    world.leaves_outbox("events are appended by hand, and no node is told");
    let (store, journal) = (Store::new(&world.config.db), journal(&world));
    let ann = world.ann.me().await.expect("me").user.id;
    let (carol, elsewhere) = (UserId(Uuid::from_u128(1)), ChannelId(Uuid::from_u128(2)));
    for (n, beside) in [None, Some(UserId(Uuid::from_u128(3)))].into_iter().enumerate() {
        for (change, stale) in [
            (Affected::Person(carol), false),
            (Affected::Channel(elsewhere), false),
            (Affected::Person(ann), true),
            (Affected::Channel(world.general.id), true),
            (Affected::Everyone, true),
        ] {
            let mut one = Activation::new(&world, &store).await;
            let mut attempt = one.append(&format!("{n} {change:?}"));
            let own = attempt.acl.rests_on[0];
            attempt.acl.rests_on.extend(beside.map(|person| Rests { person, ..own }));
            // The second one is after what concerns the append, and does not hide it.
            raise(&world, change).await;
            let present = raise(&world, Affected::Person(carol)).await;
            let outcome = append(&journal, attempt).await;
            let expected =
                if stale { Outcome::StaleAcl } else { Outcome::Committed { acl_version: present } };
            assert_eq!(outcome, expected, "{change:?}, beside {beside:?}");
        }
    }
    let written = "select 1 from events e join communities c on c.id = e.topic
                   where e.stream <> c.id and e.audience = 3 and e.acl_version > 1";
    assert_eq!(sql(&world, written).await, 4, "events carry the version of their commit");
    world.end().await;
}

#[tokio::test]
async fn what_rests_on_nobodys_rights_is_never_stale() {
    let world = World::new().await;
    world.leaves_outbox("events are appended by hand, and no node is told");
    let (store, journal) = (Store::new(&world.config.db), journal(&world));
    let mut one = Activation::new(&world, &store).await;
    let mut attempt = one.append("free");
    attempt.acl.rests_on.clear();
    let present = raise(&world, Affected::Everyone).await;
    assert_eq!(append(&journal, attempt).await, Outcome::Committed { acl_version: present });
    world.end().await;
}

/// What was tidied away may have concerned anybody.
#[tokio::test]
async fn rights_older_than_the_log_of_changes_are_stale() {
    let world = World::new().await;
    world.leaves_outbox("events are appended by hand, and no node is told");
    let (store, journal) = (Store::new(&world.config.db), journal(&world));
    let mut one = Activation::new(&world, &store).await;
    let attempts = ["alone", "with another"].map(|key| one.append(key));
    let of_another = Affected::Person(UserId(Uuid::from_u128(1)));
    let first = raise(&world, of_another).await;
    raise(&world, of_another).await;
    sqlx::query("delete from acl_changes where version <= $1")
        .bind(i64::try_from(first).expect("fits"))
        .execute(&mut db(&world).await)
        .await
        .expect("tidies");
    for (mut attempt, people) in attempts.into_iter().zip([1, 2]) {
        let rests = attempt.acl.rests_on[0];
        attempt.acl.rests_on.resize(people, rests);
        assert_eq!(append(&journal, attempt).await, Outcome::StaleAcl, "{people}");
    }
    let mut again = Activation::new(&world, &store).await;
    assert!(committed(&append(&journal, again.append("read again")).await).is_some());
    world.end().await;
}

/// A node of the release before knows `communities.acl_version` alone.
#[tokio::test]
async fn a_raise_of_the_release_before_concerns_everyone() {
    let world = World::new().await;
    world.leaves_outbox("events are appended by hand, and no node is told");
    let (store, journal) = (Store::new(&world.config.db), journal(&world));
    let mut one = Activation::new(&world, &store).await;
    let attempt = one.append("stale");
    let before = versions(&world).await;
    assert_eq!(before.0, before.1);
    sql(&world, "update communities set acl_version = acl_version + 1").await;
    assert_eq!(versions(&world).await, (before.0 + 1, before.0 + 1));
    assert_eq!(append(&journal, attempt).await, Outcome::StaleAcl);
    let changes = "select 1 from acl_changes ch join acl a on a.scope = ch.scope and a.version = ch.version
                   where ch.affects = 1 and ch.id = ch.scope";
    assert_eq!(sql(&world, changes).await, 1);
    // Its foundings, too: they say nothing of the new table.
    sql(
        &world,
        "insert into communities (id, name, slug, created_at) values (gen_random_uuid(), 'Old', 'old', now())",
    )
    .await;
    assert_eq!(
        sql(&world, "select 1 from communities c join acl a on a.scope = c.id where a.version = 1").await,
        1
    );
    world.end().await;
}

/// What this release raises says whom it affects, and the release before sees it as well.
#[tokio::test]
async fn a_commands_raise_says_whom_it_affects() {
    let world = World::new().await;
    let bob = world.bob.me().await.expect("me").user.id;
    let before = versions(&world).await;
    world.bob.leave(world.general.id).await.expect("leaves");
    assert_eq!(versions(&world).await, (before.0 + 1, before.0 + 1));
    let changes = async || -> Vec<(i16, Uuid)> {
        sqlx::query_as("select affects, id from acl_changes where version = $1 order by affects")
            .bind(versions(&world).await.0)
            .fetch_all(&mut db(&world).await)
            .await
            .expect("reads")
    };
    assert_eq!(changes().await, [(3, bob.0)]);
    let stamps = "select 1 from events e join acl a on a.scope = e.stream and a.version = e.acl_version
                  where e.type = 'member.left'";
    assert_eq!(sql(&world, stamps).await, 1, "its event carries the version that it made");
    let other = world.channel("other", Visibility::Private).await;
    assert!(changes().await.contains(&(2, other.id.0)));
    world.ann.post(world.general.id, &text("goes on")).await.expect("posts");
    world.end().await;
}
