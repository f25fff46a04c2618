//! Decisions of a community.
