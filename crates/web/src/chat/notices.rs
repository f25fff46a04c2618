//! What the inbox says of a notification that is about no message: one line in the reader's language.

use ajet_protocol::NotificationReason;

use super::words::{Key, Lang, t, with};

/// What a line is made of; what is not there any more is `None`.
#[derive(Debug, Clone, Copy, Default)]
pub struct Pieces<'a> {
    pub community: Option<&'a str>,
    pub channel: Option<&'a str>,
    /// What a person or a device said to it, on one line.
    pub said: Option<&'a str>,
}

/// The line; empty where the notification is about a message.
#[must_use]
pub fn line(lang: Lang, reason: NotificationReason, pieces: Pieces<'_>) -> String {
    let Pieces { community, channel, said } = pieces;
    let of = |key| with(lang, key, community.unwrap_or(t(lang, Key::SomeCommunity)));
    let told = |what: String, said: Option<&str>| match said {
        Some(said) => format!("{what}: {said}"),
        None => what,
    };
    match reason {
        NotificationReason::CommunityInvite => of(Key::NoticeInvited),
        NotificationReason::ChannelInvite => {
            with(lang, Key::NoticeBrought, channel.unwrap_or(t(lang, Key::SomeChannel)))
        }
        NotificationReason::RoleChanged => of(Key::NoticeRoles),
        NotificationReason::Muted => told(of(Key::NoticeMuted), said),
        NotificationReason::Unmuted => told(of(Key::NoticeUnmuted), said),
        NotificationReason::Kicked => told(of(Key::NoticeKicked), said),
        NotificationReason::Banned => told(of(Key::NoticeBanned), said),
        NotificationReason::SignedIn => told(t(lang, Key::NoticeSignedIn).to_owned(), said),
        NotificationReason::Reminder => said.unwrap_or_default().to_owned(),
        NotificationReason::SavedReminder => said.unwrap_or(t(lang, Key::NoticeSaved)).to_owned(),
        NotificationReason::WebhookOff => of(Key::NoticeWebhookOff),
        NotificationReason::AccountLinked => {
            let account = said.map(|said| account(lang, said));
            told(t(lang, Key::NoticeLinked).to_owned(), account.as_deref())
        }
        NotificationReason::User
        | NotificationReason::Role
        | NotificationReason::Here
        | NotificationReason::Channel
        | NotificationReason::Dm
        | NotificationReason::ThreadReply
        | NotificationReason::Unknown => String::new(),
    }
}

/// An account that is named in English, such as `ann at github`.
fn account(lang: Lang, named: &str) -> String {
    match named.rsplit_once(" at ") {
        Some((name, provider)) => format!("{name} {} {provider}", t(lang, Key::AtProvider)),
        None => named.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn german_readers_are_told_in_german() {
        let pieces = |said| Pieces { community: Some("Ferris"), channel: Some("general"), said };
        for (reason, said, expected) in [
            (NotificationReason::Kicked, Some("spam {}"), "Du wurdest aus Ferris entfernt: spam {}"),
            (NotificationReason::Kicked, None, "Du wurdest aus Ferris entfernt"),
            (NotificationReason::ChannelInvite, None, "Du wurdest zu #general hinzugefügt"),
            (
                NotificationReason::AccountLinked,
                Some("ann at github"),
                "Ein Konto wurde mit deinem verknüpft: ann bei github",
            ),
            (NotificationReason::SavedReminder, None, "Eine Nachricht, die du dir gemerkt hast"),
            (NotificationReason::Reminder, Some("Tee"), "Tee"),
            (NotificationReason::User, Some("nie"), ""),
        ] {
            assert_eq!(line(Lang::De, reason, pieces(said)), expected, "{reason:?}");
        }
        let unknown = line(Lang::De, NotificationReason::Banned, Pieces::default());
        assert_eq!(unknown, "Du wurdest in einer Community gesperrt");
    }
}
