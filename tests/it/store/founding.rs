//! Foundings: appends to streams that begin with them.

use ajet_chatd::actors::universe::Real;
use ajet_chatd::store::journal::Journal;
use ajet_chatd::store::{Line, Store, journal_options};
use ajet_domain::community::{Founders, Founding, Names, found};
use ajet_domain::journal::{Append, Outcome};
use ajet_domain::{Asked, Caller, Change, Key};
use ajet_protocol::{User, UserId};
use futures::future::join;

use crate::support::activation::{Activation, append, committed};
use crate::support::{World, sql};

fn key(slug: &str) -> Key {
    Key { text: slug.into(), fingerprint: 1, former: None }
}

/// A founding by this person, under a key of the same text as the slug.
fn founding(by: &User, slug: &str, owner: Option<UserId>) -> Founding {
    let verb = Names { name: "Second".into(), slug: slug.into() };
    let asked = Asked { by: Caller::session(by.clone()), key: None, verb };
    let founders = Founders { owner, everybody: false };
    found(asked, &key(slug), founders, 1, &mut Real).expect("may found")
}

/// The same without its key, so that nothing but the stream tells a repetition.
fn without_key(mut append: Append<Change>) -> Append<Change> {
    append.changes.retain(|change| !matches!(change, Change::SpendKey(_)));
    append
}

fn journal(world: &World) -> Journal {
    Journal::start(&journal_options(&world.config.db), &Line::default(), 1)
}

#[tokio::test]
async fn a_founding_begins_its_stream_and_its_rights_once() {
    let world = World::new().await;
    world.leaves_outbox("events are appended by hand, and no node is told");
    let (journal, ann) = (journal(&world), world.ann.me().await.expect("me").user);
    let founding = founding(&ann, "second", Some(ann.id));
    assert_eq!(append(&journal, founding.append()).await, Outcome::Committed { acl_version: 1 });
    for expected in [
        "select 1 from communities c join streams s on s.id = c.id join acl a on a.scope = c.id
         where c.slug = 'second' and s.epoch = 1 and s.head = 2 and a.version = 1 and c.acl_version = 1",
        "select 1 from communities c join acl_changes ch on ch.scope = c.id
         where c.slug = 'second' and ch.version = 1 and ch.affects = 3",
        "select 1 from communities c join channels ch on ch.id = c.default_channel_id and ch.community_id = c.id
         join streams s on s.id = ch.id join channel_members m on m.channel_id = ch.id where c.slug = 'second'",
        "select 1 from communities c join events e on e.stream = c.id and e.topic = c.id
         where c.slug = 'second' and e.acl_version = 1 and e.seq = 2",
    ] {
        assert_eq!(sql(&world, expected).await, 1, "{expected}");
    }
    let again = append(&journal, founding.append()).await;
    assert_eq!(again, Outcome::Spent(vec![Founding::key(ann.id, &key("second"))]));
    assert_eq!(append(&journal, without_key(founding.append())).await, Outcome::Fenced);
    world.end().await;
}

/// Its neighbours in the batch are committed; all of its own is left out.
#[tokio::test]
async fn a_constraint_refuses_a_founding_alone() {
    let world = World::new().await;
    world.leaves_outbox("events are appended by hand, and no node is told");
    let (store, journal) = (Store::new(&world.config.db), journal(&world));
    let ann = world.ann.me().await.expect("me").user;
    let mut activation = Activation::new(&world, &store).await;
    for (slug, owner, constraint) in [
        ("ferris", Some(ann.id), "communities_slug_key"),
        // The system has an owner, unseen by this decision.
        ("third", None, "system_settings_pkey"),
    ] {
        let refused = founding(&ann, slug, owner);
        let neighbour = activation.append(slug);
        let (refused, written) = join(append(&journal, refused.append()), append(&journal, neighbour)).await;
        assert_eq!(refused, Outcome::Constraint(constraint.into()));
        assert!(committed(&written).is_some(), "{written:?}");
        activation.appended += 1;
    }
    assert_eq!(sql(&world, "select 1 from communities").await, 1);
    assert_eq!(sql(&world, "select 1 from mutations where key = 'communities:third'").await, 0);
    world.end().await;
}
