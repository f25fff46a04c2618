//! Decisions of a channel in slow mode: who waits, how long, and how the channel learns that it is slow.

use super::moderation::{Hall, hall};
use super::*;
use crate::need::LastPostOf;

const PAUSE_S: u32 = 10;

fn slow(role: Role) -> Standing {
    Standing { slow_mode_s: PAUSE_S, ..member(role) }
}

/// A hall that knows already that it is slow.
fn slow_hall(standing: Standing) -> Hall {
    let mut hall = hall(0, standing);
    hall.core.slow = true;
    hall
}

fn code(decided: Result<(), NotPosted>) -> Option<&'static str> {
    use crate::Refusal;
    decided.err().map(|refusal| refusal.said().code.as_str())
}

fn posts(hall: &mut Hall, asked: &Asked<Post>, at: u64) -> Option<&'static str> {
    code(hall.decide(asked, at).map(|_| ()))
}

#[test]
fn who_has_posted_a_moment_ago_waits() {
    let pause = u64::from(PAUSE_S) * 1000;
    for (last, at, refusal) in [
        (None, 1_000, None),
        (Some(1_000), 1_000, Some("slow_mode")),
        (Some(1_000), 999 + pause, Some("slow_mode")),
        (Some(1_000), 1_000 + pause, None),
    ] {
        let mut hall = slow_hall(slow(Role::Member));
        hall.last_post = last.map(Timestamp::from_unix_millis);
        assert_eq!(posts(&mut hall, &post(1, "k", "x"), at), refusal, "{last:?} {at}");
    }
}

#[test]
fn a_post_of_the_same_batch_counts_for_its_author_alone() {
    let mut hall = slow_hall(slow(Role::Member));
    assert_eq!(posts(&mut hall, &post(1, "k", "x"), 1_000), None);
    assert_eq!(posts(&mut hall, &post(1, "l", "y"), 1_001), Some("slow_mode"));
    assert_eq!(posts(&mut hall, &post(2, "k", "z"), 1_001), None);
}

#[test]
fn moderators_and_webhooks_do_not_wait() {
    let mut hall = slow_hall(slow(Role::Admin));
    hall.last_post = Some(Timestamp::from_unix_millis(1_000));
    assert_eq!(posts(&mut hall, &post(1, "k", "x"), 1_000), None);
    let by_hook = Asked { by: Caller::webhook(user(9), user(2).id), ..post(9, "a", "alert") };
    assert_eq!(posts(&mut hall, &by_hook, 1_000), None);
    assert_eq!(posts(&mut hall, &by_hook, 1_000), None, "however many it posts");
    assert!(!hall.needs.last_posts.contains(&LastPostOf(user(9).id)));
}

/// A channel that is not slow asks nothing more; one that finds that it is decides again with the answer.
#[test]
fn that_a_channel_is_slow_may_come_as_news() {
    let mut hall = hall(0, member(Role::Member));
    assert_eq!(posts(&mut hall, &post(1, "k", "x"), 1_000), None);
    assert!(hall.needs.last_posts.is_empty() && !hall.core.looks_keys_up() && !hall.core.take_lack());
    let mut hall = super::moderation::hall(0, slow(Role::Member));
    assert_eq!(posts(&mut hall, &post(1, "k", "x"), 1_000), Some("slow_mode"));
    assert!(hall.core.take_lack(), "it has not asked when the person posted last");
    assert!(!hall.core.take_lack(), "it is told once");
    assert!(hall.core.looks_keys_up(), "a repetition is answered and not refused");
    assert_eq!(posts(&mut hall, &post(1, "k", "x"), 1_000), None, "they have not");
}

#[test]
fn the_pace_is_learnt_from_those_who_see_the_channel() {
    let mut core = core();
    let mut learn = |standing: Standing| {
        let mut facts = Facts::default();
        facts.put(StandingOf { user: user(1).id, channel: Some(CHANNEL) }, standing);
        core.learn(&facts);
        core.slow
    };
    assert!(learn(slow(Role::Admin)));
    assert!(learn(Standing::default()), "a stranger's rights say nothing of it");
    assert!(!learn(member(Role::Member)));
}
