//! What somebody was shown, saved or told while they were in a channel is in none of their own lists once they are out.

use ajet_client::Client;
use ajet_protocol::{ChannelId, Permission, Reason, SaveMessage, SetOverwrite, UserId, Visibility};
use reqwest::Method;
use serde_json::Value;

use crate::docs::operations;
use crate::notifications::told::mention;
use crate::support::requests::http;
use crate::support::{CANARY, World, id_of};

/// How the channel is called.
const ROOM: &str = "aviary";

/// All reads of one's own that name nothing: their paths.
async fn own_reads(world: &World) -> Vec<String> {
    let document: Value = world.nobody.get("/api/openapi.json").await.expect("is described");
    let takes_bearer = |operation: &Value| {
        let mut ways = operation["security"].as_array().into_iter().flatten();
        ways.any(|way| way.get("bearer").is_some())
    };
    let reads = operations(&document).into_iter().filter(|(path, method, operation)| {
        *method == "get" && !path.contains('{') && *path != "/api/events" && takes_bearer(operation)
    });
    reads.map(|(path, ..)| format!("{path}?q={CANARY}")).collect()
}

/// The reads whose answers hold something of the channel.
async fn holding(world: &World, client: &Client, reads: &[String]) -> Vec<String> {
    let mut holding = Vec::new();
    for path in reads {
        let request = http().get(format!("{}{path}", world.base()));
        let answer = request.bearer_auth(client.token().expect("a token")).send().await.expect("answers");
        let text = answer.text().await.expect("text");
        // A problem document may repeat what was asked for.
        if text.replace(&format!("q={CANARY}"), "").contains(CANARY) || text.contains(ROOM) {
            holding.push(path.clone());
        }
    }
    holding
}

/// A member in the room who has saved what ann said there, and was told of it.
async fn insider(world: &World, room: ChannelId, name: &str) -> (Client, UserId) {
    let client = world.join(name).await;
    let id = id_of(&client).await;
    world.ann.add_to_channel(room, id).await.expect("adds");
    let (message, _) = mention(&world.ann, room, &client, CANARY).await;
    let how = SaveMessage { note: None, remind_at: None };
    client.save(message.id, &how).await.expect("saves");
    client.react(message.id, "👍").await.expect("reacts");
    (client, id)
}

/// I6, I19.
#[tokio::test]
async fn nothing_of_a_channel_is_in_the_lists_of_who_is_out() {
    let world = World::new().await;
    let (ann, community, no) = (&world.ann, world.community.id, Reason::default());
    let room = world.channel(ROOM, Visibility::Private).await.id;
    let reads = own_reads(&world).await;
    let mut wrong = Vec::new();
    for way in ["left", "put-out", "denied", "gone", "kicked", "banned"] {
        let (client, id) = insider(&world, room, way).await;
        let before = holding(&world, &client, &reads).await;
        for path in ["/api/sync", "/api/search", "/api/saved", "/api/notifications"] {
            assert!(before.iter().any(|one| one.starts_with(path)), "{path} of {way} before: {before:?}");
        }
        let denied = SetOverwrite { allow: None, deny: Some(vec![Permission::ViewChannel]) };
        match way {
            "left" => client.leave(room).await.expect("leaves"),
            "put-out" => ann.remove_from_channel(room, id).await.expect("removes"),
            "denied" => drop(ann.set_overwrite(room, id.0, &denied).await.expect("denies")),
            "gone" => client.remove_member(community, id, &no).await.expect("leaves"),
            "kicked" => ann.remove_member(community, id, &no).await.expect("kicks"),
            _ => ann.ban(community, id, &no).await.expect("bans"),
        }
        let after = holding(&world, &client, &reads).await;
        if !after.is_empty() {
            wrong.push(format!("{way}: {after:?}"));
        }
        let path = format!("/api/search?channel_id={room}&q={CANARY}");
        let found = client.send::<Value>(Method::GET, &path, None::<&()>, true).await;
        let found =
            found.map_or_else(|_| Vec::new(), |page| page["items"].as_array().cloned().unwrap_or_default());
        assert!(found.is_empty(), "{way} finds {found:?}");
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    world.end().await;
}
