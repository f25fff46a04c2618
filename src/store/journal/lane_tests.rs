//! How a batch is cut, and what becomes of the append that its statement failed for.

use std::sync::Arc;

use ajet_domain::acl::Scope;
use ajet_domain::journal::AclCheck;
use ajet_domain::writer::SpentKey;
use ajet_protocol::{CommunityId, StreamId, Timestamp, UserId};
use uuid::Uuid;

use super::*;
use crate::store::journal::tables::leaves_due;
use crate::store::journal::wakes::left;

fn append(stream: u128, changes: Vec<Change>) -> Append<Change> {
    Append {
        stream: StreamId(Uuid::from_u128(stream)),
        epoch: 1,
        head: 0,
        founds: false,
        acl: AclCheck { scope: Scope(Uuid::from_u128(stream)), rests_on: Vec::new() },
        events: Arc::default(),
        changes,
        raises: Vec::new(),
    }
}

#[test]
fn no_statement_has_a_stream_twice() {
    let cases: [(&[u128], &[usize]); 4] =
        [(&[1, 2, 3], &[3]), (&[1, 2, 1, 3, 2], &[2, 3]), (&[1, 1, 1], &[1, 1, 1]), (&[1, 2, 1, 2], &[2, 2])];
    for (streams, lengths) in cases {
        let batch = streams
            .iter()
            .map(|stream| Submission { append: append(*stream, Vec::new()), outcome: Box::new(drop) });
        let parts = of_different_streams(batch.collect());
        let found: Vec<_> = parts.iter().rev().map(Vec::len).collect();
        assert_eq!(found, lengths, "{streams:?}");
    }
}

/// I20: a name that is taken fails no statement of those who post and read.
#[test]
fn what_a_constraint_may_refuse_stands_apart() {
    let used = append(1, vec![Change::UseInvite { code: "c".into() }]);
    let left = append(1, vec![Change::Unban { user_id: UserId(Uuid::nil()) }]);
    assert!(may_break(&used) && may_break(&Append { founds: true, ..append(1, vec![]) }));
    let (id, slug) = (CommunityId(Uuid::nil()), Some("taken".into()));
    let moved = Change::UpdateCommunity { id, name: None, slug, default_channel: None };
    assert!(may_break(&append(1, vec![moved])), "a slug may be taken as well");
    assert!(!may_break(&left));
}

/// The notifier is woken by what was committed, and not by what was left out.
#[test]
fn a_commit_tells_whether_it_left_somebody_to_be_told() {
    let (calling, silent) = (append(1, vec![mentioning(2)]), append(3, vec![mentioning(1)]));
    let [done, stale] = [Outcome::Committed { acl_version: 1 }, Outcome::StaleAcl];
    let appends = [&silent, &calling];
    assert!(left(leaves_due, &appends, &[done.clone(), done.clone()]));
    assert!(left(leaves_due, &appends, &[stale.clone(), done.clone()]));
    assert!(!left(leaves_due, &appends, &[done, stale]));
    assert!(!left(leaves_due, &[], &[]));
}

/// A message of person 1 that mentions a person.
fn mentioning(person: u128) -> Change {
    let message = serde_json::json!({
        "id": Uuid::nil(), "channel_id": Uuid::nil(), "parent_id": null, "body_md": "a", "body_html": "a",
        "author": {
            "id": Uuid::from_u128(1), "username": "a", "display_name": "A", "avatar_url": null, "status_text": null,
            "bot": false, "created_at": "2026-02-17T10:30:00Z"
        },
        "attachments": [], "reactions": [], "mentions": [{"type": "user", "target_id": Uuid::from_u128(person)}],
        "reply_count": 0, "pinned": false, "seq": 1, "client_mutation_id": "k", "created_at": "2026-02-17T10:30:00Z",
        "edited_at": null, "deleted": false
    });
    let message = Box::new(serde_json::from_value(message).expect("a message"));
    Change::InsertMessage { message, template: "a".into(), fingerprint: 1 }
}

#[test]
fn a_culprit_is_found_by_halves() {
    let taken = StoreError::Constraint("communities_slug_key".into());
    assert_eq!([128, 5, 2].map(|appends| size_of_parts(&taken, appends)), [64, 3, 1]);
}

#[test]
fn a_key_that_was_spent_meanwhile_is_no_fault() {
    let key = DuplicateKey::of_object(UserId(Uuid::from_u128(1)), "channels:k");
    let spent = SpentKey { key: key.clone(), object: Uuid::nil(), fingerprint: 0, at: Timestamp::FAR };
    let append = append(1, vec![Change::SpendKey(spent)]);
    for name in KEY_SPENT {
        assert_eq!(refused(&StoreError::Constraint(name.into()), &append), Outcome::Spent(vec![key.clone()]));
    }
    let taken = StoreError::Constraint("channels_name_key".into());
    assert_eq!(refused(&taken, &append), Outcome::Constraint("channels_name_key".into()));
}
