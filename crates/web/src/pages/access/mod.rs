//! Pages before the shell: signing in, the first start, devices, invites, and the accounts at providers. They need no script.

pub mod accounts;
pub mod device;
pub mod home;
pub mod sign_in;
