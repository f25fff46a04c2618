//! Positions, as the domain takes them.

/// A position whose form was checked: it fits ([`ajet_protocol::shape::position`]).
pub fn place(position: i64) -> i32 {
    i32::try_from(position).unwrap_or(i32::MAX)
}
