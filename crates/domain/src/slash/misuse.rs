//! What is wrong with a command, in words for the person who typed it.

/// Why a text is no command that can be carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misuse {
    /// The argument that is to blame; `text` where it is the whole.
    pub argument: &'static str,
    /// A stable name of the rule, as errors of requests have it.
    pub rule: String,
    /// What is wrong, to be read behind the argument's name.
    pub message: String,
    /// How the command is written.
    pub usage: String,
}

impl Misuse {
    /// What is wrong with the text as a whole.
    pub(super) fn whole(rule: &str, message: &str) -> Self {
        let usage = "/command [arguments]; /help lists the commands".to_owned();
        Self { argument: "text", rule: rule.to_owned(), message: message.to_owned(), usage }
    }

    /// A command that is not there.
    #[must_use]
    pub fn unknown(name: &str) -> Self {
        Self::whole("unknown_command", &format!("begins with /{name}, which is no command here"))
    }
}
