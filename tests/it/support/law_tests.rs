//! The law itself: what breaks it, what an announcement excuses, and whose panics count. A server runs in the last one alone.

use std::future::Ready;

use ajet_chatd::config::{Config, Profile, Sources, load};
use ajet_protocol::CreateInvite;
use futures::future::select_all;

use super::{CRASHED, Law, Ledger};
use crate::support::World;

/// No database is behind it.
fn config() -> Config {
    load(&Sources { profile: Profile::Dev, ..Sources::default() }).expect("a good configuration").0
}

/// A law that asks no database.
fn law() -> Law {
    let law = Law::begin(&config());
    law.leaves_outbox("there is no database");
    law
}

/// Panics outside of the code of the tests, as a task of a server would.
async fn panics_in_a_task() {
    let task = tokio::spawn(async { drop(select_all(Vec::<Ready<()>>::new())) });
    assert!(task.await.is_err_and(|error| error.is_panic()));
}

/// Panics in the code of the tests.
async fn panics_here() {
    panic!("in the code of a test");
}

#[test]
fn a_quiet_ledger_breaks_nothing() {
    assert!(Ledger::default().broken(0, 0).is_empty());
}

#[test]
fn what_happened_unannounced_is_named() {
    let ledger = Ledger {
        errors: vec!["ajet_chatd::store the store is gone".into()],
        panics: vec!["panicked at src/app.rs".into()],
        leaks: vec!["the log gives a token away".into()],
        ..Ledger::default()
    };
    let named = [
        "ajet_chatd::store the store is gone",
        "panicked at src/app.rs",
        "2 activations crashed",
        "the log gives a token away",
        "3 events stayed unpublished",
    ];
    assert_eq!(ledger.broken(2, 3), named);
    assert_eq!(Ledger::default().broken(1, 0), ["1 activations crashed"]);
    assert_eq!(Ledger::default().broken(0, 1), ["1 events stayed unpublished"]);
}

#[test]
fn what_was_announced_is_excused_and_nothing_else() {
    let happened = |expects_crashes, expected_errors| Ledger {
        errors: vec![format!("ajet_chatd::actors {CRASHED}"), "ajet_chatd::store store fault".into()],
        panics: vec!["panicked at src/app.rs".into()],
        expects_crashes,
        expected_errors,
        ..Ledger::default()
    };
    assert!(happened(true, vec!["store fault"]).broken(2, 0).is_empty());
    assert_eq!(happened(true, vec!["another fault"]).broken(2, 0), ["ajet_chatd::store store fault"]);
    assert_eq!(
        happened(false, vec!["store fault", CRASHED]).broken(2, 0),
        ["panicked at src/app.rs", "2 activations crashed"]
    );
}

#[tokio::test]
#[should_panic(expected = "the test does not say world.end().await")]
async fn a_law_that_is_not_ended_fails_its_test() {
    drop(law());
}

#[tokio::test]
#[should_panic(expected = "a fault in a test of the law")]
async fn an_error_that_a_server_logs_fails_its_test() {
    let law = law();
    tracing::error!(target: "ajet_chatd", "a fault in a test of the law");
    law.end().await;
}

#[tokio::test]
async fn an_error_that_was_announced_is_excused_and_a_librarys_is_no_concern() {
    let law = law();
    law.expects_errors(&["a fault in a test"]);
    tracing::error!(target: "ajet_chatd", "a fault in a test of the law");
    tracing::error!(target: "a_library", "a connection broke");
    law.end().await;
}

#[tokio::test]
#[should_panic(expected = "the servers of this test did what it did not announce:\npanicked at")]
async fn a_panic_in_a_servers_task_fails_its_test() {
    let law = law();
    panics_in_a_task().await;
    law.end().await;
}

#[tokio::test]
async fn a_panic_that_was_announced_is_excused() {
    let law = law();
    law.expects_crashes();
    panics_in_a_task().await;
    law.end().await;
}

#[tokio::test]
async fn a_panic_in_a_task_of_the_test_is_the_tests_own() {
    let law = law();
    let task = tokio::spawn(panics_here());
    assert!(task.await.is_err_and(|error| error.is_panic()));
    law.end().await;
}

#[tokio::test]
#[should_panic(expected = "the log gives a canary away")]
async fn a_text_in_a_log_line_fails_its_test() {
    let law = law();
    tracing::debug!(target: "ajet_chatd", channel = 7, "posted: canary-words");
    law.end().await;
}

#[tokio::test]
#[should_panic(expected = "the log gives where a client is away")]
async fn an_address_in_a_span_fails_its_test() {
    let law = law();
    let span = tracing::info_span!(target: "ajet_chatd", "request", peer = tracing::field::Empty);
    span.record("peer", "203.0.113.9");
    law.end().await;
}

#[tokio::test]
#[should_panic(expected = "the log gives a token away")]
async fn a_token_in_a_librarys_line_fails_its_test_whatever_it_announced() {
    let law = law();
    law.expects_crashes();
    law.expects_errors(&["asked"]);
    let token = "Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYm0";
    tracing::info!(target: "a_library", address = format!("/hook/{token}"), "asked");
    law.end().await;
}

#[tokio::test]
#[should_panic(expected = "the log gives the code of an invite away")]
async fn an_invites_code_in_a_log_line_fails_its_test() {
    let world = World::new().await;
    let invite =
        world.ann.create_invite(world.community.id, &CreateInvite::default()).await.expect("invites");
    tracing::debug!(target: "ajet_chatd", path = format!("/invite/{}", invite.code), "asked");
    world.end().await;
}
