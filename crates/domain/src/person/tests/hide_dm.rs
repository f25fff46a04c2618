//! Decisions about hiding a direct message: whose it is, and that nothing else that is set for the channel changes with it.

use ajet_protocol::NotifyLevel;

use super::*;
use crate::person::HideDm;

fn hide(channel_id: ChannelId, hidden: bool) -> HideDm {
    HideDm { channel_id, hidden }
}

#[test]
fn one_hides_what_one_takes_part_in_for_oneself_and_nothing_is_done_twice() {
    let bob = UserId(Uuid::from_u128(2));
    for (by, channel_id, hidden, outcome) in [
        (ANN, HERE, true, Ok(true)),
        (ANN, HERE, false, Ok(false)),
        (ANN, THERE, true, Ok(true)),
        (ANN, UNJOINED, true, Err(Denied::Forbidden)),
        (bob, HERE, true, Err(Denied::NotFound)),
    ] {
        let changed = by_session(by, &hide(channel_id, hidden)).map(|decision| {
            for change in &decision.changes {
                let Change::SetPreferences { user_id, muted, hidden: now, hides, .. } = change else {
                    panic!("{change:?}")
                };
                let kept = channel_id == THERE;
                assert_eq!((*user_id, *muted, *now), (ANN, kept, hidden), "still muted where it was");
                assert!(*hides, "that is what it sets");
            }
            !decision.changes.is_empty()
        });
        assert_eq!(changed, outcome, "{by} {channel_id} {hidden}");
    }
}

/// I7: what one session sets stands until the next one sets something else, also within a batch.
#[test]
fn hiding_keeps_what_the_batch_has_set_before() {
    let mut shell = Shell::new();
    let waiting = [
        Command::from(mute(HERE, true)),
        hide(HERE, true).into(),
        hide(HERE, true).into(),
        mute(HERE, false).into(),
    ];
    assert_eq!(shell.together(&waiting), vec![Ok(()); 4]);
    let told = shell.published.iter().map(|one| match one.event.event() {
        Ok(Some(Event::ChannelPreferences(set))) => (set.muted, set.notify, set.hidden),
        other => panic!("another event: {other:?}"),
    });
    // As the cast has set it before.
    let level = NotifyLevel::Mentions;
    let expected = [(true, level, false), (true, level, true), (false, level, true)];
    assert_eq!(told.collect::<Vec<_>>(), expected);
}
