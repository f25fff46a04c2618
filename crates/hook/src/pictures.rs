//! The pictures among the files of a payload. They are told by how their bytes begin, never by their names; whether one can be shown is
//! the server's matter, which names it where it can't.

use ajet_protocol::limits;

use crate::discord::File;
use crate::encoding::Uploaded;
use crate::write::label;

/// A picture that came with a payload.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    pub name: String,
    /// What it shows, in words; at most as long as such a text may be.
    pub alt: Option<String>,
    pub bytes: Vec<u8>,
    /// The line of Markdown that tells of it where it can't be attached.
    pub named: String,
}

/// Without the bytes.
impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Picture").field("bytes", &self.bytes.len()).finish_non_exhaustive()
    }
}

/// The pictures of a form, as many as a message may have, and the lines that tell of all other files, described ones first.
pub fn taken_out(uploaded: Vec<Uploaded>, mut described: Vec<File>) -> (Vec<Picture>, Vec<String>) {
    let (mut pictures, mut others) = (Vec::new(), Vec::new());
    for Uploaded { field, name, bytes } in uploaded {
        if pictures.len() == limits::MESSAGE_ATTACHMENTS || !is_picture(&bytes) {
            others.push(name);
            continue;
        }
        let of_it = described.iter().position(|file| file.describes(&field, &name));
        let file = of_it.map(|at| described.remove(at));
        let named = file.as_ref().map_or_else(|| line(&name), File::shown);
        let alt = file.and_then(|file| file.description);
        let alt = alt.map(|alt| alt.chars().take(limits::ALT_CHARS).collect());
        pictures.push(Picture { name, alt, bytes, named });
    }
    let is_described = |name: &String| described.iter().any(|file| file.name == *name);
    let unnamed = others.iter().filter(|name| !is_described(name)).map(|name| line(name));
    let lines = described.iter().map(File::shown).chain(unnamed).collect();
    (pictures, lines)
}

fn line(name: &str) -> String {
    format!("📎 {}", label(name))
}

/// Whether bytes begin as a JPEG, PNG, GIF or WebP picture does.
fn is_picture(bytes: &[u8]) -> bool {
    let begins = |start: &[u8]| bytes.starts_with(start);
    let is_webp = begins(b"RIFF") && bytes.get(8..12) == Some(b"WEBP");
    is_webp
        || begins(b"\xff\xd8\xff")
        || begins(b"\x89PNG\r\n\x1a\n")
        || begins(b"GIF87a")
        || begins(b"GIF89a")
}

#[cfg(test)]
#[path = "pictures_tests.rs"]
mod tests;
