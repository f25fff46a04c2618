//! `POST /api/me/exports`, `GET /api/me/exports/{id}`, and the files.

mod asked;
mod file;
mod swept;
