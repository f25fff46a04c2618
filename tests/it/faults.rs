//! What breaks, and must not be noticed: actors, NATS, PostgreSQL, and a process that freezes.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use ajet_client::Client;
use ajet_protocol::Channel;
use rustix::process::{Pid, Signal, kill_process};
use tokio::task::JoinHandle;

use crate::world::{
    World, assert_one_order, eventually, everything_is_published, history, keyed, next, read_until,
    start_stack, text,
};

/// How long NATS stays away under load.
const NATS_AWAY: Duration = Duration::from_secs(30);

/// Posts until told to stop; returns the texts that were acknowledged.
fn posting(
    client: Client,
    channel: Channel,
    name: &'static str,
) -> (tokio::sync::oneshot::Sender<()>, JoinHandle<Vec<String>>) {
    let (stop, mut stopped) = tokio::sync::oneshot::channel();
    let task = tokio::spawn(async move {
        let mut acknowledged = Vec::new();
        for n in 0.. {
            if stopped.try_recv().is_ok() {
                break;
            }
            let body = format!("{name} {n}");
            let request = keyed(&body, &format!("{name}-{n}"));
            while client.post(channel.id, &request).await.is_err() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            acknowledged.push(body);
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        acknowledged
    });
    (stop, task)
}

#[tokio::test]
async fn i8_an_actor_that_is_killed_or_panics_costs_nobody_anything() {
    let world = World::new().await;
    let other = world.channel("other", ajet_protocol::Visibility::Public).await;
    let (stop_one, one) = posting(world.ann.clone(), world.general.clone(), "one");
    let (stop_two, two) = posting(world.ann.clone(), other.clone(), "two");
    for round in 0..8 {
        let killed = || async { world.server.app().node.channels.kill(world.general.id, round % 2 == 0) };
        eventually("there is an activation to kill", killed).await;
        let started = Instant::now();
        world.bob.post(world.general.id, &text(&format!("round {round}"))).await.expect("accepted again");
        assert!(started.elapsed() < Duration::from_secs(5));
    }
    let _ = (stop_one.send(()), stop_two.send(()));
    let (one, two) = (one.await.expect("posts"), two.await.expect("posts"));
    let stored = history(&world.ann, &world.general).await;
    assert_one_order(&stored);
    assert_eq!(stored.len(), one.len() + 8, "each acknowledged one, once");
    assert_eq!(history(&world.ann, &other).await.len(), two.len());
}

#[tokio::test]
async fn nats_away_under_load_loses_nothing_and_the_node_chats_on() {
    let mut stack = start_stack("nats-away").await;
    let world = World::on(&stack, |_| {}).await;
    let (stop, task) = posting(world.ann.clone(), world.general.clone(), "m");
    eventually("NATS is up", async || world.server.app().bus.is_ready()).await;
    stack.nats.pause().await;
    let away = Instant::now();
    let mut live = world.bob.live(None).await.expect("opens without NATS");
    assert_eq!(next(&mut live).await.name, "ready");
    world.bob.post(world.general.id, &text("no NATS, no matter")).await.expect("posts");
    read_until(&mut live, "no NATS, no matter").await;
    while away.elapsed() < NATS_AWAY {
        assert!(!next(&mut live).await.data.is_empty(), "events go on");
    }
    stack.nats.resume().await.expect("starts again");
    let _ = stop.send(());
    let acknowledged = task.await.expect("posts");
    assert_eq!(history(&world.ann, &world.general).await.len(), acknowledged.len() + 1);
    everything_is_published(&world).await;
    stack.stop().await;
}

#[tokio::test]
async fn i16_nats_wiped_under_load_loses_nothing() {
    let mut stack = start_stack("nats-wiped").await;
    let world = World::on(&stack, |_| {}).await;
    let (stop, task) = posting(world.ann.clone(), world.general.clone(), "m");
    let mut live = world.bob.live(None).await.expect("opens");
    for _ in 0..2 {
        eventually("NATS is up", async || world.server.app().bus.is_ready()).await;
        stack.nats.pause().await;
        stack.nats.wipe().expect("wipes");
        stack.nats.resume().await.expect("starts again");
    }
    eventually("NATS is up", async || world.server.app().bus.is_ready()).await;
    let _ = stop.send(());
    let acknowledged = task.await.expect("posts");
    world.ann.post(world.general.id, &text("last")).await.expect("posts");
    let seen = read_until(&mut live, "last").await;
    let first = seen.first().expect("some").clone();
    let expected: Vec<_> =
        acknowledged.iter().skip_while(|text| **text != first).cloned().chain(["last".into()]).collect();
    assert_eq!(seen, expected, "every event once, in order");
    everything_is_published(&world).await;
    stack.stop().await;
}

#[tokio::test]
async fn postgres_restarted_at_once_loses_nothing() {
    let mut stack = start_stack("pg-restart").await;
    let world = World::on(&stack, |_| {}).await;
    let (stop, task) = posting(world.ann.clone(), world.general.clone(), "m");
    let mut live = world.bob.live(None).await.expect("opens");
    assert_eq!(next(&mut live).await.name, "ready");
    for round in 0..3 {
        stack.postgres.kill().await;
        stack.postgres.resume().await.expect("starts again");
        let request = keyed(&format!("after {round}"), &format!("after-{round}"));
        eventually("writes are accepted again", async || {
            world.bob.post(world.general.id, &request).await.is_ok()
        })
        .await;
    }
    let _ = stop.send(());
    let acknowledged = task.await.expect("posts");
    world.ann.post(world.general.id, &text("last")).await.expect("posts");
    read_until(&mut live, "last").await;
    let stored = history(&world.ann, &world.general).await;
    assert_one_order(&stored);
    assert_eq!(stored.len(), acknowledged.len() + 4);
    for body in acknowledged {
        assert_eq!(stored.iter().filter(|message| message.body_md == body).count(), 1, "{body}");
    }
    stack.stop().await;
}

/// A second server as a process of its own, which takes its share of what there is.
struct Rival(Child);

impl Rival {
    fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(i32::try_from(self.0.id()).expect("a pid")).expect("a pid");
        kill_process(pid, signal).expect("is there");
    }
}

impl Drop for Rival {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn rival(world: &World, port: u16) -> Rival {
    let (db, objects, nats) = (&world.config.db, &world.config.objects, &world.config.nats);
    let secret = |secret: &secrecy::SecretString| secrecy::ExposeSecret::expose_secret(secret).to_owned();
    let child = Command::new(env!("CARGO_BIN_EXE_ajet-chatd"))
        .arg("serve")
        .env("AJET_PROFILE", "test")
        .env("AJET_HTTP_ADDR", format!("127.0.0.1:{port}"))
        .env("AJET_DB_PORT", db.port.to_string())
        .env("AJET_DB_PASSWORD", secret(&db.password))
        .env("AJET_DB_DBNAME", &db.dbname)
        .env("AJET_NATS_URL", &nats.url)
        .env("AJET_NATS_USER", &nats.user)
        .env("AJET_NATS_PASSWORD", secret(&nats.password))
        .env("AJET_OBJECTS_ENDPOINT", &objects.endpoint)
        .env("AJET_OBJECTS_ACCESS_KEY", &objects.access_key)
        .env("AJET_OBJECTS_SECRET_KEY", secret(&objects.secret_key))
        .env("AJET_NODE_NUMBER", "1")
        .env("AJET_LOG_LEVEL", "error")
        .stdout(Stdio::null())
        .spawn()
        .expect("starts");
    Rival(child)
}

#[tokio::test]
async fn a_frozen_server_that_wakes_up_finds_itself_fenced() {
    let world = World::new().await;
    let port = ajet_devstack::free_port().expect("a port");
    let frozen = rival(&world, port);
    let there = Client::new(&format!("http://127.0.0.1:{port}")).expect("a client");
    eventually("the rival is up", async || there.get::<serde_json::Value>("/readyz").await.is_ok()).await;
    let (ann_there, _) = there.sign_in("ann").await.expect("signs in");
    let (stop_there, loading) = posting(ann_there, world.general.clone(), "there");
    for _ in 0..3 {
        frozen.signal(Signal::STOP);
        for n in 0..20 {
            world
                .bob
                .post(world.general.id, &text(&format!("here {n}")))
                .await
                .expect("a frozen owner delays no other command");
        }
        frozen.signal(Signal::CONT);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let _ = stop_there.send(());
    let acknowledged = loading.await.expect("posts");
    let stored = world.history().await;
    assert_one_order(&stored);
    let seqs: Vec<_> = stored.iter().map(|message| message.seq).collect();
    assert_eq!(seqs, (1..=stored.len() as u64).collect::<Vec<_>>(), "I3: no hole, no double");
    assert_eq!(stored.len(), 60 + acknowledged.len(), "I1 and I2");
}
