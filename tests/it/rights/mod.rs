//! What a node knows of people's rights, against a real PostgreSQL. A cache of the test's own stands for that of another node: no
//! commit of the server tells it anything.

mod audience;
mod catching_up;
mod overwrites;
mod races;
mod seen;
