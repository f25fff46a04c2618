//! The keyring of the system: the Secret Service, the Keychain, or the Credential Manager.

use keyring::{Entry, Error};

/// Under what name this program's entries stand there.
const SERVICE: &str = "ajet-chat";

/// Keeps a token; `false` where there is no keyring, or it does not take it.
#[must_use]
pub fn keep(account: &str, token: &str) -> bool {
    // What was written is read back as the next run reads it: a keyring without a store behind it forgets.
    let kept = Entry::new(SERVICE, account).and_then(|entry| entry.set_password(token));
    kept.is_ok() && find(account).is_ok_and(|kept| kept.as_deref() == Some(token))
}

/// The token that is kept; `Ok(None)` if none is kept.
///
/// # Errors
/// Why the keyring can't be asked.
pub fn find(account: &str) -> Result<Option<String>, String> {
    match Entry::new(SERVICE, account).and_then(|entry| entry.get_password()) {
        Ok(token) => Ok(Some(token)),
        Err(Error::NoEntry) => Ok(None),
        Err(error) => Err(error.to_string()),
    }
}

/// Removes a token.
///
/// # Errors
/// Why the keyring can't be asked.
pub fn remove(account: &str) -> Result<(), String> {
    match Entry::new(SERVICE, account).and_then(|entry| entry.delete_credential()) {
        Ok(()) | Err(Error::NoEntry) => Ok(()),
        Err(error) => Err(error.to_string()),
    }
}

#[cfg(test)]
#[path = "keyring_tests.rs"]
mod tests;
