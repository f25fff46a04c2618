//! Pictures that were uploaded, by the addresses under which they are shown.

use ajet_protocol::PictureId;

use crate::change::Change;
use crate::job::JobRequest;

/// Asks for the removal of a picture that was shown and is not any more: another one stands in its place, or none. Of an address that is
/// none of ours nothing is removed.
#[must_use]
pub fn replaced(before: Option<&str>, after: Option<&str>) -> Option<Change> {
    let picture_id = id_of(before.filter(|_| before != after)?)?;
    Some(Change::RequestJob(JobRequest::RemovePicture { picture_id }))
}

/// The picture of an address: `…/media/avatars/<id>/<pixels>`. Whose server it names is not known here; the job finds the picture by its id.
fn id_of(address: &str) -> Option<PictureId> {
    let mut parts = address.rsplit('/');
    let (_pixels, id, kind, media) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let is_ours = media == "media" && ["avatars", "emoji"].contains(&kind);
    id.parse().ok().filter(|_| is_ours)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn what_is_shown_no_more_is_removed() {
        let id = Uuid::from_u128(7);
        let shown = |kind: &str| format!("https://chat.example/media/{kind}/{id}/256");
        let (one, other) = (shown("avatars"), "https://chat.example/media/avatars/x/256");
        let removal = Some(Change::RequestJob(JobRequest::RemovePicture { picture_id: PictureId(id) }));
        assert_eq!(replaced(Some(&one), None), removal);
        assert_eq!(replaced(Some(&one), Some(other)), removal);
        assert_eq!(replaced(Some(&shown("emoji")), None), removal);
        assert_eq!(replaced(Some(&one), Some(&one)), None, "it is shown still");
        assert_eq!(replaced(None, Some(&one)), None);
        for foreign in
            [other, "https://elsewhere.example/cat.png", "", "/media/avatars", &shown("attachments")]
        {
            assert_eq!(replaced(Some(foreign), None), None, "{foreign}");
        }
    }
}
