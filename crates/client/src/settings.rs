//! Settings of the whole system, for its owner.

use ajet_protocol::{SystemSettings, UpdateSettings};
use reqwest::Method;

use crate::{Client, Error};

impl Client {
    /// The settings of the system.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn settings(&self) -> Result<SystemSettings, Error> {
        self.get("/api/system/settings").await
    }

    /// Changes settings of the system.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn update_settings(&self, update: &UpdateSettings) -> Result<SystemSettings, Error> {
        self.send(Method::PATCH, "/api/system/settings", Some(update), true).await
    }
}
