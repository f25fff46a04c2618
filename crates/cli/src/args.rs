//! The command line: its options, and its commands by their nouns and verbs.

use ajet_protocol::PageQuery;
use clap::{Parser, Subcommand};
use clap_complete::engine::ArgValueCompleter;
use uuid::Uuid;

use crate::commands::{
    account, api, audit, blocks, bot, category, channels, cluster, command, communities, dms, draft, emoji,
    export, files, invite, login, me, members, messages, moderation, notifications, outgoing, overwrite,
    poll, presence, provider, reactions, read, role, saved, scheduled, search, send, session, shell, system,
    tail, thread, token, users, webhook,
};
use crate::complete;
use crate::print::{Colour, Format, Template};

/// ajet-chat for the terminal.
///
/// Channels are named `general`, `#general`, `acme/general`, `@ann` (a direct message), by their id or by the address of their page; people `ann` or
/// `@ann`; messages by their id, the address of their page, or `general/ab12` with the beginning or the end of their id. The beginning of a name is
/// enough where it fits one thing only.
#[derive(Debug, Parser)]
#[command(name = "ajet-chat", version, about, long_about, after_help = EXITS)]
pub struct Cli {
    #[command(flatten)]
    pub options: Options,
    #[command(flatten)]
    pub full_screen: FullScreen,
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Options of the full-screen chat, which starts without a command.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct FullScreen {
    /// Without a command: lines of text instead of a full screen, for screen readers and braille.
    #[arg(long)]
    pub plain: bool,
    /// Without a command: the channel or the person to begin with.
    #[arg(long, value_name = "CHANNEL", add = ArgValueCompleter::new(complete::channels))]
    pub open: Option<String>,
}

/// What stands below the help.
const EXITS: &str = "\
Slash commands work as typed: ajet-chat /topic new topic (see --in).
Variables: AJET_CHAT_SERVER, AJET_CHAT_TOKEN, AJET_CHAT_PROFILE, AJET_CHAT_COMMUNITY, AJET_OPS_TOKEN, NO_COLOR, CLICOLOR.
Exit codes: 0 done, 1 other failure, 2 wrong command line, 3 not signed in, 4 not there, 5 not allowed, 6 conflict,
7 wrong value, 8 server not reached, 9 no answer, 10 too many requests, 130 interrupted.";

/// The head of these options in the help of commands.
const GLOBAL: &str = "Options of all commands";

/// Options of all commands.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Options {
    /// The server; AJET_CHAT_SERVER if not given, else the profile's, else 127.0.0.1:8080.
    #[arg(long, global = true, value_name = "URL", help_heading = GLOBAL)]
    pub server: Option<String>,
    /// The profile: a server, and who you are there.
    #[arg(long, global = true, value_name = "NAME", help_heading = GLOBAL, add = ArgValueCompleter::new(complete::profiles))]
    pub profile: Option<String>,
    /// The community, by its short name; needed only where you are in several.
    #[arg(short, long, global = true, value_name = "COMMUNITY", help_heading = GLOBAL, add = ArgValueCompleter::new(complete::communities))]
    pub community: Option<String>,
    /// Where a slash command is typed; the community's first channel if not given.
    #[arg(long = "in", global = true, value_name = "CHANNEL", help_heading = GLOBAL, add = ArgValueCompleter::new(complete::channels))]
    pub place: Option<String>,
    /// Print JSON: what the server answers.
    #[arg(long, global = true, conflicts_with = "template", help_heading = GLOBAL)]
    pub json: bool,
    /// Print each thing by a template, such as "{{.id}} {{.author.username}}".
    #[arg(long, global = true, value_name = "TEMPLATE", help_heading = GLOBAL)]
    pub template: Option<Template>,
    /// Neither confirmations nor hints.
    #[arg(short, long, global = true, help_heading = GLOBAL)]
    pub quiet: bool,
    /// When to colour.
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN", help_heading = GLOBAL)]
    pub color: Colour,
    /// How long to wait for an answer, each try for itself.
    #[arg(long, global = true, value_name = "SECONDS", help_heading = GLOBAL)]
    pub timeout: Option<u64>,
    /// The idempotency key, 1 to 64 characters of ASCII: the same command under the same key makes no second thing.
    #[arg(long, global = true, value_name = "KEY", value_parser = idempotency_key, help_heading = GLOBAL)]
    pub key: Option<String>,
    /// Do what can't be taken back without being asked.
    #[arg(short, long, global = true, help_heading = GLOBAL)]
    pub yes: bool,
}

impl Options {
    /// The form that was asked for.
    #[must_use]
    pub fn format(&self) -> Option<Format> {
        self.template.clone().map(Format::Template).or_else(|| self.json.then_some(Format::Json))
    }
}

/// A key that can stand in a header.
fn idempotency_key(text: &str) -> Result<String, String> {
    let is_key = (1..=64).contains(&text.len()) && text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    is_key.then(|| text.to_owned()).ok_or_else(|| "has 1 to 64 printable characters of ASCII".to_owned())
}

/// Which part of a list.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
pub struct Paging {
    /// Items at most, 1 to 200.
    #[arg(short = 'n', long, value_name = "N")]
    pub limit: Option<i64>,
    /// Those just before the item of this id.
    #[arg(long, value_name = "ID", conflicts_with = "after")]
    pub before: Option<Uuid>,
    /// Those just after the item of this id.
    #[arg(long, value_name = "ID")]
    pub after: Option<Uuid>,
}

impl Paging {
    /// As the server is asked for it.
    #[must_use]
    pub fn query(&self) -> PageQuery {
        PageQuery { before: self.before, after: self.after, limit: self.limit }
    }
}

/// A channel, and which part of a list of what is there.
#[derive(Debug, clap::Args)]
pub struct InChannel {
    #[arg(value_name = "CHANNEL", add = ArgValueCompleter::new(complete::channels))]
    pub which: String,
    #[command(flatten)]
    pub paging: Paging,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Sign in at a server: by a code that is approved in a browser, or by a token that is piped in.
    Login(login::Login),
    /// Sign out, and forget the token.
    Logout(login::Logout),
    /// Say who you are, and where.
    Whoami,
    /// List the profiles, choose one, or remove one.
    #[command(subcommand)]
    Profile(login::Profiles),
    /// Say something in a channel or to people, now or later, with files.
    Send(send::Send),
    /// Read what was said in a channel or a thread.
    Read(read::Read),
    /// Follow what is said, from now on or from where the last run ended.
    Tail(tail::Tail),
    /// Search for messages, channels or people.
    Search(search::Search),
    /// List the channels with something unread.
    Unread,
    /// Mark a channel as read, or as unread from a message on.
    #[command(subcommand)]
    Mark(read::Mark),
    /// List, create, change and delete channels, and who is in them.
    #[command(subcommand)]
    Channels(channels::Command),
    /// Create a channel.
    Create(channels::Create),
    /// Join a channel.
    Join(channels::Which),
    /// Leave a channel.
    Leave(channels::Which),
    /// Set the topic of a channel; without a text take it away.
    Topic(channels::Topic),
    /// Make a channel read-only.
    Archive(channels::Which),
    /// Make a channel writable again.
    Unarchive(channels::Which),
    /// List, open and hide direct messages.
    #[command(subcommand)]
    Dms(dms::Command),
    /// List, change and remove the members of a community.
    #[command(subcommand)]
    Members(members::Command),
    /// List, found, change and delete communities.
    #[command(subcommand)]
    Communities(communities::Command),
    /// Group channels into categories.
    #[command(subcommand)]
    Category(category::Command),
    /// Make, list, look at, accept and revoke invites.
    #[command(subcommand)]
    Invite(invite::Command),
    /// Look at one message, and at what hangs on it.
    #[command(subcommand)]
    Message(messages::Command),
    /// Replace the text of a message.
    Edit(messages::Edit),
    /// Delete messages.
    Delete(messages::Which),
    /// Put an emoji under a message.
    React(reactions::React),
    /// Take your emoji back from a message.
    Unreact(reactions::React),
    /// List who put an emoji under a message.
    Reactions(reactions::Who),
    /// Pin messages to their channels.
    Pin(messages::Which),
    /// Unpin messages.
    Unpin(messages::Which),
    /// List the pinned messages of a channel.
    Pins(InChannel),
    /// Ask a question with options to vote for.
    Poll(poll::Poll),
    /// Vote in a poll; without an option take your vote back.
    Vote(poll::Vote),
    /// Read a thread, follow it, or follow it no longer.
    #[command(subcommand)]
    Thread(thread::Command),
    /// List, save and drop messages that you keep for later.
    #[command(subcommand)]
    Saved(saved::Command),
    /// List, change and cancel messages that are to be sent later.
    #[command(subcommand)]
    Scheduled(scheduled::Command),
    /// Show, keep and drop what you have begun to write.
    #[command(subcommand)]
    Draft(draft::Command),
    /// List what you were told, mark it as read, or watch for more.
    Notifications(notifications::Notifications),
    /// Set what you say of yourself; without a text take it away.
    Status(me::Status),
    /// Change your account: name, picture, quiet hours.
    #[command(subcommand)]
    Me(me::Command),
    /// Ask for all that you wrote and set, and download it.
    #[command(subcommand)]
    Export(export::Command),
    /// Who is online, and whether you show.
    #[command(subcommand)]
    Presence(presence::Command),
    /// Find people; take accounts out of use.
    #[command(subcommand)]
    Users(users::Command),
    /// Block people, and list whom you block.
    #[command(subcommand)]
    Blocks(blocks::Command),
    /// List your sessions, and end them.
    #[command(subcommand)]
    Session(session::Command),
    /// List and unlink your accounts at sign-in providers.
    #[command(subcommand)]
    Account(account::Command),
    /// Ban somebody from the community.
    Ban(moderation::Ban),
    /// Lift a ban.
    Unban(moderation::Whom),
    /// List who is banned.
    Bans,
    /// Let somebody read on, and not write.
    Mute(moderation::Mute),
    /// Lift a mute.
    Unmute(moderation::Whom),
    /// Remove somebody from the community.
    Kick(moderation::Whom),
    /// Delete the newest messages of a channel.
    Purge(moderation::Purge),
    /// Make, change, give and take custom roles.
    #[command(subcommand)]
    Role(role::Command),
    /// What a role or a person may do in one channel.
    #[command(subcommand)]
    Overwrite(overwrite::Command),
    /// Incoming webhooks: make, list, change, delete, and post by one.
    #[command(subcommand)]
    Webhook(webhook::Command),
    /// Outgoing webhooks, and what they were sent.
    #[command(subcommand)]
    Outgoing(outgoing::Command),
    /// Make, list and delete bots.
    #[command(subcommand)]
    Bot(bot::Command),
    /// Make, list and revoke the tokens of bots.
    #[command(subcommand)]
    Token(token::Command),
    /// List, add and delete the emoji of a community.
    #[command(subcommand)]
    Emoji(emoji::Command),
    /// List slash commands, and make a community's own.
    #[command(subcommand)]
    Command(command::Command),
    /// Send files to a channel.
    Upload(files::Upload),
    /// Fetch a file of a message, or a picture.
    Download(files::Download),
    /// Describe a file in words, or remove it.
    #[command(subcommand)]
    Attachment(files::Command),
    /// Read an audit log: of the community, your own, or of the system.
    Audit(audit::Audit),
    /// Sign-in providers, for the owner of the system.
    #[command(subcommand)]
    Provider(provider::Command),
    /// Settings of the whole system, and its keys.
    #[command(subcommand)]
    System(system::Command),
    /// Look at a running cluster, and tell it what to do; AJET_OPS_TOKEN holds the operators' token (ops.token).
    #[command(subcommand)]
    Cluster(cluster::Command),
    /// Send any request of the API.
    Api(api::Api),
    /// Print what makes a shell complete commands and names.
    Completions(shell::Completions),
    /// Print or write the manual pages.
    Man(shell::Man),
    /// Run a slash command; "ajet-chat /topic ..." is the same.
    #[command(hide = true)]
    Slash(command::Slash),
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::failure::EXIT_CODES;

    #[test]
    fn the_command_line_is_right() {
        Cli::command().debug_assert();
    }

    #[test]
    fn the_help_lists_each_exit_code() {
        for (code, _) in EXIT_CODES {
            let is_there = EXITS.split(|c: char| !c.is_ascii_digit()).any(|word| word == code.to_string());
            assert!(is_there, "{code}");
        }
    }

    #[test]
    fn a_key_can_stand_in_a_header() {
        assert_eq!(idempotency_key("deploy 7").as_deref(), Ok("deploy 7"));
        for wrong in ["", "schlüssel", "a\nb", &"x".repeat(65)] {
            assert!(idempotency_key(wrong).is_err(), "{wrong:?}");
        }
    }

    /// Who lists processes sees arguments: a secret comes by a variable, a file or the input.
    #[test]
    fn no_option_takes_a_secret() {
        fn check(command: &clap::Command) {
            for argument in command.get_arguments() {
                let id = argument.get_id().as_str();
                let takes = argument.get_action().takes_values();
                let secret =
                    ["secret", "password", "token", "credential"].iter().any(|word| id.contains(word));
                // The id of a token is no secret.
                assert!(!takes || !secret || id == "token_id", "{} {id}", command.get_name());
            }
            command.get_subcommands().for_each(check);
        }
        check(&Cli::command());
    }
}
