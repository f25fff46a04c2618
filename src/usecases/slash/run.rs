//! From what was typed to the use case that carries it out.

use ajet_domain::slash::{Command, Misuse, Typed, parse};
use ajet_protocol::{ChannelId, CommandResult, EffectType, Trimmed};

use super::blame::blamed;
use super::place::{Place, Speaker, did};
use super::{channels, listed, members, programs, texts};
use crate::usecases::reading::{Reading, sees};
use crate::usecases::{Context, Failure, GivenKey, invocations};

/// Runs a command in a channel that the speaker sees.
///
/// # Errors
/// 422 for what is no command, or is one badly typed, with its usage; 403 for who may not; others of [`Failure`]
pub async fn run(
    context: &Context,
    speaker: &Speaker,
    channel: ChannelId,
    text: &Trimmed,
    key: GivenKey,
) -> Result<CommandResult, Failure> {
    let by = speaker.caller();
    Reading::within(context, by.id(), channel).await?.let_in(sees).await?;
    let home = context.rights.community_of(channel).await?;
    let place = Place { context, speaker, by, channel, home, key };
    match parse(text)? {
        Typed::Own(spec, command) => {
            speaker.may_try(spec.takes)?;
            let done = if spec.takes.community { place.community().map(drop) } else { Ok(()) };
            let done = match done {
                Ok(()) => carry_out(&place, command).await,
                Err(failure) => Err(failure),
            };
            done.map_err(|failure| blamed(failure, spec))
        }
        Typed::Other { name } => custom(place, &name, text).await,
    }
}

/// A command of the community's own is its bot's.
async fn custom(place: Place<'_>, name: &str, text: &Trimmed) -> Result<CommandResult, Failure> {
    let Place { context, by, channel, home, key, .. } = place;
    let found = match home {
        Some(community) => context.store.command_named(community, name).await?,
        None => None,
    };
    let command = found.ok_or_else(|| Misuse::unknown(name))?;
    let id = invocations::invoke(context, by, (channel, text.clone()), command, key).await?;
    Ok(did(EffectType::Invoked, id))
}

async fn carry_out(place: &Place<'_>, command: Command) -> Result<CommandResult, Failure> {
    match command {
        Command::Join(channel) => channels::join(place, &channel).await,
        Command::Leave => channels::leave(place).await,
        Command::Topic(topic) => channels::topic(place, topic).await,
        Command::Purge { channel, count } => channels::purge(place, &channel, count).await,
        Command::Message { person, text } => texts::message(place, &person, text).await,
        Command::Me(text) | Command::Shrug(text) => texts::post(place, text).await,
        Command::Poll { question, options } => texts::poll(place, question, options).await,
        Command::Remind { seconds, text } => texts::remind(place, seconds, text).await,
        Command::Status(text) => texts::status(place, text).await,
        Command::Nick(name) => members::nick(place, name).await,
        Command::Invite(person) => members::invite(place, &person).await,
        Command::Mute { person, seconds } => members::mute(place, &person, seconds).await,
        Command::Unmute(person) => members::unmute(place, &person).await,
        Command::Kick { person, reason } => members::kick(place, &person, reason).await,
        Command::Ban { person, reason } => members::ban(place, &person, reason).await,
        Command::Unban(person) => members::unban(place, &person).await,
        Command::Role { person, role } => members::role(place, &person, role).await,
        Command::CreateToken { name, scopes } => programs::create_token(place, name, &scopes).await,
        Command::RevokeToken(id) => programs::revoke_token(place, id).await,
        Command::CreateWebhook { channel, name } => programs::create_webhook(place, &channel, name).await,
        Command::ListWebhooks => programs::list_webhooks(place).await,
        Command::RevokeWebhook(id) => programs::revoke_webhook(place, id).await,
        Command::Help(about) => listed::help(place, about.as_deref()).await,
    }
}
