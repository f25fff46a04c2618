//! Names for shells to complete, asked of the server while somebody types. What can't be had soon is not offered.

use std::ffi::OsStr;
use std::time::Duration;

use ajet_client::Retries;
use clap_complete::engine::CompletionCandidate;

use crate::app::{App, Parts, client_of};
use crate::args::Options;
use crate::failure::Failure;
use crate::print::{Colour, Look, Screen, safe};
use crate::profile::{Asked, Chosen, Profiles};
use crate::surroundings::Surroundings;

/// How long somebody waits at most who has pressed the tab key.
const PATIENCE: Duration = Duration::from_millis(1500);

/// Channels, and people behind an `@`.
pub fn channels(current: &OsStr) -> Vec<CompletionCandidate> {
    let Some(current) = current.to_str() else { return Vec::new() };
    if let Some(name) = current.strip_prefix('@') {
        return offered(current, asked(async |app| names_of_people(app, name).await));
    }
    let sign = if current.starts_with('#') { "#" } else { "" };
    let found = asked(async |app| {
        let sync = app.snapshot().await?;
        let named = sync.channels.iter().map(|one| &one.channel);
        Ok(named.map(|channel| (format!("{sign}{}", channel.name), channel.topic.clone())).collect())
    });
    offered(current, found)
}

/// People.
pub fn people(current: &OsStr) -> Vec<CompletionCandidate> {
    let Some(current) = current.to_str() else { return Vec::new() };
    let name = current.strip_prefix('@').unwrap_or(current);
    offered(&format!("@{name}"), asked(async |app| names_of_people(app, name).await))
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

async fn names_of_people(app: &App, name: &str) -> Result<Vec<Named>, Failure> {
    let found = app.people(name).await?.into_iter();
    Ok(found.map(|user| (format!("@{}", user.username), Some(user.display_name))).collect())
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
    let chosen = Chosen::of(Asked::default(), &around.variables).ok()?;
    let options = Options { quiet: true, ..Options::default() };
    let client = client_of(&options, &chosen.profile.server, chosen.token.as_deref()).ok()?;
    let client = client.with_retries(Retries::none());
    let look = Look::of(None, Colour::Never, true, &around);
    let screen = Screen::new(look, Box::new(std::io::sink()), Box::new(std::io::sink()));
    let parts = Parts { options, chosen, variables: around.variables, screen, client };
    Some(App::new(parts, Box::new(std::io::empty()), false))
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
}
