//! One report is drawn up at a time: that takes seconds of a processor and no database.
use super::{Gathered, Ready};
use crate::casework::CaseworkError;
use crate::store::StoreError;
use std::time::Duration;
use tokio::sync::Semaphore;

/// Its seconds are taken from everybody's pages.
static AT_ONCE: Semaphore = Semaphore::const_new(1);

/// How long a report waits for those before it.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs `work` on a thread that may block, after what waited before it. It goes on, and nothing else begins, when whoever asked is
/// gone.
///
/// # Errors
/// `Busy` after a minute; what `work` returns.
pub async fn alone<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, CaseworkError> + Send + 'static,
) -> Result<T, CaseworkError> {
    let turn = tokio::time::timeout(PATIENCE, AT_ONCE.acquire()).await;
    let turn = turn.map_err(|waited| StoreError::Busy(format!("reports are being drawn up: {waited}")))?;
    let turn = turn.map_err(|e| StoreError::Other(e.to_string()))?;
    let done = tokio::task::spawn_blocking(move || {
        let done = work();
        drop(turn);
        done
    });
    done.await.map_err(|e| StoreError::Other(e.to_string()))?
}

/// Finds what has to be hidden in what was counted.
///
/// # Errors
/// As [`alone`] and [`Gathered::drawn`].
pub async fn draw(gathered: Gathered) -> Result<Ready, CaseworkError> {
    alone(move || gathered.drawn()).await
}
