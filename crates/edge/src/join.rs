//! A gateway becomes an edge: with a token that is good for one join, and secrets that it makes itself.

use std::path::Path;

use api::{JoinEdge, Role, Whoami};
use client::{Client, ClientError};
use model::Name;
use sha2::{Digest, Sha256};

use super::{
    EdgeError,
    store::{Folder, hex},
};

/// The server, as it is reached.
#[derive(Debug, Clone)]
pub struct Server {
    pub url: String,
    /// Send tokens over plain HTTP to another machine.
    pub insecure: bool,
}

impl Server {
    pub(crate) fn client(&self, token: String) -> Result<Client, EdgeError> {
        Client::new(&self.url, Some(token), self.insecure).map_err(refused)
    }
}

fn refused(error: ClientError) -> EdgeError {
    EdgeError::Server(error.to_string())
}

/// A gateway that is an edge.
#[derive(Debug)]
pub struct Joined {
    pub name: Name,
    pub(crate) folder: Folder,
    pub(crate) server: Server,
}

/// Joins with the token, or goes on as the edge that `folder` is already, where no token is given. Doing it again after
/// an answer was lost is fine.
///
/// # Errors
/// The token is not good, or no token is given and the folder is no edge yet.
pub async fn join(
    server: Server,
    folder: &Path,
    token: Option<String>,
) -> Result<Joined, EdgeError> {
    let folder_path = folder;
    let folder = Folder::open(folder)?;
    let name = match (token, folder.name()?) {
        (Some(token), _) => with_token(&server, &folder, token).await?,
        (None, Some(name)) => name,
        (None, None) => {
            let what = "it is no edge yet: give the token of `jw edge token` with --token-file FILE, or - for stdin";
            return Err(EdgeError::invalid(folder_path, what));
        }
    };
    folder.set_name(&name)?;
    Ok(Joined { name, folder, server })
}

async fn with_token(server: &Server, folder: &Folder, token: String) -> Result<Name, EdgeError> {
    let own = folder.token()?;
    let joiner = server.client(token)?;
    let edge = match joiner.whoami().await {
        Ok(Whoami { role: Role::Joiner, edge: Some(edge), .. }) => edge,
        Ok(it) => {
            let what = format!(
                "the token `{}` is for something else: ask for one of `jw edge token`",
                it.name
            );
            return Err(EdgeError::Server(what));
        }
        // It may have joined, and the answer was lost.
        Err(error) if !error.may_pass() => match server.client(own)?.whoami().await {
            Ok(Whoami { role: Role::Edge, edge: Some(edge), .. }) => return Ok(edge),
            _ => return Err(refused(error)),
        },
        Err(error) => return Err(refused(error)),
    };
    let (_, public) = folder.key()?;
    let token_hash = hex(&Sha256::digest(own.as_bytes()));
    let join = JoinEdge { public_key: public.to_string(), token_hash };
    let answer = joiner.join_edge(&edge, &join).await.map_err(refused)?;
    tracing::info!(edge = %answer.edge, number = answer.number, "joined");
    Ok(answer.edge)
}
