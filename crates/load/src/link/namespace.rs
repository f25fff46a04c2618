//! A network namespace of our own, for as long as its handle lives.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::AsFd;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, bail};
use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};

/// A network namespace.
#[derive(Debug)]
pub struct Namespace {
    /// `cat`, which exits at the end of its input, and so when this program exits, however it does.
    holder: Child,
}

impl Namespace {
    /// Makes one.
    ///
    /// # Errors
    /// When this user may not, with what the system says.
    pub fn make() -> anyhow::Result<Self> {
        let mut command = Command::new("unshare");
        command.args(["--net", "cat"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut holder = command.spawn().context("unshare (Debian package util-linux)")?;
        if echoes(&mut holder).is_err() {
            let output = holder.wait_with_output()?;
            bail!("no network namespace can be made: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(Self { holder })
    }

    /// The process that holds it.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.holder.id()
    }

    /// Where the kernel shows it.
    #[must_use]
    pub fn file(&self) -> String {
        format!("/proc/{}/ns/net", self.pid())
    }

    /// Calls a function in it, on a thread of its own. Sockets that it makes belong to the namespace on every thread.
    ///
    /// # Errors
    /// The function's error, or the reason why the namespace can't be entered.
    pub fn inside<T: Send + 'static>(
        &self,
        act: impl FnOnce() -> std::io::Result<T> + Send + 'static,
    ) -> std::io::Result<T> {
        let namespace = File::open(self.file())?;
        let thread = std::thread::spawn(move || {
            move_into_link_name_space(namespace.as_fd(), Some(LinkNameSpaceType::Network))?;
            act()
        });
        thread.join().unwrap_or_else(|_| Err(std::io::Error::other("the thread in the namespace panicked")))
    }
}

impl Drop for Namespace {
    fn drop(&mut self) {
        let _ = self.holder.kill();
        let _ = self.holder.wait();
    }
}

/// Waits until the holder runs in its namespace: only then it echoes its input.
fn echoes(holder: &mut Child) -> std::io::Result<()> {
    let (Some(stdin), Some(stdout)) = (&mut holder.stdin, &mut holder.stdout) else {
        return Err(std::io::ErrorKind::BrokenPipe.into());
    };
    stdin.write_all(b"\n")?;
    stdout.read_exact(&mut [0])
}
