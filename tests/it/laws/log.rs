//! The log of events as the database has it: which events there are, and which of them a snapshot holds.

use std::collections::{HashMap, HashSet};
use std::time::Instant;

use ajet_protocol::EventId;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::support::{DEADLINE, POLL, World, db};

/// A snapshot of the log, as a cursor names it: `xmin:xmax:` and the transactions that were under way.
#[derive(Debug, Clone)]
pub struct Seen {
    end: u64,
    under_way: HashSet<u64>,
}

impl Seen {
    pub fn parse(text: &str) -> Self {
        let number = |text: &str| text.parse().expect("a transaction's number");
        let mut parts = text.split(':').skip(1);
        let end = number(parts.next().expect("an end"));
        let under_way = parts.next().unwrap_or_default().split(',').filter(|one| !one.is_empty());
        Self { end, under_way: under_way.map(number).collect() }
    }

    /// Whether what this transaction wrote is in it.
    pub fn holds(&self, transaction: u64) -> bool {
        transaction < self.end && !self.under_way.contains(&transaction)
    }
}

/// An event of the log.
#[derive(Debug, Clone)]
pub struct Logged {
    pub kind: String,
    /// Which wrote it.
    transaction: u64,
}

/// The log, as far as it was read.
pub struct Log {
    db: PgConnection,
    known: HashMap<EventId, Logged>,
}

impl Log {
    pub async fn of(world: &World) -> Self {
        let mut log = Self { db: db(world).await, known: HashMap::new() };
        log.news().await;
        log
    }

    /// The events that were not there when this was last asked.
    pub async fn news(&mut self) -> Vec<Logged> {
        let all = sqlx::query_as::<_, (Uuid, String, String)>("select id, xid::text, type from events");
        let rows = all.fetch_all(&mut self.db).await.expect("reads");
        let mut news = Vec::new();
        for (id, transaction, kind) in rows {
            let transaction = transaction.parse().expect("a transaction's number");
            let logged = Logged { kind, transaction };
            if self.known.insert(EventId(id), logged.clone()).is_none() {
                news.push(logged);
            }
        }
        news
    }

    /// Which transaction wrote an event; `None` for one that the log does not have.
    pub fn transaction_of(&self, event: EventId) -> Option<u64> {
        self.known.get(&event).map(|logged| logged.transaction)
    }

    /// Waits until what requests leave to be done after their answers is done: people are told of mentions, and of those who
    /// changed their profile; a poll that was to close has closed; the links and files of messages are looked at; what is to be sent soon is sent,
    /// reminders that are soon due have come, and commands that bots were told of are answered.
    pub async fn settle(&mut self) {
        let deadline = Instant::now() + DEADLINE;
        let settled = "select not exists (select 1 from users where announced_version < profile_version)
                          and not exists (select 1 from due_notices where parked_at is null)
                          and not exists (select 1 from job_requests where name in ('poll:close', 'message:preview', 'attachment:process'))
                          and not exists (select 1 from graphile_worker.jobs
                                          where task_identifier in
                                            ('poll:close', 'message:preview', 'attachment:process'))
                          and not exists (select 1 from saved_messages where remind_at < now() + interval '10 s')
                          and not exists (select 1 from scheduled_messages
                                          where state in ('pending', 'taken') and send_at < now() + interval '10 s')
                          and not exists (select 1 from invocations where settled_at is null)
                          and not exists (select 1 from reminders
                                          where told_at is null and remind_at < now() + interval '10 s')";
        while !sqlx::query_scalar::<_, bool>(settled).fetch_one(&mut self.db).await.expect("asks") {
            assert!(Instant::now() < deadline, "what follows from requests is not done in time");
            tokio::time::sleep(POLL).await;
        }
    }
}

#[test]
fn a_snapshot_holds_what_had_ended() {
    let seen = Seen::parse("10:20:12,15");
    let held: Vec<u64> = [9, 10, 12, 14, 15, 19, 20].into_iter().filter(|one| seen.holds(*one)).collect();
    assert_eq!(held, [9, 10, 14, 19]);
    assert!(Seen::parse("7:7:").holds(6) && !Seen::parse("7:7:").holds(7));
}
