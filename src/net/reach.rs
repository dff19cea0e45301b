//! Which addresses a request may reach: what a public server names must not lead into a private network.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, ToSocketAddrs};

use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;
use url::{Host, Url};

/// Which hosts a request may reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Any host: the address was typed here.
    Any,
    /// Hosts on the public internet only: a public server named the address.
    Public,
}

impl Reach {
    /// Returns which hosts may be reached by an address that a server names, in a redirect or a page. `url` is the address
    /// of that server, which was reached with this reach.
    #[must_use]
    pub fn named_by(self, url: &Url) -> Self {
        if self == Self::Public || resolves_to_public(url) { Self::Public } else { Self::Any }
    }
}

/// Returns whether an address names this machine.
#[must_use]
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => IpAddr::V4(ip).is_loopback(),
        Some(Host::Ipv6(ip)) => IpAddr::V6(ip).is_loopback(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}

/// Returns whether the host itself is an address of a private network, or this machine's name.
#[must_use]
pub fn names_private_address(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => !is_public(IpAddr::V4(ip)),
        Some(Host::Ipv6(ip)) => !is_public(IpAddr::V6(ip)),
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name.eq_ignore_ascii_case("localhost") || name.to_ascii_lowercase().ends_with(".localhost")
        }
        None => false,
    }
}

/// Whether a host belongs to the public internet. A name that cannot be resolved counts as public: that is stricter.
fn resolves_to_public(url: &Url) -> bool {
    if names_private_address(url) {
        return false;
    }
    let Some(name) = url.host_str() else { return true };
    let port = url.port_or_known_default().unwrap_or(0);
    (name.trim_matches(['[', ']']), port).to_socket_addrs().map_or(true, |mut found| found.any(|at| is_public(at.ip())))
}

/// Whether an address belongs to the public internet (IANA's special-purpose registries, RFC 6890).
fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let shared = a == 100 && (64..128).contains(&b);
    let protocol = (a, b, c) == (192, 0, 0);
    let benchmark = a == 198 && (b == 18 || b == 19);
    !(a == 0
        || a >= 224
        || ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_documentation()
        || shared
        || protocol
        || benchmark)
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    if let Some(v4) = ip.to_ipv4_mapped() {
        return is_public_v4(v4);
    }
    let [first, second, .., seventh, eighth] = ip.segments();
    // NAT64 (RFC 6052) carries an IPv4 address in its last four bytes.
    if (first, second) == (0x64, 0xff9b) {
        let [a, b] = seventh.to_be_bytes();
        let [c, d] = eighth.to_be_bytes();
        return is_public_v4(Ipv4Addr::new(a, b, c, d));
    }
    // Global unicast is 2000::/3; 2001:db8::/32 is for documentation.
    first & 0xe000 == 0x2000 && (first, second) != (0x2001, 0xdb8)
}

/// Resolves names, and drops private addresses where only public ones may be reached. The check is made on the very
/// addresses that are connected to, so a name cannot change its meaning between the check and the connection.
#[derive(Debug)]
pub(super) struct Resolve {
    reach: Reach,
    inner: DefaultResolver,
}

impl Resolve {
    pub(super) fn new(reach: Reach) -> Self {
        Self { reach, inner: DefaultResolver::default() }
    }
}

impl Resolver for Resolve {
    fn resolve(&self, uri: &Uri, config: &Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let all = self.inner.resolve(uri, config, timeout)?;
        // A proxy is the person's own choice, wherever it is.
        let is_proxy = config.proxy().is_some_and(|proxy| Some(proxy.host()) == uri.host());
        if self.reach == Reach::Any || is_proxy {
            return Ok(all);
        }
        let mut public = self.empty();
        for address in all.iter().filter(|address| is_public(address.ip())) {
            public.push(*address);
        }
        if public.is_empty() { Err(ureq::Error::Other(Box::new(PrivateAddress))) } else { Ok(public) }
    }
}

/// A public server led to a private address.
#[derive(Debug, thiserror::Error)]
#[error("a public server leads to a private address")]
pub(super) struct PrivateAddress;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn special_purpose_addresses_are_not_public() {
        let private = [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "192.0.0.1",
            "192.0.2.1",
            "192.168.1.1",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "fc00::1",
            "fe80::1",
            "ff02::1",
            "2001:db8::1",
            "64:ff9b::7f00:1",
        ];
        for text in private {
            assert!(!is_public(text.parse().unwrap()), "{text}");
        }
        for text in ["1.1.1.1", "93.184.216.34", "100.128.0.1", "2606:4700::1", "::ffff:1.1.1.1", "64:ff9b::101:101"] {
            assert!(is_public(text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn public_servers_name_public_addresses_only() {
        for (reach, url, expected) in [
            (Reach::Any, "http://1.1.1.1/", Reach::Public),
            (Reach::Any, "http://127.0.0.1/", Reach::Any),
            (Reach::Any, "http://localhost/", Reach::Any),
            (Reach::Any, "http://192.168.1.5/", Reach::Any),
            (Reach::Public, "http://192.168.1.5/", Reach::Public),
        ] {
            assert_eq!(reach.named_by(&Url::parse(url).unwrap()), expected, "{url}");
        }
    }
}
