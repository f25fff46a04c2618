//! Messages that are not sent yet.

use super::outbox::{Fate, KEY_LASTS, MOST, Outbox, Unsent};
use crate::testing::channel_id;

fn unsent(key: &str, channel: u64, at: u64) -> Unsent {
    Unsent {
        key: key.into(),
        channel: channel_id(channel),
        parent: None,
        body: key.into(),
        files: Vec::new(),
        written_at: at,
    }
}

fn keys(sent: &[Unsent]) -> Vec<&str> {
    sent.iter().map(|one| one.key.as_str()).collect()
}

#[test]
fn one_of_a_channel_is_sent_after_the_other() {
    let mut outbox = Outbox::default();
    for one in [unsent("a", 1, 1), unsent("b", 1, 2), unsent("c", 2, 3)] {
        assert!(outbox.add(one));
    }
    assert_eq!(keys(&outbox.begin_sending()), ["a", "c"]);
    assert!(outbox.begin_sending().is_empty(), "what is being sent is not sent again");
    outbox.remove("a");
    assert_eq!(keys(&outbox.begin_sending()), ["b"]);
}

#[test]
fn one_without_an_answer_is_sent_again_under_its_key_before_later_ones() {
    let mut outbox = Outbox::default();
    outbox.add(unsent("a", 1, 1));
    outbox.add(unsent("b", 1, 2));
    assert_eq!(keys(&outbox.begin_sending()), ["a"]);
    outbox.waits("a");
    assert_eq!(keys(&outbox.begin_sending()), ["a"]);
}

#[test]
fn a_refused_one_holds_up_no_other_and_waits_for_the_person() {
    let mut outbox = Outbox::default();
    outbox.add(unsent("a", 1, 1));
    outbox.add(unsent("b", 1, 2));
    outbox.begin_sending();
    outbox.refused("a", "muted".into());
    assert_eq!(keys(&outbox.begin_sending()), ["b"]);
    let last = |of: ajet_protocol::ChannelId| {
        outbox.last_refused(|channel| channel == of).map(|one| one.key.as_str())
    };
    assert_eq!((last(channel_id(1)), last(channel_id(2))), (Some("a"), None));
    outbox.remove("b");
    assert_eq!(outbox.retry_refused(), 1);
    assert_eq!(keys(&outbox.begin_sending()), ["a"]);
}

#[test]
fn what_an_earlier_run_left_is_sent_unless_the_server_may_have_forgotten_its_key() {
    let mut outbox = Outbox::default();
    let now = KEY_LASTS * 3;
    outbox.adopt(
        vec![unsent("new", 1, now - 5), unsent("old", 1, now - KEY_LASTS - 1), unsent("mid", 1, now - 9)],
        now,
    );
    assert_eq!(keys(&outbox.begin_sending()), ["mid"]);
    let fates: Vec<_> =
        outbox.iter().map(|(one, fate)| (one.key.as_str(), matches!(fate, Fate::Refused(_)))).collect();
    assert_eq!(fates, [("old", true), ("mid", false), ("new", false)]);
    outbox.adopt(vec![unsent("new", 1, now - 5)], now);
    assert_eq!(outbox.iter().count(), 3, "one is there once");
}

#[test]
fn there_are_only_so_many() {
    let mut outbox = Outbox::default();
    assert!((0..MOST).all(|n| outbox.add(unsent(&n.to_string(), 1, 1))));
    assert!(!outbox.add(unsent("more", 1, 1)));
}
