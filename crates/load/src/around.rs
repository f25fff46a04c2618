//! What goes on around the faults: people come and go, race for invites, and operators look.

use std::sync::Arc;
use std::time::Duration;

use ajet_client::Client;
use ajet_protocol::CommunityId;
use ajet_protocol::ops::{ClusterReport, EntityReport};
use reqwest::Method;
use tokio::task::{JoinHandle, JoinSet};

use crate::history::{Action, What};
use crate::lab::Lab;
use crate::procfs::resident_kib;
use crate::visits::{invite, sign_in};
use crate::workload::{Scene, Writer, listen_and_go};

/// People who come, listen and go again, at a time.
const GOERS: usize = 3;
/// An invite, those it may serve, and those who race for it.
const SERVES: i64 = 3;
const RACERS: usize = 8;
/// Between two races.
const REST: Duration = Duration::from_secs(6);
/// Between two looks of an operator.
const LOOK_EVERY: Duration = Duration::from_millis(200);
const LOOK_WITHIN: Duration = Duration::from_secs(2);

/// People who listen for a while, and leave or sign out at another node.
pub async fn come_and_go(scene: Arc<Scene>, goers: Vec<Client>) {
    let mut away = JoinSet::new();
    for (n, client) in goers.into_iter().enumerate() {
        if scene.stop.is_cancelled() {
            break;
        }
        let node = n % scene.bases.len();
        away.spawn(listen_and_go(Arc::clone(&scene), format!("goer-{n}"), client, node, n % 2 == 0));
        if away.len() >= GOERS {
            away.join_next().await;
        }
    }
    away.join_all().await;
}

/// I13: again and again, more people accept an invite at once than it may serve, each at another node.
pub async fn race_for_invites(scene: Arc<Scene>, owner: Client, community: CommunityId) {
    for round in 0.. {
        tokio::select! {
            () = scene.stop.cancelled() => return,
            () = tokio::time::sleep(REST) => {}
        }
        // A round in which a sign-in or the invite is given up has no race; the history says so.
        let _ = race(&scene, &owner, community, round).await;
    }
}

async fn race(scene: &Arc<Scene>, owner: &Client, community: CommunityId, round: usize) -> Option<()> {
    let invite = invite(scene, owner, community, round, SERVES).await?;
    let mut racers = Vec::new();
    for n in 0..RACERS {
        racers.push(sign_in(scene, owner, &format!("racer-{round}-{n}"), round).await?);
    }
    let mut racing = JoinSet::new();
    for (n, client) in racers.into_iter().enumerate() {
        let most = u64::try_from(SERVES).unwrap_or(0);
        let action = Action::Accept { code: invite.code.clone(), most };
        let path = format!("/api/invites/{}/accept", invite.code);
        let mut racer = Writer::new(scene, format!("racer-{round}-{n}"), &client, n % scene.bases.len(), 0);
        racing.spawn(async move {
            racer.ask::<serde_json::Value>(action, Method::POST, &path, None::<&()>).await;
        });
    }
    racing.join_all().await;
    Some(())
}

/// Takes down what operators see: every room's epoch, and every node's memory.
///
/// # Errors
/// When no HTTP client can be built.
pub fn watch(scene: &Arc<Scene>, lab: &Lab) -> anyhow::Result<JoinHandle<()>> {
    let scene = Arc::clone(scene);
    let ops = (0..lab.nodes.len()).map(|n| lab.ops(n)).collect::<Result<Vec<_>, _>>()?;
    Ok(tokio::spawn(async move {
        for n in 0.. {
            let asked = &ops[n % ops.len()];
            for room in &scene.rooms {
                let path = format!("/ops/entities/channel/{}", room.id);
                if let Some(found) = look::<EntityReport>(asked, &path).await {
                    let what = What::Epoch { stream: room.id.0, epoch: found.epoch, seq: found.seq };
                    scene.recorder.note("ops", what);
                }
            }
            if let Some(report) = look::<ClusterReport>(asked, "/ops/cluster").await {
                for node in report.nodes {
                    if let Some(kib) = resident_kib(node.pid) {
                        scene.recorder.note("ops", What::Memory { node: node.name, kib });
                    }
                }
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }))
}

async fn look<T: serde::de::DeserializeOwned>(ops: &Client, path: &str) -> Option<T> {
    let asking = ops.send::<T>(Method::GET, path, None::<&()>, false);
    tokio::time::timeout(LOOK_WITHIN, asking).await.ok()?.ok()
}
