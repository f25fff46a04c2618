//! Decisions about founding: who may, and what a community begins with.

use ajet_protocol::StreamId;

use super::*;
use crate::acl::{Affected, Scope};
use crate::asked::{Asked, Key};
use crate::community::{Founders, Founding, Names, NotFounded, found};

fn key() -> Key {
    Key { text: "k".into(), fingerprint: 5, former: None }
}

fn founded(by: UserId, owner: Option<UserId>) -> Result<Founding, NotFounded> {
    founded_where(by, Founders { owner, everybody: false })
}

fn founded_where(by: UserId, founders: Founders) -> Result<Founding, NotFounded> {
    let verb = Names { name: "Ferris".into(), slug: "ferris".into() };
    let asked = Asked { by: Caller::session(user(by)), key: None, verb };
    found(asked, &key(), founders, 1, &mut Still)
}

#[test]
fn the_first_founder_owns_the_system_and_founds_all_others() {
    let claims = |founding: &Founding| {
        founding.append().changes.contains(&Change::ClaimSystem { owner: ANN, at: Still.now() })
    };
    assert!(claims(&founded(ANN, None).expect("may")));
    assert!(!claims(&founded(ANN, Some(ANN)).expect("may")));
    assert_eq!(founded(ANN, Some(OWNER)).map(drop), Err(NotFounded::NotTheOwner));
    let everybody = Founders { owner: Some(OWNER), everybody: true };
    assert!(!claims(&founded_where(ANN, everybody).expect("the settings say so")));
    let first = Founders { owner: None, everybody: true };
    assert!(
        claims(&founded_where(ANN, first).expect("may")),
        "the first founder owns the system all the same"
    );
}

#[test]
fn a_community_begins_with_its_stream_its_channel_and_its_founder() {
    let founding = founded(ANN, Some(ANN)).expect("may");
    let append = founding.append();
    assert_eq!(append.stream, StreamId::from(founding.community.id));
    assert_eq!(append.acl.scope, Scope::from(founding.community.id));
    assert_eq!((append.founds, append.epoch, append.head), (true, 0, 0));
    assert!(append.acl.rests_on.is_empty(), "on no rights, since there are none yet");
    assert_eq!(append.raises, [Affected::Person(ANN)]);
    let events = append.events.iter().map(|one| (one.event.seq, one.event.acl_version));
    assert_eq!(events.collect::<Vec<_>>(), [(Some(1), None), (Some(2), None)]);
    let general = append.changes.iter().find_map(|change| match change {
        Change::AddChannel { channel, by } => (*by == ANN).then_some(channel.id),
        _ => None,
    });
    let general = general.expect("a first channel");
    let arrives = append.changes.iter().any(|change| match change {
        Change::AddCommunity { default_channel, .. } => *default_channel == general,
        _ => false,
    });
    assert!(arrives, "{:?}", append.changes);
    assert_eq!(founding.community.default_channel_id, Some(general));
    let joins = Change::JoinChannel { channel_id: general, user_id: ANN, at: Still.now() };
    assert!(append.changes.contains(&joins));
}

/// A later attempt finds in the stream, and under the key, what an earlier one wrote.
#[test]
fn every_attempt_is_the_same() {
    let founding = founded(ANN, None).expect("may");
    let (one, other) = (founding.append(), founding.append());
    assert_eq!((one.stream, &one.changes), (other.stream, &other.changes));
    let spent = one.changes.iter().find_map(|change| match change {
        Change::SpendKey(spent) => Some((spent.key.clone(), spent.object, spent.fingerprint)),
        _ => None,
    });
    assert_eq!(spent, Some((Founding::key(ANN, &key()), founding.community.id.0, 5)));
}

#[test]
fn a_taken_slug_refuses_and_other_constraints_do_not() {
    assert_eq!(NotFounded::by("communities_slug_key"), Some(NotFounded::SlugTaken));
    assert_eq!(NotFounded::by(Founding::OWNED), None, "it is decided again");
}
