//! The files of a message: pictures that open large, other files as links.

use ajet_protocol::{Attachment, AttachmentStatus};
use maud::{Markup, html};

/// Pixels of a side of what is shown in a message, at most.
const SIDE: i32 = 360;

/// All files of a message.
#[must_use]
pub fn gallery(files: &[Attachment]) -> Markup {
    html! { @if !files.is_empty() { div.c-files { @for file in files { (one(file)) } } } }
}

fn one(file: &Attachment) -> Markup {
    let alt = file.alt.as_deref().unwrap_or_default();
    match (file.status, file.width.zip(file.height)) {
        (AttachmentStatus::Clean, Some(size)) => picture(file, size, alt),
        (AttachmentStatus::Infected, _) => html! { span.c-file.c-file--bad { (file.filename) } },
        // A pending one is told as edited once it is clean.
        (AttachmentStatus::Pending, Some(_)) => html! { span.c-file.c-file--pending { (file.filename) } },
        _ => {
            html! { a.c-file href=(file.url) download=(file.filename) { span dir="auto" { (file.filename) } " " small data-bytes=(file.size_bytes) {} } }
        }
    }
}

/// Its place is kept before it has come: nothing jumps.
fn picture(file: &Attachment, size: (i32, i32), alt: &str) -> Markup {
    let (width, height) = fitted(size);
    let small = file.thumbnail_url.is_some();
    html! {
        a.c-picture href={ "/files/" (file.id) } data-lightbox=(file.filename) {
            img src={ "/files/" (file.id) @if small { "?thumbnail=true" } } alt=(if alt.is_empty() { file.filename.as_str() } else { alt })
                width=(width) height=(height) loading="lazy" decoding="async";
        }
    }
}

/// A size within [`SIDE`], of the same form.
fn fitted((width, height): (i32, i32)) -> (i32, i32) {
    let longest = width.max(height).max(1);
    if longest <= SIDE {
        return (width.max(1), height.max(1));
    }
    let scaled =
        |side: i32| (i64::from(side) * i64::from(SIDE) / i64::from(longest)).clamp(1, i64::from(SIDE));
    (i32::try_from(scaled(width)).unwrap_or(SIDE), i32::try_from(scaled(height)).unwrap_or(SIDE))
}

#[cfg(test)]
mod tests {
    use super::fitted;

    #[test]
    fn pictures_keep_their_form() {
        for (size, shown) in
            [((100, 50), (100, 50)), ((3600, 1800), (360, 180)), ((1, 40_000), (1, 360)), ((0, 0), (1, 1))]
        {
            assert_eq!(fitted(size), shown);
        }
    }
}
