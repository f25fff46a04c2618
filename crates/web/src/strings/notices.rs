//! What the inbox says to German readers of a notification that is about no message: one line.

use ajet_protocol::NotificationReason;

use super::{Language, device};

/// What a line is made of; what is not there any more is `None`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Pieces<'a> {
    pub community: Option<&'a str>,
    pub channel: Option<&'a str>,
    /// What a person or a device said to it, on one line.
    pub said: Option<&'a str>,
    /// The provider of the account that was linked, whose name there is what was said.
    pub provider: Option<&'a str>,
}

/// The line in German; empty where the notification is about a message. In English the server words it, as for the API.
#[must_use]
pub fn german(reason: NotificationReason, pieces: Pieces<'_>) -> String {
    let Pieces { community, channel, said, provider } = pieces;
    let community = community.unwrap_or("einer Community");
    let told = |what: String| match said {
        Some(said) => format!("{what}: {said}"),
        None => what,
    };
    match reason {
        NotificationReason::CommunityInvite => format!("Du wurdest zu {community} eingeladen"),
        NotificationReason::ChannelInvite => {
            format!("Du wurdest zu #{} hinzugefügt", channel.unwrap_or("Kanal"))
        }
        NotificationReason::RoleChanged => format!("Deine Rollen in {community} wurden geändert"),
        NotificationReason::Muted => told(format!("Du wurdest in {community} stummgeschaltet")),
        NotificationReason::Unmuted => told(format!("Du darfst in {community} wieder schreiben")),
        NotificationReason::Kicked => told(format!("Du wurdest aus {community} entfernt")),
        NotificationReason::Banned => told(format!("Du wurdest in {community} gesperrt")),
        NotificationReason::SignedIn => match said {
            Some(name) => format!("Neue Anmeldung: {}", device(Language::German, name)),
            None => "Neue Anmeldung".to_owned(),
        },
        NotificationReason::Reminder => said.unwrap_or_default().to_owned(),
        NotificationReason::SavedReminder => {
            said.unwrap_or("Eine Nachricht, die du dir gemerkt hast").to_owned()
        }
        NotificationReason::ExportReady => "Deine Daten können heruntergeladen werden".to_owned(),
        NotificationReason::WebhookOff => {
            format!("Ein ausgehender Webhook von {community} wurde abgeschaltet")
        }
        NotificationReason::AccountLinked => match (said, provider) {
            (Some(account), Some(provider)) => {
                format!("Ein Konto wurde mit deinem verknüpft: {account} bei {provider}")
            }
            (None, Some(provider)) => format!("Ein Konto wurde mit deinem verknüpft: bei {provider}"),
            (_, None) => told("Ein Konto wurde mit deinem verknüpft".to_owned()),
        },
        NotificationReason::User
        | NotificationReason::Role
        | NotificationReason::Here
        | NotificationReason::Channel
        | NotificationReason::Dm
        | NotificationReason::ThreadReply
        | NotificationReason::Unknown => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn german_readers_are_told_in_german() {
        let pieces = |said| Pieces {
            community: Some("Ferris"),
            channel: Some("general"),
            said,
            provider: Some("github"),
        };
        for (reason, said, expected) in [
            (NotificationReason::Kicked, Some("spam {}"), "Du wurdest aus Ferris entfernt: spam {}"),
            (NotificationReason::Kicked, None, "Du wurdest aus Ferris entfernt"),
            (NotificationReason::ChannelInvite, None, "Du wurdest zu #general hinzugefügt"),
            (
                NotificationReason::AccountLinked,
                Some("ann"),
                "Ein Konto wurde mit deinem verknüpft: ann bei github",
            ),
            (NotificationReason::AccountLinked, None, "Ein Konto wurde mit deinem verknüpft: bei github"),
            (NotificationReason::SavedReminder, None, "Eine Nachricht, die du dir gemerkt hast"),
            (NotificationReason::Reminder, Some("Tee"), "Tee"),
            (NotificationReason::SignedIn, Some("Firefox on Linux"), "Neue Anmeldung: Firefox unter Linux"),
            (NotificationReason::User, Some("nie"), ""),
        ] {
            assert_eq!(german(reason, pieces(said)), expected, "{reason:?}");
        }
        let unknown = german(NotificationReason::Banned, Pieces::default());
        assert_eq!(unknown, "Du wurdest in einer Community gesperrt");
    }
}
