//! A bot of the community, with a token.

use ajet_client::Client;
use ajet_protocol::{BotId, CommandId, CreateCommand, UserId};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::World;

/// A bot of ann's.
pub struct Bot {
    pub id: BotId,
    pub user_id: UserId,
    /// As which it acts.
    pub client: Client,
}

/// Ann makes a bot, whose token has these scopes.
pub async fn bot(world: &World, name: &str, scopes: &[&str]) -> Bot {
    let path = format!("/api/communities/{}/bots", world.community.id);
    let body = json!({ "name": name, "scopes": scopes });
    let made: Value = world.ann.send(Method::POST, &path, Some(&body), false).await.expect("makes a bot");
    let parse = |field: &str| made[field].as_str().expect("an id").parse::<uuid::Uuid>().expect("a UUID");
    let (id, user_id) = (BotId(parse("id")), UserId(parse("user_id")));
    let path = format!("/api/bots/{id}/tokens");
    let body = json!({ "scopes": scopes });
    let token: Value = world.ann.send(Method::POST, &path, Some(&body), false).await.expect("makes a token");
    let client = world.nobody.with_token(token["token"].as_str().expect("a token"));
    Bot { id, user_id, client }
}

/// Ann makes a command of the bot's.
pub async fn made(world: &World, bot: &Bot, name: &str) -> CommandId {
    let request = CreateCommand {
        name: name.into(),
        description: "Does something.".into(),
        bot_id: bot.id,
        client_mutation_id: None,
    };
    world.ann.create_command(world.community.id, &request).await.expect("makes a command").id
}
