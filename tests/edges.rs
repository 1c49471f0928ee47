//! The real binary at its edges: what it serves, how it reloads, what it does with hostile input.
//!
//! Every child is started on free ports, spoken to over sockets, and ended by its id. Nothing here
//! sleeps or measures time: the log's lines say what has happened; deadlines only guard against hanging.

mod edges {
    mod asking;
    mod browsers;
    mod commands;
    mod control;
    mod described;
    mod documented;
    mod follower;
    mod guards;
    mod heads;
    mod hooks;
    mod hostile;
    mod house;
    mod leaving;
    mod links;
    mod listed;
    mod log;
    mod playing;
    mod readme;
    #[path = "../house/receiver.rs"]
    mod receiver;
    mod reload;
    mod reload_load;
    mod secure;
    mod serving;
    mod shop;
    mod starting;
    #[path = "../house/trusted.rs"]
    mod trusted;
    mod wire;
}
