//! Brings the database of `DATABASE_URL` to the newest schema, for checking queries at compile time.

use std::process::ExitCode;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let url = std::env::var("DATABASE_URL").unwrap_or_default();
    let outcome = match url.parse() {
        Ok(options) => ajet_schema::up(&options).await.map_err(|error| error.to_string()),
        Err(_) => Err("DATABASE_URL is not set, or not an address".to_owned()),
    };
    match outcome {
        Ok(_) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
