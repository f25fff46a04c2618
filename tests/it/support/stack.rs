//! The servers that a test needs: PostgreSQL, NATS and an S3 endpoint, shared by all tests or of one's own to break.

use std::path::PathBuf;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

use ajet_devstack::{Durability, Stack};
use tokio::runtime::Runtime;

/// The runtime that the shared stack lives on; tests come and go on their own.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("a runtime"));
static STACK: LazyLock<Stack> = LazyLock::new(|| {
    let start = || RUNTIME.block_on(start_stack("shared"));
    std::thread::spawn(start).join().expect("the stack starts")
});
static NUMBER: AtomicU32 = AtomicU32::new(0);

pub fn stack() -> &'static Stack {
    // Some tests make an HTTP client of their own before one of the SDK's.
    ajet_client::install_tls();
    &STACK
}

/// A stack of one's own, to break.
pub async fn start_stack(name: &str) -> Stack {
    ajet_client::install_tls();
    let folder = scratch(name);
    Stack::start(&folder, Durability::ProcessOnly, &|_| {}).await.expect("the stack starts")
}

/// A fresh folder; `script/test` removes them all.
fn scratch(name: &str) -> PathBuf {
    std::env::temp_dir().join(format!("ajet-test-{}-{name}-{}", std::process::id(), number()))
}

/// A number that no other test of this process has.
pub fn number() -> u32 {
    NUMBER.fetch_add(1, Ordering::Relaxed)
}
