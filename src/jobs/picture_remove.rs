//! `picture:remove`: removes a picture in whose place something else is shown.
//!
//! One that is shown elsewhere stays. What this job does not come to is swept away a day later.

use ajet_protocol::PictureId;

use crate::usecases::{Context, Failure, pictures};

/// Does the job; again does nothing.
///
/// # Errors
/// [`Failure`], where it may go well another time
pub async fn run(context: &Context, id: PictureId) -> Result<(), Failure> {
    pictures::remove_unused(context, id).await
}
