//! Files are sent as forms (RFC 7578).

use reqwest::{Method, header};
use serde::de::DeserializeOwned;

use crate::{Client, Error, PAUSE, TIMEOUT, answer};

/// What stands between the parts of a form, and in no file by chance.
const BOUNDARY: &str = "ajet-5f0b3e9c7a2d41e8b6c4d1f09a8e7b35";

impl Client {
    /// Sends a form, at most so many times: more than once only where a repetition does nothing more.
    ///
    /// # Errors
    /// [`Error`]
    pub async fn send_form<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        form: &[u8],
        tries: u32,
    ) -> Result<T, Error> {
        let mut pause = PAUSE;
        for left in (0..tries).rev() {
            let content_type = format!("multipart/form-data; boundary={BOUNDARY}");
            let request = self.request(method.clone(), path).timeout(TIMEOUT);
            let request = request.header(header::CONTENT_TYPE, content_type);
            match answer(request.body(form.to_vec())).await {
                Err(error) if left > 0 && error.is_passing() => tokio::time::sleep(pause).await,
                answer => return answer,
            }
            pause *= 2;
        }
        Err(Error::GaveUp)
    }
}

/// A form of a file with its name, and of fields beside it.
#[must_use]
pub fn form((filename, bytes): (&str, &[u8]), fields: &[(&str, &str)]) -> Vec<u8> {
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
