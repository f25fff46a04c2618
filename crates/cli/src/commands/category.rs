//! `ajet-chat category`.

use ajet_protocol::{CreateCategory, UpdateCategory};

use crate::app::App;
use crate::args::Paging;
use crate::failure::Done;
use crate::print::Column;

const CATEGORY: [Column; 3] = [("id", "id"), ("name", "name"), ("position", "position")];

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// List the categories of the community.
    List(Paging),
    /// Make a category.
    Create {
        name: String,
        #[arg(long, value_name = "N")]
        position: Option<i64>,
    },
    /// Change a category.
    Set {
        category: String,
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        #[arg(long, value_name = "N")]
        position: Option<i64>,
    },
    /// Delete a category; its channels stay.
    Delete { category: String },
    /// Put all categories in this order.
    Order { category: Vec<String> },
}

/// Carries it out.
pub async fn run(app: &App, command: Command) -> Done {
    let community = app.community().await?.community.id;
    let client = app.client()?;
    match command {
        Command::List(paging) => {
            app.screen.list(&client.categories(community, &paging.query()).await?, &CATEGORY)
        }
        Command::Create { name, position } => {
            let request = CreateCategory { name: name.into(), position, client_mutation_id: app.key() };
            app.screen.show(&client.create_category(community, &request).await?, &CATEGORY)
        }
        Command::Set { category, name, position } => {
            let id = app.category("CATEGORY", &category).await?.id;
            let update = UpdateCategory { name: name.map(Into::into), position };
            app.screen.show(&client.update_category(id, &update).await?, &CATEGORY)
        }
        Command::Delete { category } => {
            client.delete_category(app.category("CATEGORY", &category).await?.id).await?;
            app.screen.done("deleted")
        }
        Command::Order { category } => {
            let mut ids = Vec::new();
            for category in &category {
                ids.push(app.category("CATEGORY", category).await?.id);
            }
            client.order_categories(community, ids).await?;
            app.screen.done("ordered")
        }
    }
}
