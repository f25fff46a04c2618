//! Order: whatever arrives, in whatever order, however often, comes out once and in order.

use std::sync::Arc;

use ajet_protocol::{EventId, EventType, StreamId};
use bytes::Bytes;
use proptest::prelude::*;
use uuid::Uuid;

use super::order::{Gap, Order};
use crate::bus::EncodedEvent;

pub fn event(stream: u128, seq: u64) -> Arc<EncodedEvent> {
    Arc::new(EncodedEvent {
        id: EventId(Uuid::from_u128(u128::from(seq))),
        kind: Some(EventType::MessageCreated),
        kind_name: "message.created".into(),
        stream: StreamId(Uuid::from_u128(stream)),
        seq,
        community_id: None,
        channel_id: None,
        to: None,
        about: Ok(None),
        acl_version: 1,
        json: Bytes::new(),
        since: std::time::Instant::now(),
    })
}

fn numbers(events: &[Arc<EncodedEvent>]) -> Vec<u64> {
    events.iter().map(|event| event.seq).collect()
}

#[test]
fn a_gap_holds_back_and_is_named() {
    let mut order = Order::default();
    let stream = StreamId(Uuid::from_u128(1));
    order.start_at(stream, 4);
    assert!(order.take(event(1, 7)).is_empty());
    assert_eq!(order.gap(stream), Some(Gap { stream, first: 5, last: 6 }));
    assert_eq!(numbers(&order.take(event(1, 5))), [5]);
    assert_eq!(numbers(&order.take(event(1, 6))), [6, 7]);
    assert_eq!(order.gap(stream), None);
    assert_eq!(order.behind(stream, 9), Some(Gap { stream, first: 8, last: 9 }));
}

#[test]
fn other_streams_do_not_wait_for_a_gap() {
    let mut order = Order::default();
    assert!(order.take(event(1, 2)).is_empty());
    assert_eq!(numbers(&order.take(event(2, 1))), [1]);
}

/// C-H5: what waits behind a gap is bounded in bytes; what does not fit is missing, and is read from the log.
#[test]
fn what_waits_behind_a_gap_is_bounded_in_bytes() {
    let mut order = Order::default();
    let json = Bytes::from(vec![b' '; 1 << 20]);
    for seq in 2..=9 {
        let large = EncodedEvent { json: json.clone(), ..(*event(1, seq)).clone() };
        assert!(order.take(Arc::new(large)).is_empty());
    }
    assert_eq!(numbers(&order.take(event(1, 1))), [1, 2, 3, 4, 5], "4 MiB have waited");
    let stream = StreamId(Uuid::from_u128(1));
    assert_eq!(order.behind(stream, 9), Some(Gap { stream, first: 6, last: 9 }));
}

#[test]
fn a_stream_that_is_forgotten_leaves_nothing_behind() {
    let mut order = Order::default();
    let (gone, other) = (StreamId(Uuid::from_u128(1)), StreamId(Uuid::from_u128(2)));
    order.start_at(gone, 4);
    order.start_at(other, 7);
    assert!(order.take(event(1, 6)).is_empty());
    order.forget(gone);
    assert_eq!((order.delivered(gone), order.gap(gone), order.delivered(other)), (0, None, 7));
    assert!(order.skip_to(gone, 5).is_empty(), "what waited is forgotten, too");
}

proptest! {
    #[test]
    fn shuffled_doubled_arrivals_come_out_once_in_order(mut arrivals in prop::collection::vec(1_u64..=30, 0..120)) {
        arrivals.extend(1..=30);
        let mut order = Order::default();
        let out: Vec<u64> = arrivals.into_iter().flat_map(|seq| numbers(&order.take(event(1, seq)))).collect();
        prop_assert_eq!(out, (1..=30).collect::<Vec<_>>());
    }
}
