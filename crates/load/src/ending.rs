//! After the last fault: everybody catches up, and every node shows what it has.

use std::collections::HashSet;
use std::time::Duration;

use ajet_client::Client;
use ajet_protocol::{Channel, PageQuery, PostMessage};
use uuid::Uuid;

use crate::history::{Stored, What};
use crate::lab::Lab;
use crate::workload::Scene;

/// Readers have everything within this time after the last write.
const CAUGHT_UP_WITHIN: Duration = Duration::from_secs(20);

/// Waits until every reader has seen a last message in every room.
pub async fn caught_up(scene: &Scene, owner: &Client, lab: &mut Lab, readers: usize) {
    let Some(n) = lab.running().first().copied() else { return };
    let at = owner.at(&lab.bases()[n]);
    let mut awaited = HashSet::new();
    for room in &scene.rooms {
        let body = format!("the end of {}", room.name);
        let request = PostMessage {
            body_md: body.clone(),
            parent_id: None,
            attachment_ids: vec![],
            client_mutation_id: None,
        };
        if at.post(room.id, &request).await.is_ok() {
            awaited.insert(body);
        }
    }
    let deadline = tokio::time::Instant::now() + CAUGHT_UP_WITHIN;
    let (mut seen, mut next) = (HashSet::new(), 0);
    while tokio::time::Instant::now() < deadline && seen.len() < awaited.len() * readers {
        let lines = scene.recorder.since(next);
        next += lines.len();
        for line in lines.into_iter().filter(|line| line.client.starts_with("reader")) {
            if let What::Event { body: Some(body), .. } = line.what
                && awaited.contains(&body)
            {
                seen.insert((line.client, body));
            }
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// Reads every room's whole history at every node.
pub async fn finals(scene: &Scene, owner: &Client, lab: &mut Lab) -> anyhow::Result<()> {
    for node in lab.running() {
        let at = owner.at(&lab.bases()[node]);
        for room in &scene.rooms {
            let messages = history(&at, room).await?;
            scene.recorder.note("end", What::Final { node, channel: room.id.0, messages });
        }
    }
    Ok(())
}

async fn history(client: &Client, room: &Channel) -> anyhow::Result<Vec<Stored>> {
    let mut all = Vec::new();
    let mut query = PageQuery { after: Some(Uuid::nil()), limit: Some(200), before: None };
    loop {
        let page = client.messages(room.id, &query).await?;
        query.after = page.items.last().map(|message| message.id.0).or(query.after);
        all.extend(page.items.into_iter().map(|message| Stored {
            id: message.id.0,
            author: message.author.id.0,
            key: message.client_mutation_id,
            seq: message.seq,
            body: message.body_md,
            deleted: message.deleted,
        }));
        if !page.has_more {
            return Ok(all);
        }
    }
}
