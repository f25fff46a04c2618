//! From a command line to an exit code.

use std::ffi::OsString;
use std::io::Write;

use clap::Parser;
use clap::error::ErrorKind;

use crate::app::{App, Parts, client_of};
use crate::args::{Cli, Command, FullScreen};
use crate::chat;
use crate::commands::{
    account, api, audit, blocks, bot, category, channels, cluster, command, communities, dms, draft, emoji,
    export, files, invite, login, me, members, messages, moderation, notifications, outgoing, overwrite,
    poll, presence, provider, reactions, read, role, saved, scheduled, search, send, session, shell, system,
    tail, thread, token, users, webhook,
};
use crate::failure::{Done, Failure};
use crate::print::{Look, Screen};
use crate::profile::{Asked, Chosen};
use crate::surroundings::Surroundings;

/// Options that take the next word, before a slash command.
const WITH_VALUE: [&str; 10] = [
    "--server",
    "--profile",
    "--community",
    "-c",
    "--in",
    "--template",
    "--color",
    "--timeout",
    "--key",
    "--open",
];

/// Runs the program, and returns what it exits with. The first word is its name.
pub async fn run(words: Vec<OsString>, around: Surroundings) -> u8 {
    let cli = match Cli::try_parse_from(with_slash(words)) {
        Ok(cli) => cli,
        Err(error) => return not_parsed(&error, around),
    };
    let look = Look::of(cli.options.format(), cli.options.color, cli.options.quiet, &around);
    let signs_in_at = match &cli.command {
        Some(Command::Login(login)) => login.address(),
        _ => None,
    };
    let server = signs_in_at.or(cli.options.server.as_deref());
    let without_token = cli.command.as_ref().is_some_and(is_without_token);
    let asked = Asked { profile: cli.options.profile.as_deref(), server, without_token };
    let chosen = Chosen::of(asked, &around.variables);
    let Surroundings { variables, input, out, err, input_is_terminal, .. } = around;
    let screen = Screen::new(look, out, err);
    let chosen = match chosen {
        Ok(chosen) => chosen,
        Err(failure) => return told(&screen, &failure, "", None),
    };
    // There an interrupt is a key like others, and belongs to the editor while that has the terminal.
    let fills_screen = cli.command.is_none() && !cli.full_screen.plain;
    let client = match client_of(&cli.options, &chosen.profile.server, chosen.token.as_deref()) {
        Ok(client) => client,
        Err(failure) => return told(&screen, &failure, &chosen.profile.server, None),
    };
    let parts = Parts { options: cli.options, chosen, variables, screen, client };
    let app = App::new(parts, input, input_is_terminal);
    let done = tokio::select! {
        done = Box::pin(carried_out(&app, (cli.command, cli.full_screen))) => done,
        _ = tokio::signal::ctrl_c(), if !fills_screen => Err(Failure::Interrupted),
    };
    match done {
        Ok(()) => 0,
        Err(failure) => told(&app.screen, &failure, app.server(), app.repetition()),
    }
}

/// Whether a command has no use for the token of the profile: it makes another one, or is of this machine, or shows the operators' token.
fn is_without_token(command: &Command) -> bool {
    matches!(
        command,
        Command::Login(_)
            | Command::Profile(_)
            | Command::Completions(_)
            | Command::Man(_)
            | Command::Cluster(_)
    )
}

/// Tells why it failed, unless the reader is gone; what to exit with. What was to be made is made once by a `repetition`.
fn told(screen: &Screen, failure: &Failure, server: &str, repetition: Option<String>) -> u8 {
    if !failure.is_closed_pipe() {
        let mut lines = failure.lines(server);
        if failure.leaves_unknown() || repetition.is_some() && failure.may_be_done() {
            lines.push(match repetition {
                Some(repetition) => format!(
                    "whether it was done is unknown; the same command with {repetition} does it at most once"
                ),
                None => "whether it was done is unknown: look before you run it again".into(),
            });
        }
        for line in lines {
            screen.told(format!("ajet-chat: {line}"));
        }
    }
    failure.exit_code()
}

/// What clap says: a help or a version, or what is wrong with the words.
fn not_parsed(error: &clap::Error, around: Surroundings) -> u8 {
    let is_help = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    let Surroundings { mut out, mut err, .. } = around;
    let text = error.render().to_string();
    // What was typed wrongly is in the text, and may have come from elsewhere.
    let text = crate::print::safe::lines(&text);
    // A reader that is gone needs neither.
    let _ = if is_help { out.write_all(text.as_bytes()) } else { err.write_all(text.as_bytes()) };
    if is_help { 0 } else { 2 }
}

/// The words, with the name of the hidden command before a slash command.
fn with_slash(words: Vec<OsString>) -> Vec<OsString> {
    let mut takes_next = false;
    let at = words.iter().skip(1).position(|word| {
        let word = word.to_string_lossy();
        let is_value = std::mem::take(&mut takes_next);
        takes_next = !is_value && WITH_VALUE.iter().any(|option| *option == word);
        !is_value && !word.starts_with('-')
    });
    let mut words = words;
    if let Some(at) = at.map(|at| at + 1)
        && words[at].to_string_lossy().starts_with('/')
    {
        words.insert(at, "slash".into());
    }
    words
}

/// Commands about what is said.
async fn carried_out(app: &App, (command, full_screen): (Option<Command>, FullScreen)) -> Done {
    let Some(command) = command else { return chat::start(app, full_screen).await };
    match command {
        Command::Login(args) => login::login(app, args).await,
        Command::Logout(args) => login::logout(app, args).await,
        Command::Whoami => login::whoami(app).await,
        Command::Profile(command) => login::profiles(app, command),
        Command::Send(args) => send::run(app, args).await,
        Command::Read(args) => read::run(app, args).await,
        Command::Tail(args) => tail::run(app, args).await,
        Command::Search(args) => search::run(app, args).await,
        Command::Unread => read::unread(app).await,
        Command::Mark(command) => read::mark(app, command).await,
        Command::Message(command) => messages::run(app, command).await,
        Command::Edit(args) => messages::edit(app, args).await,
        Command::Delete(which) => messages::delete(app, which).await,
        Command::React(args) => reactions::react(app, args).await,
        Command::Unreact(args) => reactions::unreact(app, args).await,
        Command::Reactions(args) => reactions::who(app, args).await,
        Command::Pin(which) => messages::pin(app, which).await,
        Command::Unpin(which) => messages::unpin(app, which).await,
        Command::Pins(args) => messages::pins(app, args).await,
        Command::Poll(args) => poll::poll(app, args).await,
        Command::Vote(args) => poll::vote(app, args).await,
        Command::Thread(command) => thread::run(app, command).await,
        Command::Saved(command) => saved::run(app, command).await,
        Command::Scheduled(command) => scheduled::run(app, command).await,
        Command::Draft(command) => draft::run(app, command).await,
        Command::Notifications(args) => notifications::run(app, args).await,
        Command::Upload(args) => files::upload(app, args).await,
        Command::Download(args) => files::download(app, args).await,
        Command::Attachment(command) => files::run(app, command).await,
        Command::Slash(args) => command::slash(app, args).await,
        other => of_places(app, other).await,
    }
}

/// Commands about channels, communities and people.
async fn of_places(app: &App, command: Command) -> Done {
    match command {
        Command::Channels(command) => channels::run(app, command).await,
        Command::Create(args) => channels::create(app, args).await,
        Command::Join(which) => channels::join(app, which).await,
        Command::Leave(which) => channels::leave(app, which).await,
        Command::Topic(args) => channels::topic(app, args).await,
        Command::Archive(which) => channels::archive(app, which, true).await,
        Command::Unarchive(which) => channels::archive(app, which, false).await,
        Command::Dms(command) => dms::run(app, command).await,
        Command::Members(command) => members::run(app, command).await,
        Command::Communities(command) => communities::run(app, command).await,
        Command::Category(command) => category::run(app, command).await,
        Command::Invite(command) => invite::run(app, command).await,
        Command::Status(args) => me::status(app, args).await,
        Command::Me(command) => me::run(app, command).await,
        Command::Presence(command) => presence::run(app, command).await,
        Command::Users(command) => users::run(app, command).await,
        Command::Blocks(command) => blocks::run(app, command).await,
        Command::Session(command) => session::run(app, command).await,
        Command::Account(command) => account::run(app, command).await,
        other => of_moderators(app, other).await,
    }
}

/// Commands of those who look after a community or the system, and of programs.
async fn of_moderators(app: &App, command: Command) -> Done {
    match command {
        Command::Ban(args) => moderation::ban(app, args).await,
        Command::Unban(whom) => moderation::unban(app, whom).await,
        Command::Bans => moderation::bans(app).await,
        Command::Mute(args) => moderation::mute(app, args).await,
        Command::Unmute(whom) => moderation::unmute(app, whom).await,
        Command::Kick(whom) => moderation::kick(app, whom).await,
        Command::Purge(args) => moderation::purge(app, args).await,
        Command::Role(command) => role::run(app, command).await,
        Command::Overwrite(command) => overwrite::run(app, command).await,
        Command::Webhook(command) => webhook::run(app, command).await,
        Command::Outgoing(command) => outgoing::run(app, command).await,
        Command::Bot(command) => bot::run(app, command).await,
        Command::Token(command) => token::run(app, command).await,
        Command::Emoji(command) => emoji::run(app, command).await,
        Command::Export(command) => export::run(app, command).await,
        Command::Command(command) => command::run(app, command).await,
        Command::Audit(args) => audit::run(app, args).await,
        Command::Provider(command) => provider::run(app, command).await,
        Command::System(command) => system::run(app, command).await,
        Command::Cluster(command) => cluster::run(app, command).await,
        Command::Api(args) => api::run(app, args).await,
        Command::Completions(args) => shell::completions(app, args),
        Command::Man(args) => shell::man(app, args),
        other => Err(Failure::Other(format!("this command is not carried out: {other:?}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slash_command_is_one_wherever_options_stand() {
        let words = |text: &str| -> Vec<String> {
            let words = text.split(' ').map(OsString::from).collect();
            with_slash(words).into_iter().map(|word| word.to_string_lossy().into_owned()).collect()
        };
        assert_eq!(words("ajet-chat /topic new").join(" "), "ajet-chat slash /topic new");
        assert_eq!(words("ajet-chat -c acme --json /help").join(" "), "ajet-chat -c acme --json slash /help");
        assert_eq!(words("ajet-chat api /api/me").join(" "), "ajet-chat api /api/me");
        assert_eq!(words("ajet-chat --in /dm/1 /help").join(" "), "ajet-chat --in /dm/1 slash /help");
        assert_eq!(words("ajet-chat").join(" "), "ajet-chat");
    }
}
