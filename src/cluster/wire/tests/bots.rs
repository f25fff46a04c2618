//! Golden commands about bots and their tokens.

use ajet_domain::Asked;
use ajet_domain::community::{self, CreateBot, CreateToken, DeleteBot, RevokeToken, SetBotAvatar};
use ajet_protocol::{BotId, Timestamp, TokenId, TokenScope, TokenScopes};

use super::{id, key, session};

/// One of each verb; a token without an end, and a picture taken away, as well.
pub fn commands() -> Vec<Asked<community::Command>> {
    let (bot_id, token_id) = (BotId(id(14)), TokenId(id(15)));
    let scopes = TokenScopes::of(&[TokenScope::MessagesRead, TokenScope::PresenceWrite]);
    let token = |expires_at| CreateToken { bot_id, scopes, expires_at, token_hash: vec![1, 2] };
    let creations: [community::Command; 3] = [
        CreateBot { name: "b".into(), scopes }.into(),
        token(Some(Timestamp::from_unix_millis(9_000))).into(),
        token(None).into(),
    ];
    let others: [community::Command; 4] = [
        DeleteBot { bot_id }.into(),
        RevokeToken { token_id }.into(),
        SetBotAvatar { bot_id, avatar_url: Some("https://p".into()) }.into(),
        SetBotAvatar { bot_id, avatar_url: None }.into(),
    ];
    let creations = creations.map(|verb| Asked { by: session(), key: key(), verb });
    let others = others.map(|verb| Asked { by: session(), key: None, verb });
    creations.into_iter().chain(others).collect()
}
