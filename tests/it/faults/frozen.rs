//! A process that freezes and wakes up.

use std::process::{Child, Command, Stdio};

use ajet_client::Client;
use rustix::process::{Pid, Signal, kill_process};

use crate::support::{Load, World, assert_one_order, eventually, text};

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
    let load = Load::start(ann_there, world.general.clone(), "there");
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
        let before = load.acknowledged();
        eventually("the one that was frozen goes on", async || load.acknowledged() > before).await;
    }
    let acknowledged = load.stop().await;
    let stored = world.history().await;
    assert_one_order(&stored);
    let seqs: Vec<_> = stored.iter().map(|message| message.seq).collect();
    assert_eq!(seqs, (1..=stored.len() as u64).collect::<Vec<_>>(), "I3: no hole, no duplicate");
    assert_eq!(stored.len(), 60 + acknowledged.len(), "I1 and I2");
    world.end().await;
}
