//! Jobs, as operators see them: the list of them, and having one tried again or given up. The nodes that carry them out find what has
//! changed by their next look.

use ajet_protocol::ops::JobList;

use super::{Ops, OpsError};

impl Ops {
    /// The jobs that there are, the dead ones first.
    ///
    /// # Errors
    /// [`OpsError::Store`]
    pub async fn jobs(&self) -> Result<JobList, OpsError> {
        Ok(self.0.parts.store.job_list().await?)
    }

    /// Makes a job due at once that is dead or waits. It has all its attempts before it.
    ///
    /// # Errors
    /// [`OpsError::NotThere`], when there is no such job or a node is carrying it out.
    pub async fn retry_job(&self, id: i64) -> Result<(), OpsError> {
        if self.0.parts.store.retry_job(id).await? { Ok(()) } else { Err(OpsError::NotThere) }
    }

    /// Gives a job up that is dead or waits.
    ///
    /// # Errors
    /// [`OpsError::NotThere`], when there is no such job or a node is carrying it out.
    pub async fn discard_job(&self, id: i64) -> Result<(), OpsError> {
        if self.0.parts.store.discard_job(id).await? { Ok(()) } else { Err(OpsError::NotThere) }
    }
}
