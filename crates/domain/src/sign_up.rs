//! Who may have a new account: the one judgment, whatever the way in. Those who have an account are not asked.
//!
//! Only addresses count that a provider says it has verified: what a person merely typed there proves nothing. Whether an invite is good is
//! looked up before. Until somebody owns the system everybody may. That an account is out of use is another matter.

use ajet_protocol::SignUp;

use crate::refusals;

/// Who is let in, by the system's settings.
#[derive(Debug, Clone, Copy)]
pub struct SignUpRules<'a> {
    pub mode: SignUp,
    /// Domains in lower case, for [`SignUp::Domains`].
    pub domains: &'a [String],
}

/// An e-mail address of which a provider told.
#[derive(Debug, Clone, Copy)]
pub struct Email<'a> {
    pub address: &'a str,
    /// Whether the provider says that it is the person's.
    pub verified: bool,
}

/// What a person brings who has no account yet.
#[derive(Debug, Clone, Copy, Default)]
pub struct Arrival<'a> {
    pub emails: &'a [Email<'a>],
    /// Whether they hold an invite that still lets people in.
    pub invited: bool,
    /// Whether no one owns the system yet: then there is no one who could invite.
    pub unowned: bool,
}

refusals! {
    /// Why somebody has no account.
    pub enum NotLetIn {
        /// No verified address of theirs is of a domain that counts.
        OtherDomain => Forbidden: "A new account here takes a verified e-mail address of an organization that is let in.",
        /// They hold no invite, or one that is over.
        NotInvited => Forbidden: "A new account here takes an invite: open its link, and sign in from there.",
    }
}

/// Judges whether a person may have a new account.
///
/// # Errors
/// [`NotLetIn`]
pub fn may_sign_up(rules: &SignUpRules<'_>, arrival: &Arrival<'_>) -> Result<(), NotLetIn> {
    let of_domain = |email: &Email<'_>| email.verified && is_of(email.address, rules.domains);
    match rules.mode {
        _ if arrival.unowned => Ok(()),
        SignUp::Open => Ok(()),
        SignUp::Domains if arrival.emails.iter().any(of_domain) => Ok(()),
        SignUp::Domains => Err(NotLetIn::OtherDomain),
        SignUp::Invite if arrival.invited => Ok(()),
        SignUp::Invite => Err(NotLetIn::NotInvited),
    }
}

/// Whether an address is of one of these domains, and not of one below them. Where it holds more than one `@`, readers of addresses differ in
/// which of them counts: it is of none.
fn is_of(address: &str, domains: &[String]) -> bool {
    let Some((person, domain)) = address.split_once('@') else { return false };
    !person.is_empty()
        && !domain.contains('@')
        && domains.iter().any(|one| !one.is_empty() && one.eq_ignore_ascii_case(domain))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Email<'_> = Email { address: "ann@example.org", verified: true };
    const UNVERIFIED: Email<'_> = Email { address: "ann@example.org", verified: false };
    const ELSEWHERE: Email<'_> = Email { address: "ann@elsewhere.example", verified: true };

    #[test]
    fn who_may_have_an_account_is_said_by_the_settings() {
        use NotLetIn::{NotInvited, OtherDomain};
        use SignUp::{Domains, Invite, Open};
        let nothing: &[Email<'_>] = &[];
        let (none, one): (&[&str], &[&str]) = (&[], &["other.example", "example.org"]);
        for (mode, domains, emails, invited, expected) in [
            (Open, none, nothing, false, Ok(())),
            (Open, one, &[ELSEWHERE][..], false, Ok(())),
            (Domains, one, &[HERE][..], false, Ok(())),
            (Domains, one, &[ELSEWHERE, HERE][..], false, Ok(())),
            (Domains, one, &[UNVERIFIED, ELSEWHERE][..], false, Err(OtherDomain)),
            (Domains, one, &[UNVERIFIED][..], true, Err(OtherDomain)),
            (Domains, one, nothing, true, Err(OtherDomain)),
            (Domains, none, &[HERE][..], true, Err(OtherDomain)),
            (Invite, none, nothing, true, Ok(())),
            (Invite, one, &[HERE][..], false, Err(NotInvited)),
            (Invite, none, nothing, false, Err(NotInvited)),
        ] {
            let domains: Vec<String> = domains.iter().map(|domain| (*domain).to_owned()).collect();
            let rules = SignUpRules { mode, domains: &domains };
            let arrival = Arrival { emails, invited, unowned: false };
            let judged = may_sign_up(&rules, &arrival);
            assert_eq!(judged, expected, "{mode:?} {domains:?} {emails:?} {invited}");
            assert_eq!(may_sign_up(&rules, &Arrival { unowned: true, ..arrival }), Ok(()), "{mode:?}");
        }
    }

    #[test]
    fn an_address_is_of_its_own_domain_alone() {
        let domains = ["example.org".to_owned(), String::new()];
        for good in ["ann@example.org", "ann@EXAMPLE.org", "ann+chat@example.org"] {
            assert!(is_of(good, &domains), "{good}");
        }
        for bad in [
            "",
            "ann",
            "example.org",
            "@example.org",
            "ann@",
            "ann@mail.example.org",
            "ann@notexample.org",
            "ann@example.org.evil.example",
            "ann@example.org.",
            "ann@example.org ",
            "ann@example.org@evil.example",
            "ann@evil.example@example.org",
            "\"ann@evil.example\"@example.org",
            "ann@evil.example\n@example.org",
            "ann@ex\u{430}mple.org",
        ] {
            assert!(!is_of(bad, &domains), "{bad:?}");
        }
    }
}
