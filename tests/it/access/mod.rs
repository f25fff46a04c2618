//! How people come in by accounts at providers, and what hostile providers and browsers get. `support` holds the providers' stand-ins.

mod providers;
