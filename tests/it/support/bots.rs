//! Bots of the world's community, signed in by tokens.

use ajet_client::Client;
use ajet_protocol::{ApiToken, Bot, CreateBot, CreateToken, TokenScope};

use super::World;

/// A request for a bot.
pub fn request(name: &str, scopes: &[TokenScope]) -> CreateBot {
    CreateBot { name: name.into(), scopes: scopes.to_vec(), client_mutation_id: None }
}

/// A request for a token without an end.
pub fn with(scopes: &[TokenScope]) -> CreateToken {
    CreateToken { scopes: scopes.to_vec(), expires_at: None, client_mutation_id: None }
}

/// A bot of ann's whose tokens may have all scopes, and which has none yet.
pub async fn made(world: &World, name: &str) -> Bot {
    world.ann.create_bot(world.community.id, &request(name, TokenScope::ALL)).await.expect("creates")
}

/// One more token of a bot, and who signs in with it.
pub async fn token_of(world: &World, bot: &Bot, scopes: &[TokenScope]) -> (ApiToken, Client) {
    let token = world.ann.create_token(bot.id, &with(scopes)).await.expect("creates");
    let client = world.nobody.with_token(token.token.as_deref().expect("shown once"));
    (token, client)
}

/// A new bot, and who signs in as it with these scopes.
pub async fn signed_in(world: &World, name: &str, scopes: &[TokenScope]) -> (Bot, Client) {
    let bot = made(world, name).await;
    let (_, client) = token_of(world, &bot, scopes).await;
    (bot, client)
}
