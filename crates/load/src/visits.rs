//! People who come into communities by invites, join, post and leave, each step at another node.
//!
//! The communities are entities of their own, spread over the nodes; so what is asked of them crosses from each node to
//! each other.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use ajet_client::Client;
use ajet_protocol::{
    Channel, CommunityId, CreateChannel, CreateCommunity, CreateInvite, DevSignIn, Invite, Message,
    PostMessage, SignedIn, Timestamp,
};
use reqwest::Method;
use serde_json::Value;
use uuid::Uuid;

use crate::fault::SKEW_S;
use crate::history::Action;
use crate::workload::{Scene, Writer};

/// Between two visits.
const REST: Duration = Duration::from_millis(250);
/// For how many seconds an invite is good: longer than a visit takes, also where each of its steps is given up and asked elsewhere, and
/// at a node whose clock is ahead.
const INVITED_S: u64 = 180 + SKEW_S.unsigned_abs();

/// A community that people come into, with a room.
#[derive(Debug, Clone)]
pub struct Place {
    pub community: CommunityId,
    pub room: Channel,
}

/// Founds so many.
///
/// # Errors
/// When the server refuses.
pub async fn found_places(owner: &Client, count: usize) -> anyhow::Result<Vec<Place>> {
    let mut places = Vec::new();
    for n in 0..count {
        let (name, slug) = ("Visited".into(), format!("visited-{n}"));
        let request = CreateCommunity { name, slug, client_mutation_id: None };
        let community = owner.create_community(&request).await?.id;
        let request = CreateChannel {
            name: "lobby".into(),
            kind: None,
            visibility: None,
            topic: None,
            category_id: None,
            client_mutation_id: None,
        };
        let room = owner.create_channel(community, &request).await?;
        places.push(Place { community, room });
    }
    Ok(places)
}

/// One visit after another, to each place in turn.
pub async fn visit(scene: Arc<Scene>, owner: Client) {
    if scene.places.is_empty() {
        return;
    }
    for n in 0.. {
        tokio::select! {
            () = scene.stop.cancelled() => return,
            () = tokio::time::sleep(REST) => {}
        }
        let place = scene.places[n % scene.places.len()].clone();
        // The history says where one ended early, and the checker whether it may.
        let _ = visit_once(&scene, &owner, &place, n).await;
    }
}

/// A visit, begun at node `n`; `None` where a step was refused or given up.
async fn visit_once(scene: &Arc<Scene>, owner: &Client, place: &Place, n: usize) -> Option<()> {
    let (name, room) = (format!("visitor-{n}"), place.room.id);
    let invite = invite(scene, owner, place.community, n, 1).await?;
    let Some(client) = sign_in(scene, owner, &name, n + 1).await else {
        // It can be refused or given up: a flood of wrong tokens from this address keeps everybody here from signing in.
        revoke(scene, owner, &invite.code, n).await;
        return None;
    };
    let at = |step: usize| Writer::new(scene, name.clone(), &client, (n + step) % scene.bases.len(), 0);
    let action = Action::Accept { code: invite.code.clone(), most: 1 };
    let path = format!("/api/invites/{}/accept", invite.code);
    if at(1).ask::<Value>(action, Method::POST, &path, None::<&()>).await.is_none() {
        revoke(scene, owner, &invite.code, n).await;
        return None;
    }
    let (action, path) = (Action::Join { channel: room.0 }, format!("/api/channels/{room}/join"));
    at(2).ask::<Value>(action, Method::POST, &path, None::<&()>).await?;
    let (key, body) = (format!("{name}-0"), format!("{name} is here"));
    let action = Action::Post { channel: room.0, key: key.clone(), body: body.clone() };
    let request =
        PostMessage { body_md: body.into(), client_mutation_id: Some(key), ..PostMessage::default() };
    let path = format!("/api/channels/{room}/messages");
    at(0).ask::<Message>(action, Method::POST, &path, Some(&request)).await?;
    let (action, path) = (Action::Leave { channel: room.0 }, format!("/api/channels/{room}/leave"));
    at(1).ask::<Value>(action, Method::POST, &path, None::<&()>).await.map(drop)
}

/// Makes an invite that may serve so many, asking first at this node.
pub async fn invite(
    scene: &Arc<Scene>,
    owner: &Client,
    community: CommunityId,
    node: usize,
    most: i64,
) -> Option<Invite> {
    // A visit may end before it takes its invite back: without an end those would add up to as many as one person may have.
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    let ends = Timestamp::from_unix_millis(u64::try_from(now).unwrap_or_default()).plus_seconds(INVITED_S);
    // An answer that does not come in time is asked for again: without a key each time would make another one.
    let wanted = CreateInvite {
        max_uses: Some(most),
        expires_at: Some(ends),
        client_mutation_id: Some(Uuid::new_v4().to_string()),
        ..CreateInvite::default()
    };
    let path = format!("/api/communities/{community}/invites");
    let mut writer = Writer::new(scene, "owner".into(), owner, node % scene.bases.len(), 0);
    writer.ask(Action::Invite { community: community.0 }, Method::POST, &path, Some(&wanted)).await
}

/// Takes back an invite that no one came by, asking first at this node: unused ones would add up to as many as one person may have.
pub async fn revoke(scene: &Arc<Scene>, owner: &Client, code: &str, node: usize) {
    let action = Action::Revoke { code: code.to_owned() };
    let mut writer = Writer::new(scene, "owner".into(), owner, node % scene.bases.len(), 0);
    writer.ask::<Value>(action, Method::DELETE, &format!("/api/invites/{code}"), None::<&()>).await;
}

/// Signs somebody in by name, asking first at this node.
pub async fn sign_in(scene: &Arc<Scene>, client: &Client, name: &str, node: usize) -> Option<Client> {
    let wanted = DevSignIn { username: name.into(), display_name: None };
    let mut writer = Writer::new(scene, name.to_owned(), client, node % scene.bases.len(), 0);
    let action = Action::SignIn { name: name.to_owned() };
    let signed_in: SignedIn = writer.ask(action, Method::POST, "/auth/dev", Some(&wanted)).await?;
    Some(client.with_token(&signed_in.token))
}
