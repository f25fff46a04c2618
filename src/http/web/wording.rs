//! What use cases say to readers of pages: in English as to the API, in other languages by the texts of `ajet_web`.

use ajet_protocol::CommandInfo;
use ajet_web::strings::Language;
use ajet_web::strings::notices::{self, Pieces};
use ajet_web::strings::{commands, replies};

use crate::usecases::notifications::{self, Worded, Words};
use crate::usecases::slash::{Reply, Wording, called};

/// How a page tells of what is about no message.
pub(super) fn of_notices(lang: Language) -> Worded {
    match lang {
        Language::English => notifications::english,
        Language::German => |reason, words| notices::german(reason, pieces(words)),
    }
}

fn pieces(words: &Words) -> Pieces<'_> {
    Pieces {
        community: words.community.as_deref(),
        channel: words.channel.as_deref(),
        said: words.said.as_deref(),
        provider: words.provider.as_deref(),
    }
}

/// How a page speaks of commands.
pub(super) fn of_commands(lang: Language) -> Wording {
    match lang {
        Language::English => Wording::ENGLISH,
        Language::German => Wording { described: german_command, replied: german_reply },
    }
}

fn german_command(command: CommandInfo) -> CommandInfo {
    commands::told(Language::German, command)
}

fn german_reply(reply: &Reply<'_>) -> String {
    match reply {
        Reply::Purged(deleted) => replies::purged(*deleted),
        Reply::RemindedIn(seconds) => replies::reminded_in(*seconds),
        Reply::MayComeIn { username, url } => replies::may_come_in(&called(username), url),
        Reply::Token { bot, token } => replies::token(&ajet_markup::escape(bot), *token),
        Reply::Webhook(url) => replies::webhook(*url),
        Reply::NoWebhooks => replies::NO_WEBHOOKS.to_owned(),
        Reply::MoreWebhooks => replies::MORE_WEBHOOKS.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use ajet_domain::slash::SPECS;
    use ajet_protocol::NotificationReason;
    use ajet_web::strings::{Language, delivery_failure, device};

    use super::*;
    use crate::outgoing::OutgoingError;
    use crate::sessions::device::{SYSTEMS, name_of};
    use crate::usecases::deliveries::FAILURES;

    /// What the API says something of, the page says something of in German.
    #[test]
    fn the_inbox_tells_in_german_of_all_that_the_api_tells_of() {
        let whole = Words {
            community: Some("Ferris".into()),
            channel: Some("general".into()),
            said: Some("ann".into()),
            provider: Some("github".into()),
        };
        for words in [whole, Words::default()] {
            for reason in NotificationReason::ALL {
                let (english, german) = (
                    of_notices(Language::English)(*reason, &words),
                    of_notices(Language::German)(*reason, &words),
                );
                assert_eq!(german.is_empty(), english.is_empty(), "{reason:?}");
            }
        }
    }

    /// The pages know the systems by name alone.
    #[test]
    fn devices_on_every_system_are_called_in_german() {
        for (mark, _) in SYSTEMS {
            let english = name_of(&format!("Firefox/141.0 ({mark})")).expect("a name");
            assert_eq!(device(Language::English, &english), english);
            assert_ne!(device(Language::German, &english), english);
        }
    }

    #[test]
    fn every_failure_of_a_delivery_is_told_in_german() {
        let of_addresses = OutgoingError::ALL.map(|error| error.to_string());
        let failures = of_addresses.iter().map(String::as_str).chain(FAILURES);
        for failure in failures.chain(["answered 503"]) {
            assert_ne!(delivery_failure(Language::German, failure), failure);
        }
    }

    /// The catalogue of the pages knows the table of the domain by names alone.
    #[test]
    fn every_command_of_ours_is_described_in_german() {
        for spec in SPECS {
            let command = CommandInfo {
                name: spec.name.to_owned(),
                usage: spec.usage(),
                description: spec.description.to_owned(),
                arguments: Vec::new(),
                bot_id: None,
            };
            let german = commands::told(Language::German, command);
            assert_ne!(german.description, spec.description, "/{}", spec.name);
            let behind = &german.usage[spec.name.len() + 1..];
            for argument in spec.arguments {
                let mut words = behind.split(|c: char| !c.is_ascii_alphabetic());
                assert!(words.all(|word| word != argument.name), "/{}: {}", spec.name, german.usage);
            }
        }
    }

    #[test]
    fn every_reply_of_a_command_is_told_in_german() {
        for reply in [
            Reply::Purged(2),
            Reply::RemindedIn(60),
            Reply::MayComeIn { username: "a_b", url: "https://chat.example/i/1" },
            Reply::Token { bot: "a_b", token: Some("t0ken") },
            Reply::Token { bot: "a_b", token: None },
            Reply::Webhook(Some("https://chat.example/w/1")),
            Reply::Webhook(None),
            Reply::NoWebhooks,
            Reply::MoreWebhooks,
        ] {
            let (english, german) =
                ((Wording::ENGLISH.replied)(&reply), (of_commands(Language::German).replied)(&reply));
            assert_ne!(english, german);
            for given in ["a\\_b", "https://chat.example/", "t0ken"] {
                assert_eq!(english.contains(given), german.contains(given), "{german}");
            }
        }
    }
}
