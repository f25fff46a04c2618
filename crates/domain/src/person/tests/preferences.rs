//! Decisions about what a person is told of, and that each thing is set by itself.

use ajet_protocol::EventType;

use super::*;
use crate::person::SetNotifyLevel;

fn level(channel_id: ChannelId, level: NotifyLevel) -> SetNotifyLevel {
    SetNotifyLevel { channel_id, level }
}

#[test]
fn one_sets_a_level_for_channels_that_one_has_joined_and_nothing_is_done_twice() {
    let bob = UserId(Uuid::from_u128(2));
    for (by, channel_id, notify, outcome) in [
        (ANN, HERE, NotifyLevel::Nothing, Ok(true)),
        (ANN, HERE, NotifyLevel::Mentions, Ok(false)),
        (ANN, THERE, NotifyLevel::All, Ok(true)),
        (ANN, UNJOINED, NotifyLevel::All, Err(Denied::Forbidden)),
        (bob, HERE, NotifyLevel::All, Err(Denied::NotFound)),
    ] {
        let changed = by_session(by, &level(channel_id, notify)).map(|decision| {
            let (user_id, muted, hidden, hides) = (ANN, channel_id == THERE, false, false);
            let notify = Some(notify);
            let expected = Change::SetPreferences { user_id, channel_id, muted, notify, hidden, hides };
            assert!(decision.changes.iter().all(|change| *change == expected), "{:?}", decision.changes);
            assert!(decision.events.iter().all(|event| event.kind == EventType::ChannelPreferences));
            !decision.changes.is_empty()
        });
        assert_eq!(changed, outcome, "{by} {channel_id} {notify:?}");
    }
}

/// The second command knows what the first one of the batch set.
#[test]
fn what_is_set_together_is_all_kept() {
    let mut shell = Shell::new();
    let both: [Command; 2] = [mute(HERE, true).into(), level(HERE, NotifyLevel::Nothing).into()];
    assert!(shell.together(&both).iter().all(Result::is_ok));
    let set = shell.committed.iter().flat_map(|append| &append.changes).next_back();
    let (muted, notify) = (true, Some(NotifyLevel::Nothing));
    let (hidden, hides) = (false, false);
    let expected = Change::SetPreferences { user_id: ANN, channel_id: HERE, muted, notify, hidden, hides };
    assert_eq!(set, Some(&expected));
}
