//! Decisions about following threads: whose they are, that nothing is set twice, and that the person's sessions are told.

use ajet_protocol::events::ThreadPreferencesPayload;

use super::*;
use crate::person::{FollowThread, NotFollowed, UnfollowThread};

/// What a decision sets; `None` where it changes nothing.
fn outcome<V>(by: UserId, verb: &V) -> Result<Option<bool>, NotFollowed>
where
    V: Verb<Entity = PersonCore, Refusal = NotFollowed>,
{
    decided(&Caller::session(user(by)), verb, &Stored::default()).map(|decision| {
        assert_eq!(decision.events.len(), decision.changes.len());
        assert!(decision.raises.is_empty(), "no one else is told");
        decision.changes.first().map(|change| match change {
            Change::FollowThread { user_id, following, .. } => {
                assert_eq!(*user_id, ANN);
                *following
            }
            other => panic!("{other:?}"),
        })
    })
}

/// Message 1 is followed as it is set, 2 is not, nothing is set of 3, and 4 is a reply.
#[test]
fn one_sets_for_oneself_what_is_not_set_yet() {
    let (bob, nowhere) = (UserId(Uuid::from_u128(2)), NotFollowed::Denied(Denied::NotFound));
    for (by, n, followed, unfollowed) in [
        (ANN, 1, Ok(None), Ok(Some(false))),
        (ANN, 2, Ok(Some(true)), Ok(None)),
        (ANN, 3, Ok(Some(true)), Ok(Some(false))),
        (ANN, 4, Err(NotFollowed::Reply), Err(NotFollowed::Reply)),
        (ANN, 10, Err(nowhere), Err(nowhere)),
        (bob, 3, Err(nowhere), Err(nowhere)),
    ] {
        let message_id = message(n);
        assert_eq!(outcome(by, &FollowThread { message_id }), followed, "{by} follows {n}");
        assert_eq!(outcome(by, &UnfollowThread { message_id }), unfollowed, "{by} unfollows {n}");
    }
}

/// I7: what one session sets stands until the next one sets something else, also within a batch.
#[test]
fn a_batch_sets_each_thread_as_the_last_one_says() {
    let mut shell = Shell::new();
    let message_id = message(3);
    let (follow, unfollow) = (FollowThread { message_id }, UnfollowThread { message_id });
    let waiting = [Command::from(follow), follow.into(), unfollow.into(), unfollow.into()];
    assert_eq!(shell.together(&waiting), vec![Ok(()); 4]);
    let changes: Vec<bool> = shell
        .committed
        .iter()
        .flat_map(|append| &append.changes)
        .map(|change| match change {
            Change::FollowThread { following, .. } => *following,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(changes, [true, false]);
    let told = shell.published.iter().map(|one| match one.event.event() {
        Ok(Some(Event::ThreadPreferences(set))) => set,
        other => panic!("another event: {other:?}"),
    });
    let expected =
        [true, false].map(|following| ThreadPreferencesPayload { channel_id: HERE, message_id, following });
    assert_eq!(told.collect::<Vec<_>>(), expected);
}
