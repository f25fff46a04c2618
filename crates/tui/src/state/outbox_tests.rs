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
        refused: None,
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
    assert_eq!(keys(&outbox.begin_sending(9)), ["a", "c"]);
    assert!(outbox.begin_sending(9).is_empty(), "what is being sent is not sent again");
    outbox.remove("a");
    assert_eq!(keys(&outbox.begin_sending(9)), ["b"]);
}

#[test]
fn one_without_an_answer_is_sent_again_under_its_key_before_later_ones() {
    let mut outbox = Outbox::default();
    outbox.add(unsent("a", 1, 1));
    outbox.add(unsent("b", 1, 2));
    assert_eq!(keys(&outbox.begin_sending(9)), ["a"]);
    outbox.waits("a");
    assert_eq!(keys(&outbox.begin_sending(9)), ["a"]);
}

#[test]
fn a_refused_one_holds_up_no_other_and_waits_for_the_person() {
    let mut outbox = Outbox::default();
    outbox.add(unsent("a", 1, 1));
    outbox.add(unsent("b", 1, 2));
    outbox.begin_sending(9);
    outbox.refused("a", "muted".into());
    assert_eq!(keys(&outbox.begin_sending(9)), ["b"]);
    let last = |of: ajet_protocol::ChannelId| {
        outbox.last_refused(|channel| channel == of).map(|one| one.key.as_str())
    };
    assert_eq!((last(channel_id(1)), last(channel_id(2))), (Some("a"), None));
    outbox.remove("b");
    let again = outbox.retry_refused(7);
    assert_eq!(again, [unsent("a", 1, 7)], "as it is kept on the disk");
    assert_eq!(keys(&outbox.begin_sending(9)), ["a"]);
}

#[test]
fn a_refused_one_is_not_sent_by_a_later_run_unless_it_is_asked_to() {
    let mut outbox = Outbox::default();
    outbox.add(unsent("a", 1, 1));
    outbox.begin_sending(9);
    let kept = outbox.refused("a", "muted".into()).expect("is kept");
    let mut later = Outbox::default();
    later.adopt(vec![kept]);
    assert!(later.begin_sending(9).is_empty());
    assert_eq!(later.iter().next().map(|(_, fate)| fate), Some(&Fate::Refused("muted".into())));
    let mut last = Outbox::default();
    last.adopt(later.retry_refused(9));
    assert_eq!(keys(&last.begin_sending(9)), ["a"]);
}

#[test]
fn one_that_waits_for_more_than_a_day_is_not_sent_until_it_is_asked_to() {
    let mut outbox = Outbox::default();
    outbox.add(unsent("a", 1, 1));
    outbox.begin_sending(9);
    outbox.waits("a");
    let late = KEY_LASTS + 2;
    assert!(outbox.begin_sending(late).is_empty(), "the server may have forgotten its key");
    assert_eq!(outbox.retry_refused(late).len(), 1);
    assert_eq!(keys(&outbox.begin_sending(late)), ["a"]);
}

#[test]
fn what_an_earlier_run_left_is_sent_unless_the_server_may_have_forgotten_its_key() {
    let mut outbox = Outbox::default();
    let now = KEY_LASTS * 3;
    outbox.adopt(vec![
        unsent("new", 1, now - 5),
        unsent("old", 1, now - KEY_LASTS - 1),
        unsent("mid", 1, now - 9),
    ]);
    assert_eq!(keys(&outbox.begin_sending(now)), ["mid"]);
    let fates: Vec<_> =
        outbox.iter().map(|(one, fate)| (one.key.as_str(), matches!(fate, Fate::Refused(_)))).collect();
    assert_eq!(fates, [("old", true), ("mid", false), ("new", false)]);
    outbox.adopt(vec![unsent("new", 1, now - 5)]);
    assert_eq!(outbox.iter().count(), 3, "one is there once");
}

#[test]
fn there_are_only_so_many() {
    let mut outbox = Outbox::default();
    assert!((0..MOST).all(|n| outbox.add(unsent(&n.to_string(), 1, 1))));
    assert!(!outbox.add(unsent("more", 1, 1)));
}
