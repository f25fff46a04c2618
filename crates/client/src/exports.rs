//! One's own data, in a file.

use ajet_protocol::{AskForExport, Export, ExportId};

use crate::retries::Repeat;
use crate::{Client, Error};

impl Client {
    /// Asks for all that one wrote and set; again while it is made finds the same export.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn ask_for_export(&self, request: &AskForExport) -> Result<Export, Error> {
        self.create("/api/me/exports", request).await
    }

    /// How far an export is, and where its file can be had for a minute.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn export(&self, id: ExportId) -> Result<Export, Error> {
        self.get(&format!("/api/me/exports/{id}")).await
    }

    /// The file of an export that is ready: lines of JSON, packed by gzip.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn export_file(&self, url: &str) -> Result<Vec<u8>, Error> {
        self.answered(Repeat::Read, || self.http.get(url)).await
    }
}
