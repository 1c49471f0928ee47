//! The clients: sessions of one name over all APIs are one client.
//!
//! Knows how they are put together. Must not choose one.

use std::sync::Arc;

use crate::contract::peek::SessionView;

/// One client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    pub name: Arc<str>,
    pub requests: u64,
    /// Real seconds since it last asked anything.
    pub idle_s: i64,
    /// The APIs that it has asked.
    pub apis: Vec<Arc<str>>,
}

/// The clients by name, the default session first.
pub fn clients(sessions: &[SessionView]) -> Vec<Client> {
    let mut clients: Vec<Client> = Vec::new();
    for session in sessions {
        match clients
            .iter_mut()
            .find(|client| client.name == session.name)
        {
            Some(client) => {
                client.requests += session.requests;
                client.idle_s = client.idle_s.min(session.idle_s);
                client.apis.push(session.api.clone());
            }
            None => clients.push(Client {
                name: session.name.clone(),
                requests: session.requests,
                idle_s: session.idle_s,
                apis: vec![session.api.clone()],
            }),
        }
    }
    clients.sort_by_key(|client| (&*client.name != "default", client.name.clone()));
    clients
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_of_one_name_are_one_client_and_the_default_one_stands_first() {
        let session = |api: &str, name: &str, requests, idle_s| SessionView {
            api: api.into(),
            name: name.into(),
            requests,
            idle_s,
        };
        let sessions = [
            session("shop", "bob", 3, 70),
            session("shop", "default", 1, 9),
            session("bank", "bob", 4, 2),
            session("bank", "alice", 1, 5),
        ];
        let clients = clients(&sessions);
        let seen: Vec<_> = clients
            .iter()
            .map(|client| {
                (
                    &*client.name,
                    client.requests,
                    client.idle_s,
                    client.apis.len(),
                )
            })
            .collect();
        assert_eq!(
            seen,
            [("default", 1, 9, 1), ("alice", 1, 5, 1), ("bob", 7, 2, 2)]
        );
    }
}
