//! What is past its time goes: events past retention, ended sessions, sign-ins of devices, leases of dead nodes, idempotency keys,
//! invites, notifications, deliveries, files of exports. What was scheduled and is sent by no job any more has failed. A key that has signed service tokens
//! for long is followed by another one.

use std::time::Duration;

use ajet_protocol::Timestamp;

use super::{attachment_sweep, export_sweep, scheduled_sweep, search_index};
use crate::store::outbox::Past;
use crate::usecases::{Context, Failure, pictures};

/// The job's name.
pub const NAME: &str = "system:tidy";
/// After how many minutes it comes again.
pub const EVERY_MINUTES: u32 = 10;
/// How long nodes of release 0.1.0 leave it alone afterwards.
const TURN: Duration = Duration::from_secs(600);
/// Rows removed at a time: short statements, so that no request waits for them.
const CHUNK: i64 = 5000;

/// Removes what is past its time. What it could not remove is left for the next time.
///
/// # Errors
/// The store is away.
pub async fn run(context: &Context, retention_hours: u64) -> Result<(), Failure> {
    let store = &context.store;
    // Nodes of release 0.1.0 look there whether it is their turn.
    store.takes_turn_to_tidy(TURN).await?;
    store.remove_replaced_jobs().await?;
    store.forget_sign_in_links().await?;
    let now = context.now().unix_millis();
    let before = Timestamp::from_unix_millis(now.saturating_sub(retention_hours * 3_600_000));
    loop {
        let removed = store.remove_events_before(before.into(), CHUNK).await?;
        if removed == 0 {
            break;
        }
        tracing::debug!(removed, "events past retention");
    }
    store.forget_ended_sessions().await?;
    store.forget_ended_tokens().await?;
    store.forget_device_sign_ins().await?;
    store.forget_past_flows().await?;
    for what in Past::ALL {
        loop {
            let removed = store.remove_past(what, CHUNK).await?;
            if removed < CHUNK.unsigned_abs() {
                break;
            }
            tracing::debug!(removed, %what, "past their time");
        }
    }
    let deliveries = remove_deliveries(context).await;
    let keys = context.signing_keys.keep_up().await.map_err(Failure::from);
    let index = search_index::run(context).await;
    while store.remove_past_invocations(CHUNK).await? == CHUNK.unsigned_abs() {}
    while store.remove_told_reminders(CHUNK).await? == CHUNK.unsigned_abs() {}
    let scheduled = scheduled_sweep::run(context).await;
    // Last: the object store may be away when the database is not. What keeps the one from going on need not concern the other.
    let pictures = pictures::sweep(context).await;
    let files = attachment_sweep::run(context).await;
    let exports = export_sweep::run(context).await;
    deliveries.and(keys).and(index).and(scheduled).and(pictures).and(files).and(exports)
}

async fn remove_deliveries(context: &Context) -> Result<(), Failure> {
    while context.store.remove_deliveries(CHUNK).await? >= CHUNK.unsigned_abs() {
        tracing::debug!("deliveries past their time");
    }
    Ok(())
}
