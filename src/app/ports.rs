//! Which port is whose: what was asked for, what is bound, what is shown of it.
//!
//! Knows the options about addresses. Must not know what is served.

use std::path::Path;

use super::check::known;
use super::secure::Secured;
use crate::catalog::files::Files;
use crate::cli::places::{Control, Places, Port, Token};
use crate::hub::{ApiDoor, Hub};
use crate::log::ReadyApi;
use crate::server::control::Guard;
use crate::server::listen::{Bound, Listener, bind};

/// All ports of the start; nobody is answered on them yet.
pub struct AllBound {
    pub control: Option<(Bound, Guard)>,
    pub apis: Vec<(Bound, ApiDoor)>,
}

/// Takes every port, or says in a sentence which one cannot be taken.
pub async fn bind_all(places: &Places, secured: &Secured, hub: &Hub) -> Result<AllBound, String> {
    let control = bind_control(places).await?;
    let any = nameless_port(places);
    let mut apis = Vec::new();
    for door in hub.doors() {
        apis.push((bind_api(places, secured, &door, any).await?, door));
    }
    Ok(AllBound { control, apis })
}

/// Refuses ports for APIs that are not there, and one port for several.
pub fn check_ports(ports: &[Port], all: &[Files]) -> Result<(), String> {
    for port in ports {
        match &port.api {
            Some(name) => known(std::slice::from_ref(name), all, Path::new("--port"))?,
            None if port.port != 0 && all.len() > 1 => {
                let name = &all[0].name;
                return Err(format!(
                    "--port {} does not say for which API; write --port {name}={}",
                    port.port, port.port
                ));
            }
            None => {}
        }
    }
    Ok(())
}

async fn bind_control(places: &Places) -> Result<Option<(Bound, Guard)>, String> {
    let Control::At { host, port } = &places.control else {
        return Ok(None);
    };
    let bound = bind(host, *port, Listener::Control)
        .await
        .map_err(|error| error.to_string())?;
    let guard = Guard::of(&bound, places.token.as_ref().map(Token::as_str))
        .map_err(|error| format!("cannot make the control API's token: {error}"))?;
    Ok(Some((bound, guard)))
}

/// Takes the port of an API: the one given for it, the one given for whichever is served, else its own.
pub async fn bind_api(
    places: &Places,
    secured: &Secured,
    door: &ApiDoor,
    any: Option<u16>,
) -> Result<Bound, String> {
    let name = door.name();
    let given = |port: &&Port| port.api.as_deref() == Some(&*name);
    let own = places.port.iter().rev().find(given).map(|port| port.port);
    let port = own.or(any).unwrap_or(door.home().0);
    let bound = bind(&places.host, port, Listener::Api(name.to_string())).await;
    let bound = bound.map_err(|error| error.to_string())?;
    Ok(bound.within(secured.tls.clone()))
}

/// The port that was given without an API's name.
pub fn nameless_port(places: &Places) -> Option<u16> {
    let nameless = |port: &&Port| port.api.is_none();
    places
        .port
        .iter()
        .rev()
        .find(nameless)
        .map(|port| port.port)
}

/// Tells the hub where an API is reachable.
pub fn listening(hub: &Hub, door: &ApiDoor, bound: &Bound) -> ReadyApi {
    let (_, base) = door.home();
    let url = format!("{}{base}", shown_url(bound));
    hub.set_address(&door.name(), Ok(url.clone()));
    ReadyApi {
        name: door.name().to_string(),
        url,
    }
}

/// The address to show: when every address is bound, the one by which phones on this network get here.
fn shown_url(bound: &Bound) -> String {
    if bound.address().ip().is_unspecified()
        && let Some(ip) = lan_address()
    {
        let address = std::net::SocketAddr::new(ip, bound.port());
        return format!("{}://{address}", bound.scheme());
    }
    bound.url()
}

/// This machine's address on its network. Nothing is sent: connecting a datagram socket only picks a route.
pub fn lan_address() -> Option<std::net::IpAddr> {
    let socket = std::net::UdpSocket::bind("0.0.0.0:0").ok()?;
    socket.connect("192.0.2.1:9").ok()?;
    socket.local_addr().ok().map(|address| address.ip())
}
