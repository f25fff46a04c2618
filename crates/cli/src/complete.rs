//! Names for shells to complete, asked of the server while somebody types. What can't be had soon is not offered.

use std::ffi::{OsStr, OsString};
use std::time::Duration;

use ajet_client::Retries;
use clap_complete::engine::CompletionCandidate;

use crate::app::{App, Parts, client_of};
use crate::args::Options;
use crate::failure::Failure;
use crate::print::{Colour, Look, Screen, safe};
use crate::profile::{Asked, Chosen, Profiles};
use crate::surroundings::{Surroundings, Variables};

/// How long somebody waits at most who has pressed the tab key.
const PATIENCE: Duration = Duration::from_millis(1500);

/// Channels, and people behind an `@`.
pub fn channels(current: &OsStr) -> Vec<CompletionCandidate> {
    let Some(current) = current.to_str() else { return Vec::new() };
    if current.starts_with('@') {
        return people_of(current);
    }
    let sign = if current.starts_with('#') { "#" } else { "" };
    let found = asked(async |app| {
        // As where a command is carried out: a community that is named leaves the others out.
        let home = match app.community_text() {
            Some(_) => Some(app.community().await?.community.id),
            None => None,
        };
        let all = app.snapshot().await?.channels.iter().map(|one| &one.channel);
        let there = all.filter(|channel| home.is_none() || channel.community_id == home);
        Ok(there.map(|channel| (format!("{sign}{}", channel.name), channel.topic.clone())).collect())
    });
    offered(current, found)
}

/// People.
pub fn people(current: &OsStr) -> Vec<CompletionCandidate> {
    current.to_str().map(people_of).unwrap_or_default()
}

/// People, with an `@` where one was typed: shells leave out what does not begin with what stands there.
fn people_of(current: &str) -> Vec<CompletionCandidate> {
    let (sign, name) = signed(current);
    offered(current, asked(async |app| names_of_people(app, sign, name).await))
}

/// The sign of a name, if it is there, and the name.
fn signed(current: &str) -> (&str, &str) {
    current.split_at(usize::from(current.starts_with('@')))
}

/// Communities, by their short names.
pub fn communities(current: &OsStr) -> Vec<CompletionCandidate> {
    let Some(current) = current.to_str() else { return Vec::new() };
    let found = asked(async |app| {
        let all = app.snapshot().await?.communities.iter().map(|one| &one.community);
        Ok(all.map(|one| (one.slug.clone(), Some(one.name.clone()))).collect())
    });
    offered(current, found)
}

/// Profiles, which are on this machine.
pub fn profiles(current: &OsStr) -> Vec<CompletionCandidate> {
    let Some(current) = current.to_str() else { return Vec::new() };
    let variables = Surroundings::of_process().variables;
    let all = Profiles::load(&variables).unwrap_or_default().profiles;
    offered(current, all.into_iter().map(|(name, profile)| (name, Some(profile.server))).collect())
}

/// A name, and what is said of it.
type Named = (String, Option<String>);

async fn names_of_people(app: &App, sign: &str, name: &str) -> Result<Vec<Named>, Failure> {
    let found = app.people(name).await?.into_iter();
    Ok(found.map(|user| (format!("{sign}{}", user.username), Some(user.display_name))).collect())
}

/// What the server says, if it does so in time.
fn asked(question: impl AsyncFnOnce(&App) -> Result<Vec<Named>, Failure>) -> Vec<Named> {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else {
        return Vec::new();
    };
    let Some(app) = quiet_app() else { return Vec::new() };
    let answer = runtime.block_on(async { tokio::time::timeout(PATIENCE, question(&app)).await });
    answer.ok().and_then(Result::ok).unwrap_or_default()
}

/// An app that says nothing: what is written goes to the shell.
fn quiet_app() -> Option<App> {
    let around = Surroundings::of_process();
    let options = Options { quiet: true, ..said(Surroundings::arguments()) };
    let chosen = chosen(&options, &around.variables)?;
    let client = client_of(&options, &chosen.profile.server, chosen.token.as_deref()).ok()?;
    let client = client.with_retries(Retries::none());
    let look = Look::of(None, Colour::Never, true, &around);
    let screen = Screen::new(look, Box::new(std::io::sink()), Box::new(std::io::sink()));
    let parts = Parts { options, chosen, variables: around.variables, screen, client };
    Some(App::new(parts, Box::new(std::io::empty()), false))
}

/// Who asks, and where. An address may stand on the line in part as yet: the token of a variable, which goes to any server, is shown to
/// none that stands only there.
fn chosen(options: &Options, variables: &Variables) -> Option<Chosen> {
    let (profile, server) = (options.profile.as_deref(), options.server.as_deref());
    let chosen = Chosen::of(Asked { profile, server, without_token: false }, variables).ok()?;
    if server.is_some() && variables.get("AJET_CHAT_TOKEN").is_some() {
        let usual = Chosen::of(Asked { profile, server: None, without_token: true }, variables).ok()?;
        return (usual.profile.server == chosen.profile.server).then_some(chosen);
    }
    Some(chosen)
}

/// What a line says so far of where to ask: its server, its profile and its community.
fn said(line: Vec<OsString>) -> Options {
    let mut options = Options::default();
    // Before `--` stands how the shell asks, behind it the line with the name of the program.
    let line = line.into_iter().skip_while(|word| word != "--").skip(2);
    let mut words = joined(line.filter_map(|word| word.into_string().ok())).into_iter();
    while let Some(word) = words.next() {
        let (name, value) = parted(&word);
        let place = match name {
            "--server" => &mut options.server,
            "--profile" => &mut options.profile,
            "--community" | "-c" => &mut options.community,
            "--" => break,
            _ => continue,
        };
        let value = value.map(str::to_owned).or_else(|| words.next());
        *place =
            value.map(|value| value.trim_matches(['"', '\'']).to_owned()).filter(|value| !value.is_empty());
    }
    options
}

/// An option, and its value where both are one word: `--profile=work`, `-cacme`.
fn parted(word: &str) -> (&str, Option<&str>) {
    match word.strip_prefix("-c") {
        Some("") => ("-c", None),
        Some(value) => ("-c", Some(value.strip_prefix('=').unwrap_or(value))),
        None => word.split_once('=').map_or((word, None), |(name, value)| (name, Some(value))),
    }
}

/// The words as they were typed: bash makes words of each `=` and `:` and of what stands around them.
fn joined(words: impl Iterator<Item = String>) -> Vec<String> {
    let mut whole: Vec<String> = Vec::new();
    let mut goes_on = false;
    for word in words {
        let parts = !word.is_empty() && word.chars().all(|c| c == '=' || c == ':');
        match whole.last_mut() {
            Some(last) if goes_on || parts => last.push_str(&word),
            _ => whole.push(word),
        }
        goes_on = parts;
    }
    whole
}

/// Those that go on from what is typed. A name that a shell or a terminal would act on is not offered.
fn offered(current: &str, all: Vec<Named>) -> Vec<CompletionCandidate> {
    let typed = current.to_lowercase();
    let fits = |name: &str| {
        name.to_lowercase().starts_with(&typed)
            && !name.is_empty()
            && name
                .chars()
                .all(|c| !safe::acts(c) && !c.is_whitespace() && !"'\"\\$`;&|<>()*?![]{}".contains(c))
    };
    let fitting = all.into_iter().filter(|(name, _)| fits(name));
    fitting
        .map(|(name, about)| {
            let about = about.map(|about| safe::line(&about).into_owned().into());
            CompletionCandidate::new(name).help(about)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_a_shell_acts_on_is_not_offered() {
        let all = ["general", "geo", "ge$(rm)", "ge\u{1b}[2J", "ge x"].map(|name| (name.to_owned(), None));
        let names: Vec<String> = offered("ge", all.to_vec())
            .iter()
            .map(|one| one.get_value().to_string_lossy().into_owned())
            .collect();
        assert_eq!(names, ["general", "geo"]);
    }

    fn read(line: &[&str]) -> [Option<String>; 3] {
        let Options { server, profile, community, .. } =
            said(["ajet-chat", "--", "ajet-chat"].iter().chain(line).map(OsString::from).collect());
        [server, profile, community]
    }

    #[test]
    fn the_line_says_where_to_ask() {
        let all = [Some("http://10.0.0.1:8080".to_owned()), Some("work".to_owned()), Some("acme".to_owned())];
        let whole = ["send", "--server", "http://10.0.0.1:8080", "--profile", "work", "-c", "acme", "gen"];
        assert_eq!(read(&whole), all);
        let one = ["--server=http://10.0.0.1:8080", "--profile='work'", "-cacme", "send", "gen"];
        assert_eq!(read(&one), all);
        // As bash has it.
        let parts = [
            "send",
            "gen",
            "--server",
            "=",
            "http",
            ":",
            "//10.0.0.1",
            ":",
            "8080",
            "--profile",
            "=",
            "work",
        ];
        assert_eq!(read(&[&parts[..], &["--community", "acme"]].concat()), all);
        assert_eq!(read(&["send", "--profile", ""]), [None, None, None]);
        assert_eq!(read(&["send", "gen", "--", "-c", "acme"]), [None, None, None]);
    }

    /// The token that a script brings goes to the server that the script names, and not to a part of an address.
    #[test]
    fn the_token_of_a_variable_is_shown_to_no_address_that_is_being_typed() {
        let home = tempfile::tempdir().expect("a folder");
        let home = home.path().display().to_string();
        let script = |more: &[(&str, &str)]| {
            let own = [("HOME", home.as_str()), ("AJET_CHAT_CREDENTIALS", "file")];
            Variables::from_iter(own.into_iter().chain(more.iter().copied()))
        };
        let typed = |server: &str| Options { server: Some(server.to_owned()), ..Options::default() };
        let own = script(&[("AJET_CHAT_SERVER", "http://10.0.0.1:8080"), ("AJET_CHAT_TOKEN", "secret")]);
        assert!(chosen(&typed("http://10.0.0.1"), &own).is_none());
        for options in [typed("10.0.0.1:8080"), Options::default()] {
            let chosen = chosen(&options, &own).expect("is asked");
            assert_eq!(chosen.token.as_deref(), Some("secret"));
        }
    }

    #[test]
    fn a_person_is_completed_as_they_were_begun() {
        assert_eq!((signed("@an"), signed("an"), signed("")), (("@", "an"), ("", "an"), ("", "")));
    }
}
