//! Who typed a command, and where.

use ajet_domain::asked::{Caller, Via};
use ajet_domain::slash::Takes;
use ajet_protocol::{ChannelId, Code, CommandEffect, CommandResult, CommunityId, EffectType, TokenScopes};

use super::wording::{Reply, Wording};
use crate::usecases::{Context, Failure, GivenKey};

/// Who types a command, or asks which there are.
#[derive(Debug, Clone)]
pub struct Speaker {
    pub by: Caller,
    /// What a token may be used for; `None` for a session.
    pub scopes: Option<TokenScopes>,
    /// The language in which they are told of commands.
    pub wording: Wording,
}

impl Speaker {
    /// Refuses a token that is not enough for what a command does.
    ///
    /// # Errors
    /// 403 that names the scope
    pub(super) fn may_try(&self, takes: Takes) -> Result<(), Failure> {
        let Some(held) = self.scopes else { return Ok(()) };
        let refused = |detail: String| Err(Failure::new(Code::Forbidden, detail));
        let Some(needed) = takes.scopes else {
            return refused("This takes a signed-in session: no token may do it.".to_owned());
        };
        match needed.iter().find(|scope| !held.contains(**scope)) {
            Some(lacking) => refused(format!("The token lacks the scope {}.", lacking.as_str())),
            None => Ok(()),
        }
    }

    /// The caller as use cases take them: what a session does by a command is told from what it does otherwise.
    pub(super) fn caller(&self) -> Caller {
        let via = if self.by.via == Via::Session { Via::Slash } else { self.by.via };
        Caller { via, ..self.by.clone() }
    }
}

/// A command on its way: who typed it, where, and under which key.
pub(super) struct Place<'a> {
    pub context: &'a Context,
    pub speaker: &'a Speaker,
    pub by: Caller,
    pub channel: ChannelId,
    /// `None` in a direct message.
    pub home: Option<CommunityId>,
    pub key: GivenKey,
}

impl Place<'_> {
    /// The community of the channel.
    ///
    /// # Errors
    /// 422 in a direct message
    pub fn community(&self) -> Result<CommunityId, Failure> {
        let nowhere = || {
            Failure::field(
                "channel_id",
                "not_here",
                "is that of a direct message, where this command does nothing",
            )
        };
        self.home.ok_or_else(nowhere)
    }

    /// A reply in the words of the speaker.
    pub fn worded(&self, reply: &Reply<'_>) -> String {
        (self.speaker.wording.replied)(reply)
    }
}

/// A command that did something.
pub(super) fn did(kind: EffectType, id: impl ToString) -> CommandResult {
    CommandResult { effect: Some(CommandEffect { kind, id: Some(id.to_string()) }), ..said(None) }
}

/// The same, with an answer for the caller alone.
pub(super) fn did_and_says(kind: EffectType, id: impl ToString, reply_md: String) -> CommandResult {
    CommandResult { reply_md: Some(reply_md), ..did(kind, id) }
}

/// A command that only answers.
pub(super) fn said(reply_md: Option<String>) -> CommandResult {
    CommandResult { ok: true, message: None, effect: None, reply_md }
}

#[cfg(test)]
mod tests {
    use ajet_domain::slash::SPECS;
    use ajet_protocol::{Timestamp, TokenScope, User, UserId};
    use uuid::Uuid;

    use super::*;

    fn speaker(scopes: Option<&[TokenScope]>) -> Speaker {
        let user = User {
            id: UserId(Uuid::nil()),
            username: "ann".into(),
            display_name: "Ann".into(),
            avatar_url: None,
            status_text: None,
            bot: scopes.is_some(),
            created_at: Timestamp::from_unix_millis(0),
        };
        let scopes = scopes.map(TokenScopes::of);
        Speaker { by: Caller::session(user), scopes, wording: Wording::ENGLISH }
    }

    #[test]
    fn a_token_runs_what_its_scopes_are_enough_for() {
        let tried = |scopes: Option<&[TokenScope]>| {
            let speaker = speaker(scopes);
            let may = |spec: &&ajet_domain::slash::Spec| speaker.may_try(spec.takes).is_ok();
            SPECS.iter().filter(may).map(|spec| spec.name).collect::<Vec<_>>()
        };
        assert_eq!(tried(None).len(), SPECS.len(), "a session runs all");
        assert_eq!(tried(Some(&[])), ["help"]);
        assert_eq!(tried(Some(&[TokenScope::MessagesWrite])), ["me", "purge", "poll", "shrug", "help"]);
        let never: Vec<&str> = {
            let all = tried(Some(TokenScope::ALL));
            SPECS.iter().map(|spec| spec.name).filter(|name| !all.contains(name)).collect()
        };
        assert_eq!(never, ["status", "remind", "token create", "token revoke"]);
        let refused = speaker(Some(&[])).may_try(SPECS[0].takes).expect_err("lacks it");
        assert!(refused.code == Code::Forbidden && refused.detail.contains("channels:write"), "{refused:?}");
    }

    #[test]
    fn what_a_session_does_by_a_command_is_told_apart() {
        assert_eq!(speaker(None).caller().via, Via::Slash);
        let session = speaker(None);
        let token = Speaker { by: Caller { via: Via::Token, ..session.by.clone() }, ..session };
        assert_eq!(token.caller().via, Via::Token);
    }
}
