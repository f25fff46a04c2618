//! From the text of a command to what it asks for.

use ajet_protocol::{Role, TokenScope, Trimmed, limits, shape};

use super::arguments::Arguments;
use super::command::{Command, Typed};
use super::misuse::Misuse;
use super::table::{SPECS, Spec};
use super::words::Line;

/// Messages that `/purge` deletes where it is not said how many.
const PURGED: i64 = 10;
/// `¯\_(ツ)_/¯`, so that no character of it marks anything.
const SHRUG: &str = r"¯\\\_(ツ)\_/¯";

/// What a rule of requests finds, as [`Arguments::holds`] takes it.
macro_rules! rule {
    ($found:expr) => {
        $found.map_err(|error| (error.code, error.message))
    };
}

/// Reads a command.
///
/// # Errors
/// What is wrong with it: it has no name, or an argument is missing, too much, or not what it must be.
pub fn parse(text: &str) -> Result<Typed, Misuse> {
    let Some(body) = text.trim_start().strip_prefix('/') else {
        return Err(Misuse::whole("not_a_command", "must begin with a slash"));
    };
    let end = body.find(char::is_whitespace).unwrap_or(body.len());
    let (name, rest) = body.split_at(end);
    let name = name.to_lowercase();
    if name.is_empty() {
        return Err(Misuse::whole("not_a_command", "has no name of a command behind the slash"));
    }
    if let Some(spec) = named(&name) {
        let mut arguments = Arguments::new(spec, Line::new(rest));
        return Ok(Typed::Own(spec, command(&mut arguments)?));
    }
    let of_two: Vec<&'static Spec> = SPECS
        .iter()
        .filter(|spec| spec.name.split_once(' ').is_some_and(|(first, _)| first == name))
        .collect();
    if !of_two.is_empty() {
        return of_two_words(&of_two, &name, rest);
    }
    // The limit of what is echoed: no command has a longer name.
    if shape::command_name(&name).is_err() {
        return Err(Misuse::unknown(&name.chars().take(limits::COMMAND_NAME_CHARS).collect::<String>()));
    }
    Ok(Typed::Other { name })
}

fn named(name: &str) -> Option<&'static Spec> {
    SPECS.iter().find(|spec| spec.name == name)
}

/// A command whose name has a second word.
fn of_two_words(all: &[&'static Spec], first: &str, rest: &str) -> Result<Typed, Misuse> {
    let mut line = Line::new(rest);
    let second = line.word().unwrap_or_default().to_lowercase();
    if let Some(spec) = named(&format!("{first} {second}")) {
        let mut arguments = Arguments::new(spec, line);
        return Ok(Typed::Own(spec, command(&mut arguments)?));
    }
    let seconds: Vec<&str> =
        all.iter().filter_map(|spec| spec.name.split_once(' ').map(|(_, second)| second)).collect();
    let usages: Vec<String> = all.iter().map(|spec| spec.usage()).collect();
    Err(Misuse {
        argument: "action",
        rule: if second.is_empty() { "required" } else { "bad_format" }.to_owned(),
        message: format!("must be one of: {}", seconds.join(", ")),
        usage: usages.join(" or "),
    })
}

fn command(of: &mut Arguments<'_>) -> Result<Command, Misuse> {
    let command = match of.spec.name {
        "join" => Command::Join(of.channel()?),
        "topic" => Command::Topic(text(of, "text", shape_topic)?),
        "msg" => Command::Message { person: of.person()?, text: text(of, "text", shape_body)? },
        "me" => Command::Me(me(of)?),
        "nick" => Command::Nick(text(of, "name", shape_nickname)?),
        "status" => Command::Status(text(of, "text", shape_topic)?),
        "invite" => Command::Invite(of.person()?),
        "mute" => Command::Mute { person: of.person()?, seconds: mute_time(of)? },
        "unmute" => Command::Unmute(of.person()?),
        "kick" => Command::Kick { person: of.person()?, reason: reason(of)? },
        "ban" => Command::Ban { person: of.person()?, reason: reason(of)? },
        "unban" => Command::Unban(of.person()?),
        "role" => Command::Role { person: of.person()?, role: role(of)? },
        "purge" => Command::Purge { channel: of.channel()?, count: count(of)? },
        "remind" => Command::Remind { seconds: remind_time(of)?, text: text(of, "text", shape_reminder)? },
        "poll" => poll(of)?,
        _ => return rarer(of),
    };
    of.end()?;
    Ok(command)
}

/// Those that few people use.
fn rarer(of: &mut Arguments<'_>) -> Result<Command, Misuse> {
    let command = match of.spec.name {
        "leave" => Command::Leave,
        "shrug" => Command::Shrug(shrug(of)?),
        "token create" => Command::CreateToken { name: word(of, "name", shape_name)?, scopes: scopes(of)? },
        "token revoke" => Command::RevokeToken(id(of)?),
        "webhook create" => {
            Command::CreateWebhook { channel: of.channel()?, name: text(of, "name", shape_name)? }
        }
        "webhook list" => Command::ListWebhooks,
        "webhook revoke" => Command::RevokeWebhook(id(of)?),
        _ => Command::Help(help(of)),
    };
    of.end()?;
    Ok(command)
}

/// Holds a text against a rule of requests.
type Rule = fn(&Arguments<'_>, &'static str, &str) -> Result<(), Misuse>;

fn shape_topic(of: &Arguments<'_>, argument: &'static str, text: &str) -> Result<(), Misuse> {
    of.holds(argument, rule!(shape::topic(text)))
}

fn shape_body(of: &Arguments<'_>, argument: &'static str, text: &str) -> Result<(), Misuse> {
    of.holds(argument, rule!(shape::body(text)))
}

fn shape_name(of: &Arguments<'_>, argument: &'static str, text: &str) -> Result<(), Misuse> {
    of.holds(argument, rule!(shape::name(text)))
}

fn shape_nickname(of: &Arguments<'_>, argument: &'static str, text: &str) -> Result<(), Misuse> {
    of.holds(argument, rule!(shape::nickname(text)))
}

/// A topic that says something.
fn shape_reminder(of: &Arguments<'_>, argument: &'static str, text: &str) -> Result<(), Misuse> {
    shape_body(of, argument, text)?;
    shape_topic(of, argument, text)
}

/// All that is left, in its shape.
fn text(of: &mut Arguments<'_>, argument: &'static str, rule: Rule) -> Result<Trimmed, Misuse> {
    let text = of.rest(argument)?;
    rule(of, argument, &text)?;
    Ok(text)
}

/// The next word, in its shape.
fn word(of: &mut Arguments<'_>, argument: &'static str, rule: Rule) -> Result<Trimmed, Misuse> {
    let word = Trimmed::from(of.word(argument)?.as_str());
    rule(of, argument, &word)?;
    Ok(word)
}

/// Each line in italics: they do not reach over an empty line.
fn me(of: &mut Arguments<'_>) -> Result<Trimmed, Misuse> {
    let text = of.rest("text")?;
    shape_body(of, "text", &text)?;
    let italic = |line: &str| {
        let line = line.trim();
        if line.is_empty() { String::new() } else { format!("_{line}_") }
    };
    let lines: Vec<String> = text.lines().map(italic).collect();
    let posted = Trimmed::from(lines.join("\n").as_str());
    shape_body(of, "text", &posted)?;
    Ok(posted)
}

fn shrug(of: &mut Arguments<'_>) -> Result<Trimmed, Misuse> {
    let said = of.optional_rest().filter(|text| !text.is_empty());
    let posted = said.map_or_else(|| SHRUG.to_owned(), |text| format!("{} {SHRUG}", text.as_str()));
    let posted = Trimmed::from(posted.as_str());
    shape_body(of, "text", &posted)?;
    Ok(posted)
}

fn reason(of: &mut Arguments<'_>) -> Result<Option<Trimmed>, Misuse> {
    let reason = of.optional_rest().filter(|reason| !reason.is_empty());
    if let Some(reason) = &reason {
        shape_topic(of, "reason", reason)?;
    }
    Ok(reason)
}

fn mute_time(of: &mut Arguments<'_>) -> Result<Option<u64>, Misuse> {
    let seconds = of.optional_duration()?;
    if seconds.is_some_and(|seconds| seconds > limits::MUTE_SECONDS.unsigned_abs()) {
        return Err(of.wrong("duration", "out_of_range", "is at most 100 years"));
    }
    Ok(seconds)
}

fn remind_time(of: &mut Arguments<'_>) -> Result<u64, Misuse> {
    let seconds = of.duration()?;
    if seconds > limits::AHEAD_SECONDS {
        return Err(of.wrong("duration", "out_of_range", "is at most a year"));
    }
    Ok(seconds)
}

fn role(of: &mut Arguments<'_>) -> Result<Role, Misuse> {
    match of.word("role")?.to_lowercase().as_str() {
        "admin" => Ok(Role::Admin),
        "member" => Ok(Role::Member),
        _ => Err(of.wrong("role", "bad_format", "must be admin or member")),
    }
}

fn count(of: &mut Arguments<'_>) -> Result<i64, Misuse> {
    let Some(word) = of.optional_word() else { return Ok(PURGED) };
    let count = word.parse::<i64>().ok().filter(|count| (1..=limits::PURGED).contains(count));
    count.ok_or_else(|| of.wrong("count", "out_of_range", "must be a number from 1 to 100"))
}

fn poll(of: &mut Arguments<'_>) -> Result<Command, Misuse> {
    let question = Trimmed::from(of.word("question")?.as_str());
    of.holds("question", rule!(shape::poll_question(&question)))?;
    let mut options = Vec::new();
    while let Some(option) = of.optional_word() {
        let option = Trimmed::from(option.as_str());
        of.holds("option", rule!(shape::poll_option(&option)))?;
        options.push(option);
    }
    if !limits::POLL_OPTIONS.contains(&options.len()) {
        return Err(of.wrong("option", "bad_length", "must be there 2 to 10 times, each in double quotes"));
    }
    Ok(Command::Poll { question, options })
}

/// Names of scopes, parted by blanks or commas.
fn scopes(of: &mut Arguments<'_>) -> Result<Vec<TokenScope>, Misuse> {
    let mut scopes = Vec::new();
    while let Some(word) = of.optional_word() {
        for name in word.split(',').filter(|name| !name.is_empty()) {
            let scope: TokenScope = name.parse().map_err(|_| {
                let all: Vec<&str> = TokenScope::ALL.iter().map(|scope| scope.as_str()).collect();
                of.wrong("scopes", "unknown", format!("may hold only {}", all.join(", ")))
            })?;
            scopes.push(scope);
        }
    }
    Ok(scopes)
}

fn id<T: std::str::FromStr>(of: &mut Arguments<'_>) -> Result<T, Misuse> {
    of.word("id")?.parse().map_err(|_| of.wrong("id", "bad_format", "must be an id"))
}

/// The name of the command that is asked about.
fn help(of: &mut Arguments<'_>) -> Option<String> {
    let name = of.optional_rest()?;
    let name = name.trim_start_matches('/').to_lowercase();
    let words: Vec<&str> = name.split_whitespace().collect();
    Some(words.join(" ")).filter(|name| !name.is_empty())
}
