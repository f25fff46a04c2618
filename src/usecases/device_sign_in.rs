//! Signing in on a device without a browser (RFC 8628): the device starts it and polls, a person who is signed in elsewhere decides.
//!
//! - Both codes are over after ten minutes, and the device's one gives one session at most. It is opened as long as the session lives in which
//!   the person approved, and by the same account at a provider.
//! - A decision needs the code that the device shows. Each one that is tried counts before it is looked up, for its person and for all people
//!   together; one that is right counts no more. Who got none wrong is not kept out by what others get wrong.
//! - An address's wrong codes are counted by the ways in, which know addresses.

use std::time::Duration;

use ajet_protocol::audit::SignInRefusal;
use ajet_protocol::{Code, DeviceError, DeviceSignIn, UserId, limits};
use uuid::Uuid;

use super::sessions::{OwnSession, let_in};
use super::{Context, Failure, audit};
use crate::sessions::tokens::{hash, is_well_formed, new_token};
use crate::sessions::user_code::UserCode;
use crate::store::StoreError;
use crate::store::device_sign_ins::{
    Approval, AskingDevice, Decided, DeviceStanding, NewDeviceSignIn, Start,
};
use crate::store::sessions::Origin;

/// Codes that are tried for a new sign-in, of which each may be another one's.
const TRIES: usize = 3;
/// The row that counts the guesses of all people.
const ALL: Uuid = Uuid::nil();

/// Why a device gets no session.
#[derive(Debug)]
pub enum NoSession {
    /// It is told so, in OAuth's words.
    Refused(DeviceError),
    Failed(Failure),
}

impl From<StoreError> for NoSession {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

/// Whether a device is let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    Approve,
    Deny,
}

/// Starts the sign-in of a program, on a device that calls itself so, or else by the program's name.
///
/// # Errors
/// `invalid_request` where the program's name can be none; 503 where too many sign-ins wait
pub async fn begin(
    context: &Context,
    client_id: &str,
    device: Option<&str>,
) -> Result<DeviceSignIn, NoSession> {
    if !is_client_id(client_id) {
        return Err(NoSession::Refused(DeviceError::InvalidRequest));
    }
    let device_code = new_token();
    for _ in 0..TRIES {
        let user_code = UserCode::fresh();
        let new = NewDeviceSignIn {
            device_hash: &hash(&device_code),
            user_code: user_code.letters(),
            client_id,
            device: device.unwrap_or(client_id),
            seconds: window().as_secs_f64(),
            interval_s: seconds(limits::DEVICE_POLL_SECONDS),
            most: limits::DEVICE_SIGN_INS,
        };
        match context.store.begin_device_sign_in(&new).await? {
            Start::Begun => return Ok(shown(context, device_code, &user_code)),
            Start::CodeTaken => {}
            Start::Full => break,
        }
    }
    let text = "Too many devices wait for somebody who approves them; try again in a minute.";
    Err(NoSession::Failed(Failure::new(Code::Overloaded, text)))
}

fn shown(context: &Context, device_code: String, user_code: &UserCode) -> DeviceSignIn {
    let verification_uri = format!("{}/auth/device", context.public_url);
    DeviceSignIn {
        device_code,
        user_code: user_code.to_string(),
        verification_uri_complete: format!("{verification_uri}?user_code={user_code}"),
        verification_uri,
        expires_in: limits::DEVICE_SIGN_IN_SECONDS,
        interval: limits::DEVICE_POLL_SECONDS,
    }
}

/// RFC 6749, appendix A.1: printable ASCII.
fn is_client_id(text: &str) -> bool {
    let is_printable = text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
    is_printable && text.len() <= limits::CLIENT_ID_CHARS && !text.trim().is_empty()
}

/// What a device is told that asks for its session: the token, once somebody has approved. It gets it however soon it asks.
///
/// # Errors
/// [`DeviceError`], or that it can't be read
pub async fn poll(context: &Context, device_code: &str, client_id: &str) -> Result<String, NoSession> {
    let refused = |error| Err(NoSession::Refused(error));
    if !is_client_id(client_id) {
        return refused(DeviceError::InvalidRequest);
    }
    if !is_well_formed(device_code) {
        return refused(DeviceError::InvalidGrant);
    }
    let (store, hash) = (&context.store, hash(device_code));
    let Some(standing) = store.device_standing(&hash, client_id).await? else {
        return refused(DeviceError::InvalidGrant);
    };
    match standing {
        DeviceStanding::Over => refused(DeviceError::ExpiredToken),
        DeviceStanding::Approved(approval) => taken(context, &hash, &approval).await,
        DeviceStanding::Denied => refused(DeviceError::AccessDenied),
        DeviceStanding::Waits => {
            let (longer, most) = (limits::DEVICE_POLL_SECONDS, limits::DEVICE_POLL_SECONDS_MOST);
            let in_time = store.note_device_poll(&hash, seconds(longer), seconds(most)).await?;
            refused(if in_time { DeviceError::AuthorizationPending } else { DeviceError::SlowDown })
        }
    }
}

/// Takes the sign-in and opens its session, a session of the person as any other.
async fn taken(context: &Context, device_hash: &[u8], approval: &Approval) -> Result<String, NoSession> {
    let origin = Origin::Device(device_hash, approval.session);
    let opened = let_in(context, approval.person, Some(&approval.device), origin, None).await;
    opened.map_err(|failure| match failure.code {
        Code::Forbidden => NoSession::Refused(DeviceError::AccessDenied),
        // Another poll at the same moment has it, or the person has signed out where they approved.
        Code::Unauthenticated => NoSession::Refused(DeviceError::InvalidGrant),
        _ => NoSession::Failed(failure),
    })
}

/// The device that asks under a code which a person typed, or on which they have decided.
///
/// # Errors
/// 429 after too many wrong codes; others of [`Failure`]
pub async fn asking(
    context: &Context,
    person: UserId,
    code: &UserCode,
) -> Result<Option<AskingDevice>, Failure> {
    count(context, person).await?;
    let found = context.store.asking_device(code.letters(), person).await?;
    match found {
        Some(_) => uncount(context, person).await,
        None => wrong(context, person).await,
    }
    Ok(found)
}

/// Decides, in one of a person's sessions, on the device that asks under a code. Whether it is let in; none where no device asks. The first
/// decision of a person stands, whatever they decide afterwards: the device may have its session by then.
///
/// # Errors
/// 401 where the session is over; 429 after too many wrong codes; others of [`Failure`]
pub async fn decide(
    context: &Context,
    by: OwnSession,
    code: &UserCode,
    decision: Decision,
) -> Result<Option<bool>, Failure> {
    let OwnSession { person, id: session } = by;
    count(context, person).await?;
    let approved = decision == Decision::Approve;
    let decided = context.store.decide_on_device(code.letters(), person, session, approved).await?;
    match decided {
        Decided::NoSuchCode => wrong(context, person).await,
        Decided::Stands(_) | Decided::SignedOut => uncount(context, person).await,
    }
    match decided {
        Decided::Stands(approved) => Ok(Some(approved)),
        Decided::NoSuchCode => Ok(None),
        Decided::SignedOut => Err(Failure::new(Code::Unauthenticated, "You have signed out meanwhile.")),
    }
}

/// Counts a code before it is looked up, so that many at once are no more than one after the other. Who is over the limit does not count for
/// all people: one person can't keep the others out. Nor can many together: the first code of a person that may be wrong is always looked up.
async fn count(context: &Context, person: UserId) -> Result<(), Failure> {
    let own = context.store.count_device_guess(person.0, window().as_secs_f64()).await?;
    if own.tried > context.device_guesses {
        return Err(too_many(context.device_guesses, own.over_after));
    }
    let of_all = context.store.count_device_guess(ALL, window().as_secs_f64()).await?;
    if of_all.tried > limits::DEVICE_GUESSES_OF_ALL && own.tried > 1 {
        // When their own count begins anew the next one is their first.
        return Err(too_many(limits::DEVICE_GUESSES_OF_ALL, of_all.over_after.min(own.over_after)));
    }
    Ok(())
}

fn too_many(most: u32, again_after: Duration) -> Failure {
    metrics::counter!("ajet_device_guesses_limited_total").increment(1);
    let text = "Too many codes were tried; try again in some minutes.";
    Failure::new(Code::RateLimited, text).limited(most, again_after)
}

/// What was right counts no more. It is right without that.
async fn uncount(context: &Context, person: UserId) {
    for counted_for in [person.0, ALL] {
        if let Err(error) = context.store.uncount_device_guess(counted_for).await {
            tracing::warn!(%error, "can't take back a count of guesses");
        }
    }
}

/// What was wrong is noted for the person, whose session may be in other hands.
async fn wrong(context: &Context, person: UserId) {
    audit::sign_in_refused(context, SignInRefusal::WrongCode, None, Some(person)).await;
}

/// How long a sign-in waits, and guesses count.
fn window() -> Duration {
    Duration::from_secs(limits::DEVICE_SIGN_IN_SECONDS)
}

/// As a column holds them.
fn seconds(limit: u64) -> i32 {
    i32::try_from(limit).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::is_client_id;

    #[test]
    fn a_program_calls_itself_something_printable() {
        for good in ["ajet-tui", "https://example.org/app", "my app", &"x".repeat(64)] {
            assert!(is_client_id(good), "{good:?}");
        }
        for bad in ["", " ", "a\nb", "ä", "\0", &"x".repeat(65)] {
            assert!(!is_client_id(bad), "{bad:?}");
        }
    }
}
