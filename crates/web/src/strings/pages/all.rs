//! The texts of pages of all areas.

use super::catalogue::areas;

areas! {
    access: Access,
    channels: Channels,
    community: Community,
    frame: Frame,
    members: Members,
    programs: Programs,
    roles: Roles,
    settings: Settings,
    shared: Shared,
    system: System,
}
