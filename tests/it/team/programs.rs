//! Commands that people type, and what programs do: the team's bot by its tokens, and webhooks in and out.

use ajet_client::Error;
use ajet_protocol::{
    CreateOutgoingWebhook, EventType, InvocationId, Message, PageQuery, PostMessage, RespondToInvocation,
    RunCommand, TokenScope, UserId,
};
use serde_json::json;

use super::acts::{Doing, Done, Undone};
use super::run::Posted;
use super::steps::Act;
use crate::support::requests::post_hook;
use crate::support::{bots, text};

/// The command that the team's bot carries out.
pub const COMMAND: &str = "deploy";

impl Doing<'_> {
    fn note(&self, posted: &Message, author: UserId) {
        let posted = Posted { id: posted.id, channel: posted.channel_id, author, poll: false };
        self.team.posted.lock().push(posted);
    }

    /// A key that no other message has.
    fn message_key(&self) -> String {
        format!("{}-{}", self.pick, self.team.posted.lock().len())
    }

    pub async fn type_command(&self, act: Act) -> Done {
        let room = self.channel(|one| one.joined)?;
        let typed = match act {
            Act::CommandMe => format!("/me waves {}", self.pick),
            Act::CommandTopic => format!("/topic about {}", self.pick),
            Act::CommandStatus => format!("/status busy {}", self.pick),
            Act::CommandRemind => format!("/remind {}s tea", 1 + self.pick % 3),
            Act::CommandOfBot => format!("/{COMMAND} {}", self.pick),
            _ => format!("/nick typed {}", self.pick),
        };
        let request =
            RunCommand { channel_id: room, text: typed.into(), client_mutation_id: Some(self.message_key()) };
        let done = self.client.run_command(&request).await?;
        if let Some(said) = done.message {
            self.note(&said, self.person.id);
        }
        if act == Act::CommandOfBot {
            let invoked = done.effect.and_then(|effect| effect.id).and_then(|id| id.parse().ok());
            self.answer_as_bot(invoked.ok_or(Undone::Nothing)?).await?;
        }
        Ok(())
    }

    /// The bot answers the person who typed it alone, or posts into the channel where it may.
    async fn answer_as_bot(&self, id: InvocationId) -> Done {
        let (_, token) = self.one(self.team.tokens.lock().clone())?;
        let private = Some(self.pick.is_multiple_of(2));
        let answer = RespondToInvocation { body_md: format!("done {}", self.pick).into(), private };
        Ok(self.client.with_token(&token).respond(id, &answer).await?)
    }

    /// The bot joins a channel that the person is in, where it may, and says something there.
    pub async fn post_as_bot(&self) -> Done {
        let room = self.channel(|one| one.joined)?;
        let (_, token) = self.one(self.team.tokens.lock().clone())?;
        let bot = self.client.with_token(&token);
        bot.join(room).await?;
        let said = PostMessage {
            client_mutation_id: Some(self.message_key()),
            ..text(&format!("beep {}", self.pick))
        };
        let said = bot.post(room, &said).await?;
        self.note(&said, self.team.bot.user_id);
        Ok(())
    }

    pub async fn equip(&self, act: Act) -> Done {
        if act == Act::MakeToken {
            let made = self.client.create_token(self.team.bot.id, &bots::with(TokenScope::ALL)).await?;
            self.team.tokens.lock().extend(made.token.map(|token| (made.id, token)));
            return Ok(());
        }
        let (id, _) = self.one(self.team.tokens.lock().clone())?;
        self.client.revoke_token(id).await?;
        self.team.tokens.lock().retain(|(one, _)| *one != id);
        Ok(())
    }

    /// What is said in the team is sent out, or not any longer.
    pub async fn have_sent(&self, act: Act) -> Done {
        let community = self.team.community.id;
        if act == Act::MakeOutgoing {
            let request = CreateOutgoingWebhook {
                url: self.team.target.clone(),
                events: vec![EventType::MessageCreated, EventType::ReactionAdded],
                channel_ids: None,
                client_mutation_id: Some(self.key("outgoing")),
            };
            self.client.create_outgoing_webhook(community, &request).await?;
            return Ok(());
        }
        let made = self.client.outgoing_webhooks(community, &PageQuery::default()).await?.items;
        let one = self.one(made.into_iter().map(|one| one.id).collect())?;
        Ok(self.client.delete_outgoing_webhook(one).await?)
    }

    /// By a webhook that somebody made before, or else by one more.
    pub async fn post_by_hook(&self) -> Done {
        let known = self.one(self.team.hooks.lock().clone());
        let hook = match known {
            Ok(hook) if !self.pick.is_multiple_of(4) => hook,
            _ => {
                let made = self.client.create_webhook(self.channel(|one| one.joined)?, "CI").await?;
                let hook = made.url.ok_or(Undone::Nothing)?;
                self.team.hooks.lock().push(hook.clone());
                hook
            }
        };
        match post_hook(&hook, &json!({ "text": format!("built {}", self.pick) })).await {
            200 => Ok(()),
            status => Err(Undone::Refused(Error::Status { status, body: String::new() })),
        }
    }
}
