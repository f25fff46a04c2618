//! What a notification says that is about no message: one line, made of the names and words of the moment. The API says it in English; who
//! speaks another language makes the line of the same words.

use ajet_protocol::NotificationReason;

/// What a line is made of, as it is now; what is not there any more is `None`.
#[derive(Debug, Default)]
pub struct Words {
    /// The name of the community.
    pub community: Option<String>,
    /// The name of the channel.
    pub channel: Option<String>,
    /// Why it was done, the device that was signed in from, the account that was linked, what the person wants to be reminded of, or what they
    /// noted of a message that they saved. On one line, and not empty, for who makes the line.
    pub said: Option<String>,
    /// The provider of the account that was linked.
    pub provider: Option<String>,
}

/// How a line is made of its words, in one language; empty where the notification is about a message.
pub type Worded = fn(NotificationReason, &Words) -> String;

/// The line of a notification, at most so many characters.
pub fn line(worded: Worded, reason: NotificationReason, words: Words, most: usize) -> String {
    let said = words.said.as_deref().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    let line = worded(reason, &Words { said: Some(said).filter(|said| !said.is_empty()), ..words });
    if line.chars().count() <= most {
        return line;
    }
    line.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}

/// The line in English.
pub fn english(reason: NotificationReason, words: &Words) -> String {
    let community = words.community.as_deref().unwrap_or("a community");
    let channel = words.channel.as_deref().unwrap_or("channel");
    let said = words.said.as_deref();
    let told = |what: String| match said {
        Some(said) => format!("{what}: {said}"),
        None => what,
    };
    match reason {
        NotificationReason::CommunityInvite => format!("You were invited to {community}"),
        NotificationReason::ChannelInvite => format!("You were brought into #{channel}"),
        NotificationReason::RoleChanged => format!("Your roles in {community} were changed"),
        NotificationReason::Muted => told(format!("You were muted in {community}")),
        NotificationReason::Unmuted => told(format!("You may write in {community} again")),
        NotificationReason::Kicked => told(format!("You were removed from {community}")),
        NotificationReason::Banned => told(format!("You were banned from {community}")),
        NotificationReason::SignedIn => told("New sign-in".to_owned()),
        NotificationReason::Reminder => said.unwrap_or_default().to_owned(),
        NotificationReason::SavedReminder => said.unwrap_or("A message that you saved").to_owned(),
        NotificationReason::ExportReady => "Your data is ready to be downloaded".to_owned(),
        NotificationReason::WebhookOff => format!("An outgoing webhook of {community} was turned off"),
        NotificationReason::AccountLinked => match (said, words.provider.as_deref()) {
            (Some(account), Some(provider)) => {
                format!("An account was linked to yours: {account} at {provider}")
            }
            (None, Some(provider)) => format!("An account was linked to yours: at {provider}"),
            (_, None) => told("An account was linked to yours".to_owned()),
        },
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use ajet_protocol::NotificationReason;

    use super::{Words, english, line};

    fn words(said: Option<&str>) -> Words {
        Words {
            community: Some("Ferris".into()),
            channel: Some("general".into()),
            said: said.map(str::to_owned),
            provider: Some("github".into()),
        }
    }

    #[test]
    fn a_line_says_what_happened_and_why() {
        for (reason, said, expected) in [
            (NotificationReason::Kicked, Some("spam"), "You were removed from Ferris: spam"),
            (NotificationReason::Kicked, None, "You were removed from Ferris"),
            (NotificationReason::Muted, Some(" too \n loud "), "You were muted in Ferris: too loud"),
            (NotificationReason::ChannelInvite, None, "You were brought into #general"),
            (NotificationReason::SignedIn, Some("Firefox on Linux"), "New sign-in: Firefox on Linux"),
            (NotificationReason::AccountLinked, Some("ann"), "An account was linked to yours: ann at github"),
            (NotificationReason::AccountLinked, Some(" "), "An account was linked to yours: at github"),
            (NotificationReason::Reminder, Some("tea"), "tea"),
            (NotificationReason::SavedReminder, Some(" "), "A message that you saved"),
            (NotificationReason::User, Some("never"), ""),
        ] {
            assert_eq!(line(english, reason, words(said), 200), expected, "{reason:?}");
        }
        assert_eq!(
            line(english, NotificationReason::Banned, Words::default(), 200),
            "You were banned from a community"
        );
        let unlinked = line(english, NotificationReason::AccountLinked, Words::default(), 200);
        assert_eq!(unlinked, "An account was linked to yours");
    }

    #[test]
    fn a_line_is_cut_at_a_character() {
        let long = "ä".repeat(300);
        let cut = line(english, NotificationReason::Reminder, words(Some(&long)), 200);
        assert_eq!(cut.chars().count(), 200);
        assert!(cut.ends_with('…'));
    }

    #[test]
    fn all_that_is_about_no_message_says_something() {
        for reason in NotificationReason::ALL {
            let is_said = !line(english, *reason, words(Some("x")), 200).is_empty();
            assert_eq!(is_said, !reason.is_of_message(), "{reason:?}");
        }
    }
}
