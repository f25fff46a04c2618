//! Signing in on a device without a browser (RFC 8628): the program shows a code and an address, its user approves there, and the program goes
//! on as that person.

use std::time::Duration;

use ajet_protocol::{
    DEVICE_GRANT, DeviceError, DeviceRefusal, DeviceSignIn, DeviceToken, PollDeviceSignIn, StartDeviceSignIn,
    limits,
};
use reqwest::Method;
use tokio::time::Instant;

use crate::request::read;
use crate::retries::Repeat;
use crate::{Client, Error};

/// The longest pause between two polls.
const LONGEST: Duration = Duration::from_secs(limits::DEVICE_POLL_SECONDS_MOST);

impl Client {
    /// Starts the sign-in of a program that calls itself so. The program shows its user `verification_uri` and `user_code`, and goes on with
    /// [`finish_device_sign_in`](Self::finish_device_sign_in).
    ///
    /// # Errors
    /// [`Error`]
    pub async fn start_device_sign_in(&self, client_id: &str) -> Result<DeviceSignIn, Error> {
        let form = StartDeviceSignIn { client_id: client_id.to_owned() };
        let made = || self.request(Method::POST, "/auth/device").form(&form);
        // One that was started by a try whose answer was lost ends by itself.
        let answered = self.answered(Repeat::Write, made).await;
        read(&answered.map_err(refused)?)
    }

    /// Asks once for the token of a sign-in.
    ///
    /// # Errors
    /// [`Error::Device`] while there is no session; others of [`Error`]
    pub async fn poll_device_sign_in(
        &self,
        client_id: &str,
        device_code: &str,
    ) -> Result<DeviceToken, Error> {
        let form = PollDeviceSignIn {
            grant_type: DEVICE_GRANT.to_owned(),
            device_code: device_code.to_owned(),
            client_id: client_id.to_owned(),
        };
        let made = || self.request(Method::POST, "/auth/device/token").form(&form);
        // A token is given once: who asks again is told that there is none.
        let answered = self.answered(Repeat::Unsafe, made).await;
        read(&answered.map_err(refused)?)
    }

    /// Waits until the user has decided, and polls as often as the server allows; the client is that person afterwards.
    ///
    /// # Errors
    /// [`Error::Device`] where the user denied it or did not decide in time; others of [`Error`]
    pub async fn finish_device_sign_in(
        &self,
        client_id: &str,
        started: &DeviceSignIn,
    ) -> Result<Self, Error> {
        let end = Instant::now() + Duration::from_secs(started.expires_in);
        let mut pace = Pace::of(started);
        loop {
            let next = Instant::now() + pace.0;
            if next > end {
                return Err(Error::Device(DeviceError::ExpiredToken));
            }
            tokio::time::sleep_until(next).await;
            match self.poll_device_sign_in(client_id, &started.device_code).await {
                Ok(token) => return Ok(self.with_token(&token.access_token)),
                Err(error) => pace = pace.after(error)?,
            }
        }
    }
}

/// A refusal in OAuth's words.
fn refused(error: Error) -> Error {
    match &error {
        Error::Status { status: 400, body } => {
            let refusal = serde_json::from_str::<DeviceRefusal>(body);
            refusal.map_or(error, |DeviceRefusal { error }| Error::Device(error))
        }
        _ => error,
    }
}

/// The pause before the next poll.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Pace(Duration);

impl Pace {
    fn of(started: &DeviceSignIn) -> Self {
        Self(Duration::from_secs(started.interval.max(1)))
    }

    /// RFC 8628, section 3.5: five seconds longer where the server says so, and twice as long where there was no answer.
    fn after(self, error: Error) -> Result<Self, Error> {
        match error {
            Error::Device(DeviceError::AuthorizationPending) => Ok(self),
            Error::Device(DeviceError::SlowDown) => {
                Ok(Self(self.0 + Duration::from_secs(limits::DEVICE_POLL_SECONDS)))
            }
            passing if passing.is_passing() => Ok(Self((self.0 * 2).min(LONGEST.max(self.0)))),
            other => Err(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_server::{TestServer, answer};

    fn started(interval: u64, expires_in: u64) -> DeviceSignIn {
        DeviceSignIn {
            device_code: "secret".into(),
            user_code: "BCDF-GHJK".into(),
            verification_uri: String::new(),
            verification_uri_complete: String::new(),
            expires_in,
            interval,
        }
    }

    fn seconds(pace: Result<Pace, Error>) -> u64 {
        pace.expect("goes on").0.as_secs()
    }

    #[test]
    fn a_poll_that_came_too_soon_makes_all_later_ones_wait_longer() {
        let device = |error| Error::Device(error);
        let unanswered = || Error::Status { status: 503, body: String::new() };
        let pace = Pace::of(&started(5, 600));
        assert_eq!(seconds(pace.after(device(DeviceError::AuthorizationPending))), 5);
        let slower = pace.after(device(DeviceError::SlowDown)).expect("goes on");
        assert_eq!(seconds(Ok(slower)), 10);
        assert_eq!(seconds(slower.after(device(DeviceError::AuthorizationPending))), 10);
        assert_eq!(seconds(slower.after(device(DeviceError::SlowDown))), 15);
        assert_eq!(seconds(pace.after(unanswered())), 10);
        assert_eq!(seconds(Pace(LONGEST).after(unanswered())), LONGEST.as_secs());
        assert_eq!(Pace::of(&started(0, 600)).0.as_secs(), 1, "never without a pause");
        for over in [DeviceError::AccessDenied, DeviceError::ExpiredToken, DeviceError::InvalidGrant] {
            assert!(pace.after(device(over)).is_err(), "{over:?}");
        }
    }

    #[tokio::test]
    async fn a_device_asks_again_until_its_user_has_approved() {
        let pending = answer(400, "", r#"{"error":"authorization_pending"}"#);
        let given = answer(200, "", r#"{"access_token":"token","token_type":"Bearer"}"#);
        let server = TestServer::with(vec![pending, given]).await;
        let client = server.client().finish_device_sign_in("ajet test", &started(1, 600)).await;
        assert_eq!(client.expect("is signed in").token(), Some("token"));
        let asked = server.asked();
        assert_eq!(asked.len(), 2);
        for part in [
            "post /auth/device/token http/1.1\r\n",
            "content-type: application/x-www-form-urlencoded\r\n",
            "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&device_code=secret&client_id=ajet+test",
        ] {
            assert!(asked[1].contains(part), "{part}: {}", asked[1]);
        }
    }

    #[tokio::test]
    async fn a_device_that_is_denied_or_late_gives_up() {
        let server = TestServer::with(vec![answer(400, "", r#"{"error":"access_denied"}"#)]).await;
        let denied = server.client().finish_device_sign_in("ajet", &started(1, 600)).await;
        assert!(matches!(denied, Err(Error::Device(DeviceError::AccessDenied))), "{denied:?}");
        let late = server.client().finish_device_sign_in("ajet", &started(5, 4)).await;
        assert!(matches!(late, Err(Error::Device(DeviceError::ExpiredToken))), "{late:?}");
        assert_eq!(server.asked().len(), 1, "no poll comes too late");
    }
}
