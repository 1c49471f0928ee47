//! The gates of a request, in their order.
//!
//! Each knows one question. None knows what stands before or behind it.

mod answer;
mod asked;
mod auth;
mod body;
pub(super) mod caller;
mod checks;
mod chosen;
mod credentials;
pub(super) mod effects;
mod expiry;
mod fault;
mod head;
mod insert;
mod issue;
pub(super) mod limit;
mod list;
pub(super) mod route;
mod send;
mod validate;

use super::visit::{Flow, Visit};

/// A gate: its name, and what it does.
pub struct Gate {
    pub name: &'static str,
    pub pass: fn(&mut Visit<'_>) -> Flow,
}

/// From request to answer, in this order and no other. CORS stands before the first, the wire behind
/// the last, both at the edge.
pub const GATES: [Gate; 14] = [
    Gate {
        name: "route",
        pass: route::pass,
    },
    Gate {
        name: "fault before",
        pass: fault::before,
    },
    Gate {
        name: "caller",
        pass: caller::pass,
    },
    Gate {
        name: "limits by caller",
        pass: limit::by_caller,
    },
    Gate {
        name: "auth and role",
        pass: auth::pass,
    },
    Gate {
        name: "body",
        pass: body::pass,
    },
    Gate {
        name: "role by body",
        pass: auth::by_body,
    },
    Gate {
        name: "limits by body",
        pass: limit::by_body,
    },
    Gate {
        name: "validation",
        pass: validate::pass,
    },
    Gate {
        name: "checks",
        pass: checks::pass,
    },
    Gate {
        name: "early answer",
        pass: answer::early,
    },
    Gate {
        name: "effects",
        pass: effects::pass,
    },
    Gate {
        name: "answer",
        pass: answer::pass,
    },
    Gate {
        name: "fault after",
        pass: fault::after,
    },
];

/// The one gate of a request whose head could not be read: no fault and no limit knows it.
pub const HEADLESS: [Gate; 1] = [Gate {
    name: "head",
    pass: head::refuse,
}];

#[cfg(test)]
mod tests {
    #[test]
    fn the_gates_stand_in_the_documented_order() {
        let names: Vec<&str> = super::GATES.iter().map(|gate| gate.name).collect();
        assert_eq!(
            names,
            [
                "route",
                "fault before",
                "caller",
                "limits by caller",
                "auth and role",
                "body",
                "role by body",
                "limits by body",
                "validation",
                "checks",
                "early answer",
                "effects",
                "answer",
                "fault after"
            ]
        );
    }
}
