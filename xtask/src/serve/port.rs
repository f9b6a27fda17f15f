//! Choosing ports, and saying so when one is taken.

use std::net::{Ipv4Addr, Ipv6Addr, TcpListener};

use anyhow::{Context, Result, bail};

/// How many ports after the usual one are tried.
const TRIES: u16 = 50;

/// Which port a server should get.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// This one or none; 0 lets the system choose.
    Exactly(u16),
    /// This one, else the next free one.
    From(u16),
}

impl Wanted {
    pub(crate) fn new(asked: Option<u16>, usual: u16) -> Self {
        asked.map_or(Self::From(usual), Self::Exactly)
    }

    /// A port that is free now, for `what`; `flag` is how the user chooses another.
    pub(crate) fn choose(self, what: &str, flag: &str) -> Result<u16> {
        match self {
            Self::Exactly(0) => Ok(0),
            Self::Exactly(port) if is_free(port) => Ok(port),
            Self::Exactly(port) => bail!("port {port} for {what} is taken; choose another with {flag}"),
            Self::From(usual) => {
                let port = (usual..usual + TRIES)
                    .find(|&p| is_free(p))
                    .with_context(|| format!("no port from {usual} on is free for {what}; try {flag}"))?;
                if port != usual {
                    println!("  port {usual} is taken: {what} gets {port} ({flag} chooses another)");
                }
                Ok(port)
            }
        }
    }
}

fn is_free(port: u16) -> bool {
    // `localhost` means both addresses, so a stranger on either would answer our users.
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() && (!has_ipv6() || ipv6_is_free(port))
}

/// Whether this machine has the IPv6 loopback address at all.
pub(super) fn has_ipv6() -> bool {
    ipv6_is_free(0)
}

fn ipv6_is_free(port: u16) -> bool {
    TcpListener::bind((Ipv6Addr::LOCALHOST, port)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_named_or_passed_over() {
        let holder = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let taken = holder.local_addr().unwrap().port();
        let error = Wanted::Exactly(taken).choose("the edge", "--port").unwrap_err().to_string();
        assert!(error.contains(&taken.to_string()) && error.contains("--port"), "{error}");
        if taken < u16::MAX - TRIES {
            assert_ne!(Wanted::From(taken).choose("the edge", "--port").unwrap(), taken);
        }
    }
}
