//! Files of messages.

use ajet_protocol::{
    Attachment, AttachmentId, BeginUpload, ChannelId, DescribeAttachment, Trimmed, UploadBegun,
};
use reqwest::{Method, header};

use crate::{Client, Error, TIMEOUT, answer, error};

/// What stands between the parts of a form; no file that is uploaded here holds it.
const BOUNDARY: &str = "ajet-chat-0a4d7b6f9c1e2358";

impl Client {
    /// Uploads a file, with words for what it shows.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn upload(
        &self,
        channel: ChannelId,
        (filename, bytes): (&str, &[u8]),
        alt: Option<&str>,
    ) -> Result<Attachment, Error> {
        let fields: Vec<(&str, &str)> = alt.map(|alt| ("alt", alt)).into_iter().collect();
        self.send_file(
            Method::POST,
            &format!("/api/channels/{channel}/attachments"),
            (filename, bytes),
            &fields,
        )
        .await
    }

    /// Sends a form with a file, and with fields beside it.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn send_file<T: serde::de::DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        file: (&str, &[u8]),
        fields: &[(&str, &str)],
    ) -> Result<T, Error> {
        let content_type = format!("multipart/form-data; boundary={BOUNDARY}");
        let request = self.request(method, path).header(header::CONTENT_TYPE, content_type);
        answer(request.body(form(file, fields)).timeout(TIMEOUT)).await
    }

    /// Begins the upload of a file to the object store.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn begin_upload(&self, channel: ChannelId, upload: &BeginUpload) -> Result<UploadBegun, Error> {
        let safe = upload.client_mutation_id.is_some();
        self.send(Method::POST, &format!("/api/channels/{channel}/uploads"), Some(upload), safe).await
    }

    /// Puts a file's bytes where its upload was begun.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn put_upload(&self, begun: &UploadBegun, bytes: Vec<u8>) -> Result<(), Error> {
        let mut request = self.http.put(&begun.upload_url).body(bytes).timeout(TIMEOUT);
        for (name, value) in &begun.headers {
            request = request.header(name, value);
        }
        error::checked(request.send().await?).await.map(drop)
    }

    /// Has a file looked at that was put there; again changes nothing.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn complete_upload(&self, id: AttachmentId) -> Result<Attachment, Error> {
        self.send(Method::POST, &format!("/api/uploads/{id}/complete"), None::<&()>, true).await
    }

    /// The bytes of a file, or of a small picture of it.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn download(&self, id: AttachmentId, small: bool) -> Result<Vec<u8>, Error> {
        let query = if small { "?thumbnail=true" } else { "" };
        let request = self.request(Method::GET, &format!("/api/attachments/{id}{query}")).timeout(TIMEOUT);
        let bytes = error::checked(request.send().await?).await?.bytes().await?;
        Ok(bytes.to_vec())
    }

    /// Says in words what a file shows; none take the words away.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn describe_attachment(&self, id: AttachmentId, alt: &str) -> Result<Attachment, Error> {
        let words = DescribeAttachment { alt: Trimmed::from(alt) };
        self.send(Method::PATCH, &format!("/api/attachments/{id}"), Some(&words), true).await
    }

    /// Removes a file, from its message too if one has it.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn delete_attachment(&self, id: AttachmentId) -> Result<(), Error> {
        self.send_empty(Method::DELETE, &format!("/api/attachments/{id}")).await
    }
}

/// A form with a file, and with fields before it.
fn form((filename, bytes): (&str, &[u8]), fields: &[(&str, &str)]) -> Vec<u8> {
    let mut form = Vec::with_capacity(bytes.len() + 1024);
    for (name, value) in fields {
        let part =
            format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        form.extend_from_slice(part.as_bytes());
    }
    let name = filename.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A");
    let head = format!(
        "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\ncontent-type: application/octet-stream\r\n\r\n"
    );
    form.extend_from_slice(head.as_bytes());
    form.extend_from_slice(bytes);
    form.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
    form
}
