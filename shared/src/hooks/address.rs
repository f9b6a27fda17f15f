//! Which addresses the edge speaks to: public ones, over TLS, apart from those the operator names.
//!
//! A host that is an address, in whatever notation, is refused here when it is not a public one. Where a name leads is
//! known only when it is resolved: that is the platform's to refuse (workerd's `public` network on one machine;
//! Cloudflare reaches nothing private). Names that never lead to the public network are refused here already.

use core::net::{Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use crate::limits;

/// Why an address is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("not an address of the form https://host/path")]
    Form,
    #[error("only https is allowed")]
    Scheme,
    #[error("an address must not carry a user name or password")]
    Credentials,
    #[error("the host is not on the public network")]
    Private,
}

/// An address that may be spoken to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowed {
    /// The address as it is used: normalised, without a fragment.
    pub url: String,
    /// Whether the operator names its origin, so that it is reached the way the operator set up.
    pub named: bool,
}

/// Whether `text` may be spoken to. `named` are the origins the operator names, such as `http://10.0.0.7:8080`: these
/// alone may be private or without TLS.
///
/// ```
/// use shared::hooks::address::{Refused, check};
/// assert!(check("https://hooks.shop.example/desk", &[]).is_ok());
/// assert_eq!(check("https://0x7f.1/", &[]), Err(Refused::Private));
/// ```
pub fn check(text: &str, named: &[String]) -> Result<Allowed, Refused> {
    if text.chars().count() > limits::URL_CHARS {
        return Err(Refused::Form);
    }
    let mut url = Url::parse(text.trim()).map_err(|_| Refused::Form)?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(Refused::Form);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Refused::Credentials);
    }
    url.set_fragment(None);
    let origin = url.origin().ascii_serialization();
    if named.contains(&origin) {
        return Ok(Allowed { url: url.into(), named: true });
    }
    if url.scheme() != "https" {
        return Err(Refused::Scheme);
    }
    let public = match url.host() {
        Some(Host::Ipv4(address)) => is_public_v4(address),
        Some(Host::Ipv6(address)) => is_public_v6(address),
        Some(Host::Domain(name)) => is_public_name(name),
        None => false,
    };
    if public { Ok(Allowed { url: url.into(), named: false }) } else { Err(Refused::Private) }
}

/// Names by which machines and networks know themselves.
const LOCAL: [&str; 14] = [
    "localhost",
    "localdomain",
    "local",
    "internal",
    "intranet",
    "private",
    "corp",
    "home",
    "lan",
    "arpa",
    "invalid",
    "test",
    "onion",
    "alt",
];

fn is_public_name(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    let last = name.rsplit_once('.').map(|(_, last)| last);
    last.is_some_and(|last| !last.is_empty() && !LOCAL.contains(&last.to_ascii_lowercase().as_str()))
}

/// What stands for the platform's own services on a public address.
const METADATA: [Ipv4Addr; 1] = [Ipv4Addr::new(168, 63, 129, 16)];

/// Whether an address is a host's on the public network, by the special-purpose registry (RFC 6890 and its successors).
#[must_use]
pub fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = match (a, b, c) {
        // This network, private, loopback; multicast, reserved, broadcast.
        (0 | 10 | 127, ..) | (224..=255, ..) => true,
        // Shared by carriers, link-local (metadata services among them), private.
        (100, 64..=127, _) | (169, 254, _) | (172, 16..=31, _) | (192, 168, _) => true,
        // Protocol assignments, documentation, the former 6to4 relay, benchmarks.
        (192, 0, 0 | 2) | (192, 88, 99) | (198, 18 | 19, _) | (198, 51, 100) | (203, 0, 113) => true,
        _ => false,
    };
    !special && !METADATA.contains(&address)
}

/// The same for IPv6: global unicast, and no way in disguise to an IPv4 address that is not public.
#[must_use]
pub fn is_public_v6(address: Ipv6Addr) -> bool {
    let parts = address.segments();
    let v4 = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        Ipv4Addr::new(a, b, c, d)
    };
    match parts {
        // Mapped (RFC 4291), and translated by NAT64 (RFC 6052).
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            is_public_v4(v4(high, low))
        }
        // 6to4 (RFC 3056).
        [0x2002, high, low, ..] => is_public_v4(v4(high, low)),
        // Protocol assignments (Teredo among them), documentation.
        [0x2001, 0..=0x1ff, ..] | [0x2001, 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => false,
        [first, ..] => (0x2000..=0x3fff).contains(&first),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn r_154_public_addresses_over_tls_are_allowed() {
        let ok = |text, url: &str| {
            assert_eq!(check(text, &[]), Ok(Allowed { url: url.into(), named: false }), "{text}");
        };
        ok("https://hooks.shop.example/a?b=c#d", "https://hooks.shop.example/a?b=c");
        ok(" https://HOOKS.shop.example:8443 ", "https://hooks.shop.example:8443/");
        ok("https://8.8.8.8/", "https://8.8.8.8/");
        ok("https://[2606:4700::1111]/", "https://[2606:4700::1111]/");
        ok("https://[::ffff:8.8.8.8]/", "https://[::ffff:808:808]/");
        ok("https://[64:ff9b::808:808]/", "https://[64:ff9b::808:808]/");
        ok("https://münchen.example/", "https://xn--mnchen-3ya.example/");
    }

    #[test]
    fn r_154_private_addresses_are_refused_in_every_notation() {
        let private = [
            "127.0.0.1",
            "127.1",
            "2130706433",
            "0x7f000001",
            "0177.0.0.1",
            "0x7f.1",
            "127.0.0.1.",
            "１２７.0.0.1",
            "0.0.0.0",
            "0",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.0.1",
            "169.254.169.254",
            "100.64.0.1",
            "100.100.100.200",
            "192.0.0.192",
            "192.0.2.1",
            "198.18.0.1",
            "203.0.113.9",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "168.63.129.16",
            "[::1]",
            "[::]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "[::127.0.0.1]",
            "[2002:7f00:1::]",
            "[2002:a00:1::1]",
            "[64:ff9b::10.0.0.1]",
            "[64:ff9b:1::1]",
            "[fe80::1]",
            "[fec0::1]",
            "[fc00::1]",
            "[fd00:ec2::254]",
            "[ff02::1]",
            "[2001:db8::1]",
            "[2001::1]",
            "[100::1]",
            "[5f00::1]",
            "localhost",
            "LOCALHOST.",
            "a.localhost",
            "printer",
            "nas.local",
            "metadata.google.internal",
            "router.lan",
            "x.home.arpa",
            "local%68ost",
        ];
        for host in private {
            assert_eq!(check(&format!("https://{host}/x"), &[]), Err(Refused::Private), "{host}");
        }
    }

    #[test]
    fn r_154_other_forms_are_refused() {
        let refused = |text: &str, why| assert_eq!(check(text, &[]), Err(why), "{text}");
        refused("http://hooks.shop.example/", Refused::Scheme);
        refused("https://me:secret@hooks.shop.example/", Refused::Credentials);
        refused("https://me@hooks.shop.example/", Refused::Credentials);
        for text in [
            "",
            "hooks.shop.example",
            "ftp://x.example/",
            "file:///etc/passwd",
            "https://",
            "https://999.1.1.1.1/",
            "javascript:alert(1)",
            "data:text/plain,x",
        ] {
            refused(text, Refused::Form);
        }
        refused(&format!("https://x.example/{}", "a".repeat(2_000)), Refused::Form);
    }

    #[test]
    fn r_154_the_operator_may_name_an_origin() {
        let named = ["http://127.0.0.1:9000".to_owned()];
        let url = "http://127.0.0.1:9000/x".to_owned();
        assert_eq!(check(&url, &named), Ok(Allowed { url, named: true }));
        assert_eq!(check("http://127.0.0.1:9001/x", &named), Err(Refused::Scheme));
        assert_eq!(check("https://127.0.0.1:9000/x", &named), Err(Refused::Private));
        assert_eq!(check("http://u@127.0.0.1:9000/x", &named), Err(Refused::Credentials));
    }

    proptest! {
        #[test]
        fn no_notation_of_an_address_gets_around_the_rule(bits in any::<u32>(), how in 0u8..7) {
            let address = Ipv4Addr::from(bits);
            let [a, b, c, d] = address.octets();
            let host = match how {
                0 => address.to_string(),
                1 => bits.to_string(),
                2 => format!("0x{bits:x}"),
                3 => format!("0{a:o}.0{b:o}.0x{c:x}.{d}"),
                4 => format!("[::ffff:{address}]"),
                5 => format!("[64:ff9b::{address}]"),
                _ => format!("[2002:{:x}:{:x}::1]", bits >> 16, bits & 0xffff),
            };
            prop_assert_eq!(check(&format!("https://{host}/"), &[]).is_ok(), is_public_v4(address), "{}", host);
        }

        #[test]
        fn any_text_is_judged_without_panic(text in ".{0,80}") {
            let _ = check(&text, &[]);
            let _ = check(&format!("https://{text}"), &[]);
        }
    }
}
