//! Golden commands about custom emoji and pictures.

use ajet_domain::Asked;
use ajet_domain::community::{
    self, AddEmoji, RemoveEmoji, SetCommunityAvatar, SetMemberAvatar, SetWebhookAvatar, UpdateWebhook,
};
use ajet_protocol::{ChannelId, EmojiId, UserId, WebhookId};

use super::{id, key, session};

/// One of each verb, and the pictures taken away as well.
pub fn commands() -> Vec<Asked<community::Command>> {
    let (user_id, webhook_id) = (UserId(id(6)), WebhookId(id(4)));
    let picture = || Some("https://p".to_owned());
    let add: community::Command = AddEmoji { name: "crab".into(), url: "https://e".into() }.into();
    let (name, channel_id) = (Some("n".into()), Some(ChannelId(id(3))));
    let others: [community::Command; 7] = [
        RemoveEmoji { emoji_id: EmojiId(id(13)) }.into(),
        SetMemberAvatar { user_id, own: false, avatar_url: picture() }.into(),
        SetMemberAvatar { user_id, own: true, avatar_url: None }.into(),
        SetWebhookAvatar { webhook_id, avatar_url: picture() }.into(),
        SetCommunityAvatar { avatar_url: picture() }.into(),
        UpdateWebhook { webhook_id, name, avatar_url: picture(), channel_id }.into(),
        UpdateWebhook { webhook_id, name: None, avatar_url: None, channel_id: None }.into(),
    ];
    let others = others.into_iter().map(|verb| Asked { by: session(), key: None, verb });
    [Asked { by: session(), key: key(), verb: add }].into_iter().chain(others).collect()
}
