//! One of every kind of change about bots and tokens, with the tables that it has a row in.

use ajet_domain::change::{BotChange, NewApiToken};
use ajet_protocol::{Bot, BotId, TokenId, TokenScope, TokenScopes};

use super::*;

/// All of them.
pub fn changes() -> Vec<Written> {
    let (bot_id, user_id) = (BotId(Uuid::from_u128(15)), PERSON);
    let scopes = TokenScopes::of(&[TokenScope::MessagesRead]);
    let bot = Bot {
        id: bot_id,
        community_id: CommunityId(Uuid::from_u128(9)),
        name: "b".into(),
        user_id,
        scopes: scopes.list(),
        avatar_url: None,
        created_at: AT,
    };
    let token = NewApiToken {
        id: TokenId(Uuid::from_u128(16)),
        bot_id,
        user_id,
        token_hash: vec![1],
        scopes,
        expires_at: Some(AT),
        by: PERSON,
        at: AT,
    };
    let (bot, user, by) = (Box::new(bot), Box::new(user(true)), PERSON);
    let avatar_url = Some("https://p".into());
    let revoked = BotChange::RevokeToken { id: token.id };
    vec![
        (Change::Bot(BotChange::Add { bot, user, by }), &["bots"]),
        (Change::Bot(BotChange::SetAvatar { user_id, avatar_url }), &["bots"]),
        (Change::Bot(BotChange::AddToken(Box::new(token))), &["api_tokens"]),
        (Change::Bot(revoked), &["api_tokens"]),
    ]
}
