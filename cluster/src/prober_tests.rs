//! Whom a round probes, and what leads to a probe out of turn.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::*;
use crate::{ATTEMPT_WITHIN, Peer};

fn node(n: u128) -> NodeId {
    NodeId(Uuid::from_u128(n))
}

fn peer(n: u128) -> Peer {
    Peer {
        id: node(n),
        database: Uuid::nil(),
        name: format!("node-{n}"),
        addr: "127.0.0.1:1".into(),
        pid: 1,
        version: "0".into(),
        wire: 1,
        started_at_ms: 0,
        joined: 1,
        wires: vec![],
    }
}

/// The prober of node 1 among so many.
fn among(nodes: u128) -> Prober {
    let mut view = View::new(peer(1));
    view.listed((1..=nodes).map(peer).collect(), Instant::now());
    Prober::new(Arc::new(RwLock::new(view)))
}

fn answers(prober: &Prober, peer: NodeId) {
    prober.view.write().heard(peer, 0, true, Instant::now());
}

/// Runs a probe as the server does, of a peer that never answers.
fn never_answers(prober: &Prober, probe: OutOfTurn) -> impl Future<Output = ()> + use<> {
    let view = Arc::clone(&prober.view);
    probe.run(move |peer| {
        let view = Arc::clone(&view);
        async move {
            tokio::time::sleep(crate::OUT_OF_TURN_WITHIN).await;
            view.write().silent(peer, TransportError::NoAnswer, Instant::now());
            Err(TransportError::NoAnswer)
        }
    })
}

async fn unanswered() -> Result<(), TransportError> {
    tokio::time::sleep(ATTEMPT_WITHIN).await;
    Err(TransportError::NoAnswer)
}

#[test]
fn a_small_cluster_is_probed_whole() {
    assert!(among(1).round().is_empty());
    assert_eq!(among(3).round(), [node(2), node(3)]);
    assert_eq!(among(17).round().len(), 16);
}

#[test]
fn in_a_large_one_all_others_have_their_turn() {
    let prober = among(20);
    let rounds: Vec<_> = (0..3).map(|_| prober.round()).collect();
    for round in &rounds {
        assert_eq!(round.len(), 17, "the neighbours and one more");
        assert_eq!(round[..16], (2..=17).map(node).collect::<Vec<_>>());
    }
    let probed: BTreeSet<_> = rounds.into_iter().flatten().collect();
    assert_eq!(probed, (2..=20).map(node).collect::<BTreeSet<_>>(), "all peers in three rounds");
}

#[test]
fn a_suspect_is_probed_in_every_round_wherever_it_stands() {
    let prober = among(20);
    prober.view.write().silent(node(19), TransportError::NoResponders, Instant::now());
    for _ in 0..5 {
        let round = prober.round();
        assert!(round.contains(&node(19)), "{round:?}");
        assert_eq!(round.len(), 18, "beside the one in turn");
    }
    let prober = among(100);
    for n in 18..=100 {
        prober.view.write().silent(node(n), TransportError::NoResponders, Instant::now());
    }
    let rounds: Vec<_> = (0..6).map(|_| prober.round()).collect();
    assert!(rounds.iter().all(|round| round.len() == 32), "no more than so many at once");
    let probed: BTreeSet<_> = rounds.into_iter().flatten().collect();
    assert_eq!(probed.len(), 99, "and all of them after some");
}

#[tokio::test(start_paused = true)]
async fn a_peer_that_owes_an_answer_is_suspected_before_the_attempt_is_over() {
    let (prober, peer) = (among(20), node(20));
    answers(&prober, peer);
    let start = |probe: OutOfTurn| drop(tokio::spawn(never_answers(&prober, probe)));
    let asking = prober.await_answer(peer, unanswered(), start);
    let attempt = tokio::time::timeout(ATTEMPT_WITHIN * 19 / 20, asking).await;
    assert!(attempt.is_err(), "still under way");
    assert!(prober.view.read().suspects(peer));
}

#[tokio::test(start_paused = true)]
async fn one_that_falls_silent_under_a_request_is_suspected_as_soon() {
    let (prober, peer) = (among(20), node(20));
    let start = |probe: OutOfTurn| drop(tokio::spawn(never_answers(&prober, probe)));
    let asking = async {
        tokio::time::sleep(ATTEMPT_WITHIN * 10).await;
        Err::<(), _>(TransportError::NoAnswer)
    };
    let falls_silent = async {
        // It answers other probes until it is stopped.
        for _ in 0..30 {
            answers(&prober, peer);
            tokio::time::sleep(PROBE_EVERY).await;
        }
        let stopped = Instant::now() - PROBE_EVERY;
        assert!(!prober.view.read().suspects(peer), "slow is not silent");
        while !prober.view.read().suspects(peer) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        stopped.elapsed()
    };
    let took = tokio::select! {
        _ = prober.await_answer(peer, asking, start) => panic!("there is no answer"),
        took = falls_silent => took,
    };
    assert!(took < ATTEMPT_WITHIN, "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_request_that_timed_out_leads_to_a_probe_however_short_it_was() {
    let (prober, peer) = (among(3), node(2));
    answers(&prober, peer);
    let started = Mutex::new(Vec::new());
    let start = |probe: OutOfTurn| started.lock().push(probe);
    let asking = async { Err::<(), _>(TransportError::NoAnswer) };
    assert_eq!(prober.await_answer(peer, asking, start).await, Err(TransportError::NoAnswer));
    assert_eq!(started.lock().len(), 1);
    let asking = async { Err::<(), _>(TransportError::Away) };
    assert_eq!(prober.await_answer(node(3), asking, start).await, Err(TransportError::Away));
    assert_eq!(started.lock().len(), 1, "trouble on our side says nothing of the peer");
    let asking = async { Ok(7) };
    assert_eq!(prober.await_answer(node(3), asking, start).await, Ok(7));
    assert_eq!(started.lock().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn hearsay_leads_to_one_probe_and_to_nothing_else() {
    let (prober, peer) = (among(20), node(20));
    let probe = prober.out_of_turn(peer, Cause::Hearsay).expect("never heard of");
    assert!(!prober.view.read().suspects(peer));
    assert!(prober.out_of_turn(peer, Cause::Hearsay).is_none(), "one at a time");
    assert!(prober.out_of_turn(node(19), Cause::Hearsay).is_some(), "for each peer");
    drop(probe);
    answers(&prober, peer);
    assert!(prober.out_of_turn(peer, Cause::Hearsay).is_none(), "we know better");
    tokio::time::advance(PROBE_EVERY).await;
    assert!(prober.out_of_turn(peer, Cause::Hearsay).is_some());
    prober.view.write().silent(peer, TransportError::NoResponders, Instant::now());
    assert!(prober.out_of_turn(peer, Cause::Hearsay).is_none(), "suspected already");
    assert!(prober.out_of_turn(node(1), Cause::Hearsay).is_none(), "that is us");
    assert!(prober.out_of_turn(node(21), Cause::Hearsay).is_none(), "not on the roster");
}

#[tokio::test(start_paused = true)]
async fn a_clock_is_measured_again_after_a_while() {
    let (prober, peer) = (among(20), node(20));
    answers(&prober, peer);
    tokio::time::advance(CLOCK_HOLDS - PROBE_EVERY).await;
    assert!(prober.out_of_turn(peer, Cause::OldClock).is_none());
    assert!(prober.out_of_turn(peer, Cause::TooLate).is_some(), "unless there is reason to doubt it");
    tokio::time::advance(PROBE_EVERY).await;
    assert!(prober.out_of_turn(peer, Cause::OldClock).is_some());
}

#[tokio::test(start_paused = true)]
async fn an_answer_or_trouble_on_our_side_ends_the_probing() {
    let (prober, peer) = (among(3), node(2));
    for (found, probes) in [(Ok(()), 1), (Err(TransportError::Away), 1), (Err(TransportError::NoAnswer), 2)] {
        let sent = AtomicUsize::new(0);
        let probe = prober.out_of_turn(peer, Cause::TimedOut).expect("none is under way");
        let count = |_: NodeId| {
            sent.fetch_add(1, Ordering::SeqCst);
            async move { found }
        };
        probe.run(count).await;
        assert_eq!(sent.into_inner(), probes, "{found:?}");
    }
}
