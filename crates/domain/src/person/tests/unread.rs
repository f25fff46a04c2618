//! Decisions about marking messages as unread: how far a marker goes back, and what a batch makes of several.

use super::*;
use crate::person::MarkUnread;

fn unread(channel_id: ChannelId, n: u128) -> MarkUnread {
    MarkUnread { channel_id, message_id: message(n) }
}

/// The message that a single command moves the marker back to, 0 for none; `None` where it stays.
fn back(by: UserId, verb: MarkUnread, stored: &Stored) -> Result<Option<u128>, NotMarked> {
    decided(&Caller::session(user(by)), &verb, stored).map(|decision| {
        assert_eq!(decision.events.len(), decision.changes.len());
        assert!(decision.raises.is_empty());
        match decision.changes.as_slice() {
            [] => None,
            [Change::MarkUnread { user_id, message_id, .. }] => {
                assert_eq!(*user_id, ANN);
                Some(message_id.map_or(0, |id| id.0.as_u128()))
            }
            other => panic!("other rows: {other:?}"),
        }
    })
}

/// Ann has read up to message 4 here and 5 there, where she joined after message 2.
#[test]
fn a_marker_goes_back_before_the_message_and_never_on() {
    let read_to = BTreeMap::from([(HERE, message(4)), (THERE, message(5))]);
    let stored = Stored { read_to, ..Stored::default() };
    let bob = UserId(Uuid::from_u128(2));
    for (by, channel, n, outcome) in [
        (ANN, HERE, 4, Ok(Some(3))),
        (ANN, HERE, 2, Ok(Some(1))),
        (ANN, HERE, 1, Ok(Some(0))),
        (ANN, HERE, 5, Ok(None)),
        (ANN, HERE, 9, Ok(None)),
        (ANN, THERE, 5, Ok(Some(4))),
        (ANN, THERE, 1, Ok(Some(2))),
        (ANN, HERE, 10, Err(NotMarked::NotYours)),
        (ANN, UNJOINED, 1, Err(NotMarked::NotYours)),
        (bob, HERE, 1, Err(NotMarked::Denied(Denied::NotFound))),
    ] {
        assert_eq!(back(by, unread(channel, n), &stored), outcome, "{by} {channel} {n}");
    }
    assert_eq!(back(ANN, unread(HERE, 1), &Stored::default()), Ok(None), "nothing is read");
}

/// I7: what was sent together has no order; that something is to be unread counts.
#[test]
fn of_a_batch_a_move_back_counts_whatever_was_read_in_it() {
    let mut shell = Shell::new();
    assert_eq!(shell.together(&[mark(HERE, 8)]), [Ok(())]);
    let waiting: [Command; 5] = [
        mark(HERE, 7).into(),
        unread(HERE, 4).into(),
        mark(HERE, 9).into(),
        unread(HERE, 6).into(),
        mark(THERE, 3).into(),
    ];
    assert_eq!(shell.together(&waiting), vec![Ok(()); 5]);
    assert_eq!(shell.stored.read_to, BTreeMap::from([(HERE, message(3)), (THERE, message(3))]));
    let told = shell.told_of();
    assert_eq!(told[told.len() - 2..], [(HERE, message(3), 6), (THERE, message(3), 6)]);
    assert_eq!(shell.committed.len(), 2, "in one commit");
    let once = [Rests { scope: COMMUNITY.into(), person: ANN, version: VERSION }];
    assert_eq!(shell.committed[1].acl.rests_on, once, "the membership is the community's");
}

#[test]
fn a_marker_goes_on_again_from_where_it_went_back_to() {
    let mut shell = Shell::new();
    let one: [Command; 4] =
        [mark(HERE, 7).into(), unread(HERE, 1).into(), mark(HERE, 2).into(), mark(HERE, 1).into()];
    for command in one {
        assert_eq!(shell.together(&[command]), [Ok(())]);
    }
    assert_eq!(shell.told_of(), [(HERE, message(7), 2), (HERE, message(0), 9), (HERE, message(2), 7)]);
}
