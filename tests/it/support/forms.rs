//! Forms with a file, as programs without our SDK upload them.

use reqwest::RequestBuilder;

/// A picture of three by two pixels.
pub const PNG: &[u8] = &[
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52, 0x00,
    0x00, 0x00, 0x03, 0x00, 0x00, 0x00, 0x02, 0x08, 0x02, 0x00, 0x00, 0x00, 0x12, 0x16, 0xf1, 0x4d, 0x00,
    0x00, 0x00, 0x11, 0x49, 0x44, 0x41, 0x54, 0x78, 0xda, 0x63, 0x38, 0x21, 0xc7, 0x00, 0x41, 0x40, 0x6c,
    0x03, 0x41, 0x00, 0x3d, 0x7c, 0x06, 0x19, 0xa2, 0xc6, 0xb1, 0x42, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45,
    0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
];

const BOUNDARY: &str = "between-the-parts";

/// The request with a form of these fields, and of a file if there is one.
pub fn form(request: RequestBuilder, fields: &[(&str, &str)], file: Option<&[u8]>) -> RequestBuilder {
    let mut form = Vec::new();
    for (name, value) in fields {
        let part =
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        form.extend_from_slice(part.as_bytes());
    }
    if let Some(file) = file {
        let name = "Content-Disposition: form-data; name=\"file\"; filename=\"p.png\"";
        form.extend_from_slice(format!("--{BOUNDARY}\r\n{name}\r\n\r\n").as_bytes());
        form.extend_from_slice(file);
        form.extend_from_slice(b"\r\n");
    }
    form.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    request.header("content-type", format!("multipart/form-data; boundary={BOUNDARY}")).body(form)
}
