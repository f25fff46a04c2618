//! Work that is not left half done because its request was given up on: the client closed the connection, or its time was over.

use ajet_protocol::Code;
use tracing::Instrument;

use super::Failure;

/// Does all of it, whether or not its caller waits for that.
///
/// # Errors
/// Those of the work; 503 where the node stops meanwhile
pub(super) async fn to_its_end<T: Send + 'static>(
    work: impl Future<Output = Result<T, Failure>> + Send + 'static,
) -> Result<T, Failure> {
    match tokio::spawn(work.in_current_span()).await {
        Ok(result) => result,
        Err(ended) if ended.is_panic() => std::panic::resume_unwind(ended.into_panic()),
        Err(_) => Err(Failure::new(Code::Unavailable, "This node stops; try again in a moment.")),
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::oneshot;

    use super::*;

    #[tokio::test]
    async fn what_is_given_up_on_is_done_to_its_end() {
        let ((begun, is_begun), (go, may_go), (done, is_done)) =
            (oneshot::channel::<()>(), oneshot::channel::<()>(), oneshot::channel::<()>());
        let work = to_its_end(async move {
            let _ = begun.send(());
            let _ = may_go.await;
            let _ = done.send(());
            Ok(())
        });
        let request = tokio::spawn(work);
        is_begun.await.expect("it begins");
        request.abort();
        assert!(request.await.is_err_and(|ended| ended.is_cancelled()));
        go.send(()).expect("it still waits");
        is_done.await.expect("it comes to its end");
    }
}
