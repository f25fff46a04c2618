//! A device, and somebody who decides on it.

use ajet_client::{Client, Error};
use ajet_protocol::{DeviceError, DeviceSignIn, DeviceToken};
use reqwest::RequestBuilder;

use crate::support::World;
use crate::support::requests::{http, status};

/// What the devices of these tests call themselves.
pub const PROGRAM: &str = "ajet-tui";

/// A device that asks to be signed in.
pub async fn started(world: &World) -> DeviceSignIn {
    world.nobody.start_device_sign_in(PROGRAM).await.expect("starts")
}

/// What a poll of a device is answered.
pub async fn polled(world: &World, device: &DeviceSignIn) -> Result<DeviceToken, DeviceError> {
    match world.nobody.poll_device_sign_in(PROGRAM, &device.device_code).await {
        Ok(token) => Ok(token),
        Err(Error::Device(error)) => Err(error),
        Err(other) => panic!("{other}"),
    }
}

/// The form of a decision, as the page sends it, still without who sends it.
pub fn decision(world: &World, code: &str, decision: &str) -> RequestBuilder {
    let form = [("user_code", code), ("decision", decision)];
    http().post(format!("{}/auth/device/decision", world.base())).form(&form)
}

/// The status that somebody is answered who approves.
pub async fn approves(world: &World, person: &Client, code: &str) -> u16 {
    let token = person.token().expect("a token");
    status(decision(world, code, "approve").bearer_auth(token)).await
}

/// The same of who denies.
pub async fn denies(world: &World, person: &Client, code: &str) -> u16 {
    let token = person.token().expect("a token");
    status(decision(world, code, "deny").bearer_auth(token)).await
}

/// The page, as a browser opens it that is signed in as somebody, or as no one.
pub fn page(world: &World, query: &str, person: Option<&Client>) -> RequestBuilder {
    let opened = http().get(format!("{}/auth/device{query}", world.base())).header("sec-fetch-site", "none");
    match person.and_then(Client::token) {
        Some(token) => opened.header("cookie", format!("ajet_session={token}")),
        None => opened,
    }
}
