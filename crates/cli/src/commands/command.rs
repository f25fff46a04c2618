//! `ajet-chat command`, and slash commands as they are typed: `ajet-chat /topic new topic`.

use ajet_protocol::{ChannelId, CreateCommand, RespondToInvocation, RunCommand};

use crate::app::App;
use crate::args::Paging;
use crate::failure::{Done, Failure};
use crate::print::Column;
use crate::target::named_id;

const OWN: [Column; 4] = [("id", "id"), ("name", "name"), ("bot", "bot_id"), ("description", "description")];
const ANY: [Column; 3] = [("name", "name"), ("usage", "usage"), ("description", "description")];
const RESULT: [Column; 3] = [("ok", "ok"), ("effect", "effect.type"), ("id", "effect.id")];

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// List the slash commands that you may use in the community.
    List,
    /// List the community's own slash commands.
    Own(Paging),
    /// Make a slash command that a bot carries out.
    Create { name: String, bot: String, description: String },
    /// Delete one of the community's own.
    Delete { command: String },
    /// Answer a use of a command, as the bot that carries it out.
    Respond {
        invocation: String,
        /// The answer; without it, or with -, the input.
        #[arg(value_name = "TEXT|-")]
        text: Option<String>,
        /// For who used the command alone.
        #[arg(long)]
        private: bool,
    },
}

#[derive(Debug, clap::Args)]
pub struct Slash {
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    words: Vec<String>,
}

/// Carries it out.
pub async fn run(app: &App, command: Command) -> Done {
    let client = app.client()?;
    match command {
        Command::List => {
            let community = app.community().await?.community.id;
            app.screen.list(&client.commands(Some(community)).await?, &ANY)
        }
        Command::Own(paging) => {
            let community = app.community().await?.community.id;
            app.screen.list(&client.custom_commands(community, &paging.query()).await?, &OWN)
        }
        Command::Create { name, bot, description } => {
            let request = CreateCommand {
                name: name.trim_start_matches('/').into(),
                description: description.into(),
                bot_id: app.bot(&bot).await?.id,
                client_mutation_id: app.key(),
            };
            let community = app.community().await?.community.id;
            app.screen.show(&client.create_command(community, &request).await?, &OWN)
        }
        Command::Delete { command } => {
            client.delete_command(app.own_command(&command).await?.id).await?;
            app.screen.done("deleted")
        }
        Command::Respond { invocation, text, private } => {
            let id = named_id("INVOCATION", &invocation)?;
            let body_md = app.text("TEXT", text.as_deref()).await?.into();
            client.respond(id, &RespondToInvocation { body_md, private: private.then_some(true) }).await?;
            app.screen.done("answered")
        }
    }
}

/// Runs a slash command.
pub async fn slash(app: &App, args: Slash) -> Done {
    let request = RunCommand {
        channel_id: place(app).await?,
        text: typed(&args.words).into(),
        client_mutation_id: app.key(),
    };
    let result = app.client()?.run_command(&request).await?;
    if app.screen.is_json() {
        return app.screen.show(&result, &RESULT);
    }
    if let Some(reply) = &result.reply_md {
        let lines: Vec<String> = crate::print::safe::lines(reply).lines().map(str::to_owned).collect();
        app.screen.lines(&lines)?;
    }
    if let Some(message) = &result.message {
        let names = app.names_for(std::slice::from_ref(message)).await.unwrap_or_default();
        return app.screen.message(message, &names);
    }
    app.screen.show(&result, &RESULT)
}

/// Where it is typed: the channel of `--in`, or the one that everybody of the community comes into.
async fn place(app: &App) -> Result<ChannelId, Failure> {
    if let Some(place) = &app.options.place {
        return app.channel("--in", place).await;
    }
    let usual = app.community().await?.community.default_channel_id;
    usual.ok_or_else(|| {
        Failure::argument("--in", "is needed: the community has no channel that everybody comes into")
    })
}

/// The words as they were typed: the shell has taken the quotes away from those with blanks in them.
fn typed(words: &[String]) -> String {
    if let [whole] = words {
        return whole.clone();
    }
    let quoted = words.iter().map(|word| {
        let is_quoted = word.is_empty() || word.contains(char::is_whitespace);
        if is_quoted && !word.contains('"') { format!("\"{word}\"") } else { word.clone() }
    });
    quoted.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::typed;

    #[test]
    fn words_with_blanks_are_quoted_again() {
        let words = |words: &[&str]| typed(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>());
        assert_eq!(words(&["/poll", "what now", "a", "b c"]), "/poll \"what now\" a \"b c\"");
        assert_eq!(words(&["/topic new topic"]), "/topic new topic");
        assert_eq!(words(&["/topic", "new", "topic"]), "/topic new topic");
    }
}
