//! How long a post takes until it is acknowledged, beside the bare limit measured in the same run.
//!
//! `cargo bench --bench ack`. Method: one private stack with PostgreSQL's default durability, the server in this process,
//! HTTP over loopback on kept-alive connections, messages of 120 bytes. Three rounds; the median round is printed.
//!   bare        one row per commit on one connection, prepared, no server between
//!   HTTP        a request that does nothing, by the same client: what the way there and back costs
//!   one sender  posts one after another, each waiting for its acknowledgement
//!   32 senders  the same, 32 at a time into one channel
//! Absolute figures depend on the machine; the ratios are what is compared. They depend on what a flush costs there: so all
//! of it is measured once more on a disk made slower (PostgreSQL waits before each flush, `commit_delay`).

use std::time::{Duration, Instant};

use ajet_chatd::app::{Server, listen};
use ajet_chatd::config::{Config, Sources, load};
use ajet_client::Client;
use ajet_devstack::{Durability, Stack};
use ajet_protocol::{Channel, CreateCommunity, PostMessage};
use sqlx::{Connection, PgConnection};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const ROUNDS: usize = 3;
const COMMITS: usize = 2000;
const POSTS: usize = 2000;
const SENDERS: usize = 32;
/// About what a flush costs more on an ordinary solid-state disk.
const SLOWER_US: u32 = 500;
const CROWD_FOR: Duration = Duration::from_secs(5);

#[tokio::main]
async fn main() {
    let folder = std::env::temp_dir().join(format!("ajet-bench-{}", std::process::id()));
    let stack = Stack::start(&folder, Durability::Full, &|_| {}).await.expect("the stack starts");
    let config = config(&stack);
    let server =
        Server::start(&config, listen(config.http.addr).await.expect("a port")).await.expect("starts");
    let nobody = Client::new(&format!("http://{}", server.addr())).expect("a client");
    let (ann, _) = nobody.sign_in("ann").await.expect("signs in");
    let request = CreateCommunity { name: "Bench".into(), slug: "bench".into(), client_mutation_id: None };
    let community = ann.create_community(&request).await.expect("founds");
    let channel = ann.channels(community.id).await.expect("lists").items.remove(0);
    measure(&stack, &server, &ann, &channel).await;
    println!("\nwith every flush {SLOWER_US} us slower:");
    slow_flushes(&stack).await;
    measure(&stack, &server, &ann, &channel).await;
    server.stop().await;
    stack.stop().await;
    let _ = std::fs::remove_dir_all(folder);
}

async fn measure(stack: &Stack, server: &Server, ann: &Client, channel: &Channel) {
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        let bare = bare(stack).await;
        let http = http(server).await;
        let http_crowd = http_crowd(server).await;
        let before = journal_time(server);
        let one = one_sender(ann, channel).await;
        let journal = journal_time(server) - before;
        let crowd = crowd(ann, channel).await;
        rounds.push(Round { bare, http, one, journal, crowd, http_crowd });
    }
    rounds.sort_by_key(|round| round.one[round.one.len() / 2]);
    rounds[ROUNDS / 2].print();
}

/// Makes PostgreSQL wait before it flushes, for every commit.
async fn slow_flushes(stack: &Stack) {
    let mut db =
        PgConnection::connect(&stack.postgres.url(stack.postgres.database())).await.expect("connects");
    let delay = format!("alter system set commit_delay = {SLOWER_US}");
    for change in [delay.as_str(), "alter system set commit_siblings = 0", "select pg_reload_conf()"] {
        sqlx::query(sqlx::AssertSqlSafe(change.to_owned())).execute(&mut db).await.expect("is set");
    }
}

struct Round {
    bare: Vec<Duration>,
    http: Vec<Duration>,
    one: Vec<Duration>,
    /// Seconds that the journal's statement took of all one sender's posts.
    journal: f64,
    crowd: f64,
    http_crowd: f64,
}

impl Round {
    fn print(&self) {
        let at = |sorted: &[Duration], part: f64| {
            sorted[((sorted.len() - 1) as f64 * part) as usize].as_secs_f64() * 1000.0
        };
        let total: Duration = self.one.iter().sum();
        let alone = self.one.len() as f64 / total.as_secs_f64();
        println!(
            "bare one-row commit   p50 {:.3} ms   p99 {:.3} ms",
            at(&self.bare, 0.5),
            at(&self.bare, 0.99)
        );
        println!("HTTP alone            p50 {:.3} ms", at(&self.http, 0.5));
        println!(
            "one sender            p50 {:.3} ms   p99 {:.3} ms   {alone:.0} a second",
            at(&self.one, 0.5),
            at(&self.one, 0.99)
        );
        println!("  of it the journal   mean {:.3} ms", self.journal * 1000.0 / POSTS as f64);
        println!("HTTP alone, {SENDERS} at once                         {:.0} a second", self.http_crowd);
        println!("{SENDERS} senders, one channel                       {:.0} a second", self.crowd);
        println!("one sender / bare     {:.2} at p50", at(&self.one, 0.5) / at(&self.bare, 0.5));
        let floor = at(&self.bare, 0.5) + at(&self.http, 0.5);
        println!("one sender / (bare + HTTP)  {:.2}", at(&self.one, 0.5) / floor);
        println!("{SENDERS} senders / one      {:.1}", self.crowd / alone);
    }
}

fn config(stack: &Stack) -> Config {
    let mut variables = stack.variables();
    variables.push(("AJET_PROFILE".into(), "test".into()));
    variables.push(("AJET_HTTP_ADDR".into(), "127.0.0.1:0".into()));
    load(&Sources { variables, ..Sources::default() }).expect("a good configuration").0
}

/// Seconds spent in the journal's statement so far, from the server's own metrics.
fn journal_time(server: &Server) -> f64 {
    let metrics = server.app().metrics.render();
    let line = metrics.lines().find_map(|line| line.strip_prefix("ajet_journal_commit_seconds_sum "));
    line.and_then(|sum| sum.parse().ok()).unwrap_or(0.0)
}

async fn bare(stack: &Stack) -> Vec<Duration> {
    let mut db =
        PgConnection::connect(&stack.postgres.url(stack.postgres.database())).await.expect("connects");
    let table = "create table if not exists bare (id uuid primary key, body text not null)";
    sqlx::query(table).execute(&mut db).await.expect("creates");
    let mut times = Vec::with_capacity(COMMITS);
    for _ in 0..COMMITS {
        let started = Instant::now();
        let insert = sqlx::query("insert into bare (id, body) values ($1, $2)")
            .bind(uuid::Uuid::new_v4())
            .bind(body());
        insert.execute(&mut db).await.expect("inserts");
        times.push(started.elapsed());
    }
    times.sort_unstable();
    times
}

fn body() -> String {
    "x".repeat(120)
}

fn request() -> PostMessage {
    PostMessage { body_md: body().into(), ..PostMessage::default() }
}

async fn one_sender(client: &Client, channel: &Channel) -> Vec<Duration> {
    let mut times = Vec::with_capacity(POSTS);
    for _ in 0..POSTS {
        let started = Instant::now();
        client.post(channel.id, &request()).await.expect("posts");
        times.push(started.elapsed());
    }
    times.sort_unstable();
    times
}

async fn crowd(client: &Client, channel: &Channel) -> f64 {
    at_once(|| async { drop(client.clone().post(channel.id, &request()).await.expect("posts")) }).await
}

async fn http_crowd(server: &Server) -> f64 {
    let (client, address) = (reqwest::Client::new(), format!("http://{}/livez", server.addr()));
    at_once(|| async { drop(client.get(&address).send().await.expect("answers").text().await) }).await
}

/// How often a second something can be done by as many senders as make a crowd.
async fn at_once<F: Future<Output = ()>>(act: impl Fn() -> F) -> f64 {
    let started = Instant::now();
    let sender = async || {
        let mut done = 0_u32;
        while started.elapsed() < CROWD_FOR {
            act().await;
            done += 1;
        }
        done
    };
    let done = futures::future::join_all((0..SENDERS).map(|_| sender())).await;
    f64::from(done.iter().sum::<u32>()) / started.elapsed().as_secs_f64()
}

async fn http(server: &Server) -> Vec<Duration> {
    let (client, address) = (reqwest::Client::new(), format!("http://{}/livez", server.addr()));
    let mut times = Vec::with_capacity(COMMITS);
    for _ in 0..COMMITS {
        let started = Instant::now();
        let answer = client.get(&address).send().await.expect("answers");
        answer.text().await.expect("lives");
        times.push(started.elapsed());
    }
    times.sort_unstable();
    times
}
